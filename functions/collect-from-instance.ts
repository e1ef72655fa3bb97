import { EC2Client } from "@aws-sdk/client-ec2";
import type { Instance } from "@aws-sdk/client-ec2";
import { S3Client } from "@aws-sdk/client-s3";
import { DescribeInstanceInformationCommand, SSMClient } from "@aws-sdk/client-ssm";
import type { InstanceInformation } from "@aws-sdk/client-ssm";
import type { Action, Applied, Plan, Target, Undone } from "./shared/action";
import { collectionCommands, collectionDocuments } from "./shared/collection";
import type { Platform, Topic } from "./shared/collection";
import { isNamed, messageOf } from "./shared/errors";
import { gather } from "./shared/gather";
import { instanceId, readInstance } from "./shared/instance";
import { collectionBucketName, collectorProfileName, quarantineGroupName } from "./shared/names";
import { lingeringProfile, profileName, profileOf, putProfileOn, takeProfileOff } from "./shared/profile";
import { commandOutput, runCommand } from "./shared/run-command";
import type { Command, CommandOutcome } from "./shared/run-command";
import { holdsWithin } from "./shared/wait";

interface Clients {
  ec2: EC2Client;
  ssm: SSMClient;
  s3: S3Client;
}

/** The instance has no profile, before and after: the collector's comes and goes in between. */
interface Collection {
  /** Null: Systems Manager does not manage the instance, or cannot reach it. */
  platform: Platform | null;
}

/** The commands' own limit, that of waiting for them, and that of waiting for the agent before. */
const commandSeconds = 60;
const waitMs = 100_000;
const agentMs = 60_000;

/** An agent that was heard of this lately may come back once the instance has a profile that lets it. */
const recentMs = 15 * 60_000;

async function readAgent(ssm: SSMClient, id: string): Promise<InstanceInformation | undefined> {
  const { InstanceInformationList } = await ssm.send(
    new DescribeInstanceInformationCommand({ Filters: [{ Key: "InstanceIds", Values: [id] }] }),
  );
  return InstanceInformationList?.find(({ InstanceId }) => InstanceId === id);
}

/**
 * The profile was taken off a moment ago, and with it the agent's permission: Systems Manager may call the agent
 * online for some minutes more, or have lost it already. Either way the instance is one that it manages.
 */
async function managedPlatform(ssm: SSMClient, id: string): Promise<Platform | null> {
  const agent = await readAgent(ssm, id);
  const lastHeard = agent?.LastPingDateTime?.getTime() ?? 0;
  if (agent?.PingStatus !== "Online" && Date.now() - lastHeard > recentMs) return null;
  return agent?.PlatformType === "Windows" ? "Windows" : "Linux";
}

async function plan(target: Target, { ec2, ssm }: Clients): Promise<Plan<Collection, Collection>> {
  const id = instanceId(target);
  const [instance, managed] = await Promise.all([readInstance(ec2, id), managedPlatform(ssm, id)]);
  const platform = isQuarantined(instance, target.prefix) ? null : managed;
  const collector = collectorProfileName(target.prefix);
  const to = `${collector}, only while it is collected from`;
  return {
    before: { platform },
    after: { platform },
    changes: platform ? [{ resource: id, attribute: "instanceProfile", from: null, to }] : [],
    blastRadius: [],
  };
}

/** Nothing gets out of the quarantine group: waiting for the agent of such an instance would be in vain. */
function isQuarantined({ NetworkInterfaces = [] }: Instance, prefix: string): boolean {
  const groups = NetworkInterfaces.map(({ Groups = [] }) => Groups.map(({ GroupName }) => GroupName));
  return groups.length > 0 && groups.every((names) => names.join() === quarantineGroupName(prefix));
}

async function apply(
  target: Target,
  clients: Clients,
  { after }: Plan<Collection, Collection>,
): Promise<Applied<Collection>> {
  const id = instanceId(target);
  const { platform } = after;
  if (!platform) return { after, notes: [`Systems Manager does not reach ${id}: nothing collected from inside`] };
  const runs = await withCollector(target, clients.ec2, () => runAll(target, clients.ssm, platform));
  if (!runs) return { after, notes: [`the agent of ${id} did not come back: nothing collected from inside`] };
  const notes: string[] = [];
  const gathered = await gather(
    runs.map(({ command, outcome, topic }) => ({
      what: `${topic}.txt`,
      collect: async () => {
        const output = await commandOutput(clients.s3, command, outcome, `${topic}.txt`);
        notes.push(...output.notes);
        return output.evidence;
      },
    })),
  );
  return { after, ...gathered, notes: [...notes, ...(gathered.notes ?? [])] };
}

/** Runs work while the instance has the collector's profile, and takes it off whatever happens. */
async function withCollector<T>(target: Target, ec2: EC2Client, work: () => Promise<T>): Promise<T> {
  const id = instanceId(target);
  const name = collectorProfileName(target.prefix);
  const current = await profileOf(ec2, id);
  if (current && profileName(current) !== name) {
    throw new Error(`${id} has the profile ${current}: removeInstanceProfile has to take it off first`);
  }
  try {
    if (!current) await putProfileOn(ec2, id, { Name: name });
    return await work();
  } finally {
    await removeCollector(target, ec2);
  }
}

async function removeCollector(target: Target, ec2: EC2Client): Promise<boolean> {
  const id = instanceId(target);
  const current = await profileOf(ec2, id);
  if (!current || profileName(current) !== collectorProfileName(target.prefix)) return false;
  await takeProfileOff(ec2, id, current);
  return true;
}

interface Run {
  topic: Topic;
  command: Command;
  outcome: CommandOutcome;
}

/** All topics side by side. An agent that has gone away costs the evidence from inside, not the containment. */
async function runAll(target: Target, ssm: SSMClient, platform: Platform): Promise<Run[] | undefined> {
  const id = instanceId(target);
  const online = await holdsWithin(agentMs, async () => (await readAgent(ssm, id))?.PingStatus === "Online");
  if (!online) return undefined;
  const { account, region } = target.finding;
  const bucket = collectionBucketName(target.prefix, account, region);
  const prefix = `cases/${target.caseId}`;
  const deadline = Date.now() + waitMs;
  const topics = collectionCommands(platform, `s3://${bucket}/${prefix}/memory-image`);
  return Promise.all(
    topics.map(async ({ topic, commands }): Promise<Run> => {
      const command = {
        instance: id,
        document: collectionDocuments[platform],
        commands,
        bucket,
        prefix: `${prefix}/${topic}`,
        limitSeconds: commandSeconds,
      };
      try {
        return { topic, command, outcome: await runCommand(ssm, command, deadline) };
      } catch (error) {
        if (!isNamed(error, "InvalidInstanceId")) throw error;
        return { topic, command, outcome: { commandId: "none", status: messageOf(error), start: "" } };
      }
    }),
  );
}

async function verify(target: Target, { ec2 }: Clients): Promise<string[]> {
  const id = instanceId(target);
  const [, current] = await Promise.all([readInstance(ec2, id), lingeringProfile(ec2, id)]);
  return current && profileName(current) === collectorProfileName(target.prefix) ? [`${id} still has ${current}`] : [];
}

/** Only a function that was killed in the middle leaves the collector's profile behind. */
async function undo(target: Target, { ec2 }: Clients): Promise<Undone> {
  const id = instanceId(target);
  await readInstance(ec2, id);
  const from = collectorProfileName(target.prefix);
  const removed = await removeCollector(target, ec2);
  return {
    restored: removed ? [{ resource: id, attribute: "instanceProfile", from, to: null }] : [],
    differences: [],
  };
}

/**
 * Runs collection commands on an instance that Systems Manager manages, under a profile that allows no more than
 * that. Comes after `removeInstanceProfile` and before `isolateInstance`, after which the agent reaches nothing.
 */
export const collectFromInstance: Action<Clients, Collection, Collection> = {
  name: "collectFromInstance",
  kind: "containment",
  summary: "collects processes, sockets, logins, modules and memory under a reduced-privilege profile",
  permissions: [
    {
      sid: "FindInstance",
      actions: [
        "ec2:DescribeInstances",
        "ec2:DescribeIamInstanceProfileAssociations",
        "ssm:DescribeInstanceInformation",
      ],
      resources: ["*"],
    },
    {
      sid: "SwapProfile",
      actions: ["ec2:AssociateIamInstanceProfile", "ec2:DisassociateIamInstanceProfile"],
      resources: ["arn:{partition}:ec2:*:{account}:instance/*"],
    },
    {
      sid: "PassCollector",
      actions: ["iam:PassRole"],
      resources: ["arn:{partition}:iam::{account}:role/{prefix}-collector"],
      conditions: { StringEquals: { "iam:PassedToService": ["ec2.amazonaws.com", "ec2.amazonaws.com.cn"] } },
    },
    {
      sid: "SendCommands",
      actions: ["ssm:SendCommand"],
      resources: [
        "arn:{partition}:ssm:*::document/AWS-RunShellScript",
        "arn:{partition}:ssm:*::document/AWS-RunPowerShellScript",
        "arn:{partition}:ec2:*:{account}:instance/*",
      ],
    },
    { sid: "AwaitCommands", actions: ["ssm:GetCommandInvocation"], resources: ["*"] },
    {
      sid: "FindOutput",
      actions: ["s3:ListBucket"],
      resources: ["arn:{partition}:s3:::{prefix}-collection-{account}-*"],
    },
    {
      sid: "ReadOutput",
      actions: ["s3:GetObject"],
      resources: ["arn:{partition}:s3:::{prefix}-collection-{account}-*/cases/*"],
    },
  ],
  connect: ({ region, credentials }) => ({
    ec2: new EC2Client({ region, credentials }),
    ssm: new SSMClient({ region, credentials }),
    s3: new S3Client({ region, credentials }),
  }),
  plan,
  apply,
  verify,
  undo,
};
