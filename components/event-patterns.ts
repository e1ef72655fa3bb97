/** Which events start an incident. One place: the members' rules and the master's rule are made from the same. */

/** An EventBridge event pattern. */
export type EventPattern = Record<string, unknown>;

/**
 * GuardDuty findings of high (7.0-8.9) and critical (9.0-10.0) severity
 * (https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html).
 */
export const guardDutyHighSeverity: EventPattern = {
  source: ["aws.guardduty"],
  "detail-type": ["GuardDuty Finding"],
  detail: { severity: [{ numeric: [">=", 7] }] },
};

/** A rule for each, named by its key. */
export const findingPatterns: Record<string, EventPattern> = { "guardduty-high-severity": guardDutyHighSeverity };
