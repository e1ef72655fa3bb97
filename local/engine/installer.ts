import { readdir } from "node:fs/promises";
import * as path from "node:path";
import { runLeashed } from "./leashed";
import { formatElapsed, reportProgress } from "./progress";
import { ENGINE_VERSION } from "./version";

/** Where PulumiCommand.install gets its script; asked first, since it waits for an unreachable site without a limit. */
const SITE = "https://get.pulumi.com/install.sh";
const REACH_MS = 10_000;
const INSTALL_MS = 240_000;

/** What the child runs: the Automation API's own installer, in a process that can be ended. */
const INSTALL = `
const { PulumiCommand } = require(process.argv[1]);
const { SemVer } = require(process.argv[2]);
PulumiCommand.install({ root: process.argv[3], version: new SemVer(process.argv[4]) }).catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});`;

export interface InstallOptions {
  log: (line: string) => void;
  signal?: AbortSignal | undefined;
}

/**
 * Installs the official Pulumi CLI with its language hosts under `folder` (`bin/pulumi`) by the Automation API's
 * installer. Answers undefined when it is there, else why not, in a sentence. Gives up on a site that does not answer
 * within 10 s and on an installation that takes over 4 minutes.
 */
export async function installEngine(folder: string, options: InstallOptions): Promise<string | undefined> {
  const unreachable = await reach(options.signal);
  if (unreachable) return unreachable;
  options.log(`installing the Pulumi CLI ${ENGINE_VERSION} by its own installer`);
  const stop = reportProgress(options.log, "installing the Pulumi CLI", () => "downloading");
  const last: string[] = [];
  try {
    const automation = require.resolve("@pulumi/pulumi/automation");
    const modules = [automation, require.resolve("semver", { paths: [automation] })];
    const { code, timedOut } = await runLeashed(process.execPath, ["-e", INSTALL, ...modules, folder, ENGINE_VERSION], {
      env: process.env,
      signal: options.signal,
      timeoutMs: INSTALL_MS,
      onLine: (line) => last.push(line),
    });
    if (timedOut) return `the installer did not end within ${formatElapsed(INSTALL_MS / 1000)} minutes`;
    if (code !== 0) return `the installer failed: ${last.slice(-3).join(" ").trim() || `status ${code}`}`;
    const files = await readdir(path.join(folder, "bin"));
    return files.includes("pulumi") ? undefined : "the installer ended well but left no bin/pulumi";
  } finally {
    stop();
  }
}

async function reach(signal: AbortSignal | undefined): Promise<string | undefined> {
  const limits = [AbortSignal.timeout(REACH_MS), ...(signal ? [signal] : [])];
  try {
    const response = await fetch(SITE, { method: "HEAD", signal: AbortSignal.any(limits) });
    return response.ok ? undefined : `${SITE} answered ${response.status}`;
  } catch (error) {
    signal?.throwIfAborted();
    const cause = (error as Error).cause;
    return `${SITE} cannot be reached (${cause instanceof Error ? cause.message : (error as Error).message})`;
  }
}
