import type { AwsCredentialIdentity } from "@aws-sdk/types";
import type { Finding } from "./finding";

/** An IAM statement; ARNs may hold `{partition}`, `{account}` and `{prefix}`, filled in where the role is made. */
export interface Statement {
  sid: string;
  actions: string[];
  resources: string[];
  conditions?: Record<string, Record<string, string | string[]>>;
}

/** One value that an action changes, for people to read: in the plan, on the timeline, in the report. */
export interface Change {
  resource: string;
  attribute: string;
  from: unknown;
  to: unknown;
}

/** A piece of evidence on its way to the vault. `source` is the API call or tool it came from. */
export interface Evidence {
  name: string;
  contentType: string;
  body: Uint8Array | string;
  source: string;
}

/** What an action acts on. */
export interface Target {
  caseId: string;
  finding: Finding;
  /** The installation's prefix, part of every name. */
  prefix: string;
}

/** What would change and what else it touches. `before` is kept whole: undo puts exactly this back. */
export interface Plan<Before, After> {
  before: Before;
  /** What `apply` means to leave behind. Recorded with `before`, so that a change that broke half-way can be undone. */
  after: After;
  /** Empty: the resource is already as the action wants it. */
  changes: Change[];
  /** What else shares what is about to change (security group, role, auto scaling group, target group). */
  blastRadius: string[];
}

/** What was changed. `after` is what undo compares the world with before it puts anything back. */
export interface Applied<After> {
  after: After;
  evidence?: Evidence[];
  /** Said on the timeline: what was not to be had, and why. */
  notes?: string[];
  /** What went wrong on the way. The responder stores the evidence that was to be had, and then throws this. */
  error?: Error;
}

/** Undo's answer. With `differences` nothing was changed: each says what somebody changed since. */
export interface Undone {
  restored: Change[];
  differences: string[];
}

/** Where the clients of an action connect to: the target account and region, as the action's member role. */
export interface Connection {
  region: string;
  credentials: AwsCredentialIdentity;
}

/**
 * One step of a playbook. It reads and changes AWS and returns what it saw; it never writes the case or the
 * vault: the responder round it does that, before and after each change.
 *
 * Actions are object literals of free functions, because a method that calls `this` breaks when serialized.
 */
export interface Action<Clients, Before, After> {
  /** Verb and resource, camelCase: `isolateInstance`. Also names the function and both roles. */
  name: string;
  kind: "evidence" | "containment";
  /** What it does, as a sentence in the present tense. */
  summary: string;
  /** What its role in the member account may do: the single source of that role's policy. */
  permissions: Statement[];
  connect(connection: Connection): Clients;
  plan(target: Target, clients: Clients): Promise<Plan<Before, After>>;
  /** Idempotent: called again after a crash it ends in the same state. Changes nothing when `plan.changes` is empty. */
  apply(target: Target, clients: Clients, plan: Plan<Before, After>): Promise<Applied<After>>;
  /** Reads back; an empty list means that the world is as `after` says. */
  verify(target: Target, clients: Clients, after: After): Promise<string[]>;
  /**
   * Compare and swap: what is still as in `after` goes back to `before`, what is as in `before` stays, and if
   * anything is neither, nothing is changed and `differences` says what and how.
   */
  undo(target: Target, clients: Clients, before: Before, after: After): Promise<Undone>;
}

/** An action whose types do not matter to the one who holds it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyAction = Action<any, any, any>;
