import type { Installation } from "../rollout/installation";
import { withInstallation } from "../rollout/installation";
import { heading, styled } from "../rollout/output";
import { measuredTimes, renderEvidence } from "../rollout/render-case";
import { renderUndo } from "../rollout/commands/undo";
import { renderVerdict } from "../rollout/commands/verify";
import { changedActions, undoCase } from "../rollout/undo-case";
import { verifyVault } from "../rollout/verify-case";
import type { CaseVerdict } from "../rollout/verify-case";
import { callHome, connectionCount } from "./connections";
import { drills } from "./drills";
import type { Drill } from "./drills";
import { Failure, exitCodes } from "../rollout/failure";
import { viewInstance } from "./instance-view";
import type { InstanceView } from "./instance-view";
import { narrator } from "./narrator";
import { isPutBack, renderInstance } from "./report";
import { runDrill } from "./run-drill";
import type { DrillResult } from "./run-drill";
import type { Session } from "./session";

/** An incident from finding to undo. */
export interface Answered extends DrillResult {
  verdict?: CaseVerdict;
  undone?: boolean;
  /** The instance after undo. */
  after?: InstanceView;
  /** Whether all of it went as it has to: containment, verification, undo. */
  good: boolean;
}

/** @throws Failure (usage) naming the drills there are */
export function findDrill(name: string): Drill {
  const found = drills.find((one) => one.name === name);
  if (found) return found;
  const names = drills.map((one) => one.name).join(", ");
  throw new Failure(`there is no drill ${name}`, `The drills are: ${names}.`, exitCodes.usage);
}

/** Runs a drill and shows it; then verifies its evidence and puts everything back. */
export async function answerIncident(
  session: Session,
  drill: Drill,
  options: { say: (text: string) => void; signal?: AbortSignal },
): Promise<Answered> {
  const { world, emulator, prefix } = session;
  const { say, signal } = options;
  say(heading(`Drill ${drill.name}: ${drill.summary}`));
  const instance = drill.instance ? world.drillWorkloads.instances[drill.instance] : undefined;
  if (instance) await callHome(emulator, world, instance);
  return withInstallation({ prefix }, async (installation) => {
    const result = await runDrill(installation, world, drill, {
      connections: connectionCount(emulator),
      signal,
      ...narrator(say),
    });
    const { whole } = result;
    if (!whole) {
      say(`${result.ok ? styled("green", "as it has to") : styled("red", "NOT as it has to")}: ${result.ended}`);
      return { ...result, good: result.ok };
    }
    say(`Case ${whole.record.caseId} is ${whole.record.state}: ${measuredTimes(whole.record).join(", ")}`);
    if (!whole.record.manifest) {
      say(styled("red", "Its manifest was not closed: the log of the function closeCase says why."));
      return { ...result, good: false };
    }
    const verdict = await verifyVault(installation, whole.record.caseId);
    if (whole.evidence.length > 0) say(`${heading("Evidence")}\n${renderEvidence(whole)}`);
    say(renderVerdict(verdict));
    const rest = await putBack(installation, session, result, say, signal);
    return { ...result, verdict, ...rest, good: result.ok && verdict.verified && rest.undone !== false };
  });
}

async function putBack(
  installation: Installation,
  { world, emulator }: Session,
  { whole, instance, before, contained }: DrillResult,
  say: (text: string) => void,
  signal?: AbortSignal,
): Promise<{ undone?: boolean; after?: InstanceView }> {
  if (!whole || changedActions(whole).length === 0) {
    if (before) say(`${heading(`Instance ${instance}`)}\n${renderInstance(columns(before, contained))}`);
    return {};
  }
  const undo = await undoCase(installation, whole.record.caseId, { signal });
  say(renderUndo(undo));
  const after = await viewInstance(world.admin(world.drillAccount.id), instance, connectionCount(emulator));
  say(
    `${heading(`Instance ${instance}`)}\n${renderInstance([...columns(before, contained), { title: "after undo", view: after }])}`,
  );
  return { undone: undo.undone && isPutBack(before, after), after };
}

function columns(before: InstanceView | undefined, contained: InstanceView | undefined) {
  return [
    { title: "before", view: before },
    { title: "contained", view: contained },
  ];
}
