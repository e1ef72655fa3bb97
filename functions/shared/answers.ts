import type { Finding, Severity } from "./finding";

/**
 * Which findings a playbook answers. `types` are the source's finding types; a trailing `*` stands for any ending, and
 * `*` alone as source, type or resource type for any.
 */
export interface Answer {
  source: Finding["source"] | "*";
  types: string[];
  resourceType: string;
  /** The least severity; a finding for which a person asked for a response has no such limit. @default any */
  atLeast?: Severity["label"];
}

/** What triage has to know of a playbook. */
export interface TriagePlaybook {
  name: string;
  answers: Answer[];
}

const severities = ["INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"];

export function answers(playbook: TriagePlaybook, finding: Finding): boolean {
  return specificity(playbook, finding) > 0;
}

/**
 * The playbook that answers a finding: of those that do, the one that says most exactly for which, so that the general
 * one comes last; the first of equals.
 */
export function answering<P extends TriagePlaybook>(playbooks: P[], finding: Finding): P | undefined {
  const rated = playbooks.map((playbook) => ({ playbook, rate: specificity(playbook, finding) }));
  return rated.reduce(
    (best, one) => (one.rate > (best?.rate ?? 0) ? one : best),
    undefined as (typeof rated)[0] | undefined,
  )?.playbook;
}

/** 0: does not answer it. The more of the type an answer spells out, the more. */
function specificity({ answers: all }: TriagePlaybook, finding: Finding): number {
  return Math.max(0, ...all.map((answer) => rateOf(answer, finding)));
}

function rateOf({ source, types, resourceType, atLeast }: Answer, finding: Finding): number {
  const enough =
    atLeast === undefined ||
    finding.requestedBy !== undefined ||
    severities.indexOf(finding.severity.label) >= severities.indexOf(atLeast);
  if (!enough || (source !== "*" && source !== finding.source)) return 0;
  if (resourceType !== "*" && resourceType !== finding.resource.type) return 0;
  const rates = types.map((type) => {
    if (type === finding.type) return type.length + 2;
    return type.endsWith("*") && finding.type.startsWith(type.slice(0, -1)) ? type.length : 0;
  });
  return Math.max(0, ...rates);
}
