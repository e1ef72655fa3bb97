import {
  asObject,
  hint,
  malformed,
  numberField,
  objectField,
  objectsOf,
  patternField,
  textField,
  timeField,
} from "./fields";
import type { Json } from "./fields";
import type { Finding, FindingResource, Severity } from "./finding";
import { resourceNamed } from "./finding-resource";
import { guardDutySeverity } from "./guardduty";
import { accountField, arnField, partitionOfArn, regionField } from "./place-fields";
import type { Place } from "./place-fields";

/** A Security Hub event carries up to 20 findings where a person sent them, else one. */
const mostFindings = 100;

const labels = ["INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"] as const;

/** A finding of `detail.findings`, or why nothing is done about it. */
export type ReadFinding = { finding: Finding } | { dropped: string };

/** The members of `detail.findings`, each with its path. @throws MalformedEvent where there is none */
export function findingsOf(event: Json): { one: Json; path: string }[] {
  const list: unknown = objectField(event, "detail", "").findings;
  if (!Array.isArray(list) || list.length === 0 || list.length > mostFindings)
    throw malformed("detail.findings", `a list of 1 to ${mostFindings} findings`, list);
  return list.map((one, index) => ({
    one: asObject(one, `detail.findings[${index}]`),
    path: `detail.findings[${index}].`,
  }));
}

/**
 * Security Hub CSPM's findings in ASFF: detail-types `Security Hub Findings - Imported` and, with the action's name as
 * `requestedBy`, `Security Hub Findings - Custom Action`. What GuardDuty found keeps GuardDuty's id, type and severity.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-event-formats.html,
 * https://docs.aws.amazon.com/securityhub/latest/userguide/asff-required-attributes.html
 */
export function securityHubFindings(event: Json, requested: boolean): ReadFinding[] {
  const requestedBy = requested ? textField(objectField(event, "detail", ""), "actionName", "detail.", 100) : undefined;
  return findingsOf(event).map(({ one, path }) => read(event, one, path, requestedBy));
}

function read(event: Json, one: Json, path: string, requestedBy: string | undefined): ReadFinding {
  const asffId = textField(one, "Id", path, 512);
  const settled = requestedBy === undefined ? settledBy(one) : undefined;
  if (settled) return { dropped: `${asffId}: ${settled}` };
  const product = arnField(one, "ProductArn", path);
  const place = {
    partition: partitionOfArn(product),
    account: accountField(one, "AwsAccountId", path),
    region: "Region" in one ? regionField(one, "Region", path) : (product.split(":")[3] ?? ""),
  };
  const guardDuty = product.endsWith(":product/aws/guardduty");
  const updatedAt = timeField(one, "UpdatedAt", path);
  return {
    finding: {
      id: guardDuty ? guardDutyId(asffId) : asffId,
      source: guardDuty ? "guardduty" : "securityhub",
      type: guardDuty ? guardDutyType(one, path) : typeOf(one, path),
      title: textField(one, "Title", path, 256),
      description: textField(one, "Description", path, 1024),
      severity: severity(objectField(one, "Severity", path), `${path}Severity.`, guardDuty),
      ...place,
      reportedBy: accountField(event, "account", ""),
      resource: resource(one, path, place),
      firstSeenAt: timeField(one, "FirstObservedAt" in one ? "FirstObservedAt" : "CreatedAt", path),
      updatedAt,
      eventAt: timeField(event, "time", ""),
      ...(requestedBy === undefined ? {} : { requestedBy }),
    },
  };
}

/** Why an imported finding needs no answer. A person who sends one asks for an answer all the same. */
function settledBy(one: Json): string | undefined {
  const status = (name: string, field: string) => {
    const [inner] = objectsOf({ all: [one[name]] }, "all", 1);
    return inner && hint(inner, field, /^[A-Z_]+$/);
  };
  const workflow = status("Workflow", "Status");
  if (one.RecordState === "ARCHIVED") return "the finding is archived";
  if (workflow !== undefined && workflow !== "NEW") return `its workflow status is ${workflow}`;
  if (status("Compliance", "Status") === "PASSED") return "the control passed";
  return undefined;
}

/** By control, then by generator; one that is an ARN (a detector, a rule) says less than the finding's own type. */
function typeOf(one: Json, path: string): string {
  const [compliance] = objectsOf({ all: [one.Compliance] }, "all", 1);
  const control = compliance && hint(compliance, "SecurityControlId", /^[A-Za-z0-9]+\.\d+$/);
  if (control) return control;
  const generator = textField(one, "GeneratorId", path, 512);
  return (generator.startsWith("arn:") ? firstType(one) : undefined) ?? generator;
}

function firstType(one: Json): string | undefined {
  const [first] = Array.isArray(one.Types) ? (one.Types as unknown[]) : [];
  return typeof first === "string" && first.length > 0 && first.length <= 512 ? first : undefined;
}

/** The finding's ARN ends with its id: `…:detector/<detector>/finding/<id>`. */
export function guardDutyId(arn: string): string {
  return arn.split("/").at(-1) || arn;
}

/** `TTPs/Command and Control/Backdoor:EC2-C&CActivity.B!DNS` is GuardDuty's `Backdoor:EC2/C&CActivity.B!DNS`. */
function guardDutyType(one: Json, path: string): string {
  const last = firstType(one)?.split("/").at(-1);
  if (!last) throw malformed(`${path}Types`, "a list that begins with GuardDuty's type", one.Types);
  return last.replace(/^([A-Za-z]+:[A-Za-z0-9]+)-/, "$1/");
}

function severity(one: Json, path: string, guardDuty: boolean): Severity {
  if (guardDuty && typeof one.Product === "number") return guardDutySeverity(numberField(one, "Product", path, 0, 10));
  const expected = `one of ${labels.join(", ")}`;
  const label = patternField(one, "Label", path, new RegExp(`^(${labels.join("|")})$`), expected) as Severity["label"];
  const normalized = "Normalized" in one ? numberField(one, "Normalized", path, 0, 100) : normalizedOf[label];
  return { label, score: guardDuty ? normalized / 10 : normalized };
}

/** https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_Severity.html */
export const normalizedOf: Record<Severity["label"], number> = {
  INFORMATIONAL: 0,
  LOW: 1,
  MEDIUM: 40,
  HIGH: 70,
  CRITICAL: 90,
};

function resource(one: Json, path: string, place: Place): FindingResource {
  const [first] = objectsOf(one, "Resources", 1);
  if (!first) throw malformed(`${path}Resources`, "a list of at least one resource", one.Resources);
  const where = `${path}Resources[0].`;
  const named = resourceNamed(textField(first, "Type", where, 256), textField(first, "Id", where, 512), place);
  if (named.type === "AwsEc2Instance" && !/^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(named.id))
    throw malformed(`${where}Id`, "an instance's id or ARN", first.Id);
  return named;
}
