import * as pulumi from "@pulumi/pulumi";
import type { MockCallArgs, Mocks, MockResourceArgs } from "@pulumi/pulumi/runtime/mocks";

/** A resource as the program declared it. */
export interface Declared {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

/** What was declared since the last `startMocks`. */
export const declared: Declared[] = [];

const account = "111122223333";
const region = "eu-central-1";
let partition = "aws";

/** Outputs that a provider would add, of what the components read. */
function outputsOf({ type, name, inputs }: MockResourceArgs): Record<string, unknown> {
  const own = (service: string, resource: string) => `arn:${partition}:${service}:${region}:${account}:${resource}`;
  switch (type) {
    case "aws:kms/key:Key":
      return { arn: own("kms", `key/${name}`), keyId: name };
    case "aws:s3/bucket:Bucket":
      return { arn: `arn:${partition}:s3:::${inputs.bucket}` };
    case "aws:sqs/queue:Queue":
      return {
        arn: own("sqs", inputs.name),
        url: `https://sqs.${region}.amazonaws.com/${account}/${inputs.name}`,
      };
    case "aws:iam/role:Role":
      return { arn: `arn:${partition}:iam::${account}:role/${inputs.name}` };
    default:
      return { arn: own(type.split(":")[1]?.split("/")[0] ?? "", String(inputs.name ?? name)) };
  }
}

const mocks: Mocks = {
  newResource: (args: MockResourceArgs) => {
    declared.push({ type: args.type, name: args.name, inputs: args.inputs });
    return {
      id: String(args.inputs.bucket ?? args.inputs.name ?? `${args.name}-id`),
      state: { ...args.inputs, ...outputsOf(args) },
    };
  },
  call: ({ token, inputs }: MockCallArgs) => {
    if (token === "aws:index/getPartition:getPartition") {
      return { id: partition, partition, dnsSuffix: partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com" };
    }
    if (token === "aws:guardduty/getDetector:getDetector") return { id: "d".repeat(32), region: inputs.region };
    if (token === "aws:organizations/getOrganization:getOrganization") return { roots: [{ id: "r-a1b2" }] };
    throw new Error(`No mock answers ${token} ${JSON.stringify(inputs)}`);
  },
};

/** Starts anew: nothing is declared. Call it before each program or component. */
export async function startMocks(stack = "master", inPartition = "aws"): Promise<void> {
  declared.length = 0;
  partition = inPartition;
  await pulumi.runtime.setMocks(mocks, "firebreak", stack, false);
}

/** Waits until everything that was declared has been registered. */
export async function settled(): Promise<void> {
  await pulumi.runtime.disconnect();
}

/** An output's value. */
export function valueOf<T>(output: pulumi.Input<T>): Promise<T> {
  return new Promise((resolve) => pulumi.output(output).apply((value) => resolve(value as T)));
}

/** The declared resources of a type. */
export function ofType(type: string): Declared[] {
  return declared.filter((one) => one.type === type);
}

/** The one declared resource of a type, or of a type and name. */
export function only(type: string, name?: string): Declared {
  const found = ofType(type).filter((one) => name === undefined || one.name === name);
  if (found.length !== 1 || !found[0]) {
    throw new Error(`${found.length} resources ${name ?? ""} of ${ofType(type).map((one) => one.name)} (${type})`);
  }
  return found[0];
}

/** A policy document among a resource's inputs. */
export interface Policy {
  Statement: {
    Sid: string;
    Effect: string;
    Principal?: unknown;
    Action: string | string[];
    Resource?: string | string[];
    Condition?: Record<string, Record<string, string | string[]>>;
  }[];
}

/** Reads the JSON of a policy and gives its statement of the given Sid. */
export function statement(policy: unknown, sid: string): Policy["Statement"][number] {
  const found = (JSON.parse(String(policy)) as Policy).Statement.find(({ Sid }) => Sid === sid);
  if (!found) throw new Error(`There is no statement ${sid} in ${String(policy)}`);
  return found;
}
