import { asObject, textField } from "./fields";
import type { Finding } from "./finding";
import { checkReporter, guardDutyFinding } from "./guardduty";

/** What an event says; or why nothing is done about it. */
export type Normalised = { finding: Finding } | { dropped: string };

/**
 * Makes a finding of an EventBridge event. `administrator` is the account that may report about all others: the
 * master account, where GuardDuty's administrator lives.
 *
 * @throws MalformedEvent naming the field that is missing or wrong
 */
export function normalise(event: unknown, administrator: string): Normalised {
  const envelope = asObject(event, "the event");
  const detailType = textField(envelope, "detail-type", "", 200);
  const source = textField(envelope, "source", "", 200);
  if (detailType !== "GuardDuty Finding" || source !== "aws.guardduty") {
    return { dropped: `nothing reads ${detailType} events of ${source}` };
  }
  const normalised = guardDutyFinding(envelope);
  if ("finding" in normalised) checkReporter(normalised.finding, administrator);
  return normalised;
}
