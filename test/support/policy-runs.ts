import type { PolicyResource, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";

/** A resource for a rule to look at. `refersTo` names, by property, the resources it takes values from. */
export interface Fixture {
  type: string;
  name?: string;
  props: Record<string, unknown>;
  provider?: Record<string, unknown>;
  refersTo?: Record<string, string>;
}

type Config = Record<string, unknown>;

/** The rule's own defaults, and over them what a test sets. */
function configOf(rule: ResourceValidationPolicy | StackValidationPolicy, config: Config): Config {
  const defaults = Object.entries(rule.configSchema?.properties ?? {}).map(([name, { default: value }]) => [
    name,
    value,
  ]);
  return { ...(Object.fromEntries(defaults) as Config), ...config };
}

function resource({ type, name = "fixture", props, provider }: Fixture): PolicyResource {
  return {
    type,
    name,
    urn: `urn:pulumi:test::firebreak::${type}::${name}`,
    props,
    opts: { protect: false, ignoreChanges: [], aliases: [], customTimeouts: none, additionalSecretOutputs: [] },
    provider: provider && { type: "pulumi:providers:aws", props: provider, urn: "urn:provider", name: "account" },
    dependencies: [],
    propertyDependencies: {},
    isType: () => false,
    asType: () => undefined,
  };
}

const none = { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 };
const notApplicable = (): never => {
  throw new Error("not applicable");
};

/** What a rule says about one resource. */
export async function judge(rule: ResourceValidationPolicy, fixture: Fixture, config: Config = {}): Promise<string[]> {
  const said: string[] = [];
  const validations = [rule.validateResource ?? []].flat();
  const args = {
    ...resource(fixture),
    asType: () => undefined,
    stackTags: new Map(),
    getConfig: <T>() => configOf(rule, config) as T,
    notApplicable,
  };
  for (const validate of validations) await validate(args, (message) => said.push(message));
  return said;
}

/** What a rule says about a stack; `urn`s are those of the resources it says it of. */
export async function judgeStack(
  rule: StackValidationPolicy,
  fixtures: Fixture[],
  config: Config = {},
): Promise<string[]> {
  const said: string[] = [];
  const resources = fixtures.map(resource);
  fixtures.forEach(({ refersTo = {} }, index) => {
    for (const [property, name] of Object.entries(refersTo)) {
      const one = resources[index] as PolicyResource;
      one.propertyDependencies[property] = resources.filter((target) => target.name === name);
    }
  });
  const args = { resources, stackTags: new Map(), getConfig: <T>() => configOf(rule, config) as T, notApplicable };
  await rule.validateStack(args, (message) => said.push(message));
  return said;
}
