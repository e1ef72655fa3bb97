import { hint, malformed, numberField, objectField, objectsOf, patternField, textField, timeField } from "./fields";
import type { Json } from "./fields";
import type { Finding, FindingResource, Severity } from "./finding";
import { accountResource, resourceNamed } from "./finding-resource";
import { accountField, regionField } from "./place-fields";
import type { Place } from "./place-fields";

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
  if (service.archived === true) return { dropped: `${type}: the finding is archived` };
  const place = {
    partition: patternField(detail, "partition", path, /^aws(-[a-z]+)*$/, "a partition"),
    account: accountField(detail, "accountId", path),
    region: regionField(detail, "region", path),
  };
  return {
    finding: {
      id: patternField(detail, "id", path, /^[0-9A-Za-z-]{1,64}$/, "a finding id"),
      source: "guardduty",
      type,
      title: textField(detail, "title", path, 512),
      description: textField(detail, "description", path, 4096),
      severity: guardDutySeverity(numberField(detail, "severity", path, 0, 10)),
      ...place,
      reportedBy: accountField(event, "account", ""),
      resource: guardDutyResource(described, place),
      firstSeenAt: timeField(service, "eventFirstSeen", "detail.service."),
      updatedAt: timeField(detail, "updatedAt", path),
      eventAt: timeField(event, "time", ""),
    },
  };
}

/** https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html */
export function guardDutySeverity(score: number): Severity {
  if (score >= 9) return { label: "CRITICAL", score };
  if (score >= 7) return { label: "HIGH", score };
  if (score >= 4) return { label: "MEDIUM", score };
  return { label: score >= 1 ? "LOW" : "INFORMATIONAL", score };
}

/**
 * What is acted on is read strictly. Of all else the finding is what matters: where GuardDuty gives no name of the
 * resource, or one that is new here, it is about the account.
 */
function guardDutyResource(described: Json, place: Place): FindingResource {
  const resourceType = textField(described, "resourceType", "detail.resource.", 100);
  if (resourceType === "Instance") return instanceResource(described, place);
  const read = Object.prototype.hasOwnProperty.call(others, resourceType) ? others[resourceType] : undefined;
  const name = read?.name(described);
  return read && name ? resourceNamed(read.type, name, place) : accountResource(place);
}

const anyName = /^[\x21-\x7e]{1,512}$/;
const inside = (described: Json, details: string, field: string) => {
  const own = Object.prototype.hasOwnProperty.call(described, details) ? described[details] : undefined;
  const [first] = objectsOf({ details: Array.isArray(own) ? own : [own] }, "details", 1);
  return first && hint(first, field, anyName);
};

/** https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Resource.html */
const others: Record<string, { type: string; name: (described: Json) => string | undefined }> = {
  AccessKey: { type: "AwsIamAccessKey", name: (one) => inside(one, "accessKeyDetails", "accessKeyId") },
  S3Bucket: { type: "AwsS3Bucket", name: (one) => inside(one, "s3BucketDetails", "name") },
  S3Object: { type: "AwsS3Bucket", name: (one) => inside(one, "s3BucketDetails", "name") },
  EKSCluster: { type: "AwsEksCluster", name: (one) => inside(one, "eksClusterDetails", "arn") },
  ECSCluster: { type: "AwsEcsCluster", name: (one) => inside(one, "ecsClusterDetails", "arn") },
  Lambda: { type: "AwsLambdaFunction", name: (one) => inside(one, "lambdaDetails", "functionArn") },
  RDSDBInstance: { type: "AwsRdsDbInstance", name: (one) => inside(one, "rdsDbInstanceDetails", "dbInstanceArn") },
};

function instanceResource(described: Json, place: Place): FindingResource {
  const path = "detail.resource.instanceDetails.";
  const details = objectField(described, "instanceDetails", "detail.resource.");
  const id = patternField(details, "instanceId", path, /^i-([0-9a-f]{8}|[0-9a-f]{17})$/, "an instance id");
  const securityGroups = objectsOf(details, "networkInterfaces", 50)
    .flatMap((one) => objectsOf(one, "securityGroups", 50))
    .flatMap((group) => hint(group, "groupId", /^sg-[0-9a-f]{8,17}$/) ?? [])
    .filter((group, index, all) => all.indexOf(group) === index);
  return { ...resourceNamed("AwsEc2Instance", id, place), instance: { securityGroups } };
}

/** Only the account itself and the administrator may report about an account: else one member could stop another. */
export function checkReporter(finding: Finding, administrator: string, field: string): void {
  if (finding.reportedBy === finding.account || finding.reportedBy === administrator) return;
  throw malformed(field, `${finding.reportedBy}, which sent the event`, finding.account);
}
