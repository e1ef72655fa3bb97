import type { PolicyResource } from "@pulumi/policy";

/** The tag by which the program says what holds evidence. */
const tag = { name: "firebreak:data", value: "evidence" };

/** Whether a resource says of itself that it holds evidence. */
export function holdsEvidence(props: Record<string, unknown>): boolean {
  const tags = props.tags as Record<string, string> | undefined;
  return tags?.[tag.name] === tag.value;
}

/** The resources of a type that refer to a resource by one of their properties, also where its value is not known yet. */
export function configuring(
  resources: PolicyResource[],
  type: string,
  property: string,
  urn: string,
): PolicyResource[] {
  return resources.filter(
    (one) => one.type === type && one.propertyDependencies[property]?.some((target) => target.urn === urn),
  );
}
