import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/**
 * Runs its arguments as a command in this shell's process group and ends the whole group when standard input closes,
 * which it does when the process that started it dies, however it dies.
 */
const LEASH = `exec 3<&0
(cat <&3 >/dev/null; kill -TERM 0) &
"$@" 3<&- </dev/null
status=$?
trap '' TERM
kill -TERM 0
exit $status`;

/** How long a command may take to end by itself once it is told to. */
const GRACE_MS = 3_000;

export interface LeashedOptions {
  cwd?: string;
  /** The whole environment of the command. */
  env: NodeJS.ProcessEnv;
  /** Called for each line of standard error, and of standard output where `onStdout` is not given. */
  onLine: (line: string) => void;
  onStdout?: (line: string) => void;
  signal?: AbortSignal | undefined;
  /** The command is ended after this time and `timedOut` is set. Default: none. */
  timeoutMs?: number;
}

export interface LeashedResult {
  /** Exit status; 143 where the command was ended. */
  code: number;
  timedOut: boolean;
}

/**
 * Runs a command that starts others (a build, an installer) so that none of them outlives this process: they are one
 * process group, ended on abort, on time-out and when this process is killed. Throws the signal's reason on abort.
 */
export async function runLeashed(command: string, args: string[], options: LeashedOptions): Promise<LeashedResult> {
  options.signal?.throwIfAborted();
  const child = spawn("/bin/sh", ["-c", LEASH, "leash", command, ...args], {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  // The leash ends with the command; that the pipe to it breaks then is no error.
  child.stdin.on("error", () => {});
  let timedOut = false;
  let killTimer: NodeJS.Timeout | undefined;
  const end = () => {
    killGroup(child.pid, "SIGTERM");
    killTimer ??= setTimeout(() => killGroup(child.pid, "SIGKILL"), GRACE_MS);
  };
  const timer =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          end();
        }, options.timeoutMs);
  options.signal?.addEventListener("abort", end, { once: true });
  try {
    const [code] = await Promise.all([
      new Promise<number>((resolve, reject) => {
        child.once("error", reject);
        child.once("close", (status) => resolve(status ?? 143));
      }),
      eachLine(child.stdout, options.onStdout ?? options.onLine),
      eachLine(child.stderr, options.onLine),
    ]);
    options.signal?.throwIfAborted();
    return { code, timedOut };
  } finally {
    clearTimeout(timer);
    clearTimeout(killTimer);
    options.signal?.removeEventListener("abort", end);
  }
}

async function eachLine(stream: Readable, onLine: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input: stream })) onLine(line);
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // ESRCH: it ended by itself meanwhile.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
