import { objectField, textField, timeField } from "./fields";
import type { Json } from "./fields";
import { resourceNamed } from "./finding-resource";
import { accountField, partitionOfArn, regionField, arnField } from "./place-fields";
import { publicBucketRules } from "./public-bucket";
import type { ReadFinding } from "./security-hub";

/**
 * AWS Config's compliance changes: detail-type `Config Rules Compliance Change`. Each change to NON_COMPLIANT is a
 * finding of its own, so that a bucket that was closed and is opened again is one. Config knows no severity; these rules
 * have that of Security Hub's controls for the same (S3.2 and S3.3: critical).
 * https://docs.aws.amazon.com/config/latest/developerguide/monitor-config-with-cloudwatchevents.html
 */
export function complianceFinding(event: Json): ReadFinding {
  const detail = objectField(event, "detail", "");
  const path = "detail.";
  const rule = textField(detail, "configRuleName", path, 128);
  const result = objectField(detail, "newEvaluationResult", path);
  const complianceType = textField(result, "complianceType", "detail.newEvaluationResult.", 64);
  if (complianceType !== "NON_COMPLIANT") return { dropped: `${rule}: ${complianceType}` };
  const type = publicBucketRules.find((known) => rule.includes(known));
  if (!type) return { dropped: `${rule}: nothing answers this rule` };
  const place = {
    partition: partitionOfArn(arnField(detail, "configRuleARN" in detail ? "configRuleARN" : "configRuleArn", path)),
    account: accountField(detail, "awsAccountId", path),
    region: regionField(detail, "awsRegion", path),
  };
  const resourceId = textField(detail, "resourceId", path, 512);
  const recordedAt = timeField(result, "resultRecordedTime", "detail.newEvaluationResult.");
  return {
    finding: {
      id: `${rule}/${resourceId}/${recordedAt}`,
      source: "config",
      type,
      title: `${resourceId} does not comply with ${type}`,
      description: `AWS Config evaluated ${resourceId} by the rule ${rule} and found that it is public.`,
      severity: { label: "CRITICAL", score: 90 },
      ...place,
      reportedBy: accountField(event, "account", ""),
      resource: resourceNamed(textField(detail, "resourceType", path, 256), resourceId, place),
      firstSeenAt: recordedAt,
      updatedAt: recordedAt,
      eventAt: timeField(event, "time", ""),
    },
  };
}
