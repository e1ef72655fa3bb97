import { customActionIdStart } from "../functions/shared/names";
import { publicBucketRules, publicBucketControls, publicBucketGenerators } from "../functions/shared/public-bucket";
import type { Installation } from "./installation";

/**
 * Which events start an incident. One place: the rules that forward and the master account's rules on its own bus are
 * made from the same.
 *
 * Where a rule belongs is where its events are to be had:
 * - Root activity and AWS Config's compliance changes are sent in the account and region where they happen and nowhere
 *   else, so every account forwards them, from every region.
 * - GuardDuty sends a finding in the member's account and in its administrator's. Every account forwards its own, since
 *   that costs no further rule and holds where a detector was taken out of the organisation; what the master account
 *   gets as administrator is forwarded by the same rule there. Both name the same finding, so it is one case.
 * - Security Hub sends the administrator the findings of all members, and in the home region those of the linked regions
 *   (https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-integration-types.html); a custom action
 *   is sent where a person chose it. So the master account's home region alone has that rule.
 */

/** An EventBridge event pattern. */
export type EventPattern = Record<string, unknown>;

/** A rule's pattern. EventBridge allows 2,048 characters of JSON. */
export interface ForwardedPattern {
  /** Part of the rule's names. */
  name: string;
  description: string;
  /**
   * Without `ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS` a rule, on the default bus or another, never sees management
   * events that only read.
   * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
   */
  state: "ENABLED" | "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";
  eventPattern: EventPattern;
}

/** What the root user does, and that it signs in, whether or not it succeeds. */
export const rootActivity: EventPattern = {
  "detail-type": ["AWS API Call via CloudTrail", "AWS Console Sign In via CloudTrail"],
  detail: { userIdentity: { type: ["Root"] } },
};

/**
 * GuardDuty findings of high (7.0-8.9) and critical (9.0-10.0) severity
 * (https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html).
 */
export const guardDutyHighSeverity: EventPattern = {
  source: ["aws.guardduty"],
  "detail-type": ["GuardDuty Finding"],
  detail: { severity: [{ numeric: [">=", 7] }] },
};

/**
 * A bucket that AWS Config finds public. A rule may carry the installation's prefix; organisation rules and Security
 * Hub's own put theirs before the name and something behind it.
 * https://docs.aws.amazon.com/config/latest/developerguide/monitor-config-with-cloudwatchevents.html
 */
export function publicBucketCompliance({ prefix }: Installation): EventPattern {
  const names = publicBucketRules.flatMap((rule) => [rule, `${prefix}-${rule}`]);
  const managed = [
    ...names.map((rule) => `OrgConfigRule-${rule}-`),
    ...publicBucketRules.map((rule) => `securityhub-${rule}-`),
  ];
  return {
    source: ["aws.config"],
    "detail-type": ["Config Rules Compliance Change"],
    detail: {
      messageType: ["ComplianceChangeNotification"],
      configRuleName: [...names, ...managed.map((start) => ({ prefix: start }))],
      newEvaluationResult: { complianceType: ["NON_COMPLIANT"] },
    },
  };
}

/** Only what is active and nobody has dealt with: Security Hub sends a finding again on every update, ours included. */
const unanswered = { RecordState: ["ACTIVE"], Workflow: { Status: ["NEW"] } };

function imported(finding: EventPattern): EventPattern {
  return {
    source: ["aws.securityhub"],
    "detail-type": ["Security Hub Findings - Imported"],
    detail: { findings: { ...unanswered, ...finding } },
  };
}

/**
 * Security Hub CSPM's findings (ASFF), by what identifies them: the control, since generator ids differ with
 * consolidated findings; the generator, where another tool (Prowler) has no control; the product and severity, for
 * detections of other services, GuardDuty's among them.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/asff-required-attributes.html
 */
export const securityHubImported: EventPattern[] = [
  imported({ Compliance: { SecurityControlId: [...publicBucketControls], Status: ["FAILED"] } }),
  imported({ GeneratorId: [...publicBucketGenerators], Compliance: { Status: ["FAILED"] } }),
  imported({
    ProductFields: { "aws/securityhub/ProductName": ["GuardDuty", "Macie"] },
    Severity: { Label: ["HIGH", "CRITICAL"] },
  }),
];

/** What a person sends from Security Hub's console, by one of this installation's custom actions. */
export function securityHubCustomAction({
  prefix,
  partition,
  homeRegion,
  masterAccountId,
}: Installation): EventPattern {
  const actions = `arn:${partition}:securityhub:${homeRegion}:${masterAccountId}:action/custom/`;
  return {
    source: ["aws.securityhub"],
    "detail-type": ["Security Hub Findings - Custom Action"],
    resources: [{ prefix: `${actions}${customActionIdStart(prefix)}` }],
  };
}

/**
 * The newer Security Hub's findings (OCSF): detections that are new and of high, critical or fatal severity.
 * https://schema.ocsf.io/1.6.0/classes/detection_finding
 */
export const securityHubV2: EventPattern = {
  source: ["aws.securityhub"],
  "detail-type": ["Findings Imported V2"],
  detail: { findings: { class_uid: [2004], severity_id: [4, 5, 6], status_id: [1] } },
};

/** What every account forwards from each of its regions: one rule. */
export function accountPatterns(installation: Installation): ForwardedPattern[] {
  return [
    {
      name: "findings",
      description: "Root activity, GuardDuty's high and critical findings, public buckets",
      state: "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
      eventPattern: { $or: [rootActivity, guardDutyHighSeverity, publicBucketCompliance(installation)] },
    },
  ];
}

/** What the master account forwards from its home region as well. */
export function administratorPatterns(installation: Installation): ForwardedPattern[] {
  return [
    {
      name: "security-hub",
      description: "Security Hub's findings and custom actions",
      state: "ENABLED",
      eventPattern: { $or: [...securityHubImported, securityHubCustomAction(installation), securityHubV2] },
    },
  ];
}

/** Everything that starts an incident: what the master account's bus lets through to triage. */
export function incidentPatterns(installation: Installation): ForwardedPattern[] {
  return [...accountPatterns(installation), ...administratorPatterns(installation)];
}
