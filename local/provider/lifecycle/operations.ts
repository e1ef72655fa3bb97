import type { Aws } from "../instance/aws";
import { isUnset, secret, unknownValue, type Properties } from "../protocol/values";
import type { ResourceDefinition } from "../resources/definition";
import type { ResourceSchema } from "../schema/types";
import { isEmpty, sameValue, satisfies } from "../support/equal";
import { waitFor } from "../support/retry";
import type { Difference } from "./diff";
import { withPrefixedName } from "./names";

/** A resource type with what the SDK declares of it. */
export interface ResourceType {
  readonly definition: ResourceDefinition;
  readonly schema: ResourceSchema;
}

/** Among the outputs of a resource that was left half made: what comes after its creation is still to be done. */
const unsettled = "__unsettled";

/** The resource exists but is not as asked: the engine keeps it in its state and tries an update next time. */
export class HalfMadeError extends Error {
  constructor(
    readonly id: string,
    readonly properties: Properties,
    cause: unknown,
  ) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** Makes a resource and gives its id and outputs. */
export async function create(
  aws: Aws,
  { definition, schema }: ResourceType,
  given: Properties,
): Promise<{ id: string; outputs: Properties }> {
  const inputs = withPrefixedName(definition.name, given);
  const created = await definition.create(aws, inputs);
  const { id, outputs: told } = typeof created === "string" ? { id: created, outputs: {} } : created;
  const known = { ...inputs, ...told };
  try {
    await definition.settle?.(aws, id, inputs);
    const state = await waitFor(() => definition.read(aws, id, known));
    return { id, outputs: outputsOf(aws, { definition, schema }, id, known, state) };
  } catch (error) {
    const outputs = outputsOf(aws, { definition, schema }, id, known, {});
    throw new HalfMadeError(id, { ...outputs, [unsettled]: true }, error);
  }
}

/** What a preview shows of a resource that is not there yet: its inputs, and an unknown for whatever AWS decides. */
export function previewCreate(aws: Aws, { schema }: ResourceType, inputs: Properties): Properties {
  const outputs = withoutDefaults(inputs);
  for (const [property, { optional }] of Object.entries(schema.outputs)) {
    if (!optional && isUnset(outputs[property])) outputs[property] = unknownValue;
  }
  if ("region" in schema.outputs) outputs["region"] = aws.region;
  if ("tagsAll" in schema.outputs) outputs["tagsAll"] = inputs["tags"] ?? {};
  return outputs;
}

/** Brings a resource to its new inputs and gives its outputs. */
export async function update(
  aws: Aws,
  { definition, schema }: ResourceType,
  request: { id: string; olds: Properties; oldInputs: Properties; news: Properties; difference: Difference },
): Promise<Properties> {
  const { id, olds, oldInputs, news, difference } = request;
  if (olds[unsettled] === true) await definition.settle?.(aws, id, news);
  if (difference.properties.some((property) => property !== "tags" || !definition.tagging)) {
    const changed = (...properties: string[]) => properties.some((one) => difference.properties.includes(one));
    await definition.update?.(aws, id, { news, olds: oldInputs, state: olds, changed });
  }
  if (definition.tagging && difference.properties.includes("tags")) {
    await retag(aws, definition.tagging, id, olds, oldInputs["tags"], news["tags"]);
  }
  // What only its creation told (a secret key) is carried along; inputs that are gone are not.
  const told = Object.entries(olds).filter(([property]) => !(property in schema.inputs) && property !== unsettled);
  const known = { ...Object.fromEntries(told), ...news };
  const state = await waitFor(() => definition.read(aws, id, { ...olds, ...news }));
  return outputsOf(aws, { definition, schema }, id, known, state);
}

/** What a preview shows of an update: the new inputs over what AWS had decided before. */
export function previewUpdate({ schema }: ResourceType, olds: Properties, news: Properties): Properties {
  const kept = Object.entries(olds).filter(([property]) => !(property in schema.inputs) || property === "region");
  const computed = Object.keys(schema.inputs).filter((property) => schema.outputs[property]?.optional === false);
  const outputs = { ...Object.fromEntries(kept), ...withoutDefaults(news) };
  for (const property of computed) outputs[property] ??= olds[property];
  if ("tagsAll" in schema.outputs) outputs["tagsAll"] = news["tags"] ?? {};
  return outputs;
}

/**
 * Reads a resource as it is now. Undefined where it is gone. Inputs keep the program's spelling where that still
 * describes the resource, and take AWS's value where it has drifted.
 */
export async function read(
  aws: Aws,
  type: ResourceType,
  request: { id: string; state: Properties; inputs: Properties },
): Promise<{ id: string; inputs: Properties; outputs: Properties } | undefined> {
  const { definition, schema } = type;
  const actual = (await definition.read(aws, request.id, request.state)) as Properties | undefined;
  if (!actual) return undefined;
  const imported = Object.keys(request.inputs).length === 0;
  const inputs: Properties = { __defaults: [], ...request.inputs };
  for (const property of Object.keys(schema.inputs)) {
    const rules = definition.properties ?? {};
    const rule = rules[property] ?? {};
    if (property === "region" || rule.writeOnly || !(property in actual)) continue;
    const value = actual[property];
    if (property in request.inputs) {
      if (!satisfies(request.inputs[property], value, rules, property)) inputs[property] = value;
    } else if (!isEmpty(value) && !sameValue(value, rule.default ?? rule.implied, rules, property)) {
      if (imported || schema.outputs[property]?.optional) inputs[property] = value;
    } else if (imported && rule.default !== undefined) {
      inputs[property] = rule.default;
    }
  }
  const known = { ...withoutDefaults(request.state), ...withoutDefaults(inputs) };
  return { id: request.id, inputs, outputs: outputsOf(aws, type, request.id, known, actual) };
}

/** Inputs, overlaid with what AWS answered; documents keep the program's spelling where they mean the same. */
function outputsOf(
  aws: Aws,
  { definition, schema }: ResourceType,
  id: string,
  inputs: Properties,
  actual: Properties,
): Properties {
  const outputs: Properties = { ...withoutDefaults(inputs), id };
  for (const [property, value] of Object.entries(actual)) {
    const rules = definition.properties ?? {};
    if (rules[property]?.json && sameValue(outputs[property], value, rules, property)) continue;
    outputs[property] = value;
  }
  if ("region" in schema.outputs) outputs["region"] = aws.region;
  if ("tagsAll" in schema.outputs) outputs["tagsAll"] = outputs["tags"] ?? {};
  const prefix = `${definition.name?.property ?? "name"}Prefix`;
  if (prefix in schema.outputs) outputs[prefix] ??= "";
  for (const [property, rule] of Object.entries(definition.properties ?? {})) {
    if (rule.secret && !isUnset(outputs[property])) outputs[property] = secret(outputs[property]);
  }
  return outputs;
}

async function retag(
  aws: Aws,
  tagging: NonNullable<ResourceDefinition["tagging"]>,
  id: string,
  state: Properties,
  before: unknown,
  after: unknown,
): Promise<void> {
  const olds = (before ?? {}) as Record<string, string>;
  const news = (after ?? {}) as Record<string, string>;
  const removed = Object.keys(olds).filter((key) => !(key in news));
  const set = Object.fromEntries(Object.entries(news).filter(([key, value]) => olds[key] !== value));
  if (removed.length > 0) await tagging.untag(aws, id, removed, state);
  if (Object.keys(set).length > 0) await tagging.tag(aws, id, set, state);
}

function withoutDefaults({ __defaults, ...properties }: Properties): Properties {
  return properties;
}
