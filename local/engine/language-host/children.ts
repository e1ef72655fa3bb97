import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";

const GRACE_MS = 5_000;
const living = new Set<ChildProcess>();

/** Starts a process that ends with this one. */
export function startChild(command: string, args: string[], options: SpawnOptions): ChildProcess {
  const child = spawn(command, args, options);
  living.add(child);
  child.once("close", () => living.delete(child));
  child.once("error", () => living.delete(child));
  return child;
}

/** Asks a child to end, as Ctrl-C does, and after 5 s ends it. */
export function endChild(child: ChildProcess): void {
  if (!living.has(child)) return;
  child.kill("SIGINT");
  setTimeout(() => child.kill("SIGKILL"), GRACE_MS).unref();
}

/** Asks all children to end, and waits until they have. */
export async function endChildren(): Promise<void> {
  const closed = [...living].map((child) => new Promise((resolve) => child.once("close", resolve)));
  for (const child of living) endChild(child);
  await Promise.all(closed);
}

// Whatever ends this process, its children have nobody left to work for.
process.on("exit", () => {
  for (const child of living) child.kill("SIGKILL");
});
