import { actionsOf, containmentActions, isParallel } from "./playbook";
import type { ActionStep, ParallelStep, Playbook } from "./playbook";

/** The functions a state machine calls, by ARN: one for each action, and those every playbook ends with. */
export interface PlaybookFunctions {
  partition: string;
  actions: Record<string, string>;
  notify: string;
  /** Engages a person where the case needs one; not there without anybody to page. */
  page?: string;
  close: string;
}

/** What an execution is started with. `intent` is `respond` or `undo`. */
export interface PlaybookInput {
  caseId: string;
  mode: "observe" | "enforce";
  intent: "respond" | "undo";
}

type State = Record<string, unknown>;
type States = Record<string, State>;

/** An Amazon States Language definition. */
export interface StateMachineDefinition {
  Comment: string;
  StartAt: string;
  TimeoutSeconds: number;
  States: States;
}

/** What passes by itself: Lambda's own faults and crashes, throttling in each service's words, lost connections. */
const transientRetry = {
  ErrorEquals: [
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
    "Lambda.Unknown",
    "Throttling",
    "ThrottlingException",
    "ThrottlingError",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "ProvisionedThroughputExceededException",
    "TransactionCanceledException",
    "TransactionConflictException",
    "InternalServerError",
    "InternalError",
    "InternalFailure",
    "ServiceUnavailable",
    "ResourceContentionFault",
    "SlowDown",
    "TimeoutError",
  ],
  IntervalSeconds: 1,
  BackoffRate: 2,
  MaxAttempts: 5,
  MaxDelaySeconds: 20,
  JitterStrategy: "FULL",
};

/** AWS is eventually consistent: what reads back otherwise at first may be right a moment later. */
const verifyRetry = {
  ErrorEquals: ["NotVerified"],
  IntervalSeconds: 1,
  BackoffRate: 2,
  MaxAttempts: 6,
  MaxDelaySeconds: 10,
  JitterStrategy: "FULL",
};

/** Longer than any playbook's own limits together; an execution that hangs ends here. */
const executionLimitSeconds = 3600;

/** Compiles a playbook to a state machine that answers an incident and, started with intent `undo`, puts it back. */
export function compilePlaybook(playbook: Playbook, functions: PlaybookFunctions): StateMachineDefinition {
  const containment = containmentActions(playbook);
  const end = { expected: actionsOf(playbook).map(({ name }) => name), contains: containment.length > 0 };
  const undoable = [...containment].reverse();
  return {
    Comment: playbook.title,
    StartAt: "Intent",
    TimeoutSeconds: executionLimitSeconds,
    States: {
      ...beginning(undoable[0]),
      Evidence: {
        Type: "Parallel",
        Branches: playbook.evidence.map((step) => branch([step], functions)),
        ResultPath: "$.evidence",
        Next: "Is it still there",
      },
      "Is it still there": {
        Type: "Choice",
        Choices: playbook.evidence.map((_, index) => {
          const status = `$.evidence[${index}].result.status`;
          const gone = [
            { Variable: status, IsPresent: true },
            { Variable: status, StringEquals: "gone" },
          ];
          return { And: gone, Next: "Notify" };
        }),
        Default: nameOf(playbook.containment[0], 0) ?? "Notify",
      },
      ...containmentStates(playbook.containment, functions),
      Notify: callback(functions.partition, functions.notify, end, functions.page ? "Page" : "Close"),
      ...(functions.page && { Page: callback(functions.partition, functions.page, end, "Close") }),
      Close: { ...callback(functions.partition, functions.close, end), End: true },
      ...(undoable.length > 0 ? undoStates(undoable, functions, end) : {}),
    },
  };
}

/**
 * Undo or response; and of a response, which face evidence shows. A playbook without containment changes nothing, so
 * that it takes its evidence in every mode, and there is nothing to undo.
 */
function beginning(firstUndo: ActionStep | undefined): States {
  const undo = { Variable: "$.intent", StringEquals: "undo" };
  const applyFace = { Type: "Pass", Result: "apply", ResultPath: "$.face", Next: "Evidence" };
  if (!firstUndo) {
    const cause = "this playbook changes nothing, so that there is nothing to undo";
    return {
      Intent: { Type: "Choice", Choices: [{ ...undo, Next: "Nothing to undo" }], Default: "Face apply" },
      "Nothing to undo": { Type: "Fail", Error: "InvalidRequest", Cause: cause },
      "Face apply": applyFace,
    };
  }
  return {
    Intent: {
      Type: "Choice",
      Choices: [
        { ...undo, Next: `${firstUndo.action.name} undo` },
        { Variable: "$.mode", StringEquals: "enforce", Next: "Face apply" },
        { Variable: "$.mode", StringEquals: "observe", Next: "Face plan" },
      ],
      Default: "Unknown mode",
    },
    "Unknown mode": { Type: "Fail", Error: "InvalidRequest", Cause: "mode must be observe or enforce" },
    "Face apply": applyFace,
    "Face plan": { Type: "Pass", Result: "plan", ResultPath: "$.face", Next: "Evidence" },
  };
}

function nameOf(step: ActionStep | ParallelStep | undefined, index: number): string | undefined {
  if (!step) return undefined;
  return isParallel(step) ? `Side by side ${index + 1}` : step.action.name;
}

function containmentStates(steps: Playbook["containment"], functions: PlaybookFunctions): States {
  const states: States = {};
  steps.forEach((step, index) => {
    const next = nameOf(steps[index + 1], index + 1) ?? "Notify";
    if (isParallel(step)) {
      states[nameOf(step, index) as string] = {
        Type: "Parallel",
        Branches: step.parallel.map((sequence) => branch(sequence, functions)),
        ResultPath: null,
        Next: next,
      };
    } else {
      Object.assign(states, sequence([step], functions, next));
    }
  });
  return states;
}

function branch(steps: ActionStep[], functions: PlaybookFunctions) {
  const done = `${steps.at(-1)?.action.name} done`; // a name may stand only once in the whole machine
  const states = { ...sequence(steps, functions, done), [done]: { Type: "Pass", End: true } };
  return { StartAt: steps[0]?.action.name, States: states };
}

/** Actions one after the other; one that fails is recorded, and the next is tried all the same. */
function sequence(steps: ActionStep[], functions: PlaybookFunctions, after: string): States {
  const states: States = {};
  steps.forEach((step, index) => {
    const { name, kind } = step.action;
    const next = steps[index + 1]?.action.name ?? after;
    const verify = `${name} verify`;
    const failed = `${name} failed`;
    const caught = [{ ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: failed }];
    const invoked = invoke(step, functions, { "face.$": "$.face" });
    states[name] = { ...invoked, Catch: caught, Next: kind === "containment" ? verify : next };
    if (kind === "containment") {
      const task = invoke(step, functions, { face: "verify" });
      states[verify] = { ...task, Retry: [verifyRetry, transientRetry], Catch: caught, Next: next };
    }
    states[failed] = recordFailure(step, functions, next);
  });
  return states;
}

/** The record of a failure. Should that fail too, closing the case finds the action missing and says so. */
function recordFailure(step: ActionStep, functions: PlaybookFunctions, next: string): State {
  const task = invoke(step, functions, { face: "failed", "error.$": "$.error" });
  return { ...task, Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: null, Next: next }], Next: next };
}

function undoStates(undoable: ActionStep[], functions: PlaybookFunctions, end: State): States {
  const states: States = {
    "Notify undo": callback(functions.partition, functions.notify, end, "Close undo"),
    "Close undo": { ...callback(functions.partition, functions.close, end), End: true },
  };
  undoable.forEach((step, index) => {
    const following = undoable[index + 1];
    const next = following ? `${following.action.name} undo` : "Notify undo";
    const failed = `${step.action.name} undo failed`;
    const caught = [{ ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: failed }];
    states[`${step.action.name} undo`] = { ...invoke(step, functions, { face: "undo" }), Catch: caught, Next: next };
    states[failed] = recordFailure(step, functions, next);
  });
  return states;
}

function invoke({ action, timeLimitSeconds }: ActionStep, functions: PlaybookFunctions, payload: State): State {
  return {
    Type: "Task",
    Resource: `arn:${functions.partition}:states:::lambda:invoke`,
    Parameters: { FunctionName: functions.actions[action.name], Payload: { "caseId.$": "$.caseId", ...payload } },
    ResultSelector: { "status.$": "$.Payload.status" },
    ResultPath: "$.result",
    TimeoutSeconds: timeLimitSeconds,
    Retry: [transientRetry],
  };
}

function callback(partition: string, functionArn: string, extra: State, next?: string): State {
  return {
    Type: "Task",
    Resource: `arn:${partition}:states:::lambda:invoke`,
    Parameters: { FunctionName: functionArn, Payload: { "caseId.$": "$.caseId", "intent.$": "$.intent", ...extra } },
    ResultPath: null,
    TimeoutSeconds: 60,
    Retry: [{ ...transientRetry, ErrorEquals: ["States.TaskFailed", "States.Timeout"] }],
    ...(next ? { Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: null, Next: next }], Next: next } : {}),
  };
}
