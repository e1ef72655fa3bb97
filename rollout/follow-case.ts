import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import type { SFNClient } from "@aws-sdk/client-sfn";
import type { TimelineEntry, WholeCase } from "../functions/shared/case";
import { readWholeCase } from "../functions/shared/cases";
import type { CaseTable } from "../functions/shared/cases";
import { isNamed } from "../functions/shared/errors";
import { Failure } from "./failure";

const pollMs = 150;
/** A case is written first, then its execution is started; a crash between the two is healed by the queue. */
const startLimitMs = 60_000;

export interface FollowOptions {
  executionArn: string;
  caseId: string;
  /** Told of each line of the timeline once, in order. */
  onEntry?: (entry: TimelineEntry) => void;
  /** Tell of what is on the timeline already, too. @default false */
  fromStart?: boolean;
  signal?: AbortSignal;
}

/** How an execution ended. */
export interface Followed {
  status: "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";
  error?: string;
  whole: WholeCase;
}

/** Follows an execution to its end, and the case's timeline with it. */
export async function followExecution(sfn: SFNClient, table: CaseTable, options: FollowOptions): Promise<Followed> {
  const told = new Set<string>();
  const tell = (whole: WholeCase) => {
    for (const entry of whole.timeline) {
      const key = JSON.stringify(entry);
      if (told.has(key)) continue;
      told.add(key);
      options.onEntry?.(entry);
    }
    return whole;
  };
  if (options.onEntry && !options.fromStart) {
    for (const entry of (await readWholeCase(table, options.caseId)).timeline) told.add(JSON.stringify(entry));
  }
  const deadline = Date.now() + startLimitMs;
  for (;;) {
    options.signal?.throwIfAborted();
    const { status, error, cause } = await describe(sfn, options.executionArn, deadline);
    const whole = tell(await readWholeCase(table, options.caseId));
    if (status && status !== "RUNNING" && status !== "PENDING_REDRIVE")
      return { status, whole, ...(error ? { error: [error, cause].filter(Boolean).join(": ") } : {}) };
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/** An execution that is not there yet is as good as running, until the deadline. */
async function describe(sfn: SFNClient, executionArn: string, deadline: number) {
  try {
    return await sfn.send(new DescribeExecutionCommand({ executionArn }));
  } catch (error) {
    if (!isNamed(error, "ExecutionDoesNotExist")) throw error;
    if (Date.now() < deadline) return { status: "RUNNING" as const, error: undefined, cause: undefined };
    throw new Failure(
      `there is no execution ${executionArn}`,
      "It was never started: the log of the triage function says why.",
    );
  }
}
