import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 200;
const REPORT_EVERY_MS = 15_000;

export interface LockOptions {
  /** Told, once and then every 15 s, that somebody else holds the lock. */
  log: (line: string) => void;
  /** What the lock is for, in the words of `log`: "engine-3.250.0". */
  purpose: string;
  signal?: AbortSignal | undefined;
}

/**
 * Waits for a lock between processes of one machine and answers the function that gives it back.
 *
 * It is Lamport's bakery: everyone takes a number one above those handed out, and the lowest number of a living process
 * is served. A number that belongs to a dead process is thrown away by whoever sees it. A lock file that is created,
 * found stale and replaced would be shorter, but two waiters that find it stale together can both end up holding it.
 */
export async function acquireLock(folder: string, options: LockOptions): Promise<() => Promise<void>> {
  options.signal?.throwIfAborted();
  await mkdir(folder, { recursive: true });
  const owner = `${process.pid}.${processState(process.pid)?.started ?? 0}.${randomUUID()}`;
  const choosing = path.join(folder, `choosing.${owner}`);
  let ticket: Ticket | undefined;
  const release = async () => {
    await rm(choosing, { force: true });
    if (ticket) await rm(path.join(folder, ticket.file), { force: true });
  };
  try {
    await writeFile(choosing, "");
    ticket = ticketNamed(`${Math.max(0, ...(await livingTickets(folder)).map((other) => other.number)) + 1}.${owner}`);
    await writeFile(path.join(folder, ticket.file), "");
    await rm(choosing);
    await waitForTurn(folder, ticket, options);
    return release;
  } catch (error) {
    await release();
    throw error;
  }
}

async function waitForTurn(folder: string, mine: Ticket, options: LockOptions): Promise<void> {
  const started = Date.now();
  let reportAt = 0;
  for (;;) {
    options.signal?.throwIfAborted();
    // Two readings, in this order: who has finished choosing by the first is in the second.
    const choosing = (await livingTickets(folder)).some(
      (other) => other.number === CHOOSING && !sameOwner(other, mine),
    );
    const ahead = choosing ? undefined : (await livingTickets(folder)).filter((other) => isBefore(other, mine))[0];
    if (!choosing && !ahead) return;
    if (ahead && Date.now() - started >= reportAt) {
      const waited = reportAt === 0 ? "" : `, ${Math.round((Date.now() - started) / 1000)} s so far`;
      options.log(`${options.purpose}: another command (process ${ahead.pid}) is making it; waiting for it${waited}`);
      reportAt += REPORT_EVERY_MS;
    }
    await sleep(POLL_MS, undefined, { signal: options.signal });
  }
}

const CHOOSING = 0;

interface Ticket {
  file: string;
  /** Position in the queue from 1, or CHOOSING. */
  number: number;
  pid: number;
  started: string;
}

function ticketNamed(file: string): Ticket {
  const [number, pid, started] = file.split(".");
  return { file, number: number === "choosing" ? CHOOSING : Number(number), pid: Number(pid), started: started ?? "0" };
}

function sameOwner(one: Ticket, other: Ticket): boolean {
  return one.file.slice(one.file.indexOf(".")) === other.file.slice(other.file.indexOf("."));
}

/** Two that chose at once may have the same number; their names then decide, alike for both. */
function isBefore(other: Ticket, mine: Ticket): boolean {
  if (other.number === CHOOSING || other.file === mine.file) return false;
  return other.number < mine.number || (other.number === mine.number && other.file < mine.file);
}

async function livingTickets(folder: string): Promise<Ticket[]> {
  const living: Ticket[] = [];
  for (const ticket of (await readdir(folder)).map(ticketNamed)) {
    if (isAlive(ticket)) living.push(ticket);
    else await rm(path.join(folder, ticket.file), { force: true });
  }
  return living;
}

function isAlive(ticket: Ticket): boolean {
  try {
    process.kill(ticket.pid, 0);
  } catch (error) {
    // EPERM: it lives and belongs to another user.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  const state = processState(ticket.pid);
  // A zombie is dead, whatever the system's first process takes to notice; and a process that got the number of a dead
  // one started at another time.
  return !state || (state.state !== "Z" && (ticket.started === "0" || state.started === ticket.started));
}

/** A process's state letter and when it started, in clock ticks since boot; undefined where there is no /proc. */
function processState(pid: number): { state: string; started: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field, the command in brackets, may hold blanks: count from its end. State is field 3, start time 22.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", started: fields[19] ?? "0" };
  } catch {
    return undefined;
  }
}
