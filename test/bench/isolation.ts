import { drills } from "../../local/drills";
import { runDrill } from "../../local/run-drill";
import type { Session } from "../../local/session";
import { memberRoleName } from "../../functions/shared/names";
import { withInstallation } from "../../rollout/installation";
import { undoCase } from "../../rollout/undo-case";
import type { Section } from "./report";
import { median, sequentialCalls } from "./waves";

const rounds = 6;

/**
 * The emulator answers one call after the other, so that calls made side by side look like a sequence. Slowed down, they
 * overlap: one further round is run with each call of isolateInstance taking this long, to count who waits for whom.
 */
const slowMs = 150;

/** From finding to isolation: sequential calls, and milliseconds with functions that have run before. */
export async function measureIsolation(session: Session): Promise<Section> {
  const drill = drills.find(({ name }) => name === "ec2-unmanaged");
  if (!drill) throw new Error("there is no drill ec2-unmanaged");
  const slow = {
    kind: "latency" as const,
    action: "ec2:*",
    principal: `*${memberRoleName(session.prefix, "isolateInstance")}*`,
  };
  const runs = await withInstallation({ prefix: session.prefix }, async (installation) => {
    const measured = [];
    for (let round = 0; round <= rounds; round++) {
      if (round === rounds) await session.emulator.control.call("PUT", "faults", { rules: [{ ...slow, ms: slowMs }] });
      const { whole, ok, ended } = await runDrill(installation, session.world, drill);
      if (!ok || !whole) throw new Error(`round ${round + 1} ended otherwise: ${ended}`);
      measured.push(await isolationOf(session, whole.record.caseId, Date.parse(whole.record.times.triage)));
      await undoCase(installation, whole.record.caseId);
    }
    await session.emulator.control.call("PUT", "faults", { rules: [] });
    return measured;
  });
  const [cold, ...warm] = runs.slice(0, rounds);
  const slowed = runs.at(-1);
  const middle = (pick: (one: Isolation) => number) => median(warm.map(pick)).toFixed(0);
  return {
    title: "Finding to isolation",
    method:
      `\`ec2-unmanaged\`, answered and undone ${rounds} times; medians of the last ${warm.length}, from the ledger of calls. ` +
      `Sequential calls: from one round more, with ${slowMs} ms a call, in which what is done side by side overlaps.`,
    figures: [
      {
        what: "sequential calls in the account, in isolateInstance, until isolated",
        figure: String(slowed?.waves),
        aim: "3",
      },
      { what: "all calls in the account until isolated (evidence included)", figure: middle((one) => one.calls) },
      { what: "triage to isolation, warm", figure: `${middle((one) => one.ms)} ms` },
      { what: "triage to isolation, cold", figure: `${(cold?.ms ?? NaN).toFixed(0)} ms` },
    ],
  };
}

interface Isolation {
  waves: number;
  calls: number;
  ms: number;
}

async function isolationOf({ emulator, world, prefix }: Session, caseId: string, triage: number): Promise<Isolation> {
  const calls = await emulator.ledger(
    ({ account, principal }) => account === world.drillAccount.id && principal.endsWith(`/${caseId}`),
  );
  const own = calls.filter(({ principal }) => principal.includes(`/${memberRoleName(prefix, "isolateInstance")}/`));
  const moves = own.filter(({ action }) => action === "ec2:ModifyNetworkInterfaceAttribute");
  const isolated = Math.max(...moves.map(({ time, ms }) => Date.parse(time) + ms));
  const until = ({ time }: { time: string }) => Date.parse(time) < isolated;
  return { waves: sequentialCalls(own.filter(until)), calls: calls.filter(until).length, ms: isolated - triage };
}
