import { DescribeAutoScalingInstancesCommand } from "@aws-sdk/client-auto-scaling";
import {
  DescribeIamInstanceProfileAssociationsCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
} from "@aws-sdk/client-ec2";
import { DescribeTargetGroupsCommand, DescribeTargetHealthCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { AccountClients } from "./world";

/** What of an instance a containment changes, as name and value, in the order in which people read it. */
export type InstanceView = Record<string, string>;

/** How many tracked connections a network interface has open; AWS has no call that tells. */
export type ConnectionCount = (networkInterface: string) => Promise<number | undefined>;

/** Looks at an instance as the account's administrator; undefined if there is none. */
export async function viewInstance(
  clients: AccountClients,
  instance: string,
  connections: ConnectionCount,
): Promise<InstanceView | undefined> {
  const { ec2 } = clients;
  const filters = [{ Name: "instance-id", Values: [instance] }];
  const [described, protection, associations, autoScaling, targetGroups] = await Promise.all([
    ec2.send(new DescribeInstancesCommand({ Filters: filters })),
    ec2
      .send(new DescribeInstanceAttributeCommand({ InstanceId: instance, Attribute: "disableApiTermination" }))
      .catch((error: Error) => {
        if (error.name === "InvalidInstanceID.NotFound") return undefined;
        throw error;
      }),
    ec2.send(new DescribeIamInstanceProfileAssociationsCommand({ Filters: filters })),
    clients.autoScaling.send(new DescribeAutoScalingInstancesCommand({ InstanceIds: [instance] })),
    targetGroupsOf(clients, instance),
  ]);
  const found = described.Reservations?.[0]?.Instances?.[0];
  if (!found) return undefined;
  const associated = associations.IamInstanceProfileAssociations?.find(({ State }) => State === "associated");
  const view: InstanceView = { state: found.State?.Name ?? "" };
  const interfaces = [...(found.NetworkInterfaces ?? [])].sort(
    (a, b) => (a.Attachment?.DeviceIndex ?? 0) - (b.Attachment?.DeviceIndex ?? 0),
  );
  for (const one of interfaces) {
    const device = `eth${one.Attachment?.DeviceIndex ?? 0}`;
    view[`${device} groups`] = (one.Groups ?? [])
      .map(({ GroupName, GroupId }) => GroupName ?? GroupId)
      .sort()
      .join(", ");
    const open = await connections(one.NetworkInterfaceId ?? "");
    if (open !== undefined) view[`${device} tracked connections`] = String(open);
  }
  view["instance profile"] = associated?.IamInstanceProfile?.Arn?.split("/").at(-1) ?? "none";
  view["termination protection"] = protection?.DisableApiTermination?.Value ? "on" : "off";
  view["auto scaling group"] = autoScaling.AutoScalingInstances?.[0]?.AutoScalingGroupName ?? "none";
  view["target groups"] = targetGroups.join(", ") || "none";
  return view;
}

/** Target groups that send to the instance; one that lets it go does not any more. */
async function targetGroupsOf({ elb }: AccountClients, instance: string): Promise<string[]> {
  const { TargetGroups } = await elb.send(new DescribeTargetGroupsCommand({}));
  const sending = await Promise.all(
    (TargetGroups ?? []).map(async ({ TargetGroupArn, TargetGroupName }) => {
      const { TargetHealthDescriptions } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
      const registered = (TargetHealthDescriptions ?? []).some(
        ({ Target, TargetHealth }) => Target?.Id === instance && TargetHealth?.State !== "draining",
      );
      return registered ? [TargetGroupName ?? ""] : [];
    }),
  );
  return sending.flat();
}
