import { z } from "zod";
import { parse } from "../input";
import { badRequest } from "./errors";
import type { GuardDutyFinding } from "./state";

const remote = ["country.countryName", "ipAddressV4", "organization.asn", "organization.asnOrg"];
const of = (path: string, fields: string[]) => fields.map((field) => `${path}.${field}`);

/** What findings can be asked for. https://docs.aws.amazon.com/guardduty/latest/APIReference/API_ListFindings.html */
const attributes = new Set([
  ...["accountId", "region", "confidence", "id", "severity", "type", "updatedAt", "resource.resourceType"],
  ...of("resource.accessKeyDetails", ["accessKeyId", "principalId", "userName", "userType"]),
  ...of("resource.instanceDetails", [
    "iamInstanceProfile.id",
    "imageId",
    "instanceId",
    "outpostArn",
    "tags.key",
    "tags.value",
  ]),
  ...of("resource.instanceDetails.networkInterfaces", [
    ...["ipv6Addresses", "privateIpAddresses.privateIpAddress", "publicDnsName", "publicIp", "subnetId", "vpcId"],
    ...["securityGroups.groupId", "securityGroups.groupName"],
  ]),
  ...of("resource.s3BucketDetails", ["name", "publicAccess.effectivePermission", "tags.key", "tags.value", "type"]),
  ...of("resource.eksClusterDetails", ["name"]),
  ...of("resource.lambdaDetails", ["functionName", "functionArn"]),
  ...of("resource.rdsDbInstanceDetails", ["dbInstanceIdentifier", "engine"]),
  ...of("service", ["action.actionType", "additionalInfo.threatListName", "archived", "resourceRole"]),
  ...["service.ebsVolumeScanDetails.scanId"],
  ...of("service.action.awsApiCallAction", ["api", "callerType", "serviceName", "remoteIpDetails.city.cityName"]),
  ...of("service.action.awsApiCallAction.remoteIpDetails", remote),
  ...of("service.action.dnsRequestAction", ["domain", "domainWithSuffix"]),
  ...of("service.action.networkConnectionAction", [
    "blocked",
    "connectionDirection",
    "localPortDetails.port",
    "protocol",
  ]),
  ...of("service.action.networkConnectionAction", ["remotePortDetails.port"]),
  ...of("service.action.networkConnectionAction.remoteIpDetails", remote),
]);

const strings = z.array(z.string()).max(50).optional();
const integer = z.number().int().optional();
const condition = z.object({
  eq: strings,
  equals: strings,
  neq: strings,
  notEquals: strings,
  gt: integer,
  greaterThan: integer,
  gte: integer,
  greaterThanOrEqual: integer,
  lt: integer,
  lessThan: integer,
  lte: integer,
  lessThanOrEqual: integer,
});
type Condition = z.infer<typeof condition>;

export const findingCriteria = z.object({ criterion: z.record(z.string(), condition).optional() }).optional();
export const sortCriteria = z
  .object({ attributeName: z.string().optional(), orderBy: z.enum(["ASC", "DESC"]).optional() })
  .optional();

/** @returns whether a finding meets all criteria @throws BadRequestException for an attribute there is none of */
export function matcher(criteria: unknown): (finding: GuardDutyFinding) => boolean {
  const entries = Object.entries(parse(findingCriteria, criteria, badRequest)?.criterion ?? {});
  for (const [attribute] of entries) known(attribute, "findingCriteria");
  return (finding) => entries.every(([attribute, one]) => meets(valuesAt(finding, attribute), one));
}

/** @returns the findings in the order asked for; what is equal stays as it was */
export function sorted(findings: GuardDutyFinding[], criteria: unknown): GuardDutyFinding[] {
  const { attributeName, orderBy = "DESC" } = parse(sortCriteria, criteria, badRequest) ?? {};
  if (!attributeName) return findings;
  known(attributeName, "sortCriteria");
  const way = orderBy === "ASC" ? 1 : -1;
  return [...findings].sort((a, b) => {
    const [one, other] = [valuesAt(a, attributeName)[0], valuesAt(b, attributeName)[0]];
    if (typeof one === "number" && typeof other === "number") return (one - other) * way;
    return String(one ?? "").localeCompare(String(other ?? "")) * way;
  });
}

function known(attribute: string, where: string): void {
  if (!attributes.has(attribute))
    throw badRequest(`The request is rejected because the parameter ${where} has an invalid attribute ${attribute}.`);
}

function meets(values: unknown[], one: Condition): boolean {
  const texts = values.map(String);
  const numbers = values.map(numberOf).filter((value) => value !== undefined);
  const any = (limit: number | undefined, holds: (value: number, limit: number) => boolean) =>
    limit === undefined || numbers.some((value) => holds(value, limit));
  const within = one.equals ?? one.eq;
  const without = one.notEquals ?? one.neq;
  return (
    (!within || texts.some((text) => within.some((wanted) => same(text, wanted)))) &&
    (!without || !texts.some((text) => without.some((wanted) => same(text, wanted)))) &&
    any(one.greaterThan ?? one.gt, (value, limit) => value > limit) &&
    any(one.greaterThanOrEqual ?? one.gte, (value, limit) => value >= limit) &&
    any(one.lessThan ?? one.lt, (value, limit) => value < limit) &&
    any(one.lessThanOrEqual ?? one.lte, (value, limit) => value <= limit)
  );
}

/** `8` and `8.0` are the same severity. */
const same = (text: string, wanted: string) =>
  text === wanted || (wanted.trim() !== "" && /^[\d.]+$/.test(text) && Number(text) === Number(wanted));

/** Times count as milliseconds since 1970. */
function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  const time = typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** Every value under a dotted path, through lists. */
function valuesAt(value: unknown, path: string): unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((one) => valuesAt(one, path));
  if (path === "") return [value];
  const [head = "", ...rest] = path.split(".");
  return typeof value === "object" ? valuesAt((value as Record<string, unknown>)[head], rest.join(".")) : [];
}
