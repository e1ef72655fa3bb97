import { z } from "zod";
import { peopleProblems } from "../functions/shared/people/check";
import { playbooks } from "../playbooks";
import { allKeys, managementSchema, masterSchema, serviceSchema } from "./config-schema";
import type { ConfigKey, ManagementConfig, MasterConfig, ServiceConfig } from "./config-schema";
import { nearest } from "./nearest";
import { partitionOf } from "./partition";
import { peopleKeys } from "./people-schema";

export type { ManagementConfig, MasterConfig, ServiceConfig } from "./config-schema";

/** One thing that is wrong with a stack's config, for a person to put right. */
export interface ConfigProblem {
  /** Without the namespace; with a path where the fault lies inside: `modes.ec2-instance-compromised`. */
  key: string;
  value: unknown;
  expected: string;
}

export type ConfigResult = { ok: ManagementConfig | MasterConfig | ServiceConfig } | { problems: ConfigProblem[] };

/** What a stack's name says: `management`, `master`, `service`, or `service-<account id>`. */
export type StackKind = { kind: "management" } | { kind: "master" } | { kind: "service"; accountId?: string };

/** @returns undefined for a name that is no stack of this project */
export function stackKind(stack: string): StackKind | undefined {
  if (stack === "master" || stack === "management") return { kind: stack };
  const service = /^service(?:-(\d{12}))?$/.exec(stack);
  return service ? { kind: "service", accountId: service[1] } : undefined;
}

/**
 * Checks a stack's config, all of it at once, before anything starts.
 *
 * @param stack the stack's name
 * @param values by key, without the namespace; text as Pulumi hands it over (JSON for what is not text), or values
 */
export function parseConfig(stack: string, values: Record<string, unknown>): ConfigResult {
  const named = stackKind(stack);
  if (!named) {
    return {
      problems: [{ key: "stack", value: stack, expected: "management, master, service or service-<twelve digits>" }],
    };
  }
  const given = Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, fromText(key, value)]),
  );
  const parsed = schemas[named.kind].safeParse(given);
  const problems = [...unknownKeys(given), ...(parsed.success ? [] : misfits(parsed.error, given))];
  if (!parsed.success) return { problems };
  problems.push(...unknownPlaybooks(parsed.data.modes ?? {}), ...contradictions(named, parsed.data));
  if (problems.length > 0) return { problems };
  if (named.kind === "master") return { ok: { kind: "master", ...(parsed.data as z.output<typeof masterSchema>) } };
  if (named.kind === "management")
    return { ok: { kind: "management", ...(parsed.data as z.output<typeof managementSchema>) } };
  const accountId = named.accountId ?? parsed.data.accountId;
  return { ok: { kind: "service", ...parsed.data, accountId: accountId as string } };
}

const schemas = { management: managementSchema, master: masterSchema, service: serviceSchema };

/** Problems as text, one a line, with what to type where it is missing. */
export function describeProblems(stack: string, problems: ConfigProblem[]): string {
  const lines = problems.map(({ key, value, expected }) =>
    value === undefined
      ? `  firebreak:${key} is missing; expected ${expected}`
      : `  firebreak:${key} is ${JSON.stringify(value)}; expected ${expected}`,
  );
  const count = problems.length === 1 ? "one problem" : `${problems.length} problems`;
  return [`The config of stack ${stack} has ${count} (set values in Pulumi.${stack}.yaml):`, ...lines].join("\n");
}

/** Pulumi hands everything over as text: what is not meant as text is JSON in it. */
function fromText(key: string, value: unknown): unknown {
  if (typeof value !== "string" || !Object.hasOwn(allKeys, key)) return value;
  if (allKeys[key as ConfigKey].safeParse(value).success) return value;
  try {
    const read: unknown = JSON.parse(value);
    return allKeys[key as ConfigKey].safeParse(String(read)).success ? value : read;
  } catch {
    return value; // not JSON: the schema says what it should be
  }
}

function unknownKeys(given: Record<string, unknown>): ConfigProblem[] {
  const known = Object.keys(allKeys);
  return Object.entries(given)
    .filter(([key]) => !Object.hasOwn(allKeys, key))
    .map(([key, value]) => {
      const meant = nearest(key, known);
      return { key, value, expected: meant ? `no such key; do you mean ${meant}?` : `one of ${known.join(", ")}` };
    });
}

/** Words of zod itself; every other message was written for whoever reads it. */
const zodsOwn = /^(Invalid|Too |Unrecognized)/;

function misfits(error: z.ZodError, given: Record<string, unknown>): ConfigProblem[] {
  const problems = new Map<string, ConfigProblem>();
  for (const { path, message } of error.issues) {
    const key = path.join(".");
    const schema = allKeys[path[0] as ConfigKey];
    const value = path.reduce<unknown>((inner, part) => (inner as Record<PropertyKey, unknown>)?.[part], given);
    const general = String(z.globalRegistry.get(schema)?.expected);
    const expected = Object.hasOwn(peopleKeys, path[0] ?? "") && !zodsOwn.test(message) ? message : general;
    problems.set(key, { key, value, expected });
  }
  return [...problems.values()];
}

function unknownPlaybooks(modes: Record<string, string>): ConfigProblem[] {
  const known = playbooks.map(({ name }) => name);
  return Object.entries(modes)
    .filter(([name]) => !known.includes(name))
    .map(([name, value]) => {
      const meant = nearest(name, known);
      return {
        key: `modes.${name}`,
        value,
        expected: meant ? `no such playbook; do you mean ${meant}?` : `one of the playbooks ${known.join(", ")}`,
      };
    });
}

/** EventBridge delivers to another region of the same partition only. */
function linkedRegionProblems({ homeRegion, linkedRegions }: Parsed): ConfigProblem[] {
  return linkedRegions.flatMap((value, index) => {
    const expected =
      value === homeRegion
        ? "a region other than the home region"
        : linkedRegions.indexOf(value) !== index
          ? "each region once"
          : partitionOf(value) !== partitionOf(homeRegion)
            ? `a region of the home region's partition, ${partitionOf(homeRegion)}`
            : undefined;
    return expected ? [{ key: `linkedRegions.${index}`, value, expected }] : [];
  });
}

/** Who is paged, and that the functions can read the secrets of webhooks: theirs are the account's and region's own. */
function pagingProblems({ contacts = {}, onCall = {}, escalation = [], ...config }: Parsed): ConfigProblem[] {
  const elsewhere = Object.entries(contacts).flatMap(([id, { channels }]) => {
    const [, , , region, account] = channels.webhook?.split(":") ?? [];
    if (!channels.webhook || (region === config.homeRegion && account === config.masterAccountId)) return [];
    const expected = `a secret of the master account ${config.masterAccountId} in ${config.homeRegion}`;
    return [{ key: `contacts.${id}.channels.webhook`, value: channels.webhook, expected }];
  });
  return [...peopleProblems({ contacts, onCall, escalation }), ...elsewhere];
}

type Parsed = z.output<typeof serviceSchema | typeof masterSchema | typeof managementSchema>;

function contradictions(stack: StackKind, config: Parsed): ConfigProblem[] {
  const { accountId, masterAccountId } = config;
  const problems: ConfigProblem[] = [];
  if (stack.kind === "master" && accountId !== undefined && accountId !== masterAccountId) {
    problems.push({ key: "accountId", value: accountId, expected: "to be left out of the master stack" });
  }
  if ("managementAccountId" in config && config.managementAccountId === masterAccountId) {
    // AWS lets a management account be its own administrator; the rest of Firebreak must not live there.
    const expected = "an account other than the master account";
    problems.push({ key: "managementAccountId", value: masterAccountId, expected });
  }
  if (stack.kind === "service") {
    const service = stack.accountId ?? accountId;
    if (service === undefined) {
      problems.push({
        key: "accountId",
        value: undefined,
        expected: "the service account's id: twelve digits, in quotes",
      });
    } else if (service === masterAccountId) {
      const expected = "an account other than the master account, which has its roles from the master stack";
      problems.push({ key: "accountId", value: service, expected });
    }
    if (stack.accountId !== undefined && accountId !== undefined && accountId !== stack.accountId) {
      problems.push({ key: "accountId", value: accountId, expected: `${stack.accountId}, as the stack's name says` });
    }
  }
  problems.push(...linkedRegionProblems(config));
  problems.push(...pagingProblems(config));
  for (const [index, arn] of (config.investigators ?? []).entries()) {
    if (arn.split(":")[4] === masterAccountId) continue;
    const expected = `a role or user of the master account ${masterAccountId}`;
    problems.push({ key: `investigators.${index}`, value: arn, expected });
  }
  return problems;
}
