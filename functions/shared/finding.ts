/** How bad a finding is, in ASFF's words; `score` is the source's own number (GuardDuty: 0.1-10). */
export interface Severity {
  label: "INFORMATIONAL" | "LOW" | "MEDIUM" | "HIGH" | "CRITICAL";
  score: number;
}

/** What a finding is about. `type` is ASFF's resource type (`AwsEc2Instance`), `id` the AWS id within the account. */
export interface FindingResource {
  type: string;
  id: string;
  arn: string;
}

/** One report of a problem, whatever its source. Times are ISO 8601 in UTC. */
export interface Finding {
  /** The source's stable id: a finding that is updated keeps it. */
  id: string;
  source: "guardduty";
  type: string;
  title: string;
  description: string;
  severity: Severity;
  partition: string;
  account: string;
  region: string;
  resource: FindingResource;
  firstSeenAt: string;
  updatedAt: string;
  /** When EventBridge saw the event: the start of every measured time. */
  eventAt: string;
}
