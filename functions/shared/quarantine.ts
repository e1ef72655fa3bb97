import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from "@aws-sdk/client-ec2";
import type { EC2Client, IpPermission, SecurityGroup } from "@aws-sdk/client-ec2";
import { isNamed } from "./errors";
import { quarantineGroupName, untrackedGroupName } from "./names";
import { waitFor } from "./wait";

/** `quarantine` has no rule at all; `untracked` allows everything from and to everywhere. */
export type GroupKind = "quarantine" | "untracked";

/** How long EC2 may take to show a group that it has just made. */
const appearMs = 15_000;

const everywhere: IpPermission[] = [
  { IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] },
  { IpProtocol: "-1", Ipv6Ranges: [{ CidrIpv6: "::/0" }] },
];

export function groupName(prefix: string, kind: GroupKind): string {
  return kind === "quarantine" ? quarantineGroupName(prefix) : untrackedGroupName(prefix);
}

/** Groups by id; one that does not exist is left out. */
export async function securityGroups(ec2: EC2Client, ids: string[]): Promise<SecurityGroup[]> {
  if (ids.length === 0) return [];
  const filters = [{ Name: "group-id", Values: ids }];
  return (await ec2.send(new DescribeSecurityGroupsCommand({ Filters: filters }))).SecurityGroups ?? [];
}

/** Both groups of every VPC in the region, in one call. */
export async function isolationGroups(ec2: EC2Client, prefix: string): Promise<SecurityGroup[]> {
  const names = [quarantineGroupName(prefix), untrackedGroupName(prefix)];
  const filters = [{ Name: "group-name", Values: names }];
  return (await ec2.send(new DescribeSecurityGroupsCommand({ Filters: filters }))).SecurityGroups ?? [];
}

/** A group of the account's own: a shared VPC may show another account's group of the same name. */
export function pickGroup(
  groups: SecurityGroup[],
  of: { prefix: string; account: string; vpc: string; kind: GroupKind },
): SecurityGroup | undefined {
  return groups.find(
    ({ GroupName, VpcId, OwnerId }) =>
      GroupName === groupName(of.prefix, of.kind) && VpcId === of.vpc && (!OwnerId || OwnerId === of.account),
  );
}

function missingFrom(permissions: IpPermission[] | undefined): IpPermission[] {
  return everywhere.filter((wanted) => {
    const v4 = wanted.IpRanges?.[0]?.CidrIp;
    const v6 = wanted.Ipv6Ranges?.[0]?.CidrIpv6;
    return !(permissions ?? []).some(
      (one) =>
        one.IpProtocol === "-1" &&
        (v4 ? one.IpRanges?.some(({ CidrIp }) => CidrIp === v4) : one.Ipv6Ranges?.some((r) => r.CidrIpv6 === v6)),
    );
  });
}

/** Whether a group does what its kind is for: somebody may have put rules in, or taken them out. */
export function isSound(group: SecurityGroup, kind: GroupKind): boolean {
  const { IpPermissions: ingress = [], IpPermissionsEgress: egress = [] } = group;
  if (kind === "quarantine") return ingress.length === 0 && egress.length === 0;
  return missingFrom(ingress).length === 0 && missingFrom(egress).length === 0;
}

/** Makes a group as its kind needs it, whatever is there already; gives its id. */
export async function ensureGroup(
  ec2: EC2Client,
  of: { prefix: string; account: string; vpc: string; kind: GroupKind },
): Promise<string> {
  let group = pickGroup(await isolationGroups(ec2, of.prefix), of);
  if (!group) {
    await createGroup(ec2, of);
    await waitFor(`security group ${groupName(of.prefix, of.kind)} to appear in ${of.vpc}`, appearMs, async () => {
      group = pickGroup(await isolationGroups(ec2, of.prefix), of);
      return group !== undefined;
    });
  }
  const id = group?.GroupId;
  if (!group || !id) throw new Error(`EC2 describes ${groupName(of.prefix, of.kind)} of ${of.vpc} without an id`);
  await (of.kind === "quarantine" ? emptyGroup(ec2, id, group) : openGroup(ec2, id, group));
  return id;
}

async function createGroup(ec2: EC2Client, of: { prefix: string; vpc: string; kind: GroupKind }): Promise<void> {
  const name = groupName(of.prefix, of.kind);
  const purpose = {
    quarantine: "Isolates compromised instances: no rules, and none may be added",
    untracked: "Passed through on the way to quarantine, so that open connections end",
  };
  const tags = [{ ResourceType: "security-group" as const, Tags: [{ Key: "Name", Value: name }] }];
  const request = { GroupName: name, Description: purpose[of.kind], VpcId: of.vpc, TagSpecifications: tags };
  try {
    await ec2.send(new CreateSecurityGroupCommand(request));
  } catch (error) {
    if (!isNamed(error, "InvalidGroup.Duplicate")) throw error; // another case made it first
  }
}

async function emptyGroup(ec2: EC2Client, id: string, group: SecurityGroup): Promise<void> {
  const { IpPermissions: ingress = [], IpPermissionsEgress: egress = [] } = group;
  const gone = (error: unknown) => {
    if (!isNamed(error, "InvalidPermission.NotFound")) throw error;
  };
  await Promise.all([
    ingress.length > 0 &&
      ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: id, IpPermissions: ingress })).catch(gone),
    egress.length > 0 &&
      ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId: id, IpPermissions: egress })).catch(gone),
  ]);
}

async function openGroup(ec2: EC2Client, id: string, group: SecurityGroup): Promise<void> {
  const there = (error: unknown) => {
    if (!isNamed(error, "InvalidPermission.Duplicate")) throw error;
  };
  const one = (permission: IpPermission) => ({ GroupId: id, IpPermissions: [permission] });
  await Promise.all([
    ...missingFrom(group.IpPermissions).map((permission) =>
      ec2.send(new AuthorizeSecurityGroupIngressCommand(one(permission))).catch(there),
    ),
    ...missingFrom(group.IpPermissionsEgress).map((permission) =>
      ec2.send(new AuthorizeSecurityGroupEgressCommand(one(permission))).catch(there),
    ),
  ]);
}
