import { execFile } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { GetFunctionCommand, LambdaClient, paginateListFunctions } from "@aws-sdk/client-lambda";
import { checkout } from "../../local/session";
import type { Session } from "../../local/session";
import { actAs } from "../../local/environment";
import { extractHandler } from "../support/deployed-code";
import { median } from "./waves";
import type { Section } from "./report";

const run = promisify(execFile);
const loads = 5;
const mostKilobytes = 20;

/** Size of each deployed archive, and how long Node.js takes to load its code, SDK included. */
export async function measureFunctions(session: Session): Promise<Section> {
  const { emulator, world } = session;
  const lambda = new LambdaClient({
    endpoint: emulator.endpoint,
    region: world.layout.region,
    credentials: emulator.rootCredentials(world.layout.master.id),
  });
  const folder = await mkdtemp(path.join(tmpdir(), "firebreak-bench-"));
  try {
    await symlink(path.join(checkout, "node_modules"), path.join(folder, "node_modules"));
    const figures = [];
    for await (const page of paginateListFunctions({ client: lambda }, {})) {
      for (const { FunctionName: name, CodeSize: size = 0 } of page.Functions ?? []) {
        const { Code, Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName: name }));
        const file = path.join(folder, `${name}.js`);
        await writeFile(file, await extractHandler(Code?.Location ?? ""));
        const env = { ...actAs({ endpoint: emulator.endpoint, region: world.layout.region }, world.analyst) };
        const ms = await loadTime(file, { ...env, ...Configuration?.Environment?.Variables });
        figures.push({
          what: name ?? "",
          figure: `${(size / 1024).toFixed(1)} KB, loads in ${ms.toFixed(0)} ms`,
          aim: `${mostKilobytes} KB or less`,
        });
      }
    }
    return {
      title: "Functions",
      method: `Archive as deployed, and the median of ${loads} loads of its code in a new Node.js process, AWS SDK included.`,
      figures,
    };
  } finally {
    lambda.destroy();
    await rm(folder, { recursive: true, force: true });
  }
}

async function loadTime(file: string, env: Record<string, string>): Promise<number> {
  const script = "const t = performance.now(); require(process.argv[1]); console.log(`\\n${performance.now() - t}`);";
  const times = [];
  for (let round = 0; round < loads; round++) {
    const { stdout } = await run(process.execPath, ["-e", script, file], { env: { ...env, PATH: process.env.PATH } });
    times.push(Number(stdout.trim().split("\n").at(-1)));
  }
  return median(times);
}
