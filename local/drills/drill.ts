import type { CaseState } from "../../functions/shared/case";
import type { World } from "../world";

/** Where a drill happens. */
export interface Stage {
  world: World;
  /** Id of the instance the drill is about. */
  instance: string;
}

/** How a drill has to end. */
export type Ending =
  /** One case in this state, which counts so many findings and was answered by one execution. */
  | { by: "case"; state: CaseState; findings: number }
  /** The event bus refuses the event, and nothing else happens. */
  | { by: "refusal" }
  /** The event lies in the dead-letter queue whole, and is on no case. */
  | { by: "deadLetter" };

/** A scenario: what happens, and how it has to end. */
export interface Drill {
  /** Kebab-case, as the command line takes it. */
  name: string;
  summary: string;
  /** Name of the instance in the drill account. @default an id that no instance has */
  instance?: string;
  /** Id of the resource the finding is about, where that is no instance. */
  subject?(world: World): string;
  ends: Ending;
  /** Done before the finding is sent, and not part of the incident. */
  prepare?(stage: Stage): Promise<void>;
  /** Sends what a service would send. @returns the id by which the finding, or the event, is found again */
  send(stage: Stage): Promise<string>;
}

/** How a drill has to end, in words. */
export function endingText(ending: Ending): string {
  if (ending.by === "refusal") return "the bus refuses the event";
  if (ending.by === "deadLetter") return "dead-letter queue, on no case";
  return `one case, ${ending.state}${ending.findings > 1 ? `, ${ending.findings} findings` : ""}`;
}

/** Looks like an instance and is none. */
export const noInstance = "i-0dead0dead0dead00";
