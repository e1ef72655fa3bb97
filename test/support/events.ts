import { readFileSync } from "node:fs";
import { join } from "node:path";

/** An event as EventBridge delivers it. */
export interface SampleEvent extends Record<string, unknown> {
  source: string;
  account: string;
  detail: Record<string, unknown>;
}

/** An event of `test/fixtures/events`, in AWS's documented shape, with all fields; a new copy each time. */
export function sampleEvent(name: string): SampleEvent {
  const file = join(__dirname, "..", "..", "..", "test", "fixtures", "events", `${name}.json`);
  return JSON.parse(readFileSync(file, "utf8")) as SampleEvent;
}

/** The event with one value otherwise; `undefined` takes it away. Steps of the path are separated by spaces. */
export function changed(event: SampleEvent, path: string, value: unknown): SampleEvent {
  const copy = structuredClone(event);
  const steps = path.split(" ");
  const last = steps.pop() as string;
  const holder = steps.reduce<Record<string, unknown>>((at, step) => at[step] as Record<string, unknown>, copy);
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return copy;
}
