import { KMSClient } from "@aws-sdk/client-kms";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { appendTimeline, readCase } from "./shared/cases";
import type { CaseTable } from "./shared/cases";
import { messageOf, namedError } from "./shared/errors";
import { logLine } from "./shared/log";
import { readLink } from "./shared/people/acknowledge-link";
import type { AcknowledgeLink } from "./shared/people/acknowledge-link";
import { acknowledgePage } from "./shared/people/acknowledge-page";
import type { PageAnswer } from "./shared/people/acknowledge-page";
import { acknowledgeCase } from "./shared/people/acknowledgement";
import { laterMinutes, pagesFrom } from "./shared/people/engagement";
import type { Roster } from "./shared/people/roster";
import { cancelSchedule, scheduleName } from "./shared/people/schedules";
import type { ScheduleGroup } from "./shared/people/schedules";
import { required, settings } from "./shared/settings";
import { caseTable } from "./shared/stores";

/** A function URL's request, as far as it is read (payload format 2.0). */
export interface UrlEvent {
  queryStringParameters?: Record<string, string>;
  requestContext: { http: { method: string; sourceIp: string } };
}

export interface AcknowledgeDeps {
  table: CaseTable;
  kms: KMSClient;
  linkKeyArn: string;
  roster: Roster;
  schedules: ScheduleGroup;
  now(): Date;
}

/** The function behind the links in pages: its deployed handler. */
export function acknowledgeHandler(roster: Roster) {
  const deps: AcknowledgeDeps = {
    table: caseTable(settings()),
    kms: new KMSClient({}),
    linkKeyArn: required("FIREBREAK_LINK_KEY_ARN"),
    roster,
    schedules: { scheduler: new SchedulerClient({}), group: required("FIREBREAK_SCHEDULE_GROUP") },
    now: () => new Date(),
  };
  return async (event: UrlEvent): Promise<PageAnswer> => acknowledge(event, deps);
}

/**
 * GET shows what would be acknowledged and changes nothing, since mail filters and chats open every link they see;
 * POST, which takes a press of the button, acknowledges.
 */
export async function acknowledge(event: UrlEvent, deps: AcknowledgeDeps): Promise<PageAnswer> {
  const { method, sourceIp } = event?.requestContext?.http ?? {};
  if (!method) throw namedError("InvalidRequest", "acknowledge wants { requestContext: { http: { method } } }");
  if (method !== "GET" && method !== "POST") {
    const answer = acknowledgePage(405, "This address takes GET and POST.");
    return { ...answer, headers: { ...answer.headers, allow: "GET, POST" } };
  }
  const key = { kms: deps.kms, keyArn: deps.linkKeyArn };
  const read = await readLink(event.queryStringParameters ?? {}, deps.now(), key);
  if ("refused" in read) {
    logLine({ function: "acknowledge", method, sourceIp, refused: read.refused });
    return acknowledgePage(403, read.refused);
  }
  return method === "POST" ? take(read.link, sourceIp, deps) : show(read.link, deps);
}

async function show({ caseId }: AcknowledgeLink, { table }: AcknowledgeDeps): Promise<PageAnswer> {
  const { acknowledgedBy, times, finding } = await readCase(table, caseId);
  if (acknowledgedBy) {
    return acknowledgePage(200, `Case ${caseId} was acknowledged by ${acknowledgedBy} at ${times.acknowledged}.`);
  }
  const what = `${finding.severity.label}: ${finding.resource.id} in account ${finding.account}, ${finding.region}`;
  return acknowledgePage(200, `Case ${caseId} waits for a person. ${what}.`, "I look after it");
}

async function take(link: AcknowledgeLink, sourceIp: string | undefined, deps: AcknowledgeDeps): Promise<PageAnswer> {
  const { caseId, contact } = link;
  const by = deps.roster.contacts[contact]?.name ?? contact;
  const at = deps.now().toISOString();
  const how = `through the link in a page to ${contact}, from ${sourceIp ?? "an unknown address"}`;
  const taken = await acknowledgeCase(deps.table, caseId, { by, at, how });
  logLine({ function: "acknowledge", case: caseId, contact, sourceIp, first: taken.first });
  if (!taken.first) {
    return acknowledgePage(200, `Case ${caseId} was acknowledged by ${taken.by} at ${taken.at} already.`);
  }
  await silence(caseId, deps);
  return acknowledgePage(200, `You look after case ${caseId} now. Nobody else is paged.`);
}

/** Schedules that stay find the acknowledgement when they come due, so that failing here wakes nobody. */
async function silence(caseId: string, { table, roster, schedules }: AcknowledgeDeps): Promise<void> {
  const { times } = await readCase(table, caseId);
  const minutes = laterMinutes(pagesFrom(roster, new Date(times.paged ?? times.triage)));
  const results = await Promise.allSettled(
    minutes.map((minute) => cancelSchedule(schedules, scheduleName(caseId, minute))),
  );
  for (const result of results) {
    if (result.status === "fulfilled") continue;
    const text = `a schedule of pages is still there, and will stay silent: ${messageOf(result.reason)}`;
    await appendTimeline(table, caseId, "note", "acknowledge", text);
  }
}
