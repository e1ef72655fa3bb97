import { z } from "zod";
import { parse } from "../input";
import { page } from "../page";
import type { Call, Operations } from "../service";
import { findingCriteria, matcher, sortCriteria, sorted } from "./criteria";
import { detect, type OnFinding } from "./detect";
import { ownDetector } from "./detectors";
import { badRequest } from "./errors";
import { findingTypes } from "./samples/types";
import type { GuardDutyFinding, GuardDutyState } from "./state";

const samples = z.object({ findingTypes: z.array(z.string()).max(50).nullish() });
const list = z.object({
  findingCriteria,
  sortCriteria,
  maxResults: z.number().int().optional(),
  nextToken: z.string().nullish(),
});
const ids = z.object({ findingIds: z.array(z.string()).max(50), sortCriteria });
const feedback = ids.extend({ feedback: z.enum(["USEFUL", "NOT_USEFUL"]), comments: z.string().optional() });

/** Findings, as the account that asks sees them: an administrator sees its members' of the region too. */
export function findingOperations(state: GuardDutyState, onFinding: OnFinding): Operations {
  const visible = (call: Call): GuardDutyFinding[] => {
    ownDetector(state, call);
    const members = [...state.regions.of(call.account, call.region).members.values()]
      .filter(({ status }) => status !== "Removed")
      .map(({ accountId }) => accountId);
    return [call.account, ...members]
      .flatMap((account) => [...state.regions.of(account, call.region).findings.values()])
      .sort((a, b) => b.updatedAt.localeCompare(a.updatedAt) || a.id.localeCompare(b.id));
  };
  /** @throws BadRequestException where one of the ids is not among the findings that the caller sees */
  const chosen = (call: Call, findingIds: string[]) => {
    const known = new Map(visible(call).map((finding) => [finding.id, finding]));
    return findingIds.map((id) => {
      const finding = known.get(id);
      if (!finding)
        throw badRequest("The request is rejected because one or more of the input finding IDs are not valid.");
      return finding;
    });
  };
  const setArchived = async (call: Call, archived: boolean) => {
    const { findingIds } = parse(ids, call.body, badRequest);
    if (state.administratorOf(call.account, call.region))
      throw badRequest(
        "The request is rejected because the current account is a member account: only its administrator archives findings.",
      );
    const updatedAt = state.context.now().toISOString();
    for (const finding of chosen(call, findingIds)) {
      replace(finding, { archived });
      // GuardDuty sends no event of it, but tells Security Hub, for which it is an update.
      await onFinding({ ...finding, updatedAt, service: { ...finding.service, archived } });
    }
    return {};
  };
  const replace = (finding: GuardDutyFinding, service: object) =>
    state.regions
      .of(finding.accountId, finding.region)
      .findings.set(finding.id, { ...finding, service: { ...finding.service, ...service } });

  return {
    async CreateSampleFindings(call) {
      ownDetector(state, call);
      const names = parse(samples, call.body, badRequest).findingTypes ?? findingTypes.map(({ type }) => type);
      const { account, region } = call;
      const unknown = names.find((name) => !findingTypes.some(({ type }) => type === name));
      if (unknown)
        throw badRequest(`The request is rejected because the parameter findingTypes has an invalid value: ${unknown}`);
      for (const type of names) await detect(state, { account, region, type }, onFinding);
      return {};
    },
    ListFindings(call) {
      const input = parse(list, call.body, badRequest);
      const found = visible(call).filter(matcher(input.findingCriteria));
      const { items, nextToken } = page(sorted(found, input.sortCriteria), {
        size: input.maxResults,
        token: input.nextToken,
        max: 50,
        of: [input.findingCriteria, input.sortCriteria],
        invalid: badRequest,
      });
      // GuardDuty ends with an empty token rather than with none.
      return { findingIds: items.map(({ id }) => id), nextToken: nextToken ?? "" };
    },
    GetFindings(call) {
      const input = parse(ids, call.body, badRequest);
      const known = new Map(visible(call).map((finding) => [finding.id, finding]));
      const found = input.findingIds.flatMap((id) => known.get(id) ?? []);
      return { findings: sorted(found, input.sortCriteria) };
    },
    ArchiveFindings: (call) => setArchived(call, true),
    UnarchiveFindings: (call) => setArchived(call, false),
    UpdateFindingsFeedback(call) {
      const input = parse(feedback, call.body, badRequest);
      for (const finding of chosen(call, input.findingIds)) replace(finding, { userFeedback: input.feedback });
      return {};
    },
    GetFindingsStatistics(call) {
      const input = z
        .object({
          findingStatisticTypes: z.array(z.literal("COUNT_BY_SEVERITY")).max(10),
          findingCriteria,
        })
        .safeParse(call.body);
      if (!input.success)
        throw badRequest("The request is rejected: only findingStatisticTypes COUNT_BY_SEVERITY is served here.");
      const countBySeverity: Record<string, number> = {};
      for (const { severity } of visible(call).filter(matcher(input.data.findingCriteria))) {
        const key = severity.toFixed(1);
        countBySeverity[key] = (countBySeverity[key] ?? 0) + 1;
      }
      return { findingStatistics: { countBySeverity } };
    },
  };
}
