/** How bad a finding is, in ASFF's words; `score` is the source's own number (GuardDuty: 0.1-10, the others: 0-100). */
export interface Severity {
  label: "INFORMATIONAL" | "LOW" | "MEDIUM" | "HIGH" | "CRITICAL";
  score: number;
}

/**
 * What a finding is about. `type` is ASFF's resource type (`AwsEc2Instance`), `id` the AWS id within the account; `arn`
 * is empty for what has none (access keys).
 */
export interface FindingResource {
  type: string;
  id: string;
  arn: string;
  /** What the source knew of an instance when it reported. A hint that saves calls, never taken for the truth. */
  instance?: InstanceHints;
}

/** Its network interfaces' security groups, as the finding had them. */
export interface InstanceHints {
  securityGroups: string[];
}

/** One report of a problem, whatever its source. Times are ISO 8601 in UTC. */
export interface Finding {
  /** The source's stable id: a finding that is updated keeps it. */
  id: string;
  /** Who found it. What another service found and Security Hub passed on keeps its finder, and so makes one case. */
  source: "guardduty" | "securityhub" | "config" | "cloudtrail";
  type: string;
  title: string;
  description: string;
  severity: Severity;
  partition: string;
  account: string;
  region: string;
  /** The account whose event it was: the finding's own, or the administrator's. */
  reportedBy: string;
  resource: FindingResource;
  firstSeenAt: string;
  updatedAt: string;
  /** When EventBridge saw the event: the start of every measured time. */
  eventAt: string;
  /** A person asked for a response, by the Security Hub custom action of this name: severity no longer decides. */
  requestedBy?: string;
}
