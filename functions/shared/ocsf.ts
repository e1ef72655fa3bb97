import { hint, malformed, numberField, objectField, objectsOf, patternField, textField, timeField } from "./fields";
import type { Json } from "./fields";
import type { Finding, Severity } from "./finding";
import { accountResource, resourceNamed } from "./finding-resource";
import { accountField, arnField, partitionOfArn, regionField } from "./place-fields";
import { findingsOf, guardDutyId, normalizedOf } from "./security-hub";
import type { ReadFinding } from "./security-hub";

/** Detection Finding. https://schema.ocsf.io/1.6.0/classes/detection_finding */
const detectionFinding = 2004;
const statusNew = 1;

/** By `severity_id`: Unknown, Informational, Low, Medium, High, Critical, Fatal. */
const labels: Severity["label"][] = ["INFORMATIONAL", "INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL", "CRITICAL"];

/** GuardDuty's types, among the words that OCSF's `types` may also hold. */
const guardDutyType = /^[A-Za-z]+:[A-Za-z0-9]+\/.{1,150}$/;

/**
 * The newer Security Hub's findings in OCSF: detail-type `Findings Imported V2`. What GuardDuty found keeps GuardDuty's
 * id and type; its own number of the severity is not in it, so that the lowest of the severity's range stands for it.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-v2-cwe-event-formats.html
 */
export function ocsfFindings(event: Json): ReadFinding[] {
  return findingsOf(event).map(({ one, path }) => read(event, one, path));
}

function read(event: Json, one: Json, path: string): ReadFinding {
  const info = objectField(one, "finding_info", path);
  const uid = textField(info, "uid", `${path}finding_info.`, 512);
  const kind = numberField(one, "class_uid", path, 0, 999_999);
  if (kind !== detectionFinding) return { dropped: `${uid}: nothing answers findings of OCSF class ${kind}` };
  const status = numberField(one, "status_id", path, 0, 99);
  if (status !== statusNew) return { dropped: `${uid}: its status is ${status}, not new` };
  const product = objectField(objectField(one, "metadata", path), "product", `${path}metadata.`);
  const productArn = arnField(product, "uid", `${path}metadata.product.`);
  const cloud = objectField(one, "cloud", path);
  const place = {
    partition: partitionOfArn(productArn),
    account: accountField(objectField(cloud, "account", `${path}cloud.`), "uid", `${path}cloud.account.`),
    region: regionField(cloud, "region", `${path}cloud.`),
  };
  const guardDuty = productArn.endsWith(":productv2/aws/guardduty");
  const label = labels[numberField(one, "severity_id", path, 0, labels.length - 1)];
  if (!label) throw malformed(`${path}severity_id`, "a whole number from 0 to 6", one.severity_id);
  const updatedAt = time(info, "modified_time", `${path}finding_info.`) ?? time(one, "time", path);
  if (!updatedAt) throw malformed(`${path}time`, "a time in milliseconds or time_dt", one.time);
  const finding: Finding = {
    id: guardDuty ? guardDutyId(uid) : uid,
    source: guardDuty ? "guardduty" : "securityhub",
    type: typeOf(info, path, guardDuty),
    title: textField(info, "title", `${path}finding_info.`, 512),
    description: textField(info, "desc" in info ? "desc" : "title", `${path}finding_info.`, 4096),
    severity: { label, score: guardDuty ? normalizedOf[label] / 10 : normalizedOf[label] },
    ...place,
    reportedBy: accountField(event, "account", ""),
    resource: accountResource(place),
    firstSeenAt: time(info, "first_seen_time", `${path}finding_info.`) ?? updatedAt,
    updatedAt,
    eventAt: timeField(event, "time", ""),
  };
  const [first] = objectsOf(one, "resources", 1);
  if (!first) return { finding };
  const where = `${path}resources[0].`;
  const named = resourceNamed(textField(first, "type", where, 256), textField(first, "uid", where, 512), place);
  if (named.type === "AwsEc2Instance")
    patternField({ uid: named.id }, "uid", where, /^i-([0-9a-f]{8}|[0-9a-f]{17})$/, "an instance's id or ARN");
  return { finding: { ...finding, resource: named } };
}

function typeOf(info: Json, path: string, guardDuty: boolean): string {
  const types: unknown[] = Array.isArray(info.types) ? info.types : [];
  const found = types.find(
    (one) => typeof one === "string" && one.length > 0 && one.length <= 512 && (!guardDuty || guardDutyType.test(one)),
  );
  if (typeof found !== "string")
    throw malformed(`${path}finding_info.types`, "a list with the finding's type", info.types);
  return found;
}

/** A time is there as text (`<name>_dt`), in milliseconds, or not at all. */
function time(object: Json, name: string, path: string): string | undefined {
  if (hint(object, `${name}_dt`, /./)) return timeField(object, `${name}_dt`, path);
  if (!(name in object)) return undefined;
  return new Date(numberField(object, name, path, 0, 4_102_444_800_000)).toISOString();
}
