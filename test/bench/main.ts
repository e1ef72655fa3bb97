import { writeFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import path from "node:path";
import { deploySession, organizationPlan } from "../../local/deployment";
import { actAs } from "../../local/environment";
import { checkout, startSession } from "../../local/session";
import { makeWorkloads } from "../../local/world";
import { measureAccount } from "./account";
import { measureFunctions } from "./functions";
import { measureIsolation } from "./isolation";
import { measureLocalRun } from "./local-run";
import { renderSection } from "./report";
import type { Section } from "./report";

const deployedFirst = 1;
const measuredAccounts = 9;

/** Runs every benchmark in one organisation on this machine; with `--write`, into docs/benchmarks.md. */
async function main(): Promise<void> {
  const say = (text: string) => process.stderr.write(`${text}\n`);
  say("npm run local …");
  const sections: Section[] = [await measureLocalRun()];
  say("an organisation to measure in …");
  const session = await startSession({
    accounts: deployedFirst + measuredAccounts,
    prefix: "firebreak",
    log: () => undefined,
  });
  try {
    const { world, emulator } = session;
    Object.assign(process.env, actAs({ endpoint: emulator.endpoint, region: world.layout.region }, world.analyst));
    const plan = organizationPlan(session, world.layout.services);
    const [first, more] = [plan.services.slice(0, deployedFirst), plan.services.slice(deployedFirst)];
    const [deployed] = await Promise.all([
      deploySession(session, { ...plan, services: first }, {}),
      makeWorkloads(world),
    ]);
    for (const { error } of deployed) if (error) throw new Error(error);
    say("one more account …");
    sections.push(await measureAccount(session, more));
    say("finding to isolation …");
    sections.push(await measureIsolation(session));
    say("functions …");
    sections.push(await measureFunctions(session));
  } finally {
    await session.close();
  }
  const cores = cpus();
  const machine = `${cores.length} × ${cores[0]?.model ?? "?"}, ${Math.round(totalmem() / 2 ** 30)} GB, Node.js ${process.version}`;
  const text = [
    "# Benchmarks",
    "",
    `\`npm run bench -- --write\` on ${machine}.`,
    "",
    ...sections.map(renderSection),
  ].join("\n");
  if (process.argv.includes("--write")) await writeFile(path.join(checkout, "docs", "benchmarks.md"), text);
  console.log(text);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
