import { GetObjectCommand, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import { GetCommandInvocationCommand, SendCommandCommand } from "@aws-sdk/client-ssm";
import type { GetCommandInvocationCommandOutput, SSMClient } from "@aws-sdk/client-ssm";
import type { Evidence } from "./action";
import { isNamed } from "./errors";
import { pause } from "./wait";

/** A command for one instance, with the place where Systems Manager puts all of its output. */
export interface Command {
  instance: string;
  document: string;
  commands: string[];
  bucket: string;
  prefix: string;
  /** Seconds that the commands themselves may take. */
  limitSeconds: number;
}

export interface CommandOutcome {
  commandId: string;
  /** Systems Manager's status; `Pending` if it did not end in time. */
  status: string;
  /** The first 24,000 characters: what Systems Manager keeps itself. */
  start: string;
}

/** The shortest that Systems Manager takes for a command to reach its instance. */
const deliverySeconds = 30;
const askAgainMs = 500;
const longestAskMs = 4_000;
/** What a function can hold; the instance is not trusted to keep its output short. */
const mostBytes = 20 * 1024 * 1024;
const underWay = ["Pending", "InProgress", "Delayed"];

/** Sends a command and waits for its end, until `deadline` at the latest (milliseconds since 1970). */
export async function runCommand(ssm: SSMClient, command: Command, deadline: number): Promise<CommandOutcome> {
  const { Command: sent } = await ssm.send(
    new SendCommandCommand({
      InstanceIds: [command.instance],
      DocumentName: command.document,
      Parameters: { commands: command.commands, executionTimeout: [String(command.limitSeconds)] },
      TimeoutSeconds: deliverySeconds,
      OutputS3BucketName: command.bucket,
      OutputS3KeyPrefix: command.prefix,
    }),
  );
  const commandId = sent?.CommandId ?? "";
  for (let wait = askAgainMs; ; wait = Math.min(wait * 2, longestAskMs)) {
    const invocation = await readInvocation(ssm, commandId, command.instance);
    const status = invocation?.Status ?? "Pending";
    if (!underWay.includes(status) || Date.now() + wait > deadline) {
      return { commandId, status, start: invocation?.StandardOutputContent ?? "" };
    }
    await pause(wait);
  }
}

async function readInvocation(
  ssm: SSMClient,
  CommandId: string,
  InstanceId: string,
): Promise<GetCommandInvocationCommandOutput | undefined> {
  try {
    return await ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId }));
  } catch (error) {
    if (isNamed(error, "InvocationDoesNotExist")) return undefined; // not visible yet
    throw error;
  }
}

/** A command's whole output from the bucket; where the agent could not put it there, its start. */
export async function commandOutput(
  s3: S3Client,
  command: Command,
  outcome: CommandOutcome,
  name: string,
): Promise<{ evidence: Evidence[]; notes: string[] }> {
  const key = await outputKey(s3, command, outcome.commandId);
  const source = `ssm:SendCommand ${command.document} ${outcome.commandId}`;
  const evidence = (body: Uint8Array | string) => [{ name, contentType: "text/plain", body, source }];
  if (!key) {
    if (!outcome.start) return { evidence: [], notes: [`${name}: ${outcome.status}, no output`] };
    const note = `${name}: its first 24,000 characters, since the instance could not write to ${command.bucket}`;
    return { evidence: evidence(outcome.start), notes: [note] };
  }
  const Range = `bytes=0-${mostBytes - 1}`;
  const { Body, ContentRange } = await s3.send(new GetObjectCommand({ Bucket: command.bucket, Key: key, Range }));
  const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
  const whole = Number(ContentRange?.split("/")[1] ?? bytes.length);
  const cut = whole > bytes.length ? [`${name}: its first ${bytes.length} of ${whole} bytes`] : [];
  return { evidence: evidence(bytes), notes: cut };
}

async function outputKey(s3: S3Client, command: Command, commandId: string): Promise<string | undefined> {
  const where = { Bucket: command.bucket, Prefix: `${command.prefix}/${commandId}/` };
  for await (const page of paginateListObjectsV2({ client: s3 }, where)) {
    const found = page.Contents?.find(({ Key, Size }) => Key?.endsWith("/stdout") && Size !== 0);
    if (found) return found.Key;
  }
  return undefined;
}
