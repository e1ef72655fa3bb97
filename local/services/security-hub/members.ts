import { z } from "zod";
import { accountId, integerQuery, parse } from "../input";
import { activeAccount } from "../organization";
import { page } from "../page";
import type { Call, Operations } from "../service";
import { requireAdministrator } from "./administration";
import { managedCentrally } from "./central";
import { enrol } from "./enrolment";
import { accessDenied, invalidInput } from "./errors";
import type { HubMember, HubState } from "./state";
import { hubOf } from "./visible";

const ids = z.object({ AccountIds: z.array(accountId).min(1).max(50) });
const create = z.object({
  AccountDetails: z
    .array(z.object({ AccountId: accountId, Email: z.string().optional() }))
    .min(1)
    .max(50),
});

/** Members of the administrator in one region. */
export function memberOperations(state: HubState): Operations {
  const membersOf = (call: Call) => {
    hubOf(state, call);
    return state.regions.of(call.account, call.region).members;
  };
  const shown = (call: Call, member: HubMember) => ({
    AccountId: member.accountId,
    Email: member.email,
    MasterId: call.account,
    AdministratorId: call.account,
    MemberStatus: member.status,
    InvitedAt: member.invitedAt.toISOString(),
    UpdatedAt: member.updatedAt.toISOString(),
  });
  const unknown = (call: Call, accountIds: string[]) =>
    accountIds
      .filter((id) => !membersOf(call).has(id))
      .map((AccountId) => ({ AccountId, ProcessingResult: `Account ${AccountId} is not a member` }));
  const refuseManaged = (call: Call, accountIds: string[]) => {
    const managed = accountIds.find((id) => managedCentrally(state, id, call.region));
    if (managed)
      throw accessDenied(`Account ${managed} is associated with a configuration policy: make it self-managed first`);
  };
  return {
    ListMembers(call) {
      const associated = (call.query.get("OnlyAssociated") ?? "true") !== "false";
      const all = [...membersOf(call).values()]
        .filter(({ status }) => !associated || status === "Enabled")
        .sort((a, b) => a.accountId.localeCompare(b.accountId));
      const { items, nextToken } = page(all, {
        size: integerQuery(call, "MaxResults"),
        token: call.query.get("NextToken"),
        max: 50,
        of: associated,
        invalid: invalidInput,
      });
      return { Members: items.map((member) => shown(call, member)), NextToken: nextToken };
    },
    GetMembers(call) {
      const { AccountIds } = parse(ids, call.body, invalidInput);
      const found = AccountIds.flatMap((id) => membersOf(call).get(id) ?? []);
      return { Members: found.map((member) => shown(call, member)), UnprocessedAccounts: unknown(call, AccountIds) };
    },
    async CreateMembers(call) {
      membersOf(call);
      requireAdministrator(state, call);
      const { AccountDetails } = parse(create, call.body, invalidInput);
      const organization = await state.context.organization.describe();
      const UnprocessedAccounts: object[] = [];
      for (const { AccountId } of AccountDetails) {
        const account = activeAccount(organization, AccountId);
        const { hub } = state.regions.of(AccountId, call.region);
        const problem = !account
          ? `Account ${AccountId} is not an active member of the organization`
          : !hub
            ? `Account ${AccountId} is not subscribed to AWS Security Hub`
            : !enrol(state, call.region, account)
              ? "The administrator account cannot be a member of itself"
              : undefined;
        if (problem) UnprocessedAccounts.push({ AccountId, ProcessingResult: problem });
      }
      return { UnprocessedAccounts };
    },
    DisassociateMembers(call) {
      const members = membersOf(call);
      requireAdministrator(state, call);
      const { AccountIds } = parse(ids, call.body, invalidInput);
      refuseManaged(call, AccountIds);
      for (const id of AccountIds) {
        const member = members.get(id);
        if (member) Object.assign(member, { status: "Removed", updatedAt: state.context.now() });
      }
      return {};
    },
    DeleteMembers(call) {
      const members = membersOf(call);
      requireAdministrator(state, call);
      const { AccountIds } = parse(ids, call.body, invalidInput);
      refuseManaged(call, AccountIds);
      const associated = AccountIds.filter((id) => members.get(id)?.status === "Enabled");
      const UnprocessedAccounts = [
        ...unknown(call, AccountIds),
        ...associated.map((AccountId) => ({
          AccountId,
          ProcessingResult: `Account ${AccountId} is associated: disassociate it first`,
        })),
      ];
      for (const id of AccountIds) if (!associated.includes(id)) members.delete(id);
      return { UnprocessedAccounts };
    },
    GetAdministratorAccount(call) {
      hubOf(state, call);
      const administrator = state.administratorOf(call.account, call.region);
      const member = administrator && state.regions.of(administrator, call.region).members.get(call.account);
      if (!member) return {};
      return {
        Administrator: {
          AccountId: administrator,
          InvitedAt: member.invitedAt.toISOString(),
          MemberStatus: member.status,
        },
      };
    },
  };
}
