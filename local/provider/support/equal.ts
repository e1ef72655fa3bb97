import { isDeepStrictEqual } from "node:util";
import type { PropertyRule } from "../resources/definition";
import { isArchive, isAsset, isContainer, isRecord, isUnset } from "../protocol/values";

/** True where two values of a property mean the same to AWS. */
export function sameValue(left: unknown, right: unknown, rule: PropertyRule = {}): boolean {
  if (isEmpty(left) && isEmpty(right)) return true;
  if (rule.json && typeof left === "string" && typeof right === "string") {
    return sameJson(left, right, rule.json === "policy");
  }
  if (isHashed(left) && isHashed(right) && left.hash && right.hash) return left.hash === right.hash;
  if (rule.set && Array.isArray(left) && Array.isArray(right)) return sameSet(left, right);
  return isDeepStrictEqual(canonical(left), canonical(right));
}

/**
 * True where what was asked for is what is there: AWS may have added members the program did not give (defaults), and
 * those are no drift.
 */
export function satisfies(wanted: unknown, actual: unknown, rule: PropertyRule = {}): boolean {
  if (sameValue(wanted, actual, rule)) return true;
  if (Array.isArray(wanted) && Array.isArray(actual)) {
    if (wanted.length !== actual.length) return false;
    if (rule.set) return wanted.every((item) => actual.some((other) => satisfies(item, other)));
    return wanted.every((item, index) => satisfies(item, actual[index]));
  }
  if (!isRecord(wanted) || !isRecord(actual) || isHashed(wanted)) return false;
  return Object.entries(wanted).every(([key, value]) => satisfies(value, actual[key]));
}

/** Policies and other JSON text: key order and white space mean nothing; in a policy, nor does a list of one. */
export function sameJson(left: string, right: string, policy: boolean): boolean {
  if (left === right) return true;
  try {
    const read = (text: string) => canonical(policy ? normalPolicy(JSON.parse(text)) : JSON.parse(text));
    return isDeepStrictEqual(read(left), read(right));
  } catch {
    return false; // not JSON on one side: different text is a difference
  }
}

/** Members whose lists are sets in IAM's grammar, and whose lists of one may be written without the brackets. */
const policySets = new Set([
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "AWS",
  "Service",
  "Federated",
  "CanonicalUser",
]);

/** An account's root, which IAM also takes as the account id alone. */
const accountRoot = /^arn:[^:]+:iam::(\d{12}):root$/;

function normalPolicy(value: unknown, key = "", inCondition = false): unknown {
  if (policySets.has(key) || (inCondition && !isRecord(value))) {
    const list = Array.isArray(value) ? value : [value];
    return list.map((item) => String(item).replace(accountRoot, "$1")).sort();
  }
  if (key === "Statement") {
    const statements = (Array.isArray(value) ? value : [value]).map((item) => canonical(normalPolicy(item)));
    return statements.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (key === "Principal" && value === "*") return { AWS: ["*"] };
  if (Array.isArray(value)) return value.map((item) => normalPolicy(item));
  if (!isRecord(value)) return value;
  const condition = inCondition || key === "Condition";
  return Object.fromEntries(
    Object.entries(value).map(([member, inner]) => [member, normalPolicy(inner, member, condition)]),
  );
}

function sameSet(left: unknown[], right: unknown[]): boolean {
  const text = (list: unknown[]) => list.map((item) => JSON.stringify(canonical(item))).sort();
  return isDeepStrictEqual(text(left), text(right));
}

/** Keys sorted, unset members left out, so that comparing is comparing meaning. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (!isRecord(value)) return value ?? undefined;
  const kept = Object.entries(value).filter(([key, member]) => !isUnset(member) && key !== "__defaults");
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => [key, canonical(member)]));
}

/** Nothing, an empty string, list or object: AWS does not tell them from an absent value. */
export function isEmpty(value: unknown): boolean {
  if (isUnset(value) || value === "") return true;
  return isContainer(value) && Object.keys(value).length === 0;
}

function isHashed(value: unknown): value is { readonly hash?: string } {
  return isAsset(value) || isArchive(value);
}
