import { namedError } from "./errors";
import type { EndEvent } from "./outcome";

/** Refuses what a state machine would not send. */
export function checkEndEvent(name: string, event: EndEvent): void {
  const { caseId, intent, expected } = event ?? {};
  if (!caseId || !["respond", "undo"].includes(intent) || !Array.isArray(expected)) {
    const shown = JSON.stringify(event)?.slice(0, 200);
    throw namedError("InvalidRequest", `${name} wants { caseId, intent, expected }, not ${shown}`);
  }
}
