import { messageBody, messageSubject } from "../message";
import type { Said } from "../message";

/** What a page says, in the words of each channel. */
export interface PageText {
  subject: string;
  email: string;
  sms: string;
  webhook: Record<string, unknown>;
}

const consoles: Record<string, string> = {
  aws: "console.aws.amazon.com",
  "aws-us-gov": "console.amazonaws-us-gov.com",
  "aws-cn": "console.amazonaws.cn",
};

/** The execution in Step Functions' console, which is named after its case. */
export function executionLink(stateMachineArn: string, caseId: string): string {
  const [, partition = "", , region = ""] = stateMachineArn.split(":");
  const execution = `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${caseId}`;
  return `https://${region}.${consoles[partition]}/states/home?region=${region}#/v2/executions/details/${execution}`;
}

/** A page about a case: all that a notification says, where to answer, and where to look. */
export function pageText(said: Said, links: { acknowledge: string; console: string }): PageText {
  const { record, outcome, accountName } = said;
  const { finding, caseId } = record;
  const subject = messageSubject(said);
  const done =
    outcome.done.length === 0
      ? "nothing"
      : `${outcome.done.length} of ${outcome.done.length + outcome.missing.length} actions`;
  const sms = [
    subject,
    `${finding.type} in ${finding.region}`,
    `Done: ${done}`,
    `Case ${caseId}`,
    `Answer: ${links.acknowledge}`,
  ];
  return {
    subject,
    email: [
      `Say that you look after it: ${links.acknowledge}`,
      "Until somebody does, the next person is paged.",
      "",
      messageBody(said),
      `Console   ${links.console}`,
      "",
    ].join("\n"),
    sms: sms.join("\n"),
    webhook: {
      schema: "firebreak.page/1",
      case: caseId,
      playbook: record.playbook,
      mode: record.mode,
      state: outcome.state,
      severity: finding.severity,
      title: finding.title,
      type: finding.type,
      account: { id: finding.account, name: accountName ?? null },
      region: finding.region,
      resource: finding.resource.arn,
      done: outcome.done,
      notDone: outcome.missing,
      reason: outcome.reason ?? null,
      links,
    },
  };
}

/** A page about a case that cannot be read: a person is told all the same. */
export function unreadableText(caseId: string, why: string, links: { acknowledge: string }): PageText {
  const subject = `Firebreak case ${caseId} needs a person, and cannot be read`;
  const lines = [subject, why, `Look: firebreak case ${caseId}`, `Answer: ${links.acknowledge}`];
  const webhook = { schema: "firebreak.page/1", case: caseId, reason: why, links };
  return { subject, email: lines.join("\n"), sms: lines.join("\n"), webhook };
}
