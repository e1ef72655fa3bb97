import type { Instance } from "@aws-sdk/client-ec2";
import {
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  paginateDescribeTargetGroups,
  RegisterTargetsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type {
  ElasticLoadBalancingV2Client,
  TargetDescription,
  TargetGroup,
  TargetHealthDescription,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { isNamed } from "./errors";

/** One entry of a target group. `availabilityZone` is set for targets by address alone: ELB refuses it for others. */
export interface Registration {
  targetGroup: string;
  id: string;
  port: number | null;
  availabilityZone: string | null;
}

/** How many groups are asked at a time: an account may have hundreds, and ELB throttles early. */
const atATime = 10;

/** All that can lead a target group to the instance: its id, or an address of one of its network interfaces. */
export function targetIds(instance: Instance): string[] {
  const addresses = (instance.NetworkInterfaces ?? []).flatMap((one) => [
    ...(one.PrivateIpAddresses ?? []).map(({ PrivateIpAddress }) => PrivateIpAddress),
    ...(one.Ipv6Addresses ?? []).map(({ Ipv6Address }) => Ipv6Address),
  ]);
  return [instance.InstanceId, instance.PrivateIpAddress, ...addresses].filter(
    (id, index, all): id is string => id !== undefined && all.indexOf(id) === index,
  );
}

/** Groups of instances or addresses. */
export async function targetGroupsOf(elb: ElasticLoadBalancingV2Client): Promise<TargetGroup[]> {
  const found: TargetGroup[] = [];
  for await (const page of paginateDescribeTargetGroups({ client: elb }, {})) {
    found.push(...(page.TargetGroups ?? []));
  }
  return found.filter(({ TargetType }) => TargetType !== "lambda" && TargetType !== "alb");
}

/** A target that drains gets no new connections: it counts as deregistered. */
function counts({ TargetHealth }: TargetHealthDescription): boolean {
  return TargetHealth?.State !== "draining" && TargetHealth?.Reason !== "Target.NotRegistered";
}

/** Where any of the ids is registered, and which other targets those groups have. */
export async function registrationsOf(
  elb: ElasticLoadBalancingV2Client,
  groups: TargetGroup[],
  ids: string[],
): Promise<{ registrations: Registration[]; others: Record<string, string[]> }> {
  const registrations: Registration[] = [];
  const others: Record<string, string[]> = {};
  for (let start = 0; start < groups.length; start += atATime) {
    const some = groups.slice(start, start + atATime);
    const targets = await Promise.all(some.map(({ TargetGroupArn = "" }) => targetsOf(elb, TargetGroupArn)));
    some.forEach(({ TargetGroupArn: targetGroup = "", TargetType: type }, index) => {
      const mine = (targets[index] ?? []).filter(({ Id }) => ids.includes(Id ?? ""));
      if (mine.length === 0) return;
      registrations.push(...mine.map((one) => registration(targetGroup, one, type)));
      others[targetGroup] = (targets[index] ?? []).flatMap(({ Id }) => (Id && !ids.includes(Id) ? [Id] : []));
    });
  }
  return { registrations, others };
}

async function targetsOf(elb: ElasticLoadBalancingV2Client, TargetGroupArn: string): Promise<TargetDescription[]> {
  const { TargetHealthDescriptions } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
  return (TargetHealthDescriptions ?? []).filter(counts).flatMap(({ Target }) => (Target ? [Target] : []));
}

function registration(targetGroup: string, target: TargetDescription, type: string | undefined): Registration {
  return {
    targetGroup,
    id: target.Id ?? "",
    port: target.Port ?? null,
    availabilityZone: type === "ip" ? (target.AvailabilityZone ?? null) : null,
  };
}

/** Whether a registration is there; undefined if its target group is not. */
export async function isRegistered(
  elb: ElasticLoadBalancingV2Client,
  { targetGroup, id, port }: Registration,
): Promise<boolean | undefined> {
  try {
    const targets = await targetsOf(elb, targetGroup);
    return targets.some((one) => one.Id === id && (port === null || one.Port === port));
  } catch (error) {
    if (isNamed(error, "TargetGroupNotFoundException", "TargetGroupNotFound")) return undefined;
    throw error;
  }
}

export async function deregister(elb: ElasticLoadBalancingV2Client, one: Registration): Promise<void> {
  const Targets = [described(one)];
  await elb.send(new DeregisterTargetsCommand({ TargetGroupArn: one.targetGroup, Targets }));
}

export async function register(elb: ElasticLoadBalancingV2Client, one: Registration): Promise<void> {
  const Targets = [described(one)];
  await elb.send(new RegisterTargetsCommand({ TargetGroupArn: one.targetGroup, Targets }));
}

function described({ id, port, availabilityZone }: Registration): TargetDescription {
  return {
    Id: id,
    ...(port !== null && { Port: port }),
    ...(availabilityZone !== null && { AvailabilityZone: availabilityZone }),
  };
}
