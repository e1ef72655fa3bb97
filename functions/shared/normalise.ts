import { complianceFinding } from "./config-compliance";
import { asObject, textField } from "./fields";
import type { Json } from "./fields";
import type { Finding } from "./finding";
import { checkReporter, guardDutyFinding } from "./guardduty";
import { ocsfFindings } from "./ocsf";
import { rootActivityFinding } from "./root-activity";
import { securityHubFindings } from "./security-hub";
import type { ReadFinding } from "./security-hub";

/** What an event says: its findings, and why nothing is done about what else is in it. */
export interface Normalised {
  findings: Finding[];
  dropped: string[];
}

interface Reader {
  /** The event's `source`, or how it begins. */
  source: RegExp;
  /** The field that says which account a finding is about, for a report about somebody else's. */
  account: string;
  read(event: Json): ReadFinding[];
}

const securityHub = /^aws\.securityhub$/;

/** By detail-type. Anybody may put an event of any detail-type on a bus; a source `aws.…` only AWS's own services. */
const readers: Record<string, Reader> = {
  "GuardDuty Finding": {
    source: /^aws\.guardduty$/,
    account: "detail.accountId",
    read: (event) => [guardDutyFinding(event)],
  },
  "Security Hub Findings - Imported": {
    source: securityHub,
    account: "AwsAccountId",
    read: (event) => securityHubFindings(event, false),
  },
  "Security Hub Findings - Custom Action": {
    source: securityHub,
    account: "AwsAccountId",
    read: (event) => securityHubFindings(event, true),
  },
  "Findings Imported V2": { source: securityHub, account: "cloud.account.uid", read: (event) => ocsfFindings(event) },
  "Config Rules Compliance Change": {
    source: /^aws\.config$/,
    account: "detail.awsAccountId",
    read: (event) => [complianceFinding(event)],
  },
  "AWS API Call via CloudTrail": {
    source: /^aws\./,
    account: "detail.recipientAccountId",
    read: (event) => [rootActivityFinding(event)],
  },
  "AWS Console Sign In via CloudTrail": {
    source: /^aws\./,
    account: "detail.recipientAccountId",
    read: (event) => [rootActivityFinding(event)],
  },
};

/**
 * Makes findings of an EventBridge event. `administrator` is the account that may report about all others: the master
 * account, where the administrators of GuardDuty and Security Hub live. An event of several findings is read whole or
 * not at all.
 *
 * @throws MalformedEvent naming the field that is missing or wrong
 */
export function normalise(event: unknown, administrator: string): Normalised {
  const envelope = asObject(event, "the event");
  const detailType = textField(envelope, "detail-type", "", 200);
  const source = textField(envelope, "source", "", 200);
  const reader = Object.prototype.hasOwnProperty.call(readers, detailType) ? readers[detailType] : undefined;
  if (!reader?.source.test(source))
    return { findings: [], dropped: [`nothing reads ${detailType} events of ${source}`] };
  const read = reader.read(envelope);
  const findings = read.flatMap((one) => ("finding" in one ? [one.finding] : []));
  for (const finding of findings) checkReporter(finding, administrator, reader.account);
  return { findings, dropped: read.flatMap((one) => ("dropped" in one ? [one.dropped] : [])) };
}
