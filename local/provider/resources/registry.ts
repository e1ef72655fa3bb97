import { loadSchema } from "../schema/load";
import { UnknownTypeError } from "../schema/derive";
import type { ResourceType } from "../lifecycle/operations";
import { recordedDefinition, recordedOnlyTypes } from "../recorded-only";
import type { ResourceDefinition } from "./definition";

/** What a file of this folder exports. */
interface ServiceModule {
  readonly resources: readonly ResourceDefinition[];
}

/** One file per service, loaded with its SDK client when a resource of the service is first seen. */
const services: Readonly<Record<string, () => Promise<ServiceModule>>> = {
  cloudwatch: () => import("./cloudwatch.js"),
  dynamodb: () => import("./dynamodb.js"),
  ec2: () => import("./ec2.js"),
  guardduty: () => import("./guardduty.js"),
  iam: () => import("./iam.js"),
  kms: () => import("./kms.js"),
  lambda: () => import("./lambda.js"),
  organizations: () => import("./organizations.js"),
  s3: () => import("./s3.js"),
  securityhub: () => import("./securityhub.js"),
  scheduler: () => import("./scheduler.js"),
  sfn: () => import("./sfn.js"),
  sns: () => import("./sns.js"),
  sqs: () => import("./sqs.js"),
  ssm: () => import("./ssm.js"),
};

const types = new Map<string, Promise<ResourceType>>();

/**
 * The definition of a resource type.
 *
 * @throws Error naming the token, and the file to extend, where there is none
 */
export function resourceType(token: string): Promise<ResourceType> {
  const known = types.get(token);
  if (known) return known;
  const found = find(token);
  types.set(token, found);
  found.catch(() => types.delete(token));
  return found;
}

/** Every implemented token, recorded-only ones left out. */
export async function implementedTypes(): Promise<string[]> {
  const modules = await Promise.all(Object.values(services).map((load) => load()));
  return modules.flatMap((module) => module.resources.map(({ token }) => token)).sort();
}

async function find(token: string): Promise<ResourceType> {
  const definition = recordedOnlyTypes.includes(token) ? recordedDefinition(token) : await implemented(token);
  return { definition, schema: loadSchema(token) };
}

async function implemented(token: string): Promise<ResourceDefinition> {
  const service = token.split(":")[1]?.split("/")[0] ?? "";
  const definition = (await services[service]?.())?.resources.find((resource) => resource.token === token);
  if (definition) return definition;
  try {
    loadSchema(token);
  } catch (error) {
    if (error instanceof UnknownTypeError) throw error;
    throw new Error(`reading the declaration of ${token}`, { cause: error });
  }
  throw new Error(
    `The local provider does not know the resource type ${token}. Add it to local/provider/resources/${service}.ts, ` +
      "or, where the emulator cannot hold it, to local/provider/recorded-only.ts.",
  );
}
