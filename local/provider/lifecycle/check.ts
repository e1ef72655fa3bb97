import type { Failure } from "../instance/config";
import { isRecord, isUnknown, isUnset, type Properties } from "../protocol/values";
import type { ResourceDefinition } from "../resources/definition";
import type { ResourceSchema } from "../schema/types";
import { autoName, type NamingRequest } from "./names";
import { coerceProperties, validate } from "./validate";

/** What a check is given besides the inputs. */
export interface CheckRequest {
  readonly logicalName: string;
  readonly olds: Properties;
  readonly news: Properties;
  readonly seed: Uint8Array;
  readonly naming?: NamingRequest;
  readonly defaultTags: Readonly<Record<string, string>>;
}

/**
 * Completes a resource's inputs as the real provider does (defaults, a name, the provider's default tags) and validates
 * them. Which inputs were filled in is recorded under `__defaults`, as the real provider does.
 */
export function checkInputs(
  request: CheckRequest,
  definition: ResourceDefinition,
  schema: ResourceSchema,
): { inputs: Properties; failures: Failure[] } {
  const inputs = coerceProperties(withoutUnset(request.news), schema.inputs);
  const failures: Failure[] = [];
  const defaults: string[] = [];
  for (const [property, rule] of Object.entries(definition.properties ?? {})) {
    if (rule.default === undefined || property in inputs || property.includes(".")) continue;
    if (conflictsWithGiven(property, definition, inputs)) continue;
    inputs[property] = rule.default;
    defaults.push(property);
  }
  const named = definition.name?.property ?? "name";
  if (definition.name && isUnset(inputs[named]) && isUnset(inputs[`${named}Prefix`])) {
    try {
      inputs[named] =
        keptName(request.olds, named) ??
        autoName(definition.name, request.logicalName, inputs, request.seed, request.naming);
      defaults.push(named);
    } catch (error) {
      failures.push({ property: named, reason: (error as Error).message });
    }
  }
  if (definition.tagging && "tags" in schema.inputs) mergeTags(inputs, request.defaultTags);
  inputs["__defaults"] = defaults.sort();
  failures.push(...validate(request.logicalName, inputs, schema, definition));
  return { inputs, failures };
}

/** A name given once is kept for the life of the resource. */
function keptName(olds: Properties, property: string): unknown {
  const defaults = olds["__defaults"];
  return Array.isArray(defaults) && defaults.includes(property) ? olds[property] : undefined;
}

/** A resource's own tag wins over the provider's. */
function mergeTags(inputs: Properties, defaultTags: Readonly<Record<string, string>>): void {
  const own = inputs["tags"];
  if (Object.keys(defaultTags).length === 0 || isUnknown(own) || (!isUnset(own) && !isRecord(own))) return;
  inputs["tags"] = { ...defaultTags, ...own };
}

function conflictsWithGiven(property: string, { conflicts = [] }: ResourceDefinition, inputs: Properties): boolean {
  return conflicts.some((group) => group.includes(property) && group.some((other) => !isUnset(inputs[other])));
}

function withoutUnset(inputs: Properties): Properties {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => !isUnset(value)));
}
