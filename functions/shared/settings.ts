import { namedError } from "./errors";

/** What every function is told by its environment; ARNs and names only, never a secret. */
export interface Settings {
  prefix: string;
  partition: string;
  casesTable: string;
}

/** Where evidence goes: for responders and the one who closes the case. */
export interface VaultSettings {
  vaultBucket: string;
  vaultKeyArn: string;
  retentionDays: number;
}

/** Reads a variable that the stack sets; missing is a deployment fault, said with its name. */
export function required(name: string): string {
  const value = process.env[name];
  if (!value)
    throw namedError("InvalidRequest", `The function's environment lacks ${name}: deploy the master stack again`);
  return value;
}

/** Reads a variable that holds a JSON object of texts, such as `{"playbook":"arn:…"}`. */
export function requiredMap(name: string): Record<string, string> {
  const text = required(name);
  const wrong = () => namedError("InvalidRequest", `${name} must be a JSON object of texts, not ${text.slice(0, 80)}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw wrong();
  }
  const entries = value && typeof value === "object" && !Array.isArray(value) ? Object.entries(value) : undefined;
  if (!entries || entries.some(([, one]) => typeof one !== "string")) throw wrong();
  return Object.fromEntries(entries) as Record<string, string>;
}

export function settings(): Settings {
  return {
    prefix: required("FIREBREAK_PREFIX"),
    partition: required("FIREBREAK_PARTITION"),
    casesTable: required("FIREBREAK_CASES_TABLE"),
  };
}

export function vaultSettings(): VaultSettings {
  const days = Number(required("FIREBREAK_RETENTION_DAYS"));
  if (!Number.isInteger(days) || days < 1) {
    throw namedError("InvalidRequest", "FIREBREAK_RETENTION_DAYS must be a whole number of days, at least 1");
  }
  return {
    vaultBucket: required("FIREBREAK_VAULT_BUCKET"),
    vaultKeyArn: required("FIREBREAK_VAULT_KEY_ARN"),
    retentionDays: days,
  };
}
