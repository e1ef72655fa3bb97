import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Oldest Python that ministack 1.5.33 runs on (its `Requires-Python`). */
const OLDEST = [3, 10] as const;
const HOW_TO_GET_IT =
  "Install it with your system's packages (Debian, Ubuntu: `apt-get install python3 python3-pip`; macOS: " +
  "`brew install python`; others: https://www.python.org/downloads/), or name one in the environment variable " +
  "FIREBREAK_PYTHON.";

/** A Python that can run the emulator. */
export interface Python {
  command: string;
  /** `3.11.7` */
  version: string;
  /** `cp311-linux-x86_64`: compiled packages of one do not load in another. */
  tag: string;
}

/**
 * Finds Python: FIREBREAK_PYTHON, else `python3`, else `python`, on PATH.
 *
 * @throws Error that names the version needed, what was found, and how to get it
 */
export async function findPython(environment: NodeJS.ProcessEnv = process.env): Promise<Python> {
  const candidates = environment.FIREBREAK_PYTHON ? [environment.FIREBREAK_PYTHON] : ["python3", "python"];
  const seen: string[] = [];
  for (const command of candidates) {
    const found = await describe(command, environment);
    if (found === undefined) {
      seen.push(`${command}: not found`);
    } else if (isNewEnough(found.version)) {
      return found;
    } else {
      seen.push(`${command}: ${found.version}`);
    }
  }
  throw new Error(
    `Python ${OLDEST.join(".")} or later is needed for the local AWS emulator (${seen.join("; ")}). ${HOW_TO_GET_IT}`,
  );
}

async function describe(command: string, environment: NodeJS.ProcessEnv): Promise<Python | undefined> {
  const script =
    "import platform,sysconfig,sys;" +
    "print(platform.python_version(), f'cp{sys.version_info[0]}{sys.version_info[1]}-{sysconfig.get_platform()}')";
  try {
    const { stdout } = await run(command, ["-c", script], { env: environment });
    const [version = "", tag = ""] = stdout.trim().split(" ");
    return { command, version, tag };
  } catch {
    // Absent, or present and broken: either way not one to use, and the caller says which were tried.
    return undefined;
  }
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}
