import { execFile, spawn } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { checkout } from "../../local/session";
import { seconds } from "./report";
import type { Section } from "./report";

const run = promisify(execFile);
const sampleMs = 250;

/** The main job as a user starts it, with everything cached: how long, and how much memory all its processes take. */
export async function measureLocalRun(): Promise<Section> {
  const started = Date.now();
  const child = spawn(process.execPath, [path.join(checkout, "bin", "firebreak.js"), "local"], { stdio: "ignore" });
  let most = 0;
  const sampler = setInterval(() => {
    void treeMemory(child.pid ?? 0).then((kilobytes) => (most = Math.max(most, kilobytes)));
  }, sampleMs);
  const code = await new Promise<number | null>((resolve) => child.once("exit", resolve));
  clearInterval(sampler);
  if (code !== 0) throw new Error(`firebreak local ended with ${code}`);
  return {
    title: "npm run local",
    method: `From a warm cache, compiled already; resident memory of all its processes added up every ${sampleMs} ms.`,
    figures: [
      { what: "time", figure: seconds(Date.now() - started), aim: "60 s or less" },
      { what: "most memory", figure: `${(most / 1024 / 1024).toFixed(2)} GB`, aim: "under 2 GB" },
    ],
  };
}

/** Resident memory of a process and all that it started, in KB. */
async function treeMemory(root: number): Promise<number> {
  const { stdout } = await run("ps", ["-eo", "pid=,ppid=,rss="]);
  const processes = stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number, number]);
  const tree = new Set([root]);
  for (let grew = true; grew;) {
    grew = false;
    for (const [pid, parent] of processes) {
      if (!tree.has(parent) || tree.has(pid)) continue;
      tree.add(pid);
      grew = true;
    }
  }
  return processes.reduce((sum, [pid, , rss]) => sum + (tree.has(pid) ? rss : 0), 0);
}
