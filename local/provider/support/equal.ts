import { isDeepStrictEqual } from "node:util";
import { isArchive, isAsset, isContainer, isRecord, isUnset } from "../protocol/values";
import type { PropertyRule } from "../resources/definition";

/** Rules by property path, as in a resource definition: `rules.status`; lists are stepped through. */
export type Rules = Readonly<Record<string, PropertyRule>>;

/** True where two values at a property path mean the same to AWS. */
export function sameValue(left: unknown, right: unknown, rules: Rules = {}, path = ""): boolean {
  if (isEmpty(left) && isEmpty(right)) return true;
  return isDeepStrictEqual(canonical(left, rules, path), canonical(right, rules, path));
}

/**
 * True where what was asked for is what is there: AWS may have added members the program did not give (defaults), and
 * those are no drift.
 */
export function satisfies(wanted: unknown, actual: unknown, rules: Rules = {}, path = ""): boolean {
  if (sameValue(wanted, actual, rules, path)) return true;
  if (Array.isArray(wanted) && Array.isArray(actual)) {
    if (wanted.length !== actual.length) return false;
    if (rules[path]?.set) return wanted.every((item) => actual.some((other) => satisfies(item, other, rules, path)));
    return wanted.every((item, index) => satisfies(item, actual[index], rules, path));
  }
  if (!isRecord(wanted) || !isRecord(actual) || isHashed(wanted)) return false;
  return Object.entries(wanted).every(([key, value]) => satisfies(value, actual[key], rules, member(path, key)));
}

/** Nothing, an empty string, list or object: AWS does not tell them from an absent value. */
export function isEmpty(value: unknown): boolean {
  if (isUnset(value) || value === "") return true;
  return isContainer(value) && Object.keys(value).length === 0;
}

/** The path of a member of what is at `path`. */
export function member(path: string, key: string): string {
  return path ? `${path}.${key}` : key;
}

/** One form for all spellings of a meaning: sorted keys and sets, no unset members, JSON text as what it says. */
function canonical(value: unknown, rules: Rules, path: string): unknown {
  const rule = rules[path] ?? {};
  if (typeof value === "string") return rule.json ? readJson(value, rule.json === "policy") : value;
  if (Array.isArray(value)) {
    const items = value.map((item) => canonical(item, rules, path));
    return rule.set ? sorted(items) : items;
  }
  if (!isRecord(value)) return value ?? undefined;
  if (isHashed(value) && value.hash) return { hash: value.hash };
  const kept = Object.entries(value).filter(([key, inner]) => !isUnset(inner) && key !== "__defaults");
  const ordered = kept.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(ordered.map(([key, inner]) => [key, canonical(inner, rules, member(path, key))]));
}

function readJson(text: string, policy: boolean): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    return { json: canonical(policy ? normalPolicy(parsed) : parsed, {}, "") };
  } catch {
    return text; // not JSON: only the same text is the same
  }
}

/** Members whose lists are sets in IAM's grammar, and whose lists of one may be written without the brackets. */
const policySets = new Set([
  ...["Action", "NotAction", "Resource", "NotResource"],
  ...["AWS", "Service", "Federated", "CanonicalUser"],
]);

/** An account's root, which IAM also takes as the account id alone. */
const accountRoot = /^arn:[^:]+:iam::(\d{12}):root$/;

/** Statements and their lists are sets; one value may stand for a list of one; `*` and `{ AWS: "*" }` are one principal. */
function normalPolicy(value: unknown, key = "", inCondition = false): unknown {
  if (policySets.has(key) || (inCondition && !isRecord(value))) {
    const list = Array.isArray(value) ? value : [value];
    return list.map((item) => String(item).replace(accountRoot, "$1")).sort();
  }
  if (key === "Statement") {
    const statements = Array.isArray(value) ? value : [value];
    return sorted(statements.map((item) => canonical(normalPolicy(item), {}, "")));
  }
  if (key === "Principal" && value === "*") return { AWS: ["*"] };
  if (Array.isArray(value)) return value.map((item) => normalPolicy(item));
  if (!isRecord(value)) return value;
  const condition = inCondition || key === "Condition";
  return Object.fromEntries(
    Object.entries(value).map(([inner, content]) => [inner, normalPolicy(content, inner, condition)]),
  );
}

function sorted(items: unknown[]): unknown[] {
  const text = (item: unknown) => JSON.stringify(item) ?? "";
  return [...items].sort((a, b) => (text(a) < text(b) ? -1 : 1));
}

function isHashed(value: unknown): value is { readonly hash?: string } {
  return isAsset(value) || isArchive(value);
}
