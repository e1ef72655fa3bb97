import { OrganizationsClient } from "@aws-sdk/client-organizations";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { accountName } from "./shared/account-name";
import { appendTimeline, readWholeCase, updateCase } from "./shared/cases";
import type { CaseTable } from "./shared/cases";
import { checkEndEvent } from "./shared/end-event";
import { logLine } from "./shared/log";
import { messageBody, messageSubject } from "./shared/message";
import { outcomeOf } from "./shared/outcome";
import type { EndEvent } from "./shared/outcome";
import { required, settings } from "./shared/settings";
import { caseTable } from "./shared/stores";

export interface NotifyDeps {
  table: CaseTable;
  organizations: OrganizationsClient;
  sns: SNSClient;
  topicArn: string;
}

/** The function that tells people how a case ended: its deployed handler. */
export function notifyHandler() {
  const deps: NotifyDeps = {
    table: caseTable(settings()),
    organizations: new OrganizationsClient({}),
    sns: new SNSClient({}),
    topicArn: required("FIREBREAK_TOPIC_ARN"),
  };
  return async (event: EndEvent): Promise<{ messageId: string }> => notify(event, deps);
}

/** Tells people what was done, what was not and why, and how to look and undo; and puts that on the timeline. */
export async function notify(event: EndEvent, deps: NotifyDeps): Promise<{ messageId: string }> {
  checkEndEvent("notify", event);
  const started = Date.now();
  const whole = await readWholeCase(deps.table, event.caseId);
  const outcome = outcomeOf(whole, event);
  const account = await accountName(whole.record.finding.account, deps.organizations);
  const said = { record: whole.record, actions: whole.actions, outcome, accountName: account.name, note: account.note };
  const { MessageId: messageId = "" } = await deps.sns.send(
    new PublishCommand({
      TopicArn: deps.topicArn,
      Subject: messageSubject(said),
      Message: messageBody(said),
      MessageAttributes: {
        state: { DataType: "String", StringValue: outcome.state },
        severity: { DataType: "String", StringValue: whole.record.finding.severity.label },
      },
    }),
  );
  if (account.note) await appendTimeline(deps.table, event.caseId, "note", "notify", account.note);
  const text = `told ${deps.topicArn}: ${outcome.state}`;
  await appendTimeline(deps.table, event.caseId, "notified", "notify", text, { messageId });
  await updateCase(deps.table, event.caseId, {}, { notified: new Date().toISOString() });
  logLine({ function: "notify", case: event.caseId, state: outcome.state, messageId, ms: Date.now() - started });
  return { messageId };
}
