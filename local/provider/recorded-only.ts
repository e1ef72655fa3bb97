import type { ResourceDefinition } from "./resources/definition";
import { loadSchema } from "./schema/load";

/**
 * Resource types the emulator cannot hold. They are validated like any other and kept in Pulumi's state, with made-up
 * ids and ARNs, but no AWS call is made. The value is the ARN's service and resource part; `{id}` stands for the id.
 */
const recorded: Readonly<Record<string, string>> = {
  "aws:cloudtrail/organizationDelegatedAdminAccount:OrganizationDelegatedAdminAccount": "organizations:account/{id}",
  "aws:detective/organizationAdminAccount:OrganizationAdminAccount": "detective:account/{id}",
  "aws:inspector2/delegatedAdminAccount:DelegatedAdminAccount": "inspector2:account/{id}",
};

/** The tokens of {@link recorded}. */
export const recordedOnlyTypes: readonly string[] = Object.keys(recorded);

/** A definition that keeps inputs and makes up what AWS would decide. */
export function recordedDefinition(token: string): ResourceDefinition {
  const [service = "", resource = ""] = (recorded[token] ?? "").split(/:(.*)/);
  const schema = loadSchema(token);
  return {
    token,
    supports: Object.keys(schema.inputs),
    ...("name" in schema.inputs ? { name: { maxLength: 255 } } : {}),
    ...("tags" in schema.inputs ? { tagging: { tag: async () => undefined, untag: async () => undefined } } : {}),
    create: async (_aws, inputs) => String(inputs["name"] ?? `${token.split(":")[2]?.toLowerCase()}-recorded`),
    read: async (aws, id, known) => ({
      ...known,
      ...("arn" in schema.outputs ? { arn: aws.arn(service, resource.replace("{id}", id)) } : {}),
    }),
    update: async () => undefined,
    delete: async () => undefined,
  };
}
