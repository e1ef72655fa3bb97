import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { cached } from "../engine/cache";
import { findPython, type Python } from "./python";

const run = promisify(execFile);

/** What it takes to start the emulator. */
export interface Installation {
  python: Python;
  /** Folders for PYTHONPATH: the emulator's packages, and this project's corrections of them. */
  pythonPath: string[];
}

/**
 * Installs the emulator with its pinned dependencies into the cache folder, once for each Python and set of versions.
 *
 * @throws Error that names what is missing (Python, pip) or what the installer said
 */
export async function installEmulator(options: {
  log: (line: string) => void;
  signal?: AbortSignal;
  cacheDir?: string;
}): Promise<Installation> {
  const python = await findPython();
  const source = path.join(packageRoot(), "local", "emulator", "python");
  const requirements = path.join(source, "requirements.txt");
  const digest = createHash("sha256")
    .update(await readFile(requirements))
    .digest("hex");
  const key = `emulator-${python.tag}-${digest.slice(0, 16)}`;
  // A plain folder of packages rather than a virtual environment, which has its own path written into it and so
  // could not be built aside and moved into place whole.
  const packages = await cached(key, options, async (into) => {
    options.log("installing the AWS emulator (ministack) from PyPI");
    await installPackages(python, requirements, into, options.signal);
  });
  return { python, pythonPath: [packages, source] };
}

async function installPackages(python: Python, requirements: string, into: string, signal?: AbortSignal) {
  await run(python.command, ["-m", "pip", "--version"], { signal }).catch(() => {
    signal?.throwIfAborted();
    throw new Error(
      `${python.command} (Python ${python.version}) has no pip, which installs the local AWS emulator. ` +
        "Install it with your system's packages (Debian, Ubuntu: `apt-get install python3-pip`) " +
        "or with `python3 -m ensurepip --user`.",
    );
  });
  const wanted = ["--no-deps", "--no-input", "--disable-pip-version-check", "--quiet"];
  await run(python.command, ["-m", "pip", "install", ...wanted, "--target", into, "-r", requirements], {
    signal,
    maxBuffer: 16 * 1024 * 1024,
  }).catch((error: Error & { stderr?: string }) => {
    signal?.throwIfAborted();
    throw new Error(`pip could not install the local AWS emulator: ${(error.stderr || error.message).trim()}`);
  });
}

/** The folder of package.json: the compiled program runs from dist/, the Python part from where it is kept. */
function packageRoot(): string {
  for (let folder = __dirname; folder !== path.dirname(folder); folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, "package.json"))) return folder;
  }
  throw new Error(`no package.json above ${__dirname}: the installation of Firebreak is incomplete`);
}
