import { InvokeCommand } from "@aws-sdk/client-lambda";
import { StartExecutionCommand } from "@aws-sdk/client-sfn";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { ActionRecord, TimelineEntry, WholeCase } from "../functions/shared/case";
import { appendTimeline, readWholeCase } from "../functions/shared/cases";
import { functionName, stateMachineArn, stateMachineName } from "../functions/shared/names";
import type { ResponderEvent } from "../functions/shared/responder";
import { findCase } from "./case-list";
import { Failure, exitCodes } from "./failure";
import { followExecution } from "./follow-case";
import type { Installation } from "./installation";

/** What an undo came to. */
export interface UndoResult {
  caseId: string;
  /** Whether everything that was changed is as it was before. */
  undone: boolean;
  actions: Pick<ActionRecord, "action" | "status" | "restored" | "differences" | "error">[];
  whole: WholeCase;
}

export interface UndoOptions {
  /** Only this action. @default all, last first */
  action?: string;
  onEntry?: (entry: TimelineEntry) => void;
  signal?: AbortSignal;
}

/** Puts back what a case changed. @throws Failure where there is nothing to put back, or the case is still worked on */
export async function undoCase(
  installation: Installation,
  caseId: string,
  options: UndoOptions = {},
): Promise<UndoResult> {
  const before = await findCase(installation.table, caseId);
  const undoable = changedActions(before);
  const chosen = options.action ? [chosenAction(before, options.action)] : undoable;
  if (before.record.state === "open")
    throw new Failure(`case ${caseId} is still being answered`, "Wait for it to end: `firebreak case ID`.");
  if (undoable.length === 0)
    throw new Failure(`case ${caseId} changed nothing that could be put back: it is ${before.record.state}`);
  const what = options.action ?? "everything";
  await appendTimeline(installation.table, caseId, "undo", installation.caller, `undo of ${what} started`);
  const error = options.action
    ? await undoAction(installation, caseId, options.action)
    : await undoAll(installation, before, options);
  const whole = await readWholeCase(installation.table, caseId);
  const actions = chosen.map(({ action }) => {
    const { status, restored, differences, error: failed } = whole.actions.find((one) => one.action === action)!;
    return { action, status, restored, differences, error: failed };
  });
  if (error) throw new Failure(`undo of case ${caseId} failed: ${error}`, "Start it again: what is put back stays so.");
  return { caseId, undone: actions.every(({ status }) => status === "undone"), actions, whole };
}

/** Actions whose changes stand, in the order in which undo takes them. */
export function changedActions({ actions }: WholeCase): ActionRecord[] {
  return actions
    .filter(({ kind }) => kind === "containment")
    .filter(({ after, changes, status }) => after !== undefined && changes?.length > 0 && status !== "undone")
    .sort((a, b) => (a.plannedAt && b.plannedAt && a.plannedAt < b.plannedAt ? 1 : -1));
}

function chosenAction(whole: WholeCase, action: string): ActionRecord {
  const found = whole.actions.find((one) => one.action === action);
  if (found) return found;
  const names = whole.actions.map((one) => one.action).join(", ");
  throw new Failure(
    `case ${whole.record.caseId} has no action ${action}`,
    `Its actions are: ${names || "none"}.`,
    exitCodes.usage,
  );
}

/** The playbook's state machine, started with intent `undo`; each start is counted, so that its name is its own. */
async function undoAll(
  { table, sfn, partition, region, account, prefix }: Installation,
  { record }: WholeCase,
  options: UndoOptions,
): Promise<string | undefined> {
  const { Attributes } = await table.client.send(
    new UpdateCommand({
      TableName: table.table,
      Key: { caseId: record.caseId, sk: "case" },
      ConditionExpression: "attribute_exists(caseId)",
      UpdateExpression: "ADD undos :one",
      ExpressionAttributeValues: { ":one": 1 },
      ReturnValues: "UPDATED_NEW",
    }),
  );
  const machine = stateMachineName(prefix, record.playbook);
  const { executionArn } = await sfn.send(
    new StartExecutionCommand({
      stateMachineArn: stateMachineArn(partition, region, account, machine),
      name: `${record.caseId}-undo-${Attributes?.undos}`,
      input: JSON.stringify({ caseId: record.caseId, mode: record.mode, intent: "undo" }),
    }),
  );
  const { status, error } = await followExecution(sfn, table, {
    executionArn: executionArn ?? "",
    caseId: record.caseId,
    onEntry: options.onEntry,
    signal: options.signal,
  });
  return status === "SUCCEEDED" ? undefined : `its execution ended ${status}${error ? ` (${error})` : ""}`;
}

/** One action is undone by its own function; the others, and the case's state, stay as they are. */
async function undoAction(
  { lambda, prefix }: Installation,
  caseId: string,
  action: string,
): Promise<string | undefined> {
  const event: ResponderEvent = { caseId, face: "undo" };
  const { FunctionError, Payload } = await lambda.send(
    new InvokeCommand({ FunctionName: functionName(prefix, action), Payload: Buffer.from(JSON.stringify(event)) }),
  );
  if (!FunctionError) return undefined;
  const text = Buffer.from(Payload ?? []).toString("utf8");
  return (JSON.parse(text || "{}") as { errorMessage?: string }).errorMessage ?? FunctionError;
}
