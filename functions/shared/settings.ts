import { namedError } from "./errors";

/** What a function is told by its environment; ARNs and names only, never a secret. */
export interface Settings {
  prefix: string;
  partition: string;
  casesTable: string;
  vaultBucket: string;
  vaultKeyArn: string;
  retentionDays: number;
  externalId: string;
}

/** Reads a variable that the stack sets; missing is a deployment fault, said with its name. */
export function required(name: string): string {
  const value = process.env[name];
  if (!value)
    throw namedError("InvalidRequest", `The function's environment lacks ${name}: deploy the master stack again`);
  return value;
}

export function settings(): Settings {
  return {
    prefix: required("FIREBREAK_PREFIX"),
    partition: required("FIREBREAK_PARTITION"),
    casesTable: required("FIREBREAK_CASES_TABLE"),
    vaultBucket: required("FIREBREAK_VAULT_BUCKET"),
    vaultKeyArn: required("FIREBREAK_VAULT_KEY_ARN"),
    retentionDays: Number(required("FIREBREAK_RETENTION_DAYS")),
    externalId: required("FIREBREAK_EXTERNAL_ID"),
  };
}
