import { STSClient } from "@aws-sdk/client-sts";
import type { Action, AnyAction, Connection, Target } from "./action";
import { named } from "./calls";
import type { ActionRecord, ActionStatus } from "./case";
import { readAction, readCase, recordAction } from "./cases";
import type { CaseTable } from "./cases";
import { isNamed, messageOf, namedError } from "./errors";
import { logLine } from "./log";
import { memberConnector } from "./member";
import { memberRoleName } from "./names";
import { required, settings } from "./settings";
import { caseTable, evidenceVault } from "./stores";
import { storeEvidence } from "./vault";
import type { Vault } from "./vault";

/** `failed` records what the state machine caught, for a function that could not record it itself. */
export type Face = "plan" | "apply" | "verify" | "undo" | "failed";

/** What a state machine hands to an action's function. */
export interface ResponderEvent {
  caseId: string;
  face: Face;
  /** With `failed`: the error that Step Functions caught. */
  error?: { Error?: string; Cause?: string };
}

/** What the state machine gets back: small, since everything else is on the case. */
export interface ResponderResult {
  action: string;
  status: ActionStatus | "skipped";
  /** Undo refused: what somebody changed since. */
  differences?: string[];
}

export interface ResponderDeps {
  table: CaseTable;
  vault: Vault;
  prefix: string;
  connect(account: string, region: string, caseId: string): Promise<Connection>;
}

/** The function that runs an action: its deployed handler. */
export function responderHandler(action: AnyAction) {
  const config = settings();
  const deps: ResponderDeps = {
    table: caseTable(config),
    vault: evidenceVault(),
    prefix: config.prefix,
    connect: memberConnector(
      new STSClient({ region: required("AWS_REGION") }),
      { ...config, externalId: required("FIREBREAK_EXTERNAL_ID") },
      action.name,
    ),
  };
  return async (event: ResponderEvent): Promise<ResponderResult> => respond(action, event, deps);
}

/** Runs one face of an action and records it: the plan before any change, the outcome after. */
export async function respond<C, B, A>(
  action: Action<C, B, A>,
  event: ResponderEvent,
  deps: ResponderDeps,
): Promise<ResponderResult> {
  const started = Date.now();
  const { caseId, face } = event;
  if (!caseId || !["plan", "apply", "verify", "undo", "failed"].includes(face)) {
    throw namedError(
      "InvalidRequest",
      `${action.name} wants { caseId, face }, not ${JSON.stringify(event).slice(0, 200)}`,
    );
  }
  const log = { case: caseId, action: action.name, phase: face };
  try {
    const result = face === "failed" ? await recordFailure(action, event, deps) : await runFace(action, event, deps);
    logLine({ ...log, status: result.status, ms: Date.now() - started });
    return result;
  } catch (error) {
    logLine({ ...log, error: messageOf(error), ms: Date.now() - started });
    throw error;
  }
}

async function runFace<C, B, A>(
  action: Action<C, B, A>,
  event: ResponderEvent,
  deps: ResponderDeps,
): Promise<ResponderResult> {
  const [record, done] = await Promise.all([
    readCase(deps.table, event.caseId),
    readAction(deps.table, event.caseId, action.name),
  ]);
  const { finding } = record;
  const target: Target = { caseId: event.caseId, finding, prefix: deps.prefix };
  const connection = await deps.connect(finding.account, finding.region, event.caseId);
  const clients = action.connect(connection);
  const who = { role: memberRoleName(deps.prefix, action.name), account: finding.account, region: finding.region };
  for (const client of Object.values(clients as object)) named(client, who);
  try {
    if (event.face === "verify") return await runVerify(action, target, clients, done, deps);
    if (event.face === "undo") return await runUndo(action, target, clients, done, deps);
    return await runApply(action, target, clients, event.face === "plan", deps);
  } catch (error) {
    if (!isNamed(error, "ResourceGone")) throw error;
    await note(action, deps, event.caseId, { status: "gone", error: messageOf(error) }, "gone", messageOf(error));
    return { action: action.name, status: "gone" };
  }
}

async function runApply<C, B, A>(
  action: Action<C, B, A>,
  target: Target,
  clients: C,
  planOnly: boolean,
  deps: ResponderDeps,
): Promise<ResponderResult> {
  const plan = await action.plan(target, clients);
  const planned: Partial<ActionRecord> & { status: ActionStatus } = {
    status: "planned",
    before: plan.before,
    after: plan.after,
    changes: plan.changes,
    blastRadius: plan.blastRadius,
    plannedAt: new Date().toISOString(),
  };
  const planText = plan.changes.length > 0 ? `${counted(plan.changes.length, "change")} planned` : "nothing to change";
  if (planOnly || plan.changes.length > 0) {
    await note(action, deps, target.caseId, planned, "planned", planText, {
      changes: plan.changes,
      blastRadius: plan.blastRadius,
    });
  }
  if (planOnly) return { action: action.name, status: "planned" };
  const applied = await action.apply(target, clients, plan);
  const stored = [];
  for (const evidence of applied.evidence ?? []) {
    stored.push(await storeEvidence(deps.vault, deps.table, target.caseId, action.name, evidence));
  }
  if (applied.error) {
    const half = { ...planned, after: applied.after };
    const text = `${appliedText(plan.changes.length, stored.length)}, but not all of it`;
    await note(action, deps, target.caseId, half, stored.length > 0 ? "captured" : "changed", text, {
      evidence: stored.map(({ key }) => key),
    });
    throw applied.error;
  }
  const notes = applied.notes ?? [];
  const text = [appliedText(plan.changes.length, stored.length), ...notes].join("; ");
  const kind = stored.length > 0 ? "captured" : plan.changes.length > 0 ? "changed" : "unchanged";
  const outcome = { ...planned, status: "applied" as const, after: applied.after, appliedAt: new Date().toISOString() };
  await note(action, deps, target.caseId, outcome, kind, text, {
    changes: plan.changes,
    evidence: stored.map(({ key }) => key),
  });
  return { action: action.name, status: "applied" };
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}

function appliedText(changes: number, objects: number): string {
  const parts = [];
  if (changes > 0) parts.push(`${counted(changes, "change")} made`);
  if (objects > 0) parts.push(`${counted(objects, "object")} in the vault`);
  return parts.join(", ") || "already as wanted, nothing changed";
}

async function runVerify<C, B, A>(
  action: Action<C, B, A>,
  target: Target,
  clients: C,
  done: ActionRecord | undefined,
  deps: ResponderDeps,
): Promise<ResponderResult> {
  if (done?.status === "verified") return { action: action.name, status: "verified" };
  if (done?.status !== "applied") return { action: action.name, status: "skipped" };
  const differences = await action.verify(target, clients, done.after as A);
  if (differences.length > 0)
    throw namedError("NotVerified", `${action.name} reads back otherwise: ${differences.join("; ")}`);
  const fields = { status: "verified" as const, verifiedAt: new Date().toISOString() };
  await note(action, deps, target.caseId, fields, "verified", "read back as wanted");
  return { action: action.name, status: "verified" };
}

async function runUndo<C, B, A>(
  action: Action<C, B, A>,
  target: Target,
  clients: C,
  done: ActionRecord | undefined,
  deps: ResponderDeps,
): Promise<ResponderResult> {
  const changed = done?.after !== undefined && (done.changes ?? []).length > 0;
  if (!done || !changed || done.status === "undone") return { action: action.name, status: "skipped" };
  const undone = await action.undo(target, clients, done.before as B, done.after as A);
  if (undone.differences.length > 0) {
    const text = `left alone, because it was changed since: ${undone.differences.join("; ")}`;
    const refused = { status: "undoRefused" as const, differences: undone.differences };
    await note(action, deps, target.caseId, refused, "refused", text);
    return { action: action.name, status: "undoRefused", differences: undone.differences };
  }
  const { restored } = undone;
  const fields = { status: "undone" as const, undoneAt: new Date().toISOString(), restored, differences: [] };
  const restoredText = restored.length > 0 ? `${counted(restored.length, "value")} put back` : "was as before already";
  await note(action, deps, target.caseId, fields, "restored", restoredText, { changes: restored });
  return { action: action.name, status: "undone" };
}

async function recordFailure(action: AnyAction, event: ResponderEvent, deps: ResponderDeps): Promise<ResponderResult> {
  const { Error: name, Cause: cause } = event.error ?? {};
  const text = [name, causeMessage(cause)].filter(Boolean).join(": ") || "it failed without saying why";
  await note(action, deps, event.caseId, { status: "failed", error: text }, "failed", text);
  return { action: action.name, status: "failed" };
}

/** Step Functions hands a function's error on as JSON text; a time-out's cause is plain text or missing. */
function causeMessage(cause: string | undefined): string | undefined {
  if (!cause) return undefined;
  try {
    return (JSON.parse(cause) as { errorMessage?: string }).errorMessage ?? cause;
  } catch {
    return cause;
  }
}

function note(
  action: AnyAction,
  deps: ResponderDeps,
  caseId: string,
  fields: Partial<ActionRecord> & { status: ActionStatus },
  kind: Parameters<typeof recordAction>[2]["kind"],
  text: string,
  data?: unknown,
): Promise<void> {
  return recordAction(
    deps.table,
    { caseId, action: action.name, kind: action.kind, ...fields },
    { kind, actor: action.name, text, data },
  );
}
