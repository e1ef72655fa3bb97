import { KMSClient } from "@aws-sdk/client-kms";
import { OrganizationsClient } from "@aws-sdk/client-organizations";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SNSClient } from "@aws-sdk/client-sns";
import { accountName } from "./shared/account-name";
import type { WholeCase } from "./shared/case";
import { appendTimeline, readWholeCase, updateCase } from "./shared/cases";
import type { CaseTable } from "./shared/cases";
import { checkEndEvent } from "./shared/end-event";
import { messageOf } from "./shared/errors";
import { logLine } from "./shared/log";
import { outcomeOf } from "./shared/outcome";
import type { EndEvent } from "./shared/outcome";
import { linkLifetimeSeconds, signLink } from "./shared/people/acknowledge-link";
import { laterMinutes, pageKey, pagesFrom } from "./shared/people/engagement";
import type { Page } from "./shared/people/engagement";
import { needsPerson } from "./shared/people/needs-person";
import { executionLink, pageText, unreadableText } from "./shared/people/page-text";
import type { PageText } from "./shared/people/page-text";
import type { Roster } from "./shared/people/roster";
import { scheduleName, scheduleOnce } from "./shared/people/schedules";
import type { ScheduleGroup, ScheduleTarget } from "./shared/people/schedules";
import { postJson, sendPage } from "./shared/people/send";
import type { SendDeps } from "./shared/people/send";
import { required, settings } from "./shared/settings";
import { caseTable } from "./shared/stores";

export interface PageDeps extends SendDeps {
  table: CaseTable;
  organizations: OrganizationsClient;
  kms: KMSClient;
  /** HMAC_256; makes the codes of links. */
  linkKeyArn: string;
  acknowledgeUrl: string;
  /** ARN of every state machine, up to the playbook's name. */
  stateMachineArnPrefix: string;
  schedules: ScheduleGroup;
  target: ScheduleTarget;
  now(): Date;
}

/** What Scheduler starts the function with: the pages that were due at that minute when paging started. */
export interface StageEvent extends EndEvent {
  minute: number;
  pages: Page[];
}

/** The function that engages people: its deployed handler. */
export function pageHandler(roster: Roster) {
  const deps: PageDeps = {
    table: caseTable(settings()),
    organizations: new OrganizationsClient({}),
    sns: new SNSClient({}),
    secrets: new SecretsManagerClient({}),
    kms: new KMSClient({}),
    roster,
    topicArnPrefix: required("FIREBREAK_PAGE_TOPICS"),
    linkKeyArn: required("FIREBREAK_LINK_KEY_ARN"),
    acknowledgeUrl: required("FIREBREAK_ACKNOWLEDGE_URL"),
    stateMachineArnPrefix: required("FIREBREAK_STATE_MACHINE_ARN_PREFIX"),
    schedules: { scheduler: new SchedulerClient({}), group: required("FIREBREAK_SCHEDULE_GROUP") },
    target: {
      functionArn: required("FIREBREAK_PAGE_FUNCTION_ARN"),
      roleArn: required("FIREBREAK_SCHEDULER_ROLE_ARN"),
      deadLettersArn: required("FIREBREAK_DEAD_LETTERS_ARN"),
    },
    post: postJson,
    now: () => new Date(),
  };
  return async (event: EndEvent | StageEvent): Promise<{ paged: number }> => page(event, deps);
}

/** Starts paging about a case that ended, or goes on with it at a later minute. */
export async function page(event: EndEvent | StageEvent, deps: PageDeps): Promise<{ paged: number }> {
  if (event && "minute" in event) return pageStage(event, deps);
  checkEndEvent("page", event);
  return startPaging(event, deps);
}

/**
 * Later stages are scheduled before the first page goes out, so that no failure of a page loses them. Called again, by
 * a retry, it keeps the first call's times and sends only what is not on the timeline.
 */
async function startPaging(event: EndEvent, deps: PageDeps): Promise<{ paged: number }> {
  const { caseId } = event;
  const whole = await readWholeCase(deps.table, caseId);
  const { record } = whole;
  if (record.times.acknowledged || !needsPerson(record, outcomeOf(whole, event))) return { paged: 0 };
  const paged = record.times.paged ?? deps.now().toISOString();
  if (!record.times.paged) await updateCase(deps.table, caseId, {}, { paged });
  const started = new Date(paged);
  const pages = pagesFrom(deps.roster, started);
  const at = (wanted: number) => pages.filter(({ minute }) => minute === wanted);
  await Promise.all(
    laterMinutes(pages).map((minute) => {
      const input: StageEvent = { ...event, minute, pages: at(minute) };
      const time = new Date(started.getTime() + minute * 60_000);
      return scheduleOnce(deps.schedules, deps.target, { name: scheduleName(caseId, minute), at: time, input });
    }),
  );
  return send({ ...event, minute: 0, pages: at(0) }, whole, deps);
}

/** Silence after acknowledgement; but whether there was one has to be read, not guessed. */
async function pageStage(event: StageEvent, deps: PageDeps): Promise<{ paged: number }> {
  let whole: WholeCase | Error;
  try {
    whole = await readWholeCase(deps.table, event.caseId);
  } catch (error) {
    whole = error instanceof Error ? error : new Error(String(error));
  }
  if (!(whole instanceof Error) && whole.record.times.acknowledged) {
    logLine({ function: "page", case: event.caseId, minute: event.minute, acknowledged: whole.record.acknowledgedBy });
    return { paged: 0 };
  }
  return send(event, whole, deps);
}

async function send(event: StageEvent, whole: WholeCase | Error, deps: PageDeps): Promise<{ paged: number }> {
  const { caseId, minute } = event;
  const sent = whole instanceof Error ? [] : whole.timeline.filter(({ kind }) => kind === "paged");
  const done = sent.map(({ data }) => pageKey(data as Page));
  const due = event.pages.filter((one) => !done.includes(pageKey(one)));
  const account = whole instanceof Error ? {} : await accountName(whole.record.finding.account, deps.organizations);
  const failures = await Promise.all(
    due.map(async (one) => {
      const text = textFor(event, whole, account, await linkFor(caseId, one.contact, deps), deps);
      const name = deps.roster.contacts[one.contact]?.name ?? one.contact;
      try {
        const messageId = await sendPage(one, text, deps);
        await record(deps, caseId, "paged", `paged ${name} by ${one.channel}, minute ${minute}`, { ...one, messageId });
        return undefined;
      } catch (error) {
        const why = `could not page ${name} by ${one.channel}, minute ${minute}: ${messageOf(error)}`;
        await record(deps, caseId, "failed", why, one);
        return why;
      }
    }),
  );
  const failed = failures.filter((one) => one !== undefined);
  logLine({ function: "page", case: caseId, minute, pages: due.length, failed: failed.length });
  if (failed.length > 0) throw new Error(failed.join("; ")); // tried again: what was sent stays sent
  return { paged: due.length };
}

/** The page itself matters more than its line: a table that cannot be written repeats no page. */
async function record(deps: PageDeps, caseId: string, kind: "paged" | "failed", text: string, data: unknown) {
  try {
    await appendTimeline(deps.table, caseId, kind, "page", text, data);
  } catch (error) {
    logLine({ function: "page", case: caseId, notOnTimeline: text, error: messageOf(error) });
  }
}

/** A page without a link is better than none. */
async function linkFor(caseId: string, contact: string, deps: PageDeps): Promise<string> {
  const expires = Math.floor(deps.now().getTime() / 1000) + linkLifetimeSeconds;
  try {
    const key = { kms: deps.kms, keyArn: deps.linkKeyArn };
    return await signLink(deps.acknowledgeUrl, { caseId, contact, expires }, key);
  } catch (error) {
    logLine({ function: "page", case: caseId, contact, withoutLink: messageOf(error) });
    return "(no link: it could not be signed)";
  }
}

function textFor(
  event: StageEvent,
  whole: WholeCase | Error,
  account: { name?: string; note?: string },
  acknowledge: string,
  { stateMachineArnPrefix }: PageDeps,
): PageText {
  const { caseId } = event;
  if (whole instanceof Error) return unreadableText(caseId, whole.message, { acknowledge });
  const outcome = outcomeOf(whole, event);
  const said = { ...whole, outcome, accountName: account.name, note: account.note };
  const console = executionLink(`${stateMachineArnPrefix}${whole.record.playbook}`, caseId);
  return pageText(said, { acknowledge, console });
}
