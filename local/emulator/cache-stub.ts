import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";

export async function cached(
  key: string,
  options: { log: (line: string) => void; signal?: AbortSignal; cacheDir?: string },
  build: (into: string) => Promise<void>,
): Promise<string> {
  const root = options.cacheDir ?? path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), ".cache"), "firebreak");
  const target = path.join(root, key);
  if (existsSync(target)) return target;
  await mkdir(root, { recursive: true });
  const into = await mkdtemp(path.join(root, ".new-"));
  await build(into);
  await rename(into, target).catch(async (error) => {
    await rm(into, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  });
  return target;
}
