import {
  AttachInstancesCommand,
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  DetachInstancesCommand,
} from "@aws-sdk/client-auto-scaling";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Action, Applied, Change, Plan, Target, Undone } from "./shared/action";
import { instanceId, listed, readInstance } from "./shared/instance";
import { deregister, isRegistered, register, registrationsOf, targetGroupsOf, targetIds } from "./shared/target-groups";
import type { Registration } from "./shared/target-groups";

interface Clients {
  ec2: EC2Client;
  autoScaling: AutoScalingClient;
  elb: ElasticLoadBalancingV2Client;
}

/** Where the instance belongs to. Afterwards: to nothing. */
interface Membership {
  autoScalingGroup: string | null;
  registrations: Registration[];
}

/** The auto scaling group that counts the instance in; one that is letting it go does not. */
async function groupOf(autoScaling: AutoScalingClient, id: string): Promise<string | null> {
  const { AutoScalingInstances } = await autoScaling.send(
    new DescribeAutoScalingInstancesCommand({ InstanceIds: [id] }),
  );
  const entry = AutoScalingInstances?.[0];
  if (!entry || entry.LifecycleState?.startsWith("Detach")) return null;
  return entry.AutoScalingGroupName ?? null;
}

async function readGroup(autoScaling: AutoScalingClient, name: string) {
  const { AutoScalingGroups } = await autoScaling.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }),
  );
  return AutoScalingGroups?.[0];
}

async function membership(id: string, { ec2, autoScaling, elb }: Clients) {
  const [instance, autoScalingGroup, groups] = await Promise.all([
    readInstance(ec2, id),
    groupOf(autoScaling, id),
    targetGroupsOf(elb),
  ]);
  return { autoScalingGroup, ...(await registrationsOf(elb, groups, targetIds(instance))) };
}

async function plan(target: Target, clients: Clients): Promise<Plan<Membership, Membership>> {
  const id = instanceId(target);
  const { autoScalingGroup, registrations, others } = await membership(id, clients);
  const group = autoScalingGroup ? await readGroup(clients.autoScaling, autoScalingGroup) : undefined;
  const left = (group?.Instances ?? []).flatMap(({ InstanceId }) =>
    InstanceId && InstanceId !== id ? [InstanceId] : [],
  );
  return {
    before: { autoScalingGroup, registrations },
    after: { autoScalingGroup: null, registrations: [] },
    changes: [
      ...(autoScalingGroup ? [{ resource: id, attribute: "autoScalingGroup", from: autoScalingGroup, to: null }] : []),
      ...registrations.map((one) => change(one, "registered", "deregistered")),
    ],
    blastRadius: [
      ...(autoScalingGroup
        ? [`${autoScalingGroup} starts a replacement; ${left.length > 0 ? listed(left) : "nothing else"} stays in it`]
        : []),
      ...registrations.map(({ targetGroup }) => {
        const remaining = others[targetGroup] ?? [];
        return `${targetGroup} is left with ${remaining.length > 0 ? listed(remaining) : "no target: what it serves stops"}`;
      }),
    ],
  };
}

function change({ targetGroup, id, port }: Registration, from: string, to: string): Change {
  return { resource: `${id}:${port ?? ""}`, attribute: targetGroup, from, to };
}

async function apply(
  target: Target,
  { autoScaling, elb }: Clients,
  { before, after }: Plan<Membership, Membership>,
): Promise<Applied<Membership>> {
  const id = instanceId(target);
  // The group first: while it counts the instance in, it would register it again.
  if (before.autoScalingGroup) {
    await autoScaling.send(
      new DetachInstancesCommand({
        InstanceIds: [id],
        AutoScalingGroupName: before.autoScalingGroup,
        // The service keeps its capacity: the group starts a clean instance. Lowering it is also refused at the minimum.
        ShouldDecrementDesiredCapacity: false,
      }),
    );
  }
  await Promise.all(before.registrations.map((one) => deregister(elb, one)));
  return { after };
}

async function verify(target: Target, clients: Clients): Promise<string[]> {
  const id = instanceId(target);
  const { autoScalingGroup, registrations } = await membership(id, clients);
  return [
    ...(autoScalingGroup ? [`${id} is in auto scaling group ${autoScalingGroup}`] : []),
    ...registrations.map(({ targetGroup, id: one }) => `${one} is registered with ${targetGroup}`),
  ];
}

async function undo(target: Target, clients: Clients, before: Membership): Promise<Undone> {
  const id = instanceId(target);
  const { ec2, autoScaling, elb } = clients;
  const [, current, registered] = await Promise.all([
    readInstance(ec2, id),
    groupOf(autoScaling, id),
    Promise.all(before.registrations.map((one) => isRegistered(elb, one))),
  ]);
  const attach = before.autoScalingGroup !== null && current !== before.autoScalingGroup;
  const missing = before.registrations.filter((_, index) => registered[index] === false);
  const differences = [
    ...before.registrations
      .filter((_, index) => registered[index] === undefined)
      .map(({ targetGroup }) => `${targetGroup}, which ${id} was registered with, no longer exists`),
    ...(current && current !== before.autoScalingGroup ? [`${id} was put into auto scaling group ${current}`] : []),
    ...(attach ? await noRoom(autoScaling, before.autoScalingGroup as string) : []),
  ];
  if (differences.length > 0) return { restored: [], differences };
  if (attach) {
    const AutoScalingGroupName = before.autoScalingGroup as string;
    await autoScaling.send(new AttachInstancesCommand({ InstanceIds: [id], AutoScalingGroupName }));
  }
  await Promise.all(missing.map((one) => register(elb, one)));
  return {
    restored: [
      ...(attach ? [{ resource: id, attribute: "autoScalingGroup", from: null, to: before.autoScalingGroup }] : []),
      ...missing.map((one) => change(one, "deregistered", "registered")),
    ],
    differences,
  };
}

/** Attaching raises the desired capacity by one, since the replacement stays: refused by EC2 above the maximum. */
async function noRoom(autoScaling: AutoScalingClient, name: string): Promise<string[]> {
  const group = await readGroup(autoScaling, name);
  if (!group) return [`auto scaling group ${name} no longer exists`];
  const { DesiredCapacity: desired = 0, MaxSize: most = 0 } = group;
  return desired < most ? [] : [`auto scaling group ${name} has no room: it wants ${desired} and may have ${most}`];
}

/**
 * Takes an instance out of its auto scaling group, which would otherwise end it as unhealthy, and out of its target
 * groups. Undone, the group keeps the replacement as well: its desired capacity is then one higher than before.
 */
export const detachInstance: Action<Clients, Membership, Membership> = {
  name: "detachInstance",
  kind: "containment",
  summary: "takes the instance out of its auto scaling group and target groups",
  permissions: [
    {
      sid: "FindMembership",
      actions: [
        "ec2:DescribeInstances",
        "autoscaling:DescribeAutoScalingInstances",
        "autoscaling:DescribeAutoScalingGroups",
        "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetHealth",
      ],
      resources: ["*"],
    },
    {
      sid: "ChangeGroup",
      actions: ["autoscaling:DetachInstances", "autoscaling:AttachInstances"],
      resources: ["arn:{partition}:autoscaling:*:{account}:autoScalingGroup:*:autoScalingGroupName/*"],
    },
    {
      sid: "ChangeTargets",
      actions: ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"],
      resources: ["arn:{partition}:elasticloadbalancing:*:{account}:targetgroup/*"],
    },
  ],
  connect: ({ region, credentials }) => ({
    ec2: new EC2Client({ region, credentials }),
    autoScaling: new AutoScalingClient({ region, credentials }),
    elb: new ElasticLoadBalancingV2Client({ region, credentials }),
  }),
  plan,
  apply,
  verify,
  undo,
};
