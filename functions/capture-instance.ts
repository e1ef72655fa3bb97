import {
  DescribeInstanceAttributeCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  paginateDescribeVolumes,
} from "@aws-sdk/client-ec2";
import type { Instance, NetworkInterface, Volume } from "@aws-sdk/client-ec2";
import { IAMClient } from "@aws-sdk/client-iam";
import type { Action, Applied, Evidence, Target } from "./shared/action";
import { gather, jsonEvidence } from "./shared/gather";
import { groupIds, instanceId, networkInterfaces, readInstance } from "./shared/instance";
import { describeProfile } from "./shared/role-evidence";

interface Clients {
  ec2: EC2Client;
  iam: IAMClient;
}

type Nothing = Record<string, never>;

/** DescribeInstances does not give these. User data often holds what an attacker left to run at the next start. */
const attributes = ["userData", "disableApiTermination", "instanceInitiatedShutdownBehavior"] as const;

async function instanceEvidence(ec2: EC2Client, id: string, instance: Instance): Promise<Evidence[]> {
  const answers = await Promise.all(
    attributes.map((attribute) =>
      ec2.send(new DescribeInstanceAttributeCommand({ InstanceId: id, Attribute: attribute })),
    ),
  );
  const read = {
    userData: decoded(answers.find(({ UserData }) => UserData?.Value)?.UserData?.Value),
    disableApiTermination: answers.find((one) => one.DisableApiTermination)?.DisableApiTermination?.Value,
    shutdownBehavior: answers.find((one) => one.InstanceInitiatedShutdownBehavior)?.InstanceInitiatedShutdownBehavior
      ?.Value,
  };
  const source = "ec2:DescribeInstances, ec2:DescribeInstanceAttribute";
  return [jsonEvidence("instance.json", { instance, attributes: read }, source)];
}

function decoded(userData: string | undefined): string | undefined {
  return userData === undefined ? undefined : Buffer.from(userData, "base64").toString("utf8");
}

async function groupEvidence(ec2: EC2Client, interfaces: NetworkInterface[], instance: Instance): Promise<Evidence[]> {
  const own = (instance.SecurityGroups ?? []).flatMap(({ GroupId }) => (GroupId ? [GroupId] : []));
  const ids = [...interfaces.flatMap(groupIds), ...own].filter((id, index, all) => all.indexOf(id) === index);
  const groups =
    ids.length === 0 ? [] : (await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: ids }))).SecurityGroups;
  return [jsonEvidence("security-groups.json", groups, "ec2:DescribeSecurityGroups")];
}

async function volumeEvidence(ec2: EC2Client, id: string): Promise<Evidence[]> {
  const volumes: Volume[] = [];
  const filters = [{ Name: "attachment.instance-id", Values: [id] }];
  for await (const page of paginateDescribeVolumes({ client: ec2 }, { Filters: filters })) {
    volumes.push(...(page.Volumes ?? []));
  }
  return [jsonEvidence("volumes.json", volumes, "ec2:DescribeVolumes")];
}

async function roleEvidence(iam: IAMClient, profileArn: string): Promise<Evidence[]> {
  const source = "iam:GetInstanceProfile, iam:GetRole, iam:GetRolePolicy, iam:GetPolicyVersion";
  return [jsonEvidence("role.json", await describeProfile(iam, profileArn), source)];
}

async function plan(target: Target, { ec2 }: Clients) {
  await readInstance(ec2, instanceId(target));
  return { before: {}, after: {}, changes: [], blastRadius: [] };
}

async function apply(target: Target, { ec2, iam }: Clients): Promise<Applied<Nothing>> {
  const id = instanceId(target);
  const instance = await readInstance(ec2, id);
  const profileArn = instance.IamInstanceProfile?.Arn;
  const gathered = await gather([
    { what: "the instance's description", collect: () => instanceEvidence(ec2, id, instance) },
    {
      what: "the description of network interfaces and security groups",
      collect: async () => {
        const interfaces = await networkInterfaces(ec2, "attachment.instance-id", [id]);
        const own = jsonEvidence("network-interfaces.json", interfaces, "ec2:DescribeNetworkInterfaces");
        return [own, ...(await groupEvidence(ec2, interfaces, instance))];
      },
    },
    { what: "the description of volumes", collect: () => volumeEvidence(ec2, id) },
    ...(profileArn ? [{ what: "the attached role", collect: () => roleEvidence(iam, profileArn) }] : []),
  ]);
  const notes = [...(gathered.notes ?? []), ...(profileArn ? [] : [`${id} has no instance profile`])];
  return { after: {}, ...gathered, notes };
}

/** Keeps the instance as AWS describes it, with all that decides what it can reach and do. */
export const captureInstance: Action<Clients, Nothing, Nothing> = {
  name: "captureInstance",
  kind: "evidence",
  summary: "keeps the instance's description, network interfaces, volumes, security groups and attached role",
  permissions: [
    {
      sid: "DescribeSurroundings",
      actions: [
        "ec2:DescribeInstances",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeVolumes",
      ],
      resources: ["*"],
    },
    {
      sid: "ReadAttributes",
      actions: ["ec2:DescribeInstanceAttribute"],
      resources: ["arn:{partition}:ec2:*:{account}:instance/*"],
    },
    {
      sid: "ReadProfile",
      actions: ["iam:GetInstanceProfile"],
      resources: ["arn:{partition}:iam::{account}:instance-profile/*"],
    },
    {
      sid: "ReadRole",
      actions: ["iam:GetRole", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies", "iam:GetRolePolicy"],
      resources: ["arn:{partition}:iam::{account}:role/*"],
    },
    {
      sid: "ReadPolicies",
      actions: ["iam:GetPolicy", "iam:GetPolicyVersion"],
      resources: ["arn:{partition}:iam::{account}:policy/*", "arn:{partition}:iam::aws:policy/*"],
    },
  ],
  connect: ({ region, credentials }) => ({
    ec2: new EC2Client({ region, credentials }),
    iam: new IAMClient({ region, credentials }),
  }),
  plan,
  apply,
  verify: () => Promise.resolve([]),
  undo: () => Promise.resolve({ restored: [], differences: [] }),
};
