import type { Properties } from "../../../local/provider/protocol/values";
import type { Held, Session } from "./session";

/** Makes what a resource under test needs; taken away again, last made first, when the test ends. */
export type Make = (token: string, inputs: Properties, name?: string) => Promise<Held>;

/** What a case has at hand. */
export interface Surroundings {
  readonly make: Make;
  /** As {@link make}, in the management account. */
  readonly manage: Make;
  readonly session: Session;
}

/** What a case starts from. */
export interface Prepared {
  /** A valid set of inputs. */
  readonly inputs: Properties;
  /** Changed inputs for an update in place; left out where every change replaces. */
  readonly update?: Properties;
  /** Changed inputs that make a new resource; left out where there are none. */
  readonly replace?: Properties;
}

/** One resource type, tested against the live emulator. */
export interface ResourceCase {
  readonly token: string;
  /** Who makes it. @default the master account */
  readonly by?: "management";
  prepare(surroundings: Surroundings): Promise<Prepared>;
  /** Outputs, beyond the inputs, that must be there: a value or a pattern. */
  readonly outputs?: Properties;
  /** Inputs that the check refuses, over the valid ones, and what it says. */
  readonly refused: readonly { readonly inputs: Properties; readonly says: RegExp }[];
  /** Inputs that are not read back, so that an import does not give them. */
  readonly notImported?: readonly string[];
  /** How the type is imported, where it is not by its id. */
  importId?(held: Held): string;
  /** Why deleting leaves something to read. */
  readonly outlives?: string;
}

/** A policy that lets a service do one thing. */
export function policyFor(service: string, action: string, resource: unknown, extra: Properties = {}): string {
  const statement = { Effect: "Allow", Principal: { Service: service }, Action: action, Resource: resource, ...extra };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

/** A policy of an identity. */
export function permissions(action: string): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: action, Resource: "*" }] });
}

/** A trust policy for one service. */
export function trustOf(service: string): string {
  const statement = { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

/** An archive of one file, as the engine sends it. */
export function archiveOf(text: string): Properties {
  return {
    "4dabf18193072939515e22adb298388d": "0def7320c3a5731c473e5ecbe6d01bc7",
    hash: `hash of ${text}`,
    assets: { "index.js": { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", text } },
  };
}

/** A role that a service may assume, with permissions. */
export async function roleFor(make: Make, service: string, action = "*"): Promise<Held> {
  const role = await make("aws:iam/role:Role", { assumeRolePolicy: trustOf(service) }, `${service.split(".")[0]}-role`);
  await make("aws:iam/rolePolicy:RolePolicy", { role: role.id, policy: permissions(action) }, "grant");
  return role;
}

/** A function to point at. */
export async function someFunction(make: Make): Promise<Held> {
  const role = await roleFor(make, "lambda.amazonaws.com");
  return make(
    "aws:lambda/function:Function",
    {
      role: role.outputs["arn"],
      runtime: "nodejs22.x",
      handler: "index.handler",
      code: archiveOf("exports.handler = async () => 1;"),
    },
    "function",
  );
}
