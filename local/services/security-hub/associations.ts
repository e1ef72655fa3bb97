import { z } from "zod";
import { accountId, parse } from "../input";
import { page } from "../page";
import type { Operations } from "../service";
import { applyCentral, effective, selfManaged, type Effective } from "./central";
import { policyOf, requireCentral } from "./configuration-policies";
import { invalidInput, notFound } from "./errors";
import type { Central, HubState } from "./state";

const target = z
  .object({
    AccountId: accountId.optional(),
    OrganizationalUnitId: z
      .string()
      .regex(/^ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}$/, "expected the id of a unit")
      .optional(),
    RootId: z
      .string()
      .regex(/^r-[a-z0-9]{4,32}$/, "expected the id of a root")
      .optional(),
  })
  .refine((one) => Object.values(one).filter(Boolean).length === 1, { error: "expected exactly one target" });
const start = z.object({ ConfigurationPolicyIdentifier: z.string().min(1), Target: target });
const one = z.object({ Target: target });
const many = z.object({ ConfigurationPolicyAssociationIdentifiers: z.array(one).min(1).max(100) });
const list = z.object({
  MaxResults: z.number().int().optional(),
  NextToken: z.string().nullish(),
  Filters: z
    .object({
      ConfigurationPolicyId: z.string().optional(),
      AssociationType: z.enum(["APPLIED", "INHERITED"]).optional(),
      AssociationStatus: z.enum(["PENDING", "SUCCESS", "FAILED"]).optional(),
    })
    .optional(),
});

type Target = z.infer<typeof target>;
const idOf = ({ AccountId, OrganizationalUnitId, RootId }: Target) => AccountId ?? OrganizationalUnitId ?? RootId ?? "";
const typeOf = (id: string) =>
  id.startsWith("r-") ? "ROOT" : id.startsWith("ou-") ? "ORGANIZATIONAL_UNIT" : "ACCOUNT";

/** Which policy accounts, units and the root have. */
export function associationOperations(state: HubState): Operations {
  const shown = (id: string, found: Effective) => ({
    ConfigurationPolicyId: found.policyId,
    TargetId: id,
    TargetType: typeOf(id),
    AssociationType: found.type,
    UpdatedAt: found.updatedAt.toISOString(),
    AssociationStatus: "SUCCESS",
  });
  const known = async (wanted: Target): Promise<string> => {
    const id = idOf(wanted);
    const organization = await state.context.organization.describe();
    const there = wanted.AccountId
      ? organization?.members.some((account) => account.id === id && account.status === "ACTIVE")
      : await isUnit(state, id);
    if (!there) throw notFound(`Target ${id} is not in the organization`);
    return id;
  };
  const get = async (central: Central, wanted: Target) => {
    const id = await known(wanted);
    const found = await effective(state, central, id);
    if (!found) throw notFound(`No configuration policy is associated with ${id}`);
    return shown(id, found);
  };
  return {
    async StartConfigurationPolicyAssociation(call) {
      const central = requireCentral(state, call);
      const { ConfigurationPolicyIdentifier: identifier, Target } = parse(start, call.body, invalidInput);
      const policyId = identifier === selfManaged ? selfManaged : policyOf(central, identifier).id;
      const id = await known(Target);
      const association = { policyId, updatedAt: state.context.now() };
      central.associations.set(id, association);
      central.revision++;
      await applyCentral(state);
      return { ...shown(id, { ...association, type: "APPLIED" }), AssociationStatus: "PENDING" };
    },
    async StartConfigurationPolicyDisassociation(call) {
      const central = requireCentral(state, call);
      const { ConfigurationPolicyIdentifier: identifier, Target } = parse(start, call.body, invalidInput);
      const policyId = identifier === selfManaged ? selfManaged : policyOf(central, identifier).id;
      const id = idOf(Target);
      if (central.associations.get(id)?.policyId !== policyId)
        throw notFound(`Configuration policy ${identifier} is not associated with ${id}`);
      central.associations.delete(id);
      central.revision++;
      await applyCentral(state);
      return {};
    },
    GetConfigurationPolicyAssociation: (call) =>
      get(requireCentral(state, call), parse(one, call.body, invalidInput).Target),
    async BatchGetConfigurationPolicyAssociations(call) {
      const central = requireCentral(state, call);
      const { ConfigurationPolicyAssociationIdentifiers: all } = parse(many, call.body, invalidInput);
      const found: object[] = [];
      const missed: object[] = [];
      for (const identifier of all) {
        try {
          found.push(await get(central, identifier.Target));
        } catch (error) {
          const { name, message } = error as Error;
          missed.push({ ConfigurationPolicyAssociationIdentifiers: identifier, ErrorCode: name, ErrorReason: message });
        }
      }
      return { ConfigurationPolicyAssociations: found, UnprocessedConfigurationPolicyAssociations: missed };
    },
    async ListConfigurationPolicyAssociations(call) {
      const central = requireCentral(state, call);
      const { Filters = {}, MaxResults, NextToken } = parse(list, call.body, invalidInput);
      const organization = await state.context.organization.describe();
      const accounts = organization?.members.filter(({ status }) => status === "ACTIVE").map(({ id }) => id) ?? [];
      const ids = [...new Set([...central.associations.keys(), ...accounts])].sort();
      const all = await Promise.all(
        ids.map(async (id) => {
          const found = await effective(state, central, id);
          return found ? [shown(id, found)] : [];
        }),
      );
      const matching = all
        .flat()
        .filter(
          (association) =>
            (!Filters.ConfigurationPolicyId || association.ConfigurationPolicyId === Filters.ConfigurationPolicyId) &&
            (!Filters.AssociationType || association.AssociationType === Filters.AssociationType) &&
            (!Filters.AssociationStatus || association.AssociationStatus === Filters.AssociationStatus),
        );
      const { items, nextToken } = page(matching, {
        size: MaxResults,
        token: NextToken,
        max: 100,
        of: Filters,
        invalid: invalidInput,
      });
      return { ConfigurationPolicyAssociationSummaries: items, NextToken: nextToken };
    },
  };
}

async function isUnit(state: HubState, id: string): Promise<boolean> {
  const { organization } = state.context;
  if (!id.startsWith("r-")) return (await organization.ancestors(id)) !== undefined;
  const snapshot = await organization.describe();
  return snapshot !== undefined && (await organization.ancestors(snapshot.managementAccountId))?.at(-1) === id;
}
