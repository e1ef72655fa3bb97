import { z } from "zod";
import { accountId, integerQuery, parse } from "../input";
import { activeAccount } from "../organization";
import { page } from "../page";
import type { Call, Operations } from "../service";
import { ownDetector } from "./detectors";
import { enrol } from "./enrolment";
import { badRequest } from "./errors";
import { asked, change, detectorFeatures, shownDataSources, shownOptional, type Status } from "./features";
import { administrated } from "./organization-configuration";
import type { GuardDutyState, Member } from "./state";

const ids = z.object({ accountIds: z.array(accountId).min(1).max(50) });
const details = z.object({
  accountDetails: z
    .array(z.object({ accountId, email: z.string().min(1).max(64) }))
    .min(1)
    .max(50),
});
const update = ids.extend({ features: detectorFeatures.optional() });
const notMember =
  "The request is rejected because the input account ID is not an associated member of the current account.";

/** Members of the administrator in one region. */
export function memberOperations(state: GuardDutyState): Operations {
  const membersOf = (call: Call) => state.regions.of(call.account, call.region).members;
  const shown = (call: Call, member: Member) => ({
    accountId: member.accountId,
    detectorId: state.regions.of(member.accountId, call.region).detector?.id,
    masterId: call.account,
    administratorId: call.account,
    email: member.email,
    relationshipStatus: member.status,
    invitedAt: member.invitedAt.toISOString(),
    updatedAt: member.updatedAt.toISOString(),
  });
  /** Does `act` to each member named; an account that is none is reported. */
  const each = (call: Call, accountIds: string[], act: (member: Member) => string | undefined) => ({
    unprocessedAccounts: accountIds.flatMap((id) => {
      const member = membersOf(call).get(id);
      const problem = member ? act(member) : notMember;
      return problem ? [{ accountId: id, result: problem }] : [];
    }),
  });
  const refuseWhereAll = (call: Call, doing: string) => {
    if (administrated(state, call).members === "ALL")
      throw badRequest(
        `The request is rejected because ${doing} is not possible while autoEnableOrganizationMembers is ALL for the organization.`,
      );
  };
  const setStatus = (member: Member, status: Member["status"]) =>
    void Object.assign(member, { status, updatedAt: state.context.now() });

  return {
    ListMembers(call) {
      ownDetector(state, call);
      const associated = (call.query.get("onlyAssociated") ?? "true") !== "false";
      const all = [...membersOf(call).values()]
        .filter(({ status }) => !associated || status === "Enabled" || status === "Disabled")
        .sort((a, b) => a.accountId.localeCompare(b.accountId));
      const { items, nextToken } = page(all, {
        size: integerQuery(call, "maxResults"),
        token: call.query.get("nextToken"),
        max: 50,
        of: associated,
        invalid: badRequest,
      });
      return { members: items.map((member) => shown(call, member)), nextToken };
    },
    GetMembers(call) {
      ownDetector(state, call);
      const { accountIds } = parse(ids, call.body, badRequest);
      const found = accountIds.flatMap((id) => membersOf(call).get(id) ?? []);
      return { members: found.map((member) => shown(call, member)), ...each(call, accountIds, () => undefined) };
    },
    async CreateMembers(call) {
      ownDetector(state, call);
      const { accountDetails } = parse(details, call.body, badRequest);
      if (state.administratorOf(call.account, call.region))
        throw badRequest("The request is rejected because the current account is a member account and has no members.");
      administrated(state, call);
      const snapshot = await state.context.organization.describe();
      const unprocessedAccounts: { accountId: string; result: string }[] = [];
      for (const { accountId: id } of accountDetails) {
        const account = activeAccount(snapshot, id);
        if (!account)
          unprocessedAccounts.push({
            accountId: id,
            result: `The account ${id} is not an active member of the organization.`,
          });
        else if (!enrol(state, call.region, account))
          unprocessedAccounts.push({
            accountId: id,
            result: "The administrator account cannot be a member of itself.",
          });
      }
      return { unprocessedAccounts };
    },
    DisassociateMembers(call) {
      refuseWhereAll(call, "disassociating members");
      const { accountIds } = parse(ids, call.body, badRequest);
      return each(call, accountIds, (member) => setStatus(member, "Removed") as undefined);
    },
    DeleteMembers(call) {
      refuseWhereAll(call, "deleting members");
      const { accountIds } = parse(ids, call.body, badRequest);
      return each(call, accountIds, ({ accountId: id, status }) => {
        if (status === "Enabled" || status === "Disabled")
          return "The request is rejected because the member account is still associated: disassociate it first.";
        membersOf(call).delete(id);
        return undefined;
      });
    },
    StopMonitoringMembers(call) {
      refuseWhereAll(call, "stopping members");
      return monitor(call, false);
    },
    StartMonitoringMembers(call) {
      administrated(state, call);
      return monitor(call, true);
    },
    GetMemberDetectors(call) {
      ownDetector(state, call);
      const { accountIds } = parse(ids, call.body, badRequest);
      const members = accountIds.flatMap((id) => {
        const detector = membersOf(call).has(id) ? state.regions.of(id, call.region).detector : undefined;
        if (!detector) return [];
        const { features } = detector;
        return [{ accountId: id, dataSources: shownDataSources(features), features: shownOptional(features) }];
      });
      return { members, ...each(call, accountIds, () => undefined) };
    },
    UpdateMemberDetectors(call) {
      administrated(state, call);
      const { accountIds, features = [] } = parse(update, call.body, badRequest);
      return each(call, accountIds, ({ accountId: id }) => {
        const { detector } = state.regions.of(id, call.region);
        if (!detector) return "The request is rejected because GuardDuty is not enabled in the member account.";
        change(detector.features, asked<Status>(features, "status"), state.context.now());
        return undefined;
      });
    },
    GetAdministratorAccount(call) {
      ownDetector(state, call);
      const administrator = state.administratorOf(call.account, call.region);
      if (!administrator) return {};
      const member = state.regions.of(administrator, call.region).members.get(call.account) as Member;
      return {
        administrator: {
          accountId: administrator,
          relationshipStatus: member.status,
          invitedAt: member.invitedAt.toISOString(),
        },
      };
    },
    DisassociateFromAdministratorAccount(call) {
      ownDetector(state, call);
      throw badRequest(
        "The request is rejected because the current account was added by its organization: only the administrator disassociates it.",
      );
    },
  };

  function monitor(call: Call, enabled: boolean) {
    const { accountIds } = parse(ids, call.body, badRequest);
    return each(call, accountIds, (member) => {
      const { detector } = state.regions.of(member.accountId, call.region);
      if (!detector) return "The request is rejected because GuardDuty is not enabled in the member account.";
      detector.enabled = enabled;
      return setStatus(member, enabled ? "Enabled" : "Disabled") as undefined;
    });
  }
}
