import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { answering } from "./shared/answers";
import type { TriagePlaybook } from "./shared/answers";
import type { CaseRecord } from "./shared/case";
import { newCaseId } from "./shared/case-id";
import { appendTimeline, countFinding, openCase, readCase } from "./shared/cases";
import type { CaseTable } from "./shared/cases";
import { isNamed, messageOf, namedError } from "./shared/errors";
import type { Finding } from "./shared/finding";
import { logLine } from "./shared/log";
import { normalise } from "./shared/normalise";
import { required, requiredMap, settings } from "./shared/settings";
import { caseTable } from "./shared/stores";

/** The fields of an SQS message that triage reads. */
export interface QueueRecord {
  messageId: string;
  body: string;
  /** ARN of the queue, which is in the master account. */
  eventSourceARN: string;
}

export interface QueueEvent {
  Records: QueueRecord[];
}

export interface BatchResponse {
  batchItemFailures: { itemIdentifier: string }[];
}

export interface TriageDeps {
  table: CaseTable;
  sfn: SFNClient;
  sqs: SQSClient;
  deadLetterQueueUrl: string;
  playbooks: TriagePlaybook[];
  /** State machine ARN and mode, by playbook. */
  stateMachines: Record<string, string>;
  modes: Record<string, string>;
}

/** The function that turns events into cases: its deployed handler. */
export function triageHandler(playbooks: TriagePlaybook[]) {
  const deps: TriageDeps = {
    table: caseTable(settings()),
    sfn: new SFNClient({}),
    sqs: new SQSClient({}),
    deadLetterQueueUrl: required("FIREBREAK_DEAD_LETTER_QUEUE_URL"),
    playbooks,
    stateMachines: requiredMap("FIREBREAK_STATE_MACHINES"),
    modes: requiredMap("FIREBREAK_MODES"),
  };
  return async (event: QueueEvent): Promise<BatchResponse> => triage(event, deps);
}

/** Handles a batch; only what failed comes back to the queue. */
export async function triage(event: QueueEvent, deps: TriageDeps): Promise<BatchResponse> {
  if (!Array.isArray(event?.Records)) {
    throw namedError("InvalidRequest", `triage wants { Records }, not ${JSON.stringify(event)?.slice(0, 200)}`);
  }
  const failed = await Promise.all(
    event.Records.map(async (record) => {
      const started = Date.now();
      const log = { function: "triage", message: record.messageId };
      try {
        const outcome = await triageOne(record, deps);
        logLine({ ...log, ...outcome, ms: Date.now() - started });
        return [];
      } catch (error) {
        logLine({ ...log, error: messageOf(error), ms: Date.now() - started });
        return [{ itemIdentifier: record.messageId }];
      }
    }),
  );
  return { batchItemFailures: failed.flat() };
}

async function triageOne(record: QueueRecord, deps: TriageDeps): Promise<Record<string, unknown>> {
  let normalised: ReturnType<typeof normalise>;
  try {
    normalised = normalise(parsed(record.body), record.eventSourceARN.split(":")[4] ?? "");
  } catch (error) {
    if (!isNamed(error, "MalformedEvent")) throw error;
    await setAside(record, messageOf(error), deps);
    return { malformed: messageOf(error) };
  }
  const { findings, dropped } = normalised;
  const cases: string[] = [];
  for (const finding of findings) {
    const playbook = answering(deps.playbooks, finding);
    if (playbook) cases.push(await respond(playbook.name, finding, deps));
    else dropped.push(`no playbook answers ${finding.type}, ${finding.severity.label} (${finding.id})`);
  }
  const seen = findings.map(({ id, account, region }) => ({ finding: id, account, region }));
  return { findings: seen, cases, ...(dropped.length > 0 ? { dropped } : {}) };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw namedError("MalformedEvent", `the message is not JSON: ${messageOf(error)}`);
  }
}

/** A malformed event goes to the dead letters whole and says why. If it cannot, the queue's own way gets it there. */
async function setAside(record: QueueRecord, reason: string, deps: TriageDeps): Promise<void> {
  const attribute = (StringValue: string) => ({ DataType: "String", StringValue });
  await deps.sqs.send(
    new SendMessageCommand({
      QueueUrl: deps.deadLetterQueueUrl,
      MessageBody: record.body,
      MessageAttributes: {
        reason: attribute(printable(reason).slice(0, 1000)),
        queue: attribute(record.eventSourceARN),
        message: attribute(record.messageId),
      },
    }),
  );
}

/** SQS refuses control characters. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e\xa0-\ud7ff]/g, "?");
}

async function respond(playbook: string, finding: Finding, deps: TriageDeps): Promise<string> {
  const stateMachineArn = configured(deps.stateMachines, playbook, "FIREBREAK_STATE_MACHINES");
  const mode = configured(deps.modes, playbook, "FIREBREAK_MODES");
  if (mode !== "observe" && mode !== "enforce") {
    throw namedError("InvalidRequest", `FIREBREAK_MODES says ${mode} for ${playbook}; it must be observe or enforce`);
  }
  const triagedAt = new Date();
  const { caseId, opened } = await openCase(deps.table, newCase(playbook, mode, finding, triagedAt));
  const asked = finding.requestedBy ? ` (asked for by the custom action ${finding.requestedBy})` : "";
  const told = `${finding.type}, ${finding.severity.label}: ${finding.title}${asked}`;
  const current = opened ? undefined : await readCase(deps.table, caseId);
  if (current) await countFinding(deps.table, caseId);
  await appendTimeline(deps.table, caseId, "finding", "triage", opened ? told : `again: ${told}`, {
    finding: finding.id,
    updatedAt: finding.updatedAt,
  });
  // A case that is open may have lost its start to a crash; one that is not has had its response.
  if (!current || current.state === "open") await start(stateMachineArn, caseId, current?.mode ?? mode, deps);
  return caseId;
}

function configured(map: Record<string, string>, playbook: string, name: string): string {
  const value = Object.prototype.hasOwnProperty.call(map, playbook) ? map[playbook] : undefined;
  if (!value) throw namedError("InvalidRequest", `${name} lacks playbook ${playbook}: deploy the master stack again`);
  return value;
}

function newCase(playbook: string, mode: CaseRecord["mode"], finding: Finding, triagedAt: Date): CaseRecord {
  return {
    caseId: newCaseId(triagedAt),
    incident: [playbook, finding.account, whereabouts(finding), finding.resource.id].join("/"),
    playbook,
    mode,
    state: "open",
    finding,
    seen: 1,
    times: { finding: finding.updatedAt, event: finding.eventAt, triage: triagedAt.toISOString() },
    undos: 0,
  };
}

/** What has an ARN without a region (root, roles, buckets) is the same one wherever it is reported from. */
function whereabouts({ resource, region }: Finding): string {
  return resource.arn && resource.arn.split(":")[3] === "" ? "global" : region;
}

/** The execution carries the case's name, so that Step Functions itself refuses to answer a case twice. */
async function start(stateMachineArn: string, caseId: string, mode: string, deps: TriageDeps): Promise<void> {
  const input = JSON.stringify({ caseId, mode, intent: "respond" });
  try {
    await deps.sfn.send(new StartExecutionCommand({ stateMachineArn, name: caseId, input }));
  } catch (error) {
    if (!isNamed(error, "ExecutionAlreadyExists")) throw error;
  }
}
