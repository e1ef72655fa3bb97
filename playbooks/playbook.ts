import type { AnyAction } from "../functions/shared/action";
import type { Answer } from "../functions/shared/answers";

/** One action, with the time it may take: what is not done by then is given up, and the rest goes on. */
export interface ActionStep {
  action: AnyAction;
  timeLimitSeconds: number;
}

/** Branches that run side by side; each is a sequence. */
export interface ParallelStep {
  parallel: ActionStep[][];
}

/** One scenario: what it answers, what it captures first, and what it then contains, in order. */
export interface Playbook {
  /** Kebab-case: also names the state machine. */
  name: string;
  title: string;
  summary: string;
  answers: Answer[];
  /** Run side by side before any change. Their failure is noted and holds nothing back. */
  evidence: ActionStep[];
  containment: (ActionStep | ParallelStep)[];
}

export function isParallel(step: ActionStep | ParallelStep): step is ParallelStep {
  return "parallel" in step;
}

/** The containment actions in the order in which they are written. */
export function containmentActions(playbook: Playbook): ActionStep[] {
  return playbook.containment.flatMap((step) => (isParallel(step) ? step.parallel.flat() : [step]));
}

/** Every action of a playbook, evidence first. */
export function actionsOf(playbook: Playbook): AnyAction[] {
  return [...playbook.evidence, ...containmentActions(playbook)].map(({ action }) => action);
}
