import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { IAM } from "@aws-sdk/client-iam";
import { Organizations } from "@aws-sdk/client-organizations";
import { STSClient, AssumeRoleCommand } from "@aws-sdk/client-sts";
import { startEmulator, type Emulator } from "../../../local/emulator";

export const MANAGEMENT = "111111111111";
export const SECURITY = "222222222222";
export const WORKLOAD = "333333333333";
export const OUTSIDER = "999999999999";
export const REGION = "eu-central-1";

/** What every SDK client needs to reach the emulator as somebody. */
export interface Caller {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

/** An emulator of a test file's own, in a folder of its own. */
export interface World {
  emulator: Emulator;
  root(accountId: string): Caller;
  /** A session of a role, assumed by whoever `from` is. */
  session(from: Caller, roleArn: string, options?: { externalId?: string }): Promise<Caller>;
  end(): Promise<void>;
}

export async function startWorld(): Promise<World> {
  const dir = await mkdtemp(path.join(tmpdir(), "firebreak-emulator-"));
  const emulator = await startEmulator({
    dir,
    managementAccountId: MANAGEMENT,
    defaultAccountId: SECURITY,
    nodeModules: path.resolve(process.cwd(), "node_modules"),
    log: () => undefined,
  });
  return {
    emulator,
    root: (accountId) => ({
      endpoint: emulator.endpoint,
      region: REGION,
      credentials: emulator.rootCredentials(accountId),
    }),
    session: async (from, roleArn, options = {}) => {
      const { Credentials } = await new STSClient(from).send(
        new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: "test", ExternalId: options.externalId }),
      );
      return {
        ...from,
        credentials: {
          accessKeyId: Credentials!.AccessKeyId!,
          secretAccessKey: Credentials!.SecretAccessKey!,
          sessionToken: Credentials!.SessionToken!,
        },
      };
    },
    end: async () => {
      await emulator.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** The error a promise ends with; fails the test where it ends well. */
export async function refusal(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error("expected a refusal, but the call went through");
}

/** A policy document. */
export const policy = (...statements: object[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements.map((s) => ({ Effect: "Allow", ...s })) });

/** A role's trust policy. */
export const trust = (principal: object, condition?: object) =>
  policy({ Principal: principal, Action: "sts:AssumeRole", ...(condition ? { Condition: condition } : {}) });

/** Polls until `probe` gives something, at most `ms`. */
export async function eventually<T>(probe: () => Promise<T | undefined>, ms = 10_000): Promise<T> {
  const deadline = Date.now() + ms;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`nothing came within ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** An account of the organisation with an id of our choosing. */
export async function addMember(world: World, name: string, id: string): Promise<void> {
  await world.emulator.control.call("PUT", "organizations/next-account-ids", { ids: [id] });
  const manager = new Organizations(world.root(MANAGEMENT));
  await manager.createAccount({ AccountName: name, Email: `${name}@example.com` });
}

/** A user with one inline policy, and its access key. */
export async function userOf(world: World, accountId: string, name: string, document: string): Promise<Caller> {
  const iam = new IAM(world.root(accountId));
  await iam.createUser({ UserName: name });
  await iam.putUserPolicy({ UserName: name, PolicyName: "inline", PolicyDocument: document });
  const { AccessKey } = await iam.createAccessKey({ UserName: name });
  return {
    ...world.root(accountId),
    credentials: { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! },
  };
}

/** A deployment archive of one file, `index.js`, stored without compression. */
export function functionZip(code: string): Uint8Array {
  const name = Buffer.from("index.js");
  const data = Buffer.from(code);
  const sizes = Buffer.alloc(12);
  sizes.writeUInt32LE(crc32(data), 0);
  sizes.writeUInt32LE(data.length, 4);
  sizes.writeUInt32LE(data.length, 8);
  const common = Buffer.concat([Buffer.from([20, 0, 0, 0, 0, 0, 0, 0, 33, 90]), sizes, Buffer.from([8, 0, 0, 0])]);
  const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, name, data]);
  const attributes = Buffer.alloc(14);
  attributes.writeUInt32LE(0o100644 * 0x10000, 6);
  const central = Buffer.concat([Buffer.from("PK\x01\x02\x14\x03"), common, attributes, name]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, central, Buffer.from("PK\x05\x06"), end]);
}

function crc32(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
