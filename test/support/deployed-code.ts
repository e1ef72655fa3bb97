import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Fetches a deployed function's archive from where Lambda says it is, and takes the code out of it. */
export async function extractHandler(location: string): Promise<string> {
  const response = await fetch(location);
  if (!response.ok) throw new Error(`${location} answers ${response.status}`);
  const folder = await mkdtemp(path.join(tmpdir(), "firebreak-code-"));
  try {
    const archive = path.join(folder, "code.zip");
    await writeFile(archive, Buffer.from(await response.arrayBuffer()));
    await run("python3", ["-m", "zipfile", "-e", archive, folder]);
    return await readFile(path.join(folder, "index.js"), "utf8");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
