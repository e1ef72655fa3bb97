import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import * as path from "node:path";
import { acquireLock } from "./ticket-lock";

/** Where what is slow to make is kept between runs: $FIREBREAK_CACHE, $XDG_CACHE_HOME/firebreak or ~/.cache/firebreak. */
export function cacheDir(): string {
  if (process.env.FIREBREAK_CACHE) return path.resolve(process.env.FIREBREAK_CACHE);
  const base = process.env.XDG_CACHE_HOME || path.join(homedir(), ".cache");
  return path.join(base, "firebreak");
}

export interface CacheOptions {
  /** Told when another command is making the same thing. */
  log: (line: string) => void;
  signal?: AbortSignal | undefined;
  /** Default: `cacheDir()`. */
  cacheDir?: string | undefined;
}

/** Where the folder for `key` is once it is made; it is there whole or not at all. */
export function cachedFolder(key: string, options: Pick<CacheOptions, "cacheDir"> = {}): string {
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.+-]*$/.test(key)) {
    throw new Error(`A cache key is made of letters, digits, "_", "." , "+" and "-", but got "${key}".`);
  }
  return path.join(options.cacheDir ?? cacheDir(), key);
}

/**
 * The folder of the cache for `key`, made by `build` if it is not there.
 *
 * `build` fills an empty folder, which then becomes the cache's by one rename: a build that fails, is aborted or is
 * killed leaves nothing that a later run would take for whole. Two commands that need the same key at once build it
 * once: the second waits, says so, and takes over if the first dies. What is in the folder must not depend on where
 * the folder is, and what it depends on must be in `key`: a folder is never made anew.
 */
export async function cached(
  key: string,
  options: CacheOptions,
  build: (intoTempDir: string) => Promise<void>,
): Promise<string> {
  const folder = cachedFolder(key, options);
  if (existsSync(folder)) return folder;
  const root = path.dirname(folder);
  const release = await acquireLock(path.join(root, ".locks", key), { ...options, purpose: key });
  try {
    if (existsSync(folder)) return folder;
    const building = path.join(root, ".building", key);
    await removeLeftovers(building);
    const temp = await mkdtemp(path.join(building, "new-"));
    try {
      await build(temp);
      options.signal?.throwIfAborted();
      await rename(temp, folder);
    } finally {
      await rm(temp, { recursive: true, force: true });
    }
    return folder;
  } finally {
    await release();
  }
}

/** Only whoever holds the lock builds, so that whatever lies there is of a build that was killed. */
async function removeLeftovers(building: string): Promise<void> {
  await mkdir(building, { recursive: true });
  for (const name of await readdir(building)) await rm(path.join(building, name), { recursive: true, force: true });
}
