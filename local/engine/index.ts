import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import * as path from "node:path";
import { cacheDir, cached, cachedFolder } from "./cache";
import { findOnPath } from "./find-on-path";
import { buildEngine } from "./go-build";
import { installEngine } from "./installer";
import { askVersion } from "./tool-version";
import { toolsBeside, toolsOnPath } from "./tools";
import { ENGINE_VERSION, formatVersion, isAtLeast, MINIMUM_ENGINE_VERSION, parseVersion } from "./version";

/** The Pulumi engine (the `pulumi` command) and what it needs to run Node.js programs and policy packs. */
export interface Engine {
  /** Absolute path of `pulumi`. It lies in a folder called `bin`, as `PulumiCommand.get({ root })` expects, if ours. */
  command: string;
  /** Such as "3.250.0". */
  version: string;
  /** To be added to the environment of whatever starts the engine, the Automation API included. */
  env: Record<string, string>;
  /** Where it came from: $PATH, an earlier run, Pulumi's own installer or Go modules. */
  source: "path" | "cache" | "installer" | "built";
}

export interface EnsureEngineOptions {
  log: (line: string) => void;
  signal?: AbortSignal;
  /** Default: `cacheDir()`. */
  cacheDir?: string;
  /** Where tools are looked for. Default: $PATH. */
  searchPath?: string;
}

/**
 * Finds or makes the Pulumi engine: on $PATH if it is there and new enough, else what an earlier run put in the cache,
 * else by Pulumi's installer, else from Go modules. Language host and policy helper of ours are added where the
 * official ones are absent. Slow only the first time (minutes, with progress), and made once where two commands ask.
 *
 * @throws where neither the installer nor Go can give an engine: says why for both, and what to install.
 */
export async function ensureEngine(options: EnsureEngineOptions): Promise<Engine> {
  const root = path.resolve(options.cacheDir ?? cacheDir());
  const settings = { ...options, cacheDir: root, searchPath: options.searchPath ?? process.env.PATH ?? "" };
  const home = path.join(root, "pulumi-home");
  await mkdir(home, { recursive: true });
  const env = {
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Logins, plugins and workspace settings of ours stay away from the user's.
    PULUMI_HOME: home,
  };

  const installed = await engineOnPath(settings);
  if (installed) {
    const tools = await toolsOnPath(installed.command, settings);
    return { ...installed, env: { ...env, ...tools.env }, source: "path" };
  }
  const made = await madeEngine(settings);
  const tools = await toolsBeside(made.command, settings);
  return { command: tools.command, version: ENGINE_VERSION, env: { ...env, ...tools.env }, source: made.source };
}

interface Settings extends EnsureEngineOptions {
  cacheDir: string;
  searchPath: string;
}

async function engineOnPath(settings: Settings): Promise<{ command: string; version: string } | undefined> {
  const command = findOnPath("pulumi", settings.searchPath);
  // Ours, of an earlier run that printed what to set: its stand-ins may be those of a checkout that is gone.
  if (!command || command.startsWith(settings.cacheDir + path.sep)) return undefined;
  const version = await askVersion(command, ["version"]);
  settings.signal?.throwIfAborted();
  const minimum = parseVersion(MINIMUM_ENGINE_VERSION);
  if (version.found && minimum && isAtLeast(version.found, minimum)) {
    return { command: path.resolve(command), version: formatVersion(version.found) };
  }
  const why = version.found
    ? `${command} is ${formatVersion(version.found)}, and ${MINIMUM_ENGINE_VERSION} or later is needed`
    : version.reason;
  settings.log(`not using the Pulumi engine on $PATH: ${why}`);
  return undefined;
}

async function madeEngine(settings: Settings): Promise<{ command: string; source: Exclude<Engine["source"], "path"> }> {
  const key = `engine-${ENGINE_VERSION}-${process.platform}-${process.arch}`;
  const command = path.join(cachedFolder(key, settings), "bin", "pulumi");
  if (existsSync(command)) return { command, source: "cache" };
  let source: Exclude<Engine["source"], "path"> = "cache";
  await cached(key, settings, async (folder) => {
    source = await makeEngine(folder, settings);
  });
  return { command, source };
}

async function makeEngine(folder: string, settings: Settings): Promise<"installer" | "built"> {
  const notInstalled = await installEngine(folder, settings);
  if (!notInstalled) return "installer";
  settings.log(`the Pulumi CLI cannot be installed by its installer: ${notInstalled}`);
  try {
    await buildEngine(folder, settings);
  } catch (error) {
    settings.signal?.throwIfAborted();
    throw new Error(
      `There is no Pulumi engine on $PATH, and ${notInstalled}.\n${error instanceof Error ? error.message : error}`,
      { cause: error },
    );
  }
  return "built";
}

export { cacheDir, cached } from "./cache";
