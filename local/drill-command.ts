import { readFile } from "node:fs/promises";
import { Failure, exitCodes } from "../rollout/failure";
import { withInstallation } from "../rollout/installation";
import { changedActions } from "../rollout/undo-case";
import { heading, print, printJson, styled, table } from "../rollout/output";
import { measuredTimes } from "../rollout/render-case";
import { findDrill } from "./answer-incident";
import { drills, endingText } from "./drills";
import { actAs } from "./environment";
import { narrator } from "./narrator";
import { renderInstance } from "./report";
import { runDrill } from "./run-drill";
import { openWorld } from "./world";
import type { WorldRecord } from "./world";

/** Lists the drills there are. */
export function listDrills(json: boolean): void {
  if (json) return printJson(drills.map(({ name, summary, ends }) => ({ name, summary, ends: endingText(ends) })));
  print(
    table(
      ["drill", "has to end", "what happens"],
      drills.map((one) => [one.name, endingText(one.ends), one.summary]),
    ),
  );
  print(
    "\n`firebreak local --drill NAME` brings an organisation up for it; `firebreak drill NAME` uses the one that is up.",
  );
}

/** Runs a drill in the organisation that `firebreak local --keep` holds up. @returns whether it ended as it has to */
export async function drillInKept(name: string, json: boolean, signal: AbortSignal): Promise<boolean> {
  const drill = findDrill(name);
  const record = await keptOrganization();
  Object.assign(process.env, actAs({ endpoint: record.endpoint, region: record.layout.region }, record.analyst));
  const world = openWorld(record);
  const say = json ? () => undefined : print;
  try {
    return await withInstallation({ prefix: record.prefix }, async (installation) => {
      const result = await runDrill(installation, world, drill, {
        signal,
        ...narrator(say),
      });
      const { before, contained, whole } = result;
      if (before && contained) {
        const views = [
          { title: "before", view: before },
          { title: "contained", view: contained },
        ];
        say(`${heading(`Instance ${result.instance}`)}\n${renderInstance(views)}`);
      }
      say(`\n${result.ok ? styled("green", "As it has to") : styled("red", "NOT as it has to")}: ${result.ended}`);
      if (whole) {
        say(`Case ${whole.record.caseId}: ${measuredTimes(whole.record).join(", ")}`);
        const { caseId } = whole.record;
        say(`Go on with \`firebreak case ${caseId}\` or \`firebreak verify ${caseId}\`.`);
        if (changedActions(whole).length > 0) say(`\`firebreak undo ${caseId}\` puts back what was changed.`);
      }
      if (json) printJson(result);
      return result.ok;
    });
  } finally {
    world.close();
  }
}

async function keptOrganization(): Promise<WorldRecord> {
  const file = process.env.FIREBREAK_LOCAL;
  const mend = "Start `firebreak local --keep`, and set in this terminal what it prints.";
  if (!file)
    throw new Failure("no organisation on this machine is chosen: FIREBREAK_LOCAL is not set", mend, exitCodes.failed);
  try {
    return JSON.parse(await readFile(file, "utf8")) as WorldRecord;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new Failure(`the organisation of ${file} has ended`, mend);
  }
}
