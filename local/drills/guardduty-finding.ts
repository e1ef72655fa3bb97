import { randomBytes } from "node:crypto";
import { DescribeInstancesCommand } from "@aws-sdk/client-ec2";
import type { Instance, InstanceNetworkInterface } from "@aws-sdk/client-ec2";
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { AccountClients } from "../world";
import { noInstance } from "./drill";
import type { Stage } from "./drill";

/**
 * A GuardDuty finding about an EC2 instance as its event's `detail` has it, whole.
 * https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Finding.html
 */
export async function guardDutyFinding(stage: Stage, more: { count?: number; id?: string } = {}) {
  const { layout, drillAccount } = stage.world;
  const now = new Date();
  const detector = "12abc34d567e8fa901bc2d34e56789f0";
  const id = more.id ?? randomBytes(16).toString("hex");
  const where = `arn:aws:guardduty:${layout.region}:${drillAccount.id}:detector/${detector}`;
  const firstSeen = new Date(now.getTime() - 4 * 60_000).toISOString();
  return {
    schemaVersion: "2.0",
    accountId: drillAccount.id,
    region: layout.region,
    partition: "aws",
    id,
    arn: `${where}/finding/${id}`,
    type: "Backdoor:EC2/C&CActivity.B!DNS",
    resource: { resourceType: "Instance", instanceDetails: await instanceDetails(stage) },
    service: {
      serviceName: "guardduty",
      detectorId: detector,
      action: {
        actionType: "DNS_REQUEST",
        dnsRequestAction: { domain: "guarddutyc2activityb.com", protocol: "UDP", blocked: false },
      },
      resourceRole: "TARGET",
      additionalInfo: { threatListName: "ThreatIntel", domain: "guarddutyc2activityb.com" },
      evidence: { threatIntelligenceDetails: [{ threatListName: "ThreatIntel", threatNames: ["Backdoor"] }] },
      eventFirstSeen: firstSeen,
      eventLastSeen: now.toISOString(),
      archived: false,
      count: more.count ?? 1,
    },
    severity: 8,
    createdAt: firstSeen,
    updatedAt: now.toISOString(),
    title: `Command and Control server domain name queried by EC2 instance ${stage.instance}.`,
    description:
      `EC2 instance ${stage.instance} is querying a domain name associated with a known Command & Control server. ` +
      "If this activity is unexpected, your instance is likely to be compromised.",
  };
}

/** Sends an event to the drill account's own bus, as GuardDuty does. @throws where EventBridge takes it not */
export async function sendAsGuardDuty(stage: Stage, detail: object): Promise<void> {
  const { world, instance } = stage;
  const { events } = world.service(world.drillAccount.id);
  await putEvent(events, {
    detail,
    resources: [`arn:aws:ec2:${world.layout.region}:${world.drillAccount.id}:instance/${instance}`],
  });
}

export async function putEvent(
  events: AccountClients["events"],
  event: { detail: object; resources?: string[]; bus?: string; source?: string },
): Promise<void> {
  const { Entries } = await events.send(
    new PutEventsCommand({
      Entries: [
        {
          Time: new Date(),
          Source: event.source ?? "aws.guardduty",
          DetailType: "GuardDuty Finding",
          Detail: JSON.stringify(event.detail),
          Resources: event.resources ?? [],
          ...(event.bus ? { EventBusName: event.bus } : {}),
        },
      ],
    }),
  );
  const failed = Entries?.find(({ ErrorCode }) => ErrorCode);
  if (failed) throw Object.assign(new Error(failed.ErrorMessage ?? "no reason given"), { name: failed.ErrorCode });
}

async function instanceDetails({ world, instance }: Stage) {
  if (instance === noInstance)
    return { instanceId: instance, instanceType: "m6i.large", networkInterfaces: [], tags: [] };
  const { Reservations } = await world
    .admin(world.drillAccount.id)
    .ec2.send(new DescribeInstancesCommand({ InstanceIds: [instance] }));
  const found = Reservations?.[0]?.Instances?.[0];
  if (!found) throw new Error(`EC2 does not describe ${instance}, which the drill is about`);
  return {
    instanceId: instance,
    instanceType: found.InstanceType,
    launchTime: found.LaunchTime?.toISOString(),
    platform: null,
    productCodes: [],
    iamInstanceProfile: profileOf(found),
    networkInterfaces: (found.NetworkInterfaces ?? []).map(interfaceDetails),
    outpostArn: null,
    tags: (found.Tags ?? []).map(({ Key, Value }) => ({ key: Key, value: Value })),
    instanceState: found.State?.Name,
    availabilityZone: found.Placement?.AvailabilityZone,
    imageId: found.ImageId,
    imageDescription: "Amazon Linux 2023",
  };
}

function profileOf({ IamInstanceProfile }: Instance) {
  return IamInstanceProfile ? { arn: IamInstanceProfile.Arn, id: IamInstanceProfile.Id } : null;
}

function interfaceDetails(one: InstanceNetworkInterface) {
  return {
    networkInterfaceId: one.NetworkInterfaceId,
    privateIpAddress: one.PrivateIpAddress,
    privateDnsName: one.PrivateDnsName,
    privateIpAddresses: [{ privateIpAddress: one.PrivateIpAddress, privateDnsName: one.PrivateDnsName }],
    ipv6Addresses: [],
    subnetId: one.SubnetId,
    vpcId: one.VpcId,
    securityGroups: (one.Groups ?? []).map(({ GroupId, GroupName }) => ({ groupId: GroupId, groupName: GroupName })),
    publicDnsName: "",
  };
}
