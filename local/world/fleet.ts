import { AttachInstancesCommand, CreateAutoScalingGroupCommand } from "@aws-sdk/client-auto-scaling";
import { CreateLaunchTemplateCommand } from "@aws-sdk/client-ec2";
import { CreateTargetGroupCommand, RegisterTargetsCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { AccountClients } from "./clients";
import { imageId } from "./instances";
import type { Network } from "./network";

/** An auto scaling group and a target group, and instances in both. */
export interface Fleet {
  autoScalingGroup: string;
  targetGroupArn: string;
}

/** Makes both, named `name`, with nothing in them. */
export async function makeFleet(
  { autoScaling, ec2, elb }: AccountClients,
  network: Network,
  name: string,
): Promise<Fleet> {
  const [{ TargetGroups }] = await Promise.all([
    elb.send(new CreateTargetGroupCommand({ Name: name, Protocol: "HTTPS", Port: 443, VpcId: network.vpc })),
    ec2.send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: name,
        LaunchTemplateData: { ImageId: imageId, InstanceType: "m6i.large", SecurityGroupIds: [network.groups.web] },
      }),
    ),
  ]);
  await autoScaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: name,
      LaunchTemplate: { LaunchTemplateName: name, Version: "$Latest" },
      MinSize: 0,
      MaxSize: 50,
      DesiredCapacity: 0,
      VPCZoneIdentifier: network.subnets.join(","),
    }),
  );
  return { autoScalingGroup: name, targetGroupArn: TargetGroups?.[0]?.TargetGroupArn ?? "" };
}

export async function joinFleet({ autoScaling, elb }: AccountClients, fleet: Fleet, instances: string[]) {
  await autoScaling.send(
    new AttachInstancesCommand({ AutoScalingGroupName: fleet.autoScalingGroup, InstanceIds: instances }),
  );
  await elb.send(
    new RegisterTargetsCommand({
      TargetGroupArn: fleet.targetGroupArn,
      Targets: instances.map((Id) => ({ Id, Port: 443 })),
    }),
  );
}
