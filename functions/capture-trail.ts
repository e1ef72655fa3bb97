import { CloudTrailClient, paginateLookupEvents } from "@aws-sdk/client-cloudtrail";
import type { Event, LookupAttribute } from "@aws-sdk/client-cloudtrail";
import type { Action, Applied, Evidence, Target } from "./shared/action";
import type { Finding } from "./shared/finding";
import { gather, jsonEvidence } from "./shared/gather";

/** One client a region: CloudTrail's history is regional, and events of global services are in one region only. */
interface Clients {
  home: CloudTrailClient;
  global: CloudTrailClient;
}

type Nothing = Record<string, never>;

const hourMs = 60 * 60 * 1000;

/** As many as ten pages of 50: CloudTrail answers two calls a second. The rest is for the organisation's trail. */
const mostEvents = 500;

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html#cloudtrail-concepts-global-service-events */
export function globalEventsRegion(region: string): string {
  if (region.startsWith("cn-")) return "cn-northwest-1";
  return region.startsWith("us-gov-") ? "us-gov-west-1" : "us-east-1";
}

/** By what CloudTrail can be asked for what a finding is about: one attribute a lookup. */
export function lookupFor({ resource }: Finding): LookupAttribute {
  if (resource.type === "AwsAccount") return { AttributeKey: "Username", AttributeValue: "root" };
  if (resource.type === "AwsIamAccessKey") return { AttributeKey: "AccessKeyId", AttributeValue: resource.id };
  return { AttributeKey: "ResourceName", AttributeValue: resource.id };
}

/** From an hour before the finding's first sign to now; newest first, as CloudTrail gives them. */
async function trailEvidence(client: CloudTrailClient, region: string, finding: Finding): Promise<Evidence[]> {
  const attribute = lookupFor(finding);
  const query = {
    LookupAttributes: [attribute],
    StartTime: new Date(Date.parse(finding.firstSeenAt) - hourMs),
    EndTime: new Date(),
  };
  const events: unknown[] = [];
  let more = false;
  for await (const page of paginateLookupEvents({ client, pageSize: 50 }, query)) {
    events.push(...(page.Events ?? []).map(recorded));
    more = events.length >= mostEvents && page.NextToken !== undefined;
    if (more) break;
  }
  const answer = { region, lookup: { ...query, LookupAttributes: attribute }, complete: !more, events };
  return [jsonEvidence(`trail-${region}.json`, answer, "cloudtrail:LookupEvents")];
}

/** The record as CloudTrail wrote it; it comes as text inside the answer. */
function recorded({ CloudTrailEvent, ...event }: Event): unknown {
  if (!CloudTrailEvent) return event;
  try {
    return JSON.parse(CloudTrailEvent);
  } catch {
    return { ...event, CloudTrailEvent };
  }
}

async function apply(target: Target, { home, global }: Clients): Promise<Applied<Nothing>> {
  const { finding } = target;
  const globalRegion = globalEventsRegion(finding.region);
  // A resource whose ARN names no region is global or unknown: its events may be in either region.
  const regional = (finding.resource.arn.split(":")[3] ?? "") !== "";
  const elsewhere = !regional && globalRegion !== finding.region;
  const gathered = await gather([
    { what: "the finding", collect: async () => [jsonEvidence("finding.json", finding, finding.source)] },
    { what: `CloudTrail's events of ${finding.region}`, collect: () => trailEvidence(home, finding.region, finding) },
    ...(elsewhere
      ? [
          {
            what: `CloudTrail's events of ${globalRegion}`,
            collect: () => trailEvidence(global, globalRegion, finding),
          },
        ]
      : []),
  ]);
  return { after: {}, ...gathered };
}

/** Keeps the finding itself, and what CloudTrail has of the resource or principal round it. */
export const captureTrail: Action<Clients, Nothing, Nothing> = {
  name: "captureTrail",
  kind: "evidence",
  summary: "keeps the finding and the CloudTrail events round it",
  // LookupEvents takes no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudtrail.html
  permissions: [{ sid: "LookUpEvents", actions: ["cloudtrail:LookupEvents"], resources: ["*"] }],
  connect: ({ region, credentials }) => ({
    home: new CloudTrailClient({ region, credentials }),
    global: new CloudTrailClient({ region: globalEventsRegion(region), credentials }),
  }),
  plan: () => Promise.resolve({ before: {}, after: {}, changes: [], blastRadius: [] }),
  apply,
  verify: () => Promise.resolve([]),
  undo: () => Promise.resolve({ restored: [], differences: [] }),
};
