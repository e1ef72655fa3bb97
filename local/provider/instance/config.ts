import type { Properties } from "../protocol/values";
import { isUnknown } from "../protocol/values";
import { loadProviderSchema } from "../schema/load";

/** One role of the chain. `durationSeconds` is 3,600 unless told. */
export interface AssumedRole {
  readonly roleArn: string;
  readonly externalId?: string;
  readonly sessionName?: string;
  readonly durationSeconds?: number;
  readonly policy?: string;
}

/** What a provider instance was configured with, in the shape the rest of the provider reads. */
export interface ProviderConfig {
  readonly region: string;
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  readonly assumeRoles: readonly AssumedRole[];
  readonly allowedAccountIds?: readonly string[];
  readonly forbiddenAccountIds?: readonly string[];
  readonly defaultTags: Readonly<Record<string, string>>;
  readonly skipRequestingAccountId: boolean;
}

/** A problem with one property, as the engine shows it. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

const understood = new Set([
  "accessKey",
  "secretKey",
  "token",
  "region",
  "assumeRoles",
  "allowedAccountIds",
  "forbiddenAccountIds",
  "defaultTags",
  "skipCredentialsValidation",
  "skipMetadataApiCheck",
  "skipRegionValidation",
  "skipRequestingAccountId",
  "s3UsePathStyle",
  "maxRetries",
  "retryMode",
]);

/** What the engine itself puts among a provider's inputs. */
const engineOwned = new Set(["version", "pluginDownloadURL", "__internal"]);

/** Checks a provider's arguments: unknown ones, and those that only mean something with real AWS. */
export function checkProviderConfig(inputs: Properties, region: string | undefined): Failure[] {
  const schema = loadProviderSchema();
  const failures: Failure[] = [];
  for (const property of Object.keys(inputs)) {
    if (engineOwned.has(property) || understood.has(property)) continue;
    failures.push({
      property,
      reason:
        property in schema
          ? unsupported(property)
          : `Invalid or unknown key. Check \`pulumi config get aws:${property}\`.`,
    });
  }
  for (const account of ["allowedAccountIds", "forbiddenAccountIds"] as const) {
    for (const id of asList(inputs[account])) {
      if (isUnknown(id) || /^\d{12}$/.test(String(id))) continue;
      failures.push({ property: account, reason: `${account}: expected a 12-digit account id, got "${String(id)}"` });
    }
  }
  if (inputs["allowedAccountIds"] && inputs["forbiddenAccountIds"]) {
    failures.push({
      property: "allowedAccountIds",
      reason: "allowedAccountIds conflicts with forbiddenAccountIds: set only one of them",
    });
  }
  const named = inputs["region"] ?? region;
  if (named === undefined || named === "") {
    failures.push({
      property: "region",
      reason: "Missing region configuration. Set aws:region with `pulumi config set aws:region …`, or AWS_REGION.",
    });
  } else if (!isUnknown(named) && !/^[a-z]{2}(-[a-z]+)+-\d+$/.test(String(named))) {
    failures.push({ property: "region", reason: `invalid AWS Region: ${String(named)}` });
  }
  return failures;
}

function unsupported(property: string): string {
  return (
    `The local provider does not support "${property}": it reaches one emulator, with the credentials it was started ` +
    `with or those given by accessKey and secretKey. Remove "${property}" for local runs.`
  );
}

/** Reads checked arguments. Nested values arrive as JSON text. */
export function readProviderConfig(inputs: Properties, region: string | undefined): ProviderConfig {
  const accessKeyId = asText(inputs["accessKey"]);
  const secretAccessKey = asText(inputs["secretKey"]);
  if (Boolean(accessKeyId) !== Boolean(secretAccessKey)) {
    throw new Error("accessKey and secretKey belong together: the provider was given only one of them.");
  }
  const tags = decode(inputs["defaultTags"]) as { tags?: Record<string, string> } | undefined;
  return {
    region: asText(inputs["region"]) ?? region ?? "",
    ...(accessKeyId && secretAccessKey
      ? { credentials: { accessKeyId, secretAccessKey, sessionToken: asText(inputs["token"]) } }
      : {}),
    assumeRoles: asList(inputs["assumeRoles"]).map(readRole),
    allowedAccountIds: inputs["allowedAccountIds"] ? asList(inputs["allowedAccountIds"]).map(String) : undefined,
    forbiddenAccountIds: inputs["forbiddenAccountIds"] ? asList(inputs["forbiddenAccountIds"]).map(String) : undefined,
    defaultTags: tags?.tags ?? {},
    skipRequestingAccountId: String(inputs["skipRequestingAccountId"]) === "true",
  };
}

function readRole(given: unknown): AssumedRole {
  const role = given as Record<string, string | undefined>;
  if (!role["roleArn"]) throw new Error("assumeRoles: each entry needs a roleArn.");
  return {
    roleArn: role["roleArn"],
    externalId: role["externalId"],
    sessionName: role["sessionName"],
    durationSeconds: role["duration"] ? seconds(role["duration"]) : undefined,
    policy: role["policy"],
  };
}

/** Go's duration text, as the real provider takes it: `1h30m`, `900s`. */
function seconds(duration: string): number {
  const parts = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(duration);
  const total = parts ? Number(parts[1] ?? 0) * 3600 + Number(parts[2] ?? 0) * 60 + Number(parts[3] ?? 0) : 0;
  if (total < 900 || total > 43_200) {
    throw new Error(`assumeRoles: duration "${duration}" must be between 15m and 12h, for example "1h".`);
  }
  return total;
}

function asText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function asList(value: unknown): unknown[] {
  const decoded = decode(value);
  return Array.isArray(decoded) ? (decoded as unknown[]) : [];
}

function decode(value: unknown): unknown {
  if (typeof value !== "string" || isUnknown(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
