import { ListExecutionsCommand } from "@aws-sdk/client-sfn";
import type { Finding } from "../functions/shared/finding";
import type { CaseRecord, TimelineEntry, WholeCase } from "../functions/shared/case";
import { readWholeCase } from "../functions/shared/cases";
import { stateMachineArn, stateMachineName } from "../functions/shared/names";
import { listCases } from "../rollout/case-list";
import { Failure } from "../rollout/failure";
import { followExecution } from "../rollout/follow-case";
import type { Installation } from "../rollout/installation";
import { deadLetters } from "./dead-letters";
import { endingText } from "./drills";
import type { Drill, Stage } from "./drills";
import { noInstance } from "./drills/drill";
import { viewInstance } from "./instance-view";
import type { ConnectionCount, InstanceView } from "./instance-view";
import type { World } from "./world";

/** How a drill went. */
export interface DrillResult {
  drill: string;
  instance: string;
  /** Whether it ended as it has to. */
  ok: boolean;
  expected: string;
  ended: string;
  /** From the sending of the finding to the end. */
  ms: number;
  before?: InstanceView;
  /** After containment. */
  contained?: InstanceView;
  whole?: WholeCase;
  /** Executions that answered the case. */
  executions?: number;
}

export interface DrillOptions {
  /** Told of the finding once its case is there, before the first line of the timeline. */
  onFinding?: (finding: Finding) => void;
  onEntry?: (entry: TimelineEntry) => void;
  connections?: ConnectionCount;
  signal?: AbortSignal;
}

/** From the event to a case, or to where else it goes. */
const arrivalLimitMs = 60_000;
const pollMs = 100;
/** More than any organisation on this machine has. */
const casesRead = 1_000;
/** What must not happen is waited for so long. */
const nothingMs = 2_000;

/** Raises a drill's finding and follows it to its end. */
export async function runDrill(
  installation: Installation,
  world: World,
  drill: Drill,
  options: DrillOptions = {},
): Promise<DrillResult> {
  const instance = drill.instance ? world.drillWorkloads.instances[drill.instance] : noInstance;
  if (!instance)
    throw new Error(`drill ${drill.name} is about ${drill.instance}, which the drill account does not have`);
  const stage: Stage = { world, instance };
  const connections = options.connections ?? (async () => undefined);
  const view = () => viewInstance(world.admin(world.drillAccount.id), instance, connections);
  await drill.prepare?.(stage);
  const before = await view();
  const started = Date.now();
  const result = (ended: string, ok: boolean, more: Partial<DrillResult> = {}): DrillResult => ({
    drill: drill.name,
    instance,
    ok,
    expected: endingText(drill.ends),
    ended,
    ms: Date.now() - started,
    before,
    ...more,
  });
  if (drill.ends.by === "refusal") return refused(installation, drill, stage, result);
  if (drill.ends.by === "deadLetter") return setAside(installation, drill, stage, result);

  const subject = drill.subject?.(world) ?? instance;
  const known = await casesOf(installation, subject);
  const finding = await drill.send(stage);
  const { ends } = drill;
  const record = await counted(installation, subject, known, 1, options.signal);
  options.onFinding?.(record.finding);
  const machine = stateMachine(installation, record);
  const { status, error } = await followExecution(installation.sfn, installation.table, {
    executionArn: `${machine.replace(":stateMachine:", ":execution:")}:${record.caseId}`,
    caseId: record.caseId,
    onEntry: options.onEntry,
    fromStart: true,
    signal: options.signal,
  });
  await counted(installation, subject, known, ends.findings, options.signal);
  const [whole, executions, cases, contained] = await Promise.all([
    readWholeCase(installation.table, record.caseId),
    executionsOf(installation, machine, record.caseId),
    casesOf(installation, subject),
    view(),
  ]);
  const made = cases.filter((one) => one.finding.id === finding).length;
  const state = status === "SUCCEEDED" ? whole.record.state : `its execution ended ${status} (${error ?? "no error"})`;
  const times = whole.record.seen > 1 ? `, ${whole.record.seen} findings` : "";
  const ended = `${made <= 1 ? "one case" : `${made} cases`}, ${state}${times}`;
  const ok = state === ends.state && made <= 1 && executions === 1;
  return result(ended, ok, { whole, executions, contained });
}

type MakeResult = (ended: string, ok: boolean, more?: Partial<DrillResult>) => DrillResult;

async function refused(installation: Installation, drill: Drill, stage: Stage, result: MakeResult) {
  const before = await listCases(installation.table, casesRead);
  try {
    await drill.send(stage);
  } catch (error) {
    if (
      !(error instanceof Error) ||
      !/AccessDenied|NotAuthorized|not authorized/i.test(`${error.name} ${error.message}`)
    )
      throw error;
    const after = await listCases(installation.table, casesRead);
    return result(`the bus refuses the event: ${error.message}`, after.length === before.length);
  }
  return result("the bus took the event", false);
}

async function setAside(installation: Installation, drill: Drill, stage: Stage, result: MakeResult) {
  const id = await drill.send(stage);
  const letter = await until("dead letter", arrivalLimitMs, async () =>
    (await deadLetters(installation)).find(({ body }) => body.includes(id)),
  );
  await new Promise((resolve) => setTimeout(resolve, nothingMs));
  const cases = (await listCases(installation.table, casesRead)).filter(({ finding }) => finding.id === id);
  const reason = letter.reason ? `: ${letter.reason}` : "";
  if (cases.length > 0) return result(`dead-letter queue, and on case ${cases[0]?.caseId}`, false);
  return result(`dead-letter queue, on no case${reason}`, isWhole(letter.body, id));
}

/** Whether the event is there as it was sent: an EventBridge event around the finding. */
function isWhole(body: string, id: string): boolean {
  const event = JSON.parse(body) as { source?: string; detail?: { id?: string; service?: { serviceName?: string } } };
  return (
    event.source === "aws.guardduty" && event.detail?.id === id && event.detail.service?.serviceName === "guardduty"
  );
}

async function casesOf({ table }: Installation, resource: string): Promise<CaseRecord[]> {
  return (await listCases(table, casesRead)).filter(({ finding }) => finding.resource.id === resource);
}

/** The resource's newest case once it counts so many findings more than before. */
async function counted(
  installation: Installation,
  resource: string,
  known: CaseRecord[],
  findings: number,
  signal?: AbortSignal,
): Promise<CaseRecord> {
  const seenBefore = (caseId: string) => known.find((one) => one.caseId === caseId)?.seen ?? 0;
  return until(
    `case about ${resource} with ${findings} of the findings sent`,
    arrivalLimitMs,
    async () =>
      (await casesOf(installation, resource)).find(({ caseId, seen }) => seen - seenBefore(caseId) >= findings),
    signal,
  );
}

async function executionsOf({ sfn }: Installation, machine: string, caseId: string): Promise<number> {
  const { executions } = await sfn.send(new ListExecutionsCommand({ stateMachineArn: machine, maxResults: 1000 }));
  return (executions ?? []).filter(({ name }) => name?.startsWith(caseId) && !name.includes("-undo-")).length;
}

function stateMachine({ partition, region, account, prefix }: Installation, { playbook }: CaseRecord): string {
  return stateMachineArn(partition, region, account, stateMachineName(prefix, playbook));
}

async function until<T>(
  what: string,
  limitMs: number,
  look: () => Promise<T | undefined>,
  signal?: AbortSignal,
): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    signal?.throwIfAborted();
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline)
      throw new Failure(
        `there is no ${what} after ${limitMs / 1000} s`,
        "The dead-letter queue and the triage function's log tell where it went: `--verbose` and `--keep` show them.",
      );
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
