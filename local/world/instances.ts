import {
  CreateVolumeCommand,
  AttachVolumeCommand,
  AttachNetworkInterfaceCommand,
  CreateNetworkInterfaceCommand,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import type { AccountClients } from "./clients";
import type { Network } from "./network";

/** What kind of instance is wanted. */
export interface InstancePlan {
  name: string;
  /** Instance profile; none: the instance has no credentials and Systems Manager does not manage it. */
  profile?: string;
  groups: string[];
  /** Network interfaces, the further ones in the second subnet and the first by turns. @default 1 */
  interfaces?: number;
  /** @default 2 */
  volumes?: number;
}

/** An Amazon Linux image; its id means nothing to the organisation on this machine. */
export const imageId = "ami-0a1b2c3d4e5f60718";

/** Starts an instance with its volumes and network interfaces, and gives its id. */
export async function launchInstance(
  { ec2 }: AccountClients,
  region: string,
  network: Network,
  plan: InstancePlan,
): Promise<string> {
  const tags = [{ Key: "Name", Value: plan.name }];
  const { Instances } = await ec2.send(
    new RunInstancesCommand({
      ImageId: imageId,
      InstanceType: "m6i.large",
      MinCount: 1,
      MaxCount: 1,
      SubnetId: network.subnets[0],
      SecurityGroupIds: plan.groups,
      ...(plan.profile ? { IamInstanceProfile: { Name: plan.profile } } : {}),
      TagSpecifications: [{ ResourceType: "instance", Tags: tags }],
    }),
  );
  const id = Instances?.[0]?.InstanceId;
  if (!id) throw new Error(`EC2 started no instance ${plan.name}`);
  const further = (count: number) => Array.from({ length: Math.max(0, count - 1) }, (_, index) => index + 1);
  await Promise.all([
    ...further(plan.volumes ?? 2).map(async (number) => {
      const { VolumeId } = await ec2.send(
        new CreateVolumeCommand({ AvailabilityZone: `${region}a`, Size: 20 * number, VolumeType: "gp3" }),
      );
      const Device = `/dev/sd${String.fromCharCode("e".charCodeAt(0) + number)}`;
      await ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId: id, Device }));
    }),
    ...further(plan.interfaces ?? 1).map(async (number) => {
      const { NetworkInterface } = await ec2.send(
        new CreateNetworkInterfaceCommand({
          SubnetId: network.subnets[number % 2],
          Groups: number % 2 === 1 ? [network.groups.database, network.groups.admin] : plan.groups,
        }),
      );
      await ec2.send(
        new AttachNetworkInterfaceCommand({
          NetworkInterfaceId: NetworkInterface?.NetworkInterfaceId,
          InstanceId: id,
          DeviceIndex: number,
        }),
      );
    }),
  ]);
  return id;
}
