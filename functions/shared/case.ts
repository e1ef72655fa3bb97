import type { Change } from "./action";
import type { Finding } from "./finding";

export type Mode = "observe" | "enforce";

/**
 * - `open`: being answered; `planned`: observe mode, told what would be done;
 * - `contained`: every containment action verified; `notContained`: at least one was not, a person is told;
 * - `reported`: there is nothing to contain by itself; evidence is kept, and a person was told who decides;
 * - `gone`: the resource did not exist any more; `recovered`: undone; `undoRefused`: undo met changes of others.
 */
export type CaseState =
  "open" | "planned" | "contained" | "notContained" | "reported" | "gone" | "recovered" | "undoRefused";

/** When what happened, ISO 8601 UTC. The measured times of a case are differences of these. */
export interface CaseTimes {
  finding: string;
  event: string;
  triage: string;
  contained?: string;
  verified?: string;
  notified?: string;
  /** When the first people were paged: every later minute counts from here. */
  paged?: string;
  acknowledged?: string;
  closed?: string;
  recovered?: string;
}

/** The record of one incident. */
export interface CaseRecord {
  caseId: string;
  /** Playbook, account, region (unless the resource is in none) and resource: the same incident makes the same case. */
  incident: string;
  playbook: string;
  mode: Mode;
  state: CaseState;
  /** Why it is in this state, where that needs saying. */
  reason?: string;
  /** Who said that they look after it: silence from then on. */
  acknowledgedBy?: string;
  finding: Finding;
  /** How often findings about this incident arrived. */
  seen: number;
  times: CaseTimes;
  /** How often undo was started: part of the execution's name. */
  undos: number;
  manifest?: {
    key: string;
    signatureKey: string;
    publicKeyKey: string;
    entries: number;
    head: string;
    signedAt: string;
  };
}

export type ActionStatus = "planned" | "applied" | "verified" | "failed" | "gone" | "undone" | "undoRefused";

/** What an action saw, changed and can put back. `before` is written once, and before any change. */
export interface ActionRecord {
  caseId: string;
  action: string;
  kind: "evidence" | "containment";
  status: ActionStatus;
  changes: Change[];
  blastRadius: string[];
  before?: unknown;
  after?: unknown;
  plannedAt?: string;
  appliedAt?: string;
  verifiedAt?: string;
  undoneAt?: string;
  /** What undo put back: empty where it was as before already. */
  restored?: Change[];
  error?: string;
  differences?: string[];
}

export type TimelineKind =
  | "finding"
  | "planned"
  | "captured"
  | "changed"
  | "unchanged"
  | "verified"
  | "failed"
  | "gone"
  | "notified"
  | "paged"
  | "acknowledged"
  | "closed"
  | "undo"
  | "restored"
  | "refused"
  | "note";

/** One line of a case's history. Only ever appended. */
export interface TimelineEntry {
  at: string;
  kind: TimelineKind;
  /** Who: an action, a function, or the ARN of a person. */
  actor: string;
  text: string;
  data?: unknown;
}

/** One object in the vault, as the manifest lists it. `hash` covers all other fields, `previous` is the entry before. */
export interface ManifestEntry {
  seq: number;
  key: string;
  versionId: string;
  sha256: string;
  size: number;
  contentType: string;
  retainUntil: string;
  source: string;
  collector: string;
  collectedAt: string;
  previous: string;
  hash: string;
}

/** Everything that is recorded of a case. */
export interface WholeCase {
  record: CaseRecord;
  actions: ActionRecord[];
  timeline: TimelineEntry[];
  evidence: ManifestEntry[];
}
