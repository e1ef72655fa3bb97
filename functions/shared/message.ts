import type { ActionRecord, CaseRecord } from "./case";
import type { Outcome } from "./outcome";

/** What a message to people is made of. */
export interface Said {
  record: CaseRecord;
  actions: ActionRecord[];
  outcome: Outcome;
  accountName?: string;
  /** What is missing from the message, and why. */
  note?: string;
}

const stateWords: Record<Outcome["state"], string> = {
  open: "open",
  planned: "planned only (observe mode)",
  contained: "contained",
  notContained: "NOT CONTAINED",
  reported: "reported, for you to decide",
  gone: "gone",
  recovered: "recovered",
  undoRefused: "undo refused",
};

/** SNS takes 100 characters of ASCII on one line. */
const mostSubject = 100;

function account({ record, accountName }: Said): string {
  return accountName ? `${accountName} (${record.finding.account})` : record.finding.account;
}

/** Severity, resource, outcome, then account: what matters most stands where a phone cuts last. */
export function messageSubject(said: Said): string {
  const { finding } = said.record;
  const state = stateWords[said.outcome.state];
  const subject = `${finding.severity.label} ${finding.resource.id} ${state}: ${account(said)}`;
  return subject.replace(/[^\x20-\x7e]/g, "?").slice(0, mostSubject);
}

export function messageBody(said: Said): string {
  const { record, outcome, actions } = said;
  const { finding } = record;
  const blastRadius = actions.flatMap((one) => one.blastRadius ?? []);
  return [
    `Case ${record.caseId}: ${stateWords[outcome.state]}`,
    "",
    `Finding   ${finding.type}`,
    `          ${finding.title}`,
    `Severity  ${finding.severity.label} (${finding.severity.score})`,
    `Account   ${account(said)}`,
    `Region    ${finding.region}`,
    `Resource  ${finding.resource.arn || `${finding.resource.type} ${finding.resource.id}`}`,
    `Playbook  ${record.playbook}, ${outcome.state === "reported" ? "which never acts by itself" : `mode ${record.mode}`}`,
    ...section(outcome.state === "planned" ? "Would be done" : "Done", outcome.done),
    ...section("Not done", outcome.missing),
    ...section("Why", outcome.reason && outcome.missing.length === 0 ? [outcome.reason] : []),
    ...section("Also touched", blastRadius),
    ...section("Note", said.note ? [said.note] : []),
    "",
    `Look      firebreak case ${record.caseId}`,
    ...(outcome.state === "reported" ? [] : [`Undo      firebreak undo ${record.caseId}`]),
    `Evidence  firebreak verify ${record.caseId}`,
    "",
  ].join("\n");
}

function section(title: string, lines: string[]): string[] {
  return lines.length > 0 ? ["", title, ...lines.map((line) => `- ${line}`)] : [];
}
