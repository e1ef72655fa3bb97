import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { chmod, copyFile, link, mkdir, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { cached, type CacheOptions } from "./cache";
import { findOnPath, isExecutable } from "./find-on-path";

/** What the official distribution has beside the engine, and the script of ours that stands in for it. */
const STAND_INS: Record<string, string> = {
  "pulumi-language-nodejs": path.join(__dirname, "language-host", "main.js"),
  "pulumi-analyzer-policy-nodejs": path.join(__dirname, "policy-helper.js"),
};

export interface ToolsOptions extends CacheOptions {
  cacheDir: string;
  /** Where tools are looked for. */
  searchPath: string;
}

export interface Tools {
  command: string;
  /** PATH, where it has to change. */
  env: Record<string, string>;
}

/** Puts stand-ins for what an engine on $PATH lacks in a folder of the cache, and that first on PATH. */
export async function toolsOnPath(engine: string, options: ToolsOptions): Promise<Tools> {
  const absent = absentBeside(engine, options.searchPath);
  if (absent.length === 0) return { command: engine, env: {} };
  const folder = await toolsFolder(absent, undefined, options);
  return { command: engine, env: { PATH: [folder, options.searchPath].join(path.delimiter) } };
}

/**
 * Makes a folder that looks like the official distribution: the engine and beside it what it lacks. The engine prefers
 * what lies beside it, and warns in every run of a language host that it only finds on $PATH.
 */
export async function toolsBeside(engine: string, options: ToolsOptions): Promise<Tools> {
  // Stand-ins that another checkout put on $PATH are no reason to go without one's own.
  const absent = absentBeside(engine, "");
  const folder = absent.length === 0 ? path.dirname(engine) : await toolsFolder(absent, engine, options);
  return {
    command: path.join(folder, path.basename(engine)),
    env: { PATH: [folder, options.searchPath].join(path.delimiter) },
  };
}

function absentBeside(engine: string, searchPath: string): string[] {
  const folders = [path.dirname(engine), path.dirname(realpathSync(engine))];
  return Object.keys(STAND_INS).filter(
    (name) => !findOnPath(name, searchPath) && !folders.some((folder) => isExecutable(path.join(folder, name))),
  );
}

/**
 * The wrappers hold this checkout's and this Node.js's absolute paths, and the folder is named after what they hold:
 * two checkouts have two folders, and one that moved gets a new one.
 */
async function toolsFolder(names: string[], engine: string | undefined, options: ToolsOptions): Promise<string> {
  const wrappers = names.map((name) => ({ name, text: wrapper(STAND_INS[name] ?? "") }));
  const hash = createHash("sha256")
    .update(JSON.stringify([wrappers, engine]))
    .digest("hex")
    .slice(0, 16);
  const folder = await cached(`tools-${hash}`, options, async (temp) => {
    const bin = path.join(temp, "bin");
    await mkdir(bin);
    for (const { name, text } of wrappers) {
      await writeFile(path.join(bin, name), text);
      await chmod(path.join(bin, name), 0o755);
    }
    if (engine) await linkOrCopy(engine, path.join(bin, path.basename(engine)));
  });
  return path.join(folder, "bin");
}

function wrapper(script: string): string {
  return `#!/bin/sh\nexec ${shellQuoted(process.execPath)} ${shellQuoted(script)} "$@"\n`;
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A hard link, since the engine looks for what lies beside the file that a symbolic link points at. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch {
    // Some file systems have no hard links; a copy does as well, and fails with its own reason where it does not.
    await copyFile(from, to);
  }
}
