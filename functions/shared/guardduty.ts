import { malformed, hint, numberField, objectField, objectsOf, patternField, textField, timeField } from "./fields";
import type { Json } from "./fields";
import type { Finding, FindingResource, Severity } from "./finding";

/**
 * GuardDuty's findings as EventBridge delivers them: detail-type `GuardDuty Finding`. In the administrator's account
 * the member is `detail.accountId`.
 * https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html
 */
export function guardDutyFinding(event: Json): { finding: Finding } | { dropped: string } {
  const detail = objectField(event, "detail", "");
  const path = "detail.";
  const service = objectField(detail, "service", path);
  const type = textField(detail, "type", path, 200);
  const described = objectField(detail, "resource", path);
  const resourceType = textField(described, "resourceType", "detail.resource.", 100);
  if (service.archived === true) return { dropped: `${type}: the finding is archived` };
  if (resourceType !== "Instance") return { dropped: `${type}: nothing answers findings about ${resourceType}` };
  const where = {
    partition: patternField(detail, "partition", path, /^aws(-[a-z]+)*$/, "a partition"),
    account: patternField(detail, "accountId", path, /^\d{12}$/, "an account id of 12 digits"),
    region: patternField(detail, "region", path, /^[a-z]{2,4}(-[a-z]+)+-\d$/, "a region"),
  };
  const eventAccount = patternField(event, "account", "", /^\d{12}$/, "an account id of 12 digits");
  return {
    finding: {
      id: patternField(detail, "id", path, /^[0-9A-Za-z-]{1,64}$/, "a finding id"),
      source: "guardduty",
      type,
      title: textField(detail, "title", path, 512),
      description: textField(detail, "description", path, 4096),
      severity: severity(numberField(detail, "severity", path, 0, 10)),
      ...where,
      reportedBy: eventAccount,
      resource: instanceResource(described, where),
      firstSeenAt: timeField(service, "eventFirstSeen", "detail.service."),
      updatedAt: timeField(detail, "updatedAt", path),
      eventAt: timeField(event, "time", ""),
    },
  };
}

/** https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html */
function severity(score: number): Severity {
  if (score >= 9) return { label: "CRITICAL", score };
  if (score >= 7) return { label: "HIGH", score };
  if (score >= 4) return { label: "MEDIUM", score };
  return { label: score >= 1 ? "LOW" : "INFORMATIONAL", score };
}

function instanceResource(
  described: Json,
  { partition, account, region }: { partition: string; account: string; region: string },
): FindingResource {
  const path = "detail.resource.instanceDetails.";
  const details = objectField(described, "instanceDetails", "detail.resource.");
  const id = patternField(details, "instanceId", path, /^i-([0-9a-f]{8}|[0-9a-f]{17})$/, "an instance id");
  const securityGroups = objectsOf(details, "networkInterfaces", 50)
    .flatMap((one) => objectsOf(one, "securityGroups", 50))
    .flatMap((group) => hint(group, "groupId", /^sg-[0-9a-f]{8,17}$/) ?? [])
    .filter((group, index, all) => all.indexOf(group) === index);
  return {
    type: "AwsEc2Instance",
    id,
    arn: `arn:${partition}:ec2:${region}:${account}:instance/${id}`,
    instance: { securityGroups },
  };
}

/** Only the account itself and the administrator may report about an account: else one member could stop another. */
export function checkReporter(finding: Finding, administrator: string): void {
  if (finding.reportedBy === finding.account || finding.reportedBy === administrator) return;
  throw malformed("detail.accountId", `${finding.reportedBy}, which sent the event`, finding.account);
}
