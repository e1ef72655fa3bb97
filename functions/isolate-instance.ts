import { EC2Client, ModifyNetworkInterfaceAttributeCommand } from "@aws-sdk/client-ec2";
import type { NetworkInterface, SecurityGroup } from "@aws-sdk/client-ec2";
import type { Action, Applied, Change, Plan, Target, Undone } from "./shared/action";
import { asError } from "./shared/errors";
import { groupIds, instanceId, listed, networkInterfaces, readInstance, sameValues } from "./shared/instance";
import { ensureGroup, isolationGroups, isSound, pickGroup, securityGroups } from "./shared/quarantine";

interface Clients {
  ec2: EC2Client;
}

/** Security groups by network interface. */
interface Before {
  interfaces: Record<string, string[]>;
}

interface After {
  /** VPC by network interface. */
  interfaces: Record<string, string>;
  /** Firebreak's groups by VPC. */
  groups: Record<string, VpcGroups>;
}

/** An id is null until the group is made; `sound`: both have just the rules that they should. */
interface VpcGroups {
  quarantine: string | null;
  untracked: string | null;
  sound: boolean;
}

const kinds = ["quarantine", "untracked"] as const;

async function plan(target: Target, { ec2 }: Clients): Promise<Plan<Before, After>> {
  const id = instanceId(target);
  const hinted = target.finding.resource.instance?.securityGroups ?? [];
  // One wave: what the finding already knows saves waiting for the interfaces before asking who shares their groups.
  const [, interfaces, existing, sharing] = await Promise.all([
    readInstance(ec2, id),
    networkInterfaces(ec2, "attachment.instance-id", [id]),
    isolationGroups(ec2, target.prefix),
    networkInterfaces(ec2, "group-id", hinted),
  ]);
  const groups = groupsByVpc(target, interfaces, existing);
  const inUse = unique(interfaces.flatMap(groupIds));
  const others = await networkInterfaces(
    ec2,
    "group-id",
    inUse.filter((one) => !hinted.includes(one)),
  );
  const moves = interfaces.flatMap((one): Change[] => {
    const { quarantine } = groups[one.VpcId ?? ""] ?? { quarantine: null };
    const from = groupIds(one);
    if (quarantine && sameValues(from, [quarantine])) return [];
    return [{ resource: one.NetworkInterfaceId ?? "", attribute: "securityGroups", from, to: [quarantine ?? "new"] }];
  });
  return {
    before: { interfaces: byId(interfaces, groupIds) },
    after: { interfaces: byId(interfaces, (one) => one.VpcId ?? ""), groups },
    changes: [...repairs(groups, existing), ...moves],
    blastRadius: sharers(id, inUse, [...sharing, ...others]),
  };
}

function groupsByVpc(target: Target, interfaces: NetworkInterface[], existing: SecurityGroup[]) {
  const { prefix } = target;
  const { account } = target.finding;
  const vpcs = unique(interfaces.map(({ VpcId }) => VpcId ?? ""));
  const entries = vpcs.map((vpc): [string, VpcGroups] => {
    const found = kinds.map((kind) => ({ kind, group: pickGroup(existing, { prefix, account, vpc, kind }) }));
    const [quarantine, untracked] = found.map(({ group }) => group?.GroupId ?? null) as [string | null, string | null];
    const sound = found.every(({ kind, group }) => group !== undefined && isSound(group, kind));
    return [vpc, { quarantine, untracked, sound }];
  });
  return Object.fromEntries(entries);
}

/** Rules that somebody put into a quarantine group are taken out: they would open every instance in it. */
function repairs(groups: After["groups"], existing: SecurityGroup[]): Change[] {
  return Object.values(groups).flatMap(({ quarantine }) => {
    const group = existing.find(({ GroupId }) => GroupId === quarantine);
    if (!group || isSound(group, "quarantine")) return [];
    const from = { ingress: group.IpPermissions ?? [], egress: group.IpPermissionsEgress ?? [] };
    return [{ resource: group.GroupId ?? "", attribute: "rules", from, to: { ingress: [], egress: [] } }];
  });
}

/** The groups themselves stay as they are; but rules that name them no longer reach this instance. */
function sharers(id: string, inUse: string[], interfaces: NetworkInterface[]): string[] {
  return inUse.flatMap((group) => {
    const others = interfaces.filter((one) => groupIds(one).includes(group) && one.Attachment?.InstanceId !== id);
    const names = unique(others.map((one) => one.Attachment?.InstanceId ?? one.NetworkInterfaceId ?? ""));
    return names.length > 0 ? [`${group} is shared with ${listed(names)}, which keep it`] : [];
  });
}

async function apply(
  target: Target,
  { ec2 }: Clients,
  { before, after, changes }: Plan<Before, After>,
): Promise<Applied<After>> {
  if (changes.length === 0) return { after };
  const groups = await soundGroups(target, ec2, after.groups);
  const moving = Object.entries(after.interfaces)
    .map(([eni, vpc]) => ({ eni, ...(groups[vpc] as { quarantine: string; untracked: string }) }))
    .filter(({ eni, quarantine }) => !sameValues(before.interfaces[eni] ?? [], [quarantine]));
  const cut = await Promise.allSettled(moving.map(({ eni, untracked }) => setGroups(ec2, eni, [untracked])));
  // Isolation does not wait for the connections that could not be cut: new ones end here in any case.
  await allOf(moving.map(({ eni, quarantine }) => setGroups(ec2, eni, [quarantine])));
  const uncut = cut.find((outcome) => outcome.status === "rejected");
  return {
    after: { interfaces: after.interfaces, groups },
    notes: moving.length > 0 && !uncut ? ["tracked connections cut by way of the untracked group"] : [],
    error: uncut && asError(uncut.reason),
  };
}

async function soundGroups(target: Target, ec2: EC2Client, groups: After["groups"]): Promise<After["groups"]> {
  const { prefix } = target;
  const { account } = target.finding;
  const made = Object.entries(groups).map(async ([vpc, known]): Promise<[string, VpcGroups]> => {
    if (known.sound) return [vpc, known];
    const [quarantine, untracked] = await Promise.all(
      kinds.map((kind) => ensureGroup(ec2, { prefix, account, vpc, kind })),
    );
    return [vpc, { quarantine: quarantine ?? null, untracked: untracked ?? null, sound: true }];
  });
  return Object.fromEntries(await Promise.all(made));
}

async function setGroups(ec2: EC2Client, NetworkInterfaceId: string, Groups: string[]): Promise<void> {
  await ec2.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, Groups }));
}

/** Waits for all, so that one that fails does not leave others under way; then throws the first failure. */
async function allOf(work: Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((outcome) => outcome.status === "rejected");
  if (failed) throw failed.reason;
}

async function verify(target: Target, { ec2 }: Clients, after: After): Promise<string[]> {
  const id = instanceId(target);
  const quarantines = Object.values(after.groups).flatMap(({ quarantine }) => (quarantine ? [quarantine] : []));
  const [, interfaces, groups] = await Promise.all([
    readInstance(ec2, id),
    networkInterfaces(ec2, "attachment.instance-id", [id]),
    securityGroups(ec2, quarantines),
  ]);
  const open = groups.filter((group) => !isSound(group, "quarantine"));
  return [
    ...open.map(({ GroupId }) => `quarantine group ${GroupId} has rules`),
    ...interfaces.flatMap((one) => {
      const quarantine = after.groups[one.VpcId ?? ""]?.quarantine;
      const has = groupIds(one);
      return quarantine && sameValues(has, [quarantine]) ? [] : [`${one.NetworkInterfaceId} has ${listed(has)}`];
    }),
  ];
}

async function undo(target: Target, { ec2 }: Clients, before: Before, after: After): Promise<Undone> {
  const ids = Object.keys(before.interfaces);
  const wanted = unique(Object.values(before.interfaces).flat());
  const [, interfaces, still, ours] = await Promise.all([
    readInstance(ec2, instanceId(target)),
    networkInterfaces(ec2, "network-interface-id", ids),
    securityGroups(ec2, wanted),
    isolationGroups(ec2, target.prefix),
  ]);
  const own = [
    ...ours.map(({ GroupId }) => GroupId),
    ...Object.values(after.groups).flatMap(({ quarantine, untracked }) => [quarantine, untracked]),
  ];
  const restored: Change[] = [];
  const differences: string[] = [];
  for (const [eni, groups] of Object.entries(before.interfaces)) {
    const current = interfaces.find(({ NetworkInterfaceId }) => NetworkInterfaceId === eni);
    const has = current ? groupIds(current) : [];
    const deleted = groups.filter((group) => !still.some(({ GroupId }) => GroupId === group));
    if (!current) differences.push(`${eni} no longer exists; it had ${listed(groups)}`);
    else if (sameValues(has, groups)) continue;
    else if (has.length !== 1 || !own.includes(has[0]))
      differences.push(`${eni} has ${listed(has)}; it was left with the quarantine group alone`);
    else if (deleted.length > 0) differences.push(`${listed(deleted)}, which ${eni} had, no longer exists`);
    else restored.push({ resource: eni, attribute: "securityGroups", from: has, to: groups });
  }
  if (differences.length > 0) return { restored: [], differences };
  await allOf(restored.map(({ resource, to }) => setGroups(ec2, resource, to as string[])));
  return { restored, differences };
}

function byId<T>(interfaces: NetworkInterface[], value: (one: NetworkInterface) => T): Record<string, T> {
  return Object.fromEntries(interfaces.map((one) => [one.NetworkInterfaceId ?? "", value(one)]));
}

function unique(values: string[]): string[] {
  return values.filter((value, index) => values.indexOf(value) === index);
}

/**
 * Cuts an instance off: every network interface gets the VPC's quarantine group and no other. A change of groups
 * leaves tracked connections open, so each interface first passes through a group whose flows are not tracked.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html#untracked-connections
 *
 * Usual path in the instance's account: one wave of reads, one to the untracked groups, one to quarantine.
 */
export const isolateInstance: Action<Clients, Before, After> = {
  name: "isolateInstance",
  kind: "containment",
  summary: "puts every network interface into quarantine and cuts open connections",
  permissions: [
    {
      sid: "FindInterfaces",
      actions: ["ec2:DescribeInstances", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups"],
      resources: ["*"],
    },
    {
      sid: "MoveInterfaces",
      actions: ["ec2:ModifyNetworkInterfaceAttribute"],
      resources: [
        "arn:{partition}:ec2:*:{account}:network-interface/*",
        "arn:{partition}:ec2:*:{account}:security-group/*",
        "arn:{partition}:ec2:*:{account}:instance/*",
      ],
    },
    {
      // The VPC may be another account's, shared with this one.
      sid: "MakeGroups",
      actions: ["ec2:CreateSecurityGroup"],
      resources: ["arn:{partition}:ec2:*:{account}:security-group/*", "arn:{partition}:ec2:*:*:vpc/*"],
    },
    {
      sid: "NameGroups",
      actions: ["ec2:CreateTags"],
      resources: ["arn:{partition}:ec2:*:{account}:security-group/*"],
      conditions: { StringEquals: { "ec2:CreateAction": "CreateSecurityGroup" } },
    },
    {
      sid: "SetRules",
      actions: [
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:AuthorizeSecurityGroupEgress",
        "ec2:RevokeSecurityGroupIngress",
        "ec2:RevokeSecurityGroupEgress",
      ],
      resources: ["arn:{partition}:ec2:*:{account}:security-group/*"],
    },
  ],
  connect: ({ region, credentials }) => ({ ec2: new EC2Client({ region, credentials }) }),
  plan,
  apply,
  verify,
  undo,
};
