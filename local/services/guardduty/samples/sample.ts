import type { Json } from "../../service";
import { stableId } from "../../store";
import type { GuardDutyFinding } from "../state";
import { sampleAction } from "./actions";
import { sampleResource } from "./resources";
import type { FindingType } from "./types";

interface Seen {
  partition: string;
  account: string;
  region: string;
  detectorId: string;
  time: Date;
  /** In place of the type's own. */
  severity?: number;
  /** In place of a sample's placeholders: what GuardDuty would tell of a real resource. */
  resource?: Json;
  /** Laid over `service`. */
  service?: Json;
}

/**
 * A finding whole, as GetFindings and the event's `detail` give it: a sample, unless it is about a given resource.
 * https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Finding.html
 */
export function makeFinding(type: FindingType, seen: Seen, generation: number): GuardDutyFinding {
  const { partition, account, region, detectorId, time } = seen;
  const sample = !seen.resource;
  const resource = seen.resource ?? sampleResource(type.resource, seen);
  const id = stableId("finding", detectorId, type.type, sample ? "sample" : JSON.stringify(resource), generation);
  const at = time.toISOString();
  const mark = sample ? "[SAMPLE] " : "";
  const title = type.title.replace("{}", subject(resource));
  const additional = sample ? { sample: true } : {};
  return {
    schemaVersion: "2.0",
    accountId: account,
    region,
    partition,
    id,
    arn: `arn:${partition}:guardduty:${region}:${account}:detector/${detectorId}/finding/${id}`,
    type: type.type,
    resource,
    service: {
      serviceName: "guardduty",
      detectorId,
      ...sampleAction(type.action, type, time),
      resourceRole: type.role,
      additionalInfo: { ...additional, value: JSON.stringify(additional), type: "default" },
      evidence: null,
      eventFirstSeen: at,
      eventLastSeen: at,
      archived: false,
      count: 1,
      ...seen.service,
    },
    severity: seen.severity ?? type.severity,
    createdAt: at,
    updatedAt: at,
    title: `${mark}${title.charAt(0).toUpperCase()}${title.slice(1)}`,
    description: `${mark}${title}`,
  };
}

/** How a title calls the resource. */
function subject(resource: Json): string {
  const name = (details: string, field: string) => (resource[details] as Json | undefined)?.[field];
  const bucket = (resource.s3BucketDetails as Json[] | undefined)?.[0]?.name;
  const instance = name("instanceDetails", "instanceId");
  return String(
    bucket ??
      (instance ? `EC2 instance ${String(instance)}` : undefined) ??
      name("accessKeyDetails", "userName") ??
      name("eksClusterDetails", "name") ??
      name("rdsDbInstanceDetails", "dbInstanceIdentifier") ??
      name("lambdaDetails", "functionName") ??
      "GeneratedFindingUserName",
  );
}
