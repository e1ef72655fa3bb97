import type { Json } from "../service";
import { partitionOf } from "../service";
import { badRequest } from "./errors";
import { makeFinding } from "./samples/sample";
import { findingType } from "./samples/types";
import type { GuardDutyFinding, GuardDutyState } from "./state";

/** What GuardDuty came to see. */
export interface Sighting {
  account: string;
  region: string;
  /** A finding type that {@link findingTypes} has. */
  type: string;
  /** In place of the type's own severity. */
  severity?: number;
  /** The finding's `resource`: makes it a real finding about it. Without it the finding is a sample. */
  resource?: Json;
  /** Laid over the finding's `service`. */
  service?: Json;
}

/** Called with every finding that is new or changed, as Security Hub is. */
export type OnFinding = (finding: GuardDutyFinding) => Promise<void>;

/**
 * Makes a finding, or adds to the one there is: a finding is updated in place, its id stays and `service.count` grows,
 * unless it was archived: then it is a new one.
 * https://docs.aws.amazon.com/guardduty/latest/ug/finding-aggregation.html
 * @throws BadRequestException for an unknown type, or where GuardDuty is off
 */
export async function detect(
  state: GuardDutyState,
  sighting: Sighting,
  onFinding: OnFinding,
): Promise<GuardDutyFinding> {
  const { account, region } = sighting;
  const { detector, findings } = state.regions.of(account, region);
  const type = findingType(sighting.type);
  if (!type)
    throw badRequest(
      "The request is rejected because the parameter findingTypes has an invalid value: " + sighting.type,
    );
  if (!detector?.enabled)
    throw badRequest(`The request is rejected because GuardDuty is not enabled in ${account} in ${region}.`);
  const time = state.context.now();
  const seen = { ...sighting, partition: partitionOf(region), detectorId: detector.id, time };
  for (let generation = 0; ; generation++) {
    const fresh = makeFinding(type, seen, generation);
    const known = findings.get(fresh.id);
    if (known?.service.archived) continue;
    const finding = known ? repeated(known, fresh) : fresh;
    findings.set(finding.id, finding);
    announce(state, finding);
    await onFinding(finding);
    return finding;
  }
}

function repeated(known: GuardDutyFinding, again: GuardDutyFinding): GuardDutyFinding {
  const { eventFirstSeen } = known.service;
  const service = { ...again.service, eventFirstSeen, count: known.service.count + 1 };
  return { ...again, createdAt: known.createdAt, service };
}

/**
 * Sends the finding's event to the account's bus and to its administrator's, where `detail.accountId` stays the member.
 * https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html
 */
function announce(state: GuardDutyState, finding: GuardDutyFinding): void {
  const { accountId, region } = finding;
  const administrator = state.administratorOf(accountId, region);
  for (const account of administrator ? [accountId, administrator] : [accountId])
    state.context.emit({
      account,
      region,
      source: "aws.guardduty",
      detailType: "GuardDuty Finding",
      resources: [],
      detail: finding,
    });
}
