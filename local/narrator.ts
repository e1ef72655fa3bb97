import { heading } from "../rollout/output";
import { renderTimelineEntry } from "../rollout/render-case";
import type { DrillOptions } from "./run-drill";

/** Tells a drill as it happens: its finding, then each line of the timeline, in milliseconds since the event. */
export function narrator(say: (text: string) => void): Required<Pick<DrillOptions, "onFinding" | "onEntry">> {
  let start: string | undefined;
  return {
    onFinding: (finding) => {
      start = finding.eventAt;
      say(`${finding.type}, ${finding.severity.label} ${finding.severity.score}: ${finding.title}`);
      say(heading("Timeline (milliseconds since EventBridge had the event)"));
    },
    onEntry: (entry) => say(renderTimelineEntry(entry, start ?? entry.at)),
  };
}
