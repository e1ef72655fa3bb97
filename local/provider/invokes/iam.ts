import type { Properties } from "../protocol/values";
import type { InvokeDefinition } from "./definition";

interface StatementArgs {
  readonly sid?: string;
  readonly effect?: string;
  readonly actions?: string[];
  readonly notActions?: string[];
  readonly resources?: string[];
  readonly notResources?: string[];
  readonly principals?: PrincipalArgs[];
  readonly notPrincipals?: PrincipalArgs[];
  readonly conditions?: { test: string; variable: string; values: string[] }[];
}

interface PrincipalArgs {
  readonly type: string;
  readonly identifiers: string[];
}

/** `aws.iam.getPolicyDocument`: made here, no AWS call. */
export const iamInvokes: readonly InvokeDefinition[] = [
  {
    token: "aws:iam/getPolicyDocument:getPolicyDocument",
    async run(_aws, args) {
      const statements = new Map<string, Properties>();
      let unnamed = 0;
      const add = (statement: Properties): void => {
        const sid = statement["Sid"];
        statements.set(typeof sid === "string" && sid ? `sid ${sid}` : `#${unnamed++}`, statement);
      };
      // Later documents replace statements of the same Sid: sources, then our own, then overrides.
      for (const text of textList(args["sourcePolicyDocuments"])) statementsOf(text).forEach(add);
      for (const statement of (args["statements"] as StatementArgs[] | undefined) ?? []) add(toStatement(statement));
      for (const text of textList(args["overridePolicyDocuments"])) statementsOf(text).forEach(add);
      const document = {
        Version: args["version"] ?? "2012-10-17",
        ...(args["policyId"] ? { Id: args["policyId"] } : {}),
        Statement: [...statements.values()],
      };
      const json = JSON.stringify(document, undefined, 2);
      return { ...args, json, minifiedJson: JSON.stringify(document), id: String(hash(json)) };
    },
  },
];

function toStatement(given: StatementArgs): Properties {
  const statement: Properties = {
    Sid: given.sid,
    Effect: given.effect ?? "Allow",
    Action: oneOrMany(given.actions),
    NotAction: oneOrMany(given.notActions),
    Resource: oneOrMany(given.resources),
    NotResource: oneOrMany(given.notResources),
    Principal: principals(given.principals),
    NotPrincipal: principals(given.notPrincipals),
  };
  if (given.conditions?.length) {
    const conditions: Record<string, Record<string, unknown>> = {};
    for (const { test, variable, values } of given.conditions) {
      (conditions[test] ??= {})[variable] = values.length === 1 ? values[0] : values;
    }
    statement["Condition"] = conditions;
  }
  return Object.fromEntries(Object.entries(statement).filter(([, value]) => value !== undefined));
}

function principals(given: readonly PrincipalArgs[] | undefined): unknown {
  if (!given?.length) return undefined;
  if (given.some(({ type, identifiers }) => type === "*" && identifiers.includes("*"))) return "*";
  return Object.fromEntries(given.map(({ type, identifiers }) => [type, oneOrMany(identifiers)]));
}

/** IAM's short form: one value without the list. Several are sorted, as the real provider does. */
function oneOrMany(values: readonly string[] | undefined): unknown {
  if (!values?.length) return undefined;
  return values.length === 1 ? values[0] : [...values].sort().reverse();
}

function statementsOf(text: string): Properties[] {
  const { Statement: statement } = JSON.parse(text) as { Statement?: Properties | Properties[] };
  return statement === undefined ? [] : Array.isArray(statement) ? statement : [statement];
}

function textList(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string" && item !== "") : [];
}

/** A stable number for the document's id. */
function hash(text: string): number {
  return [...text].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) >>> 0, 7);
}
