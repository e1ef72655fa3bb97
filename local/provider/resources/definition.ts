import type { Unwrap } from "@pulumi/pulumi";
import type { Aws } from "../instance/aws";
import type { Failure } from "../instance/config";
import type { Properties } from "../protocol/values";

/** What is known of a property beyond its type. Paths into nested values: `rule.status`; lists are stepped through. */
export interface PropertyRule {
  /** A change makes a new resource. */
  readonly replace?: boolean;
  /** The real provider's default, put among the inputs. */
  readonly default?: unknown;
  /** What AWS has where the program says nothing, and the real provider sets nothing: finding it is no drift. */
  readonly implied?: unknown;
  readonly oneOf?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: RegExp;
  /** JSON text: compared by meaning, refused where it does not parse. `policy` also takes one string for a list of one. */
  readonly json?: "json" | "policy";
  /** A set: the order of its members means nothing. */
  readonly set?: boolean;
  /** Never read back (a password, `forceDestroy`), so that reading finds no drift in it. */
  readonly writeOnly?: boolean;
  /** An output that is secret whatever the inputs are. */
  readonly secret?: boolean;
}

/** How a resource gets its name where the program gives none: `<logical name>-<7 hex digits>`. */
export interface NameRule {
  /** `name` unless told. */
  readonly property?: string;
  readonly maxLength: number;
  /** What the name must end with (`.fifo`), by its other inputs. */
  readonly suffix?: (inputs: Properties) => string;
  readonly lowerCase?: boolean;
}

/** What an update is about. */
export interface Change<Inputs> {
  readonly news: Inputs;
  readonly olds: Inputs;
  /** The recorded outputs. */
  readonly state: Properties;
  /** True where one of these inputs differs. */
  changed(...properties: (keyof Inputs & string)[]): boolean;
}

/** Sets and removes tags of one resource; used for every change of `tags`. */
export interface Tagging {
  tag(aws: Aws, id: string, tags: Record<string, string>, state: Properties): Promise<unknown>;
  untag(aws: Aws, id: string, keys: string[], state: Properties): Promise<unknown>;
}

/** What {@link ResourceDefinition.read} gives: outputs the type declares, and `tags` as AWS has them. */
export type ReadState<State> = Partial<State>;

/**
 * One resource type: what the real provider knows of it, and which AWS calls it is.
 *
 * @typeParam Inputs plain values of the SDK's arguments, e.g. of `QueueArgs`
 * @typeParam State plain values of the SDK's state, e.g. of `QueueState`
 */
export interface ResourceDefinition<Inputs = Properties, State = Properties> {
  readonly token: string;
  readonly name?: NameRule;
  readonly properties?: Readonly<Record<string, PropertyRule>>;
  /** Inputs that need no rule but are implemented. All others the SDK declares are refused, never ignored. */
  readonly supports?: readonly (keyof Inputs & string)[];
  /** Groups of which at most one may be set. */
  readonly conflicts?: readonly (readonly (keyof Inputs & string)[])[];
  /** Groups of which exactly one must be set. */
  readonly exactlyOneOf?: readonly (readonly (keyof Inputs & string)[])[];
  /** Delete before replacing, whatever the name: there can only be one at a time. */
  readonly deleteBeforeReplace?: boolean;
  readonly tagging?: Tagging;
  /** Rules between properties. Unknown values are still in `inputs`. */
  check?(inputs: Inputs): Failure[];
  /** Makes it and gives its id, with outputs that cannot be read later. Default tags are already among `tags`. */
  create(aws: Aws, inputs: Inputs): Promise<string | { readonly id: string; readonly outputs: ReadState<State> }>;
  /** What is left to set once it exists: a failure here keeps the resource, as half made, and is tried again. */
  settle?(aws: Aws, id: string, inputs: Inputs): Promise<unknown>;
  /** Undefined where it is gone. `known` is what is recorded of it; empty on import. */
  read(aws: Aws, id: string, known: Properties): Promise<ReadState<State> | undefined>;
  /** Left out where every change makes a new resource. */
  update?(aws: Aws, id: string, change: Change<Inputs>): Promise<unknown>;
  /** Succeeds where it is already gone. */
  delete(aws: Aws, id: string, state: Properties): Promise<unknown>;
}

/** Keeps a definition's types where it is written and hides them where it is looked up. `Args` and `State` as in the SDK. */
export function defineResource<Args, State>(
  definition: ResourceDefinition<Unwrap<Args>, Unwrap<State>>,
): ResourceDefinition {
  return definition as unknown as ResourceDefinition;
}

/** Rules for properties that share one: `each(["name", "path"], { replace: true })`. */
export function each(properties: readonly string[], rule: PropertyRule): Record<string, PropertyRule> {
  return Object.fromEntries(properties.map((property) => [property, rule]));
}
