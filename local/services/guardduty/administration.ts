import { z } from "zod";
import { accountId, integerQuery, parse } from "../input";
import { activeAccount } from "../organization";
import { page } from "../page";
import type { Call, Operations } from "../service";
import { badRequest } from "./errors";
import type { GuardDutyState } from "./state";

export const servicePrincipal = "guardduty.amazonaws.com";
const input = z.object({ adminAccountId: accountId });

/** The delegated administrator: set and removed by the management account, region by region. */
export function administrationOperations(state: GuardDutyState): Operations {
  const { organization } = state.context;
  return {
    async EnableOrganizationAdminAccount(call) {
      const { adminAccountId } = parse(input, call.body, badRequest);
      const snapshot = await managed(state, call);
      const others = [...state.administrators.values()];
      if (state.administrators.has(call.region) || others.some((other) => other !== adminAccountId))
        throw badRequest(
          "The request failed because another account is already enabled as GuardDuty delegated administrator for the organization.",
        );
      if (!activeAccount(snapshot, adminAccountId))
        throw badRequest(
          `The request failed because the account ${adminAccountId} is not an active member of the organization.`,
        );
      // The management account may be its own administrator, but Organizations registers members only.
      if (adminAccountId !== call.account) await organization.delegate(adminAccountId, servicePrincipal);
      state.administrators.set(call.region, adminAccountId);
      const own = state.regions.of(adminAccountId, call.region);
      if (!own.detector) state.makeDetector(adminAccountId, call.region);
      own.organization = state.makeOrganization(snapshot.members.map(({ id }) => id));
      return {};
    },
    async DisableOrganizationAdminAccount(call) {
      const { adminAccountId } = parse(input, call.body, badRequest);
      await managed(state, call);
      if (state.administrators.get(call.region) !== adminAccountId)
        throw badRequest(
          `The request failed because the account ${adminAccountId} is not enabled as GuardDuty delegated administrator for the organization.`,
        );
      const own = state.regions.of(adminAccountId, call.region);
      state.administrators.delete(call.region);
      delete own.organization;
      own.members.clear();
      const elsewhere = [...state.administrators.values()].includes(adminAccountId);
      if (!elsewhere && adminAccountId !== call.account)
        await organization.undelegate(adminAccountId, servicePrincipal);
      return {};
    },
    async ListOrganizationAdminAccounts(call) {
      await managed(state, call);
      const administrator = state.administrators.get(call.region);
      const { items, nextToken } = page(administrator ? [administrator] : [], {
        size: integerQuery(call, "maxResults"),
        token: call.query.get("nextToken"),
        max: 50,
        invalid: badRequest,
      });
      return { adminAccounts: items.map((id) => ({ adminAccountId: id, adminStatus: "ENABLED" })), nextToken };
    },
  };
}

/** @returns the organisation @throws BadRequestException where the caller is not its management account */
async function managed(state: GuardDutyState, call: Call) {
  const snapshot = await state.context.organization.describe();
  if (!snapshot || snapshot.managementAccountId !== call.account)
    throw badRequest("The request failed because you are not the management account of an AWS organization.");
  return snapshot;
}
