import type { ActionRecord, CaseRecord, CaseState, WholeCase } from "./case";

/** What the state machine tells the functions that every playbook ends with. */
export interface EndEvent {
  caseId: string;
  intent: "respond" | "undo";
  /** Every action of the playbook: one that left no record did not run. */
  expected: string[];
  /** Whether the playbook contains anything; one that does not only reports, in every mode. @default true */
  contains?: boolean;
}

/** How a case ended: the same for those who are told and for the record. */
export interface Outcome {
  state: CaseState;
  /** Why, in one sentence; undefined where the state says it all. */
  reason?: string;
  done: string[];
  /** What was not done, and why. */
  missing: string[];
}

/**
 * Contained is only what was read back: every containment action verified, and every piece of evidence that was to
 * be had taken. Anything else is `notContained`, so that a person looks, and `missing` says how far it got.
 */
export function outcomeOf({ record, actions }: WholeCase, { intent, expected, contains = true }: EndEvent): Outcome {
  return intent === "undo" ? undoOutcome(actions) : respondOutcome(record, actions, expected, contains);
}

function respondOutcome(record: CaseRecord, actions: ActionRecord[], expected: string[], contains: boolean): Outcome {
  const planOnly = contains && record.mode === "observe";
  const found = expected.map((name) => ({ name, done: actions.find(({ action }) => action === name) }));
  const enough = (one: ActionRecord | undefined) =>
    planOnly
      ? one?.status === "planned"
      : one?.status === "verified" || (one?.kind === "evidence" && one.status === "applied");
  const done = found.flatMap(({ name, done: one }) => (enough(one) ? [doneText(name, one)] : []));
  const missing = found.flatMap(({ name, done: one }) => (enough(one) ? [] : [missingText(name, one)]));
  const gone = actions.find(({ status }) => status === "gone");
  if (gone) return { state: "gone", reason: gone.error ?? "the resource no longer exists", done, missing: [] };
  const reason = missing.length > 0 ? missing.join("; ") : undefined;
  if (!contains) return { state: "reported", reason, done, missing };
  if (planOnly) return { state: "planned", reason, done, missing };
  return { state: missing.length > 0 ? "notContained" : "contained", reason, done, missing };
}

function doneText(name: string, one: ActionRecord | undefined): string {
  const changes = (one?.changes ?? []).map(({ resource, attribute }) => `${attribute} of ${resource}`);
  const what = changes.length > 0 ? changes.join(", ") : one?.kind === "evidence" ? "captured" : "nothing to change";
  return `${name}: ${what}`;
}

function missingText(name: string, one: ActionRecord | undefined): string {
  if (!one) return `${name}: never ran, or could not record what it did`;
  if (one.status === "applied") return `${name}: done, but not verified`;
  return `${name}: ${one.error ?? `stopped at ${one.status}`}`;
}

function undoOutcome(actions: ActionRecord[]): Outcome {
  const containment = actions.filter(({ kind }) => kind === "containment");
  const gone = containment.find(({ status }) => status === "gone");
  const done = containment
    .filter(({ status }) => status === "undone")
    .map(
      (one) =>
        `${one.action}: ${(one.changes ?? []).map(({ attribute, resource }) => `${attribute} of ${resource}`).join(", ")} put back`,
    );
  const missing = containment.flatMap((one) => {
    if (one.status === "undoRefused") return [`${one.action}: ${(one.differences ?? []).join("; ")}`];
    // An action that failed before it changed anything leaves nothing to put back.
    const changed = (one.changes ?? []).length > 0;
    if (!changed || one.status === "undone" || one.status === "gone") return [];
    return [`${one.action}: ${one.status === "failed" && one.error ? one.error : "not put back"}`];
  });
  if (gone) return { state: "gone", reason: gone.error ?? "the resource no longer exists", done, missing: [] };
  if (missing.length > 0) return { state: "undoRefused", reason: missing.join("; "), done, missing };
  return { state: "recovered", done, missing };
}
