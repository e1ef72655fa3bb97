import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, open, readFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as setTimeoutPromise } from "node:timers/promises";
import { Control } from "./control";
import { installEmulator, type Installation } from "./installation";
import { readLedger, type LedgerCall } from "./ledger";

const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 3_000;
const GROUP_LIMIT_MS = 500;

/** A running emulator. */
export interface Emulator {
  /** `http://127.0.0.1:PORT`, for AWS_ENDPOINT_URL. */
  readonly endpoint: string;
  /** Every call, one JSON object a line. */
  readonly ledgerFile: string;
  readonly logFile: string;
  readonly pid: number;
  /** Faults, connections and other things that AWS has no call for. */
  readonly control: Control;
  /** Passes requests of other services on, with `secret`, after it has checked who asks and whether they may. */
  serve(services: { endpoint: string; handles: readonly string[]; secret?: string }): Promise<void>;
  /** Root user of an account: for seeding the world only, since nothing is refused to it. Root assumes no role. */
  rootCredentials(accountId: string): { accessKeyId: string; secretAccessKey: string };
  /** The calls so far; `filter` picks some. */
  ledger(filter?: (call: LedgerCall) => boolean): Promise<LedgerCall[]>;
  /** Ends the emulator and its Lambda workers; may be called twice. */
  stop(): Promise<void>;
  /** Settles when the emulator has ended, for whatever reason. */
  readonly exited: Promise<{ code: number | null }>;
}

export interface StartOptions {
  /** Folder for all state: objects, ledger, log. Made if absent. */
  dir: string;
  /** Account that owns the organisation. */
  managementAccountId: string;
  /** Account of credentials that name none. */
  defaultAccountId: string;
  /** A `node_modules` that holds the AWS SDK: Lambda's runtimes carry it, so functions here find it there. */
  nodeModules: string;
  log: (line: string) => void;
  /** Ends the start, or the emulator once started. */
  signal?: AbortSignal;
  /** Where the emulator is installed. @default the user's cache folder */
  cacheDir?: string;
}

/**
 * Starts the AWS emulator on a free port of 127.0.0.1 and waits until it answers. It ends with this process.
 *
 * @throws Error naming what is wrong: no Python, no SDK in `nodeModules`, or the end of the emulator's own log
 */
export async function startEmulator(options: StartOptions): Promise<Emulator> {
  const { dir, signal } = options;
  if (!existsSync(path.join(options.nodeModules, "@aws-sdk", "client-sts", "package.json"))) {
    throw new Error(
      `no AWS SDK in ${options.nodeModules} (looked for @aws-sdk/client-sts): the local Lambda functions load it ` +
        "from there. Run `npm ci`.",
    );
  }
  for (const id of [options.managementAccountId, options.defaultAccountId]) {
    if (!/^\d{12}$/.test(id)) throw new Error(`${JSON.stringify(id)} is not an account id: expected 12 digits`);
  }
  const installation = await installEmulator(options);
  signal?.throwIfAborted();
  await mkdir(path.join(dir, "tmp"), { recursive: true });
  const ledgerFile = path.join(dir, "ledger.jsonl");
  const logFile = path.join(dir, "emulator.log");
  const secret = randomBytes(24).toString("hex");
  const child = await spawnLauncher(installation, options, { ledgerFile, logFile, secret });
  const exited = once(child, "exit").then(([code]) => ({ code: code as number | null }));
  const stop = () => stopLauncher(child, exited);
  signal?.addEventListener("abort", () => void stop(), { once: true });
  try {
    const port = await readyPort(child, exited, logFile);
    signal?.throwIfAborted();
    const endpoint = `http://127.0.0.1:${port}`;
    options.log(`AWS emulator on ${endpoint}`);
    const control = new Control(endpoint, secret);
    return {
      endpoint,
      ledgerFile,
      logFile,
      pid: child.pid!,
      control,
      async serve({ endpoint: where, handles, secret: asked }) {
        await control.call("PUT", "services", { endpoint: where, handles, secret: asked });
      },
      rootCredentials: (accountId) => ({ accessKeyId: accountId, secretAccessKey: "root" }),
      ledger: (filter) => readLedger(ledgerFile, filter),
      stop,
      exited,
    };
  } catch (error) {
    await stop();
    signal?.throwIfAborted();
    throw error;
  }
}

async function spawnLauncher(
  installation: Installation,
  options: StartOptions,
  run: { ledgerFile: string; logFile: string; secret: string },
): Promise<ChildProcess> {
  const log = await open(run.logFile, "a");
  try {
    return spawn(installation.python.command, ["-m", "firebreak_emulator"], {
      // A process group of its own, so that its Lambda workers can be ended with it.
      detached: true,
      stdio: ["pipe", "pipe", log.fd],
      env: {
        PATH: process.env.PATH,
        HOME: options.dir,
        LANG: process.env.LANG ?? "C.UTF-8",
        PYTHONPATH: installation.pythonPath.join(path.delimiter),
        // The checkout stays as it is: compiled Python of ours is not written into it.
        PYTHONDONTWRITEBYTECODE: "1",
        TMPDIR: path.join(options.dir, "tmp"),
        FIREBREAK_FOLDER: options.dir,
        FIREBREAK_LEDGER: run.ledgerFile,
        FIREBREAK_SECRET: run.secret,
        FIREBREAK_MANAGEMENT_ACCOUNT: options.managementAccountId,
        FIREBREAK_DEFAULT_ACCOUNT: options.defaultAccountId,
        FIREBREAK_NODE: process.execPath,
        FIREBREAK_NODE_MODULES: options.nodeModules,
      },
    });
  } finally {
    await log.close();
  }
}

/** The port the launcher announces on its standard output. */
async function readyPort(child: ChildProcess, exited: Emulator["exited"], logFile: string): Promise<number> {
  const failed = async (what: string) => {
    const log = await readFile(logFile, "utf8").catch(() => "");
    return new Error(`the AWS emulator ${what}. Its log, ${logFile}, ends:\n${log.slice(-2000)}`);
  };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      void failed(`did not answer within ${START_LIMIT_MS / 1000} s`).then(reject);
    }, START_LIMIT_MS);
  });
  const died = exited.then(async ({ code }) => {
    throw await failed(`ended with code ${code} before it answered`);
  });
  const failedToStart = once(child, "error").then(([error]) => {
    throw new Error(`the AWS emulator could not be started: ${(error as Error).message}`);
  });
  const lines = createInterface({ input: child.stdout! });
  const ready = once(lines, "line").then(([line]) => (JSON.parse(line as string) as { port: number }).port);
  try {
    return await Promise.race([ready, late, died, failedToStart]);
  } finally {
    clearTimeout(timer);
    for (const loser of [died, failedToStart]) loser.catch(() => undefined);
  }
}

/** Asks the launcher to end by closing its standard input, and sees to it that its process group is gone. */
async function stopLauncher(child: ChildProcess, exited: Emulator["exited"]): Promise<void> {
  if (child.pid === undefined) return;
  const timer = setTimeout(() => killGroup(child.pid!), STOP_LIMIT_MS);
  child.stdin?.end();
  await exited;
  clearTimeout(timer);
  // A killed process is gone a little later; who looks at the list of processes next should not see it.
  const deadline = Date.now() + GROUP_LIMIT_MS;
  while (killGroup(child.pid) && Date.now() < deadline) await setTimeoutPromise(5);
}

/** Whether anybody of the group was left to kill. */
function killGroup(pid: number): boolean {
  try {
    process.kill(-pid, "SIGKILL");
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    return false;
  }
}
