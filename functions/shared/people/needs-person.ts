import type { CaseRecord } from "../case";
import type { Outcome } from "../outcome";

/**
 * Whether a case is somebody's to look at now: one that is not contained, or planned only, and every one of high
 * severity. A resource that is gone, or a case that was undone, wakes nobody: the notification is enough.
 */
export function needsPerson({ finding }: CaseRecord, { state }: Outcome): boolean {
  if (state === "gone" || state === "recovered") return false;
  return state === "notContained" || finding.severity.label === "HIGH" || finding.severity.label === "CRITICAL";
}
