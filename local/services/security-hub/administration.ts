import { z } from "zod";
import { accountId, integerQuery, parse } from "../input";
import { activeAccount } from "../organization";
import { page } from "../page";
import type { Call, Operations } from "../service";
import { enableHub } from "./enable";
import { accessDenied, conflict, invalidAccess, invalidInput } from "./errors";
import type { HubState } from "./state";

export const servicePrincipal = "securityhub.amazonaws.com";
const feature = z.literal("SecurityHub", "only the CSPM product is served here: expected SecurityHub").optional();
const input = z.object({ AdminAccountId: accountId, Feature: feature });

/** The delegated administrator: set and removed by the management account, region by region. */
export function administrationOperations(state: HubState): Operations {
  const { organization } = state.context;
  return {
    async EnableOrganizationAdminAccount(call) {
      const { AdminAccountId, Feature = "SecurityHub" } = parse(input, call.body, invalidInput);
      const snapshot = await managed(state, call);
      const others = [...state.administrators.values()];
      if (state.administrators.has(call.region) || others.some((other) => other !== AdminAccountId))
        throw conflict("The organization already has a Security Hub administrator: remove it first");
      if (!activeAccount(snapshot, AdminAccountId))
        throw invalidInput(`Account ${AdminAccountId} is not an active member of the organization`);
      if (AdminAccountId !== call.account) await organization.delegate(AdminAccountId, servicePrincipal);
      state.administrators.set(call.region, AdminAccountId);
      const own = state.regions.of(AdminAccountId, call.region);
      if (!own.hub) enableHub(state, AdminAccountId, call.region);
      for (const { id } of snapshot.members) own.known.add(id);
      return { AdminAccountId, Feature };
    },
    async DisableOrganizationAdminAccount(call) {
      const { AdminAccountId } = parse(input, call.body, invalidInput);
      await managed(state, call);
      if (state.administrators.get(call.region) !== AdminAccountId)
        throw invalidInput(`Account ${AdminAccountId} is not the Security Hub administrator`);
      // https://docs.aws.amazon.com/securityhub/latest/userguide/remove-admin-overview.html
      if (state.central)
        throw accessDenied(
          "The organization uses central configuration: change it to local configuration before you remove the administrator",
        );
      const own = state.regions.of(AdminAccountId, call.region);
      state.administrators.delete(call.region);
      own.members.clear();
      Object.assign(own, { autoEnable: false, autoEnableStandards: "DEFAULT" });
      const elsewhere = [...state.administrators.values()].includes(AdminAccountId);
      if (!elsewhere && AdminAccountId !== call.account)
        await organization.undelegate(AdminAccountId, servicePrincipal);
      return {};
    },
    async ListOrganizationAdminAccounts(call) {
      await managed(state, call);
      const administrator = state.administrators.get(call.region);
      const { items, nextToken } = page(administrator ? [administrator] : [], {
        size: integerQuery(call, "MaxResults"),
        token: call.query.get("NextToken"),
        max: 10,
        invalid: invalidInput,
      });
      const AdminAccounts = items.map((AccountId) => ({ AccountId, Status: "ENABLED" }));
      return { AdminAccounts, NextToken: nextToken, Feature: "SecurityHub" };
    },
  };
}

/** @returns the organisation @throws InvalidAccessException where the caller is not its management account */
async function managed(state: HubState, call: Call) {
  const snapshot = await state.context.organization.describe();
  if (!snapshot || snapshot.managementAccountId !== call.account)
    throw invalidAccess(`Account ${call.account} is not the management account of an organization`);
  return snapshot;
}

/** @throws InvalidAccessException where the caller is not the region's delegated administrator */
export function requireAdministrator(state: HubState, call: Call): void {
  if (state.administrators.get(call.region) !== call.account)
    throw invalidAccess(`Account ${call.account} is not an administrator for this organization`);
}
