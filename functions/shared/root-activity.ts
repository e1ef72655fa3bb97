import { hint, objectField, objectsOf, patternField, textField, timeField } from "./fields";
import type { Json } from "./fields";
import { accountField, partitionOfArn, regionField, arnField } from "./place-fields";
import type { ReadFinding } from "./security-hub";

/**
 * What an account's root user did, as CloudTrail recorded it: detail-types `AWS API Call via CloudTrail` and `AWS Console
 * Sign In via CloudTrail`. All of it is about one resource, the root user, whatever region it was recorded in.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 */
export function rootActivityFinding(event: Json): ReadFinding {
  const detail = objectField(event, "detail", "");
  const identity = objectField(detail, "userIdentity", "detail.");
  const type = textField(identity, "type", "detail.userIdentity.", 64);
  const call = patternField(detail, "eventName", "detail.", /^[A-Za-z0-9_.:-]{1,128}$/, "the name of a call");
  if (type !== "Root") return { dropped: `${call}: done by ${type}, not by root` };
  const arn = arnField(identity, "arn", "detail.userIdentity.");
  const root = accountField(identity, "accountId", "detail.userIdentity.");
  const service = patternField(detail, "eventSource", "detail.", /^[a-z0-9.-]{1,128}$/, "a service's host name");
  const at = timeField(detail, "eventTime", "detail.");
  const account = "recipientAccountId" in detail ? accountField(detail, "recipientAccountId", "detail.") : root;
  return {
    finding: {
      id: patternField(detail, "eventID", "detail.", /^[0-9a-fA-F-]{1,64}$/, "an event id"),
      source: "cloudtrail",
      type: `Root:${call}`,
      title: title(detail, root, service.replace(/\.amazonaws\.com(\.cn)?$/, ""), call),
      description: description(detail),
      severity: { label: "HIGH", score: 70 },
      partition: partitionOfArn(arn),
      account,
      region: regionField(detail, "awsRegion", "detail."),
      reportedBy: accountField(event, "account", ""),
      resource: { type: "AwsAccount", id: root, arn: `arn:${partitionOfArn(arn)}:iam::${root}:root` },
      firstSeenAt: at,
      updatedAt: at,
      eventAt: timeField(event, "time", ""),
    },
  };
}

function title(detail: Json, account: string, service: string, call: string): string {
  const from = hint(detail, "sourceIPAddress", /^[\x20-\x7e]{1,128}$/);
  const what = call === "ConsoleLogin" ? "signed in to the console" : `called ${service}:${call}`;
  const tried = outcome(detail) ? what.replace(/^signed/, "tried to sign").replace(/^called/, "tried to call") : what;
  return `The root user of account ${account} ${tried}${from ? ` from ${from}` : ""}`;
}

/** Why it was refused; undefined where it succeeded. */
function outcome(detail: Json): string | undefined {
  const [answer] = objectsOf({ all: [detail.responseElements] }, "all", 1);
  const failed = answer && hint(answer, "ConsoleLogin", /^Failure$/);
  return (
    hint(detail, "errorCode", /^[\x20-\x7e]{1,128}$/) ?? hint(detail, "errorMessage", /^[\x20-\x7e]{1,128}$/) ?? failed
  );
}

function description(detail: Json): string {
  const [more] = objectsOf({ all: [detail.additionalEventData] }, "all", 1);
  const mfa = more && hint(more, "MFAUsed", /^(Yes|No)$/);
  const agent = hint(detail, "userAgent", /^[\x20-\x7e]{1,1024}$/);
  const refused = outcome(detail);
  return [
    "Root can do everything, and is for the few tasks that need it.",
    ...(mfa ? [`MFA: ${mfa.toLowerCase()}.`] : []),
    ...(refused ? [`Refused: ${refused}.`] : []),
    ...(agent ? [`User agent: ${agent}`] : []),
  ].join(" ");
}
