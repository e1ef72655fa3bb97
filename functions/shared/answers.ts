import type { Finding } from "./finding";

/** Which findings a playbook answers. `types` are the source's finding types; a trailing `*` stands for any ending. */
export interface Answer {
  source: Finding["source"];
  types: string[];
  resourceType: string;
}

/** What triage has to know of a playbook. */
export interface TriagePlaybook {
  name: string;
  answers: Answer[];
}

export function answers(playbook: TriagePlaybook, finding: Finding): boolean {
  return playbook.answers.some(
    ({ source, types, resourceType }) =>
      source === finding.source &&
      resourceType === finding.resource.type &&
      types.some((type) => (type.endsWith("*") ? finding.type.startsWith(type.slice(0, -1)) : finding.type === type)),
  );
}
