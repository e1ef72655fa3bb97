import type { AnyAction } from "../functions/shared/action";
import { actionsOf, containmentActions } from "../playbooks/playbook";
import type { ActionStep, Playbook } from "../playbooks/playbook";

/** Every action of the playbooks, once: one function and one member role each. */
export function actionsIn(playbooks: Playbook[]): AnyAction[] {
  const byName = new Map<string, AnyAction>();
  for (const action of playbooks.flatMap(actionsOf)) byName.set(action.name, action);
  return [...byName.values()];
}

/** The longest time that any playbook gives an action, in seconds. */
export function longestSeconds(playbooks: Playbook[], action: AnyAction): number {
  const steps: ActionStep[] = playbooks.flatMap((playbook) => [...playbook.evidence, ...containmentActions(playbook)]);
  return Math.max(...steps.filter((step) => step.action.name === action.name).map((step) => step.timeLimitSeconds));
}
