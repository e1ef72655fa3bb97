import { hasUnknown, isArchive, isAsset, isRecord, isUnset, type Properties } from "../protocol/values";
import type { PropertyRule, ResourceDefinition } from "../resources/definition";
import type { ResourceSchema } from "../schema/types";
import { member, sameValue, type Rules } from "../support/equal";

/** How one property path differs. */
export interface PropertyChange {
  readonly kind: "add" | "delete" | "update";
  readonly replace: boolean;
}

/** What an update would do. */
export interface Difference {
  /** By property path: `tags.owner`, `rules[0].status`. */
  readonly detailed: ReadonlyMap<string, PropertyChange>;
  /** Top-level inputs that differ. */
  readonly properties: readonly string[];
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

/** What is compared. `region` is where the resource would be: its own argument or the provider's. */
export interface DiffRequest {
  readonly oldInputs: Properties;
  readonly olds: Properties;
  readonly news: Properties;
  readonly region: string;
}

/** Compares the inputs of two deployments as the real provider would. */
export function diffInputs(request: DiffRequest, definition: ResourceDefinition, schema: ResourceSchema): Difference {
  const detailed = new Map<string, PropertyChange>();
  const properties: string[] = [];
  const replaces: string[] = [];
  for (const property of inputNames(request)) {
    const before = request.oldInputs[property];
    const after = request.news[property];
    const rules = definition.properties ?? {};
    if (property === "region" || sameValue(before, after, rules, property)) continue;
    // No longer asked for: AWS keeps what it has.
    if (isUnset(after) && isComputed(property, schema, rules[property] ?? {})) continue;
    for (const [path, kind] of changes(before, after, rules, { shown: property, ruled: property })) {
      const replace = replacesResource(path, definition);
      detailed.set(path, { kind, replace });
      if (replace && !replaces.includes(property)) replaces.push(property);
    }
    properties.push(property);
  }
  if (movesRegion(request, schema)) {
    detailed.set("region", { kind: "update", replace: true });
    properties.push("region");
    replaces.push("region");
  }
  return {
    detailed,
    properties,
    replaces,
    deleteBeforeReplace: replaces.length > 0 && blocksItself(request, definition),
  };
}

function inputNames({ oldInputs, news }: DiffRequest): string[] {
  const names = new Set([...Object.keys(oldInputs), ...Object.keys(news)]);
  names.delete("__defaults");
  return [...names].sort();
}

/** Optional as an input, always there as an output: AWS fills it in. */
function isComputed(property: string, schema: ResourceSchema, rule: PropertyRule): boolean {
  return rule.default === undefined && property !== "tags" && schema.outputs[property]?.optional === false;
}

function replacesResource(path: string, { properties = {}, update }: ResourceDefinition): boolean {
  const plain = path.replace(/\[\d+\]/g, "").replace(/\["[^"]*"\]/g, "");
  const parts = plain.split(".");
  if (!update && parts[0] !== "tags") return true;
  return parts.some((_, index) => properties[parts.slice(0, index + 1).join(".")]?.replace);
}

/** A place in a resource: as it is shown, with indices and quoted keys, and as rules name it. */
interface Place {
  readonly shown: string;
  readonly ruled: string;
}

/** The smallest places that differ. */
function changes(before: unknown, after: unknown, rules: Rules, at: Place): [string, PropertyChange["kind"]][] {
  if (isUnset(before)) return [[at.shown, "add"]];
  if (isUnset(after)) return [[at.shown, "delete"]];
  const within = (left: unknown, right: unknown, inner: Place) =>
    sameValue(left, right, rules, inner.ruled) ? [] : changes(left, right, rules, inner);
  if (!rules[at.ruled]?.set && Array.isArray(before) && Array.isArray(after)) {
    const indices = [...Array(Math.max(before.length, after.length)).keys()];
    return indices.flatMap((index) => within(before[index], after[index], { ...at, shown: `${at.shown}[${index}]` }));
  }
  if (isPlain(before) && isPlain(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) =>
      within(before[key], after[key], { shown: at.shown + accessor(key), ruled: member(at.ruled, key) }),
    );
  }
  return [[at.shown, "update"]];
}

/** An object that is no asset or archive, which carry a signature. */
function isPlain(value: unknown): value is Record<string, unknown> {
  return isRecord(value) && !isAsset(value) && !isArchive(value);
}

function accessor(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `["${key}"]`;
}

/** Where the resource is recorded to be, against where it would be now. */
function movesRegion({ olds, oldInputs, region }: DiffRequest, schema: ResourceSchema): boolean {
  if (!("region" in schema.inputs)) return false;
  const current = olds["region"] ?? oldInputs["region"];
  return typeof current === "string" && current !== region && !hasUnknown(region);
}

/** The new one cannot exist beside the old one: same explicit name, or a type of which there is only one. */
function blocksItself({ oldInputs, news }: DiffRequest, definition: ResourceDefinition): boolean {
  if (definition.deleteBeforeReplace) return true;
  if (!definition.name) return false;
  const property = definition.name.property ?? "name";
  const automatic = news["__defaults"];
  if (Array.isArray(automatic) && automatic.includes(property)) return false;
  return !isUnset(news[property]) && sameValue(oldInputs[property], news[property]);
}
