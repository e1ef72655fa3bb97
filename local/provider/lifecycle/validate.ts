import type { Failure } from "../instance/config";
import {
  hasUnknown,
  isArchive,
  isAsset,
  isContainer,
  isRecord,
  isUnknown,
  isUnset,
  type Properties,
} from "../protocol/values";
import type { PropertyRule, ResourceDefinition } from "../resources/definition";
import type { PropertySchema, PropertyType, ResourceSchema } from "../schema/types";

/** Property names the engine and the bridge use for themselves. */
const reserved = new Set(["__defaults", "__internal", "__meta"]);

/** Brings text to the declared type where it reads as one, and objects given for JSON text to that text. */
export function coerce(value: unknown, type: PropertyType): unknown {
  if (isUnset(value) || isUnknown(value)) return value;
  switch (type.kind) {
    case "number":
      return typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value)) ? Number(value) : value;
    case "boolean":
      return value === "true" ? true : value === "false" ? false : value;
    case "string":
      return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
    case "document":
      return isContainer(value) && !hasUnknown(value) ? JSON.stringify(value) : value;
    case "list":
      return Array.isArray(value) ? value.map((item) => coerce(item, type.items)) : value;
    case "map":
      return isRecord(value) ? mapValues(value, (member) => coerce(member, type.values)) : value;
    case "object":
      return isRecord(value) ? coerceProperties(value, type.properties) : value;
    default:
      return value;
  }
}

export function coerceProperties(values: Properties, schema: Readonly<Record<string, PropertySchema>>): Properties {
  const coerced: Properties = {};
  for (const [key, value] of Object.entries(values)) {
    const property = schema[key];
    coerced[key] = property ? coerce(value, property.type) : value;
  }
  return coerced;
}

/** Everything wrong with a resource's inputs, in the order of its properties. */
export function validate(
  logicalName: string,
  inputs: Properties,
  schema: ResourceSchema,
  definition: ResourceDefinition,
): Failure[] {
  const problems: Failure[] = [];
  const report = (path: string, reason: string): void => {
    problems.push({ property: path, reason: `${reason}. Examine values at '${logicalName}.${path}'.` });
  };
  checkObject(inputs, schema.inputs, "", report);
  checkSupported(inputs, schema, definition, report);
  checkRules(inputs, definition.properties ?? {}, report);
  for (const group of definition.conflicts ?? []) {
    const [first, ...others] = given(group, inputs);
    for (const other of others) {
      report(other, `Conflicting configuration arguments. "${other}": conflicts with ${first}`);
    }
  }
  for (const group of definition.exactlyOneOf ?? []) {
    const found = given(group, inputs);
    if (found.length === 1) continue;
    const list = group.map((property) => `"${property}"`).join(", ");
    report(
      group[0] ?? "",
      `Invalid combination of arguments. exactly one of ${list} must be specified, got ${found.length}`,
    );
  }
  if (problems.length > 0) return problems;
  for (const { property, reason } of definition.check?.(inputs) ?? []) report(property, reason);
  return problems;
}

type Report = (path: string, reason: string) => void;

function checkObject(
  values: Properties,
  schema: Readonly<Record<string, PropertySchema>>,
  path: string,
  report: Report,
): void {
  for (const key of Object.keys(values)) {
    if (!(key in schema) && !reserved.has(key)) report(path + key, "Invalid or unknown key");
  }
  for (const [key, property] of Object.entries(schema)) {
    const value = values[key];
    if (!isUnset(value)) checkType(value, property.type, path + key, report);
    else if (property.required) {
      report(path + key, `Missing required argument. The argument "${key}" is required, but no definition was found`);
    }
  }
}

/** An input of the real provider that would be ignored here is refused: a local deployment must not promise more. */
function checkSupported(
  inputs: Properties,
  schema: ResourceSchema,
  definition: ResourceDefinition,
  report: Report,
): void {
  const supported = new Set(["region", "tags", ...(definition.supports ?? [])]);
  for (const path of Object.keys(definition.properties ?? {})) supported.add(path.split(".")[0] ?? path);
  for (const property of Object.keys(inputs)) {
    if (supported.has(property) || !(property in schema.inputs)) continue;
    const service = definition.token.split(/[:/]/)[1] ?? "";
    report(
      property,
      `The local provider does not implement "${property}" of ${definition.token}; ` +
        `extend its definition in local/provider/resources/ (${service})`,
    );
  }
}

function checkType(value: unknown, type: PropertyType, path: string, report: Report): void {
  if (isUnknown(value) || type.kind === "any") return;
  const wrong = (): void =>
    report(path, `expected ${type.kind === "document" ? "string" : type.kind} type, got ${describe(value)}`);
  switch (type.kind) {
    case "list":
      if (!Array.isArray(value)) return wrong();
      return value.forEach((item, index) => isUnset(item) || checkType(item, type.items, `${path}[${index}]`, report));
    case "map":
      if (!isRecord(value)) return wrong();
      return Object.entries(value).forEach(([key, member]) => {
        if (!isUnset(member)) checkType(member, type.values, `${path}.${key}`, report);
      });
    case "object":
      return isRecord(value) ? checkObject(value, type.properties, `${path}.`, report) : wrong();
    case "asset":
      return isAsset(value) || isArchive(value) ? undefined : wrong();
    case "document":
      return typeof value === "string" || hasUnknown(value) ? undefined : wrong();
    default:
      return typeof value === type.kind ? undefined : wrong();
  }
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (isAsset(value) || isArchive(value)) return "an asset or archive";
  return isRecord(value) ? "an object" : `${JSON.stringify(value)} of type ${typeof value}`;
}

function checkRules(inputs: Properties, rules: Readonly<Record<string, PropertyRule>>, report: Report): void {
  for (const [path, rule] of Object.entries(rules)) {
    for (const [at, value] of valuesAt(inputs, path.split("."))) {
      const problem = isUnset(value) || isUnknown(value) ? undefined : broken(rule, at, value);
      if (problem) report(at, problem);
    }
  }
}

/** Every value at a path, with the path it was found at; lists on the way are stepped through. */
function* valuesAt(container: unknown, path: readonly string[], at = ""): Generator<[string, unknown]> {
  const [key, ...rest] = path;
  if (key === undefined) {
    yield [at, container];
  } else if (Array.isArray(container)) {
    for (const [index, item] of container.entries()) yield* valuesAt(item, path, `${at}[${index}]`);
  } else if (isRecord(container) && key in container) {
    yield* valuesAt(container[key], rest, at ? `${at}.${key}` : key);
  }
}

function broken(rule: PropertyRule, path: string, value: unknown): string | undefined {
  if (Array.isArray(value)) {
    for (const item of value) {
      const problem = isUnknown(item) ? undefined : broken(rule, path, item);
      if (problem) return problem;
    }
    return undefined;
  }
  if (rule.oneOf && !rule.oneOf.includes(String(value))) {
    return `expected ${path} to be one of [${rule.oneOf.map((one) => `"${one}"`).join(" ")}], got ${String(value)}`;
  }
  if (typeof value === "number") return outOfRange(rule, path, value);
  return typeof value === "string" ? badText(rule, path, value) : undefined;
}

function outOfRange({ min, max }: PropertyRule, path: string, value: number): string | undefined {
  if ((min === undefined || value >= min) && (max === undefined || value <= max)) return undefined;
  if (max === undefined) return `expected ${path} to be at least (${min}), got ${value}`;
  if (min === undefined) return `expected ${path} to be at most (${max}), got ${value}`;
  return `expected ${path} to be in the range (${min} - ${max}), got ${value}`;
}

function badText(rule: PropertyRule, path: string, value: string): string | undefined {
  const { minLength = 0, maxLength = Infinity } = rule;
  if (value.length < minLength || value.length > maxLength) {
    return `expected length of ${path} to be in the range (${minLength} - ${maxLength}), got ${value.length} characters`;
  }
  if (rule.pattern && !rule.pattern.test(value))
    return `invalid value for ${path} (must match ${rule.pattern}): ${value}`;
  if (!rule.json) return undefined;
  try {
    JSON.parse(value);
    return undefined;
  } catch (error) {
    return `"${path}" contains an invalid JSON${rule.json === "policy" ? " policy" : ""}: ${(error as Error).message}`;
  }
}

function given(group: readonly string[], inputs: Properties): string[] {
  return group.filter(
    (property) => !isUnset(inputs[property]) && inputs[property] !== "" && inputs[property] !== false,
  );
}

function mapValues(values: Properties, change: (value: unknown) => unknown): Properties {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}
