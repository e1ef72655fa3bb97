import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { IAMClient } from "@aws-sdk/client-iam";
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

export const iamOf = (caller: Caller) => new IAMClient(caller);
