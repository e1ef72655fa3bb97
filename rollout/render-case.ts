import type { ActionRecord, CaseRecord, CaseState, TimelineEntry, WholeCase } from "../functions/shared/case";
import { count, duration, heading, styled, table } from "./output";
import type { Style } from "./output";

const stateWords: Record<CaseState, [string, Style]> = {
  open: ["open", "cyan"],
  planned: ["planned (observe mode)", "cyan"],
  contained: ["contained", "green"],
  notContained: ["NOT CONTAINED", "red"],
  reported: ["reported", "yellow"],
  gone: ["gone", "yellow"],
  recovered: ["recovered", "green"],
  undoRefused: ["undo refused", "red"],
};

export function stateText(state: CaseState): string {
  const [text, style] = stateWords[state];
  return styled(style, text);
}

/** One row a case. */
export function renderCases(cases: CaseRecord[]): string {
  return table(
    ["case", "opened", "state", "severity", "finding", "account", "resource", "seen"],
    cases.map((one) => [
      one.caseId,
      one.times.triage.replace("T", " ").slice(0, 19),
      stateText(one.state),
      `${one.finding.severity.label} ${one.finding.severity.score}`,
      one.finding.type,
      one.finding.account,
      one.finding.resource.id,
      String(one.seen),
    ]),
  );
}

/** The whole case: what it is about, its measured times, timeline, actions and evidence. */
export function renderCase({ record, actions, timeline, evidence }: WholeCase): string {
  const { finding } = record;
  const facts: [string, string][] = [
    ["state", stateText(record.state) + (record.reason ? `: ${record.reason}` : "")],
    ["finding", `${finding.type} (${finding.severity.label} ${finding.severity.score})`],
    ["", finding.title],
    ["resource", finding.resource.arn || `${finding.resource.type} ${finding.resource.id}`],
    ["account", `${finding.account}, ${finding.region}`],
    ["playbook", `${record.playbook}, mode ${record.mode}`],
    ["findings", count(record.seen, "finding")],
    ["times", measuredTimes(record).join(", ") || "none yet"],
  ];
  const parts = [
    styled("bold", `Case ${record.caseId}`),
    ...facts.map(([name, value]) => `  ${styled("dim", name.padEnd(9))} ${value}`),
    heading("Timeline"),
    renderTimeline(timeline, record.times.event),
    heading("Actions"),
    renderActions(actions),
  ];
  if (evidence.length > 0) parts.push(heading("Evidence"), renderEvidence({ record, actions, timeline, evidence }));
  const signed = record.manifest
    ? `Manifest of ${count(record.manifest.entries, "entry", "entries")}, signed ${record.manifest.signedAt}: \`firebreak verify ${record.caseId}\``
    : "The manifest is not closed yet.";
  return [...parts, "", signed].join("\n");
}

const measured: [keyof CaseRecord["times"], string][] = [
  ["triage", "triaged"],
  ["contained", "contained"],
  ["verified", "verified"],
  ["notified", "people told"],
  ["paged", "person paged"],
  ["acknowledged", "acknowledged"],
  ["closed", "closed"],
];

/** Each measured time, counted from when EventBridge saw the event. */
export function measuredTimes({ times }: CaseRecord): string[] {
  const start = Date.parse(times.event);
  return measured.flatMap(([name, words]) => {
    const at = times[name];
    return at === undefined ? [] : [`${words} after ${duration(Date.parse(at) - start)}`];
  });
}

const kindStyles: Partial<Record<TimelineEntry["kind"], Style>> = {
  verified: "green",
  failed: "red",
  refused: "red",
  gone: "yellow",
};

/** A line of the timeline; milliseconds are counted from `start`. */
export function renderTimelineEntry(entry: TimelineEntry, start: string): string {
  const ms = `${Date.parse(entry.at) - Date.parse(start)}`.padStart(7);
  const kind = entry.kind.padEnd(9);
  const style = kindStyles[entry.kind];
  return `${ms} ms  ${style ? styled(style, kind) : kind}  ${entry.actor.padEnd(22)}  ${entry.text}`;
}

export function renderTimeline(timeline: TimelineEntry[], start: string): string {
  return timeline.map((entry) => renderTimelineEntry(entry, start)).join("\n");
}

const shown = (value: unknown): string => {
  if (value === undefined || value === null) return "none";
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(shown).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
};

function renderActions(actions: ActionRecord[]): string {
  return actions
    .map((action) => {
      const lines = [`${action.action} (${action.kind}): ${action.status}`];
      for (const { resource, attribute, from, to } of action.changes ?? [])
        lines.push(`    ${resource}  ${attribute}: ${shown(from)} → ${shown(to)}`);
      for (const shared of action.blastRadius ?? []) lines.push(`    shares it: ${shared}`);
      if (action.error) lines.push(`    ${styled("red", action.error)}`);
      for (const difference of action.differences ?? []) lines.push(`    ${styled("red", difference)}`);
      return lines.map((line) => `  ${line}`).join("\n");
    })
    .join("\n");
}

/** Evidence by the name it has within the case. */
export function renderEvidence({ record, evidence }: WholeCase): string {
  return table(
    ["object", "bytes", "SHA-256", "locked until"],
    evidence.map(({ key, size, sha256, retainUntil }) => [
      key.replace(`cases/${record.caseId}/`, ""),
      String(size),
      sha256,
      retainUntil.slice(0, 10),
    ]),
  );
}
