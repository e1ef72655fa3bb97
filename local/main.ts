import { Command } from "commander";
import { report } from "../rollout/cli";
import { Failure, exitCodes } from "../rollout/failure";
import { drillInKept, listDrills } from "./drill-command";
import { isolateEnvironment } from "./environment";
import { up } from "./up";

/** Exit code of a command that Ctrl-C ended, as shells know it. */
const interruptedCode = 130;
/** What is still running so long after the first signal is given up. */
const orderlyMs = 30_000;

interface Flags {
  json?: boolean;
  verbose?: boolean;
}

function makeProgram(signal: AbortSignal): Command {
  const program = new Command("firebreak local").exitOverride();
  program
    .command("up")
    .requiredOption("--accounts <number>", "service accounts", Number)
    .option("--drill <name>", "a drill to run", (name: string, names: string[]) => [...names, name], [])
    .option("--keep")
    .option("--json")
    .option("--verbose")
    .action(async (options: Flags & { accounts: number; drill: string[]; keep?: boolean }) => {
      const good = await up({
        accounts: options.accounts,
        prefix: process.env.FIREBREAK_PREFIX ?? "firebreak",
        drills: options.drill,
        keep: Boolean(options.keep),
        json: Boolean(options.json),
        verbose: Boolean(options.verbose),
        signal,
      });
      if (!good) process.exitCode = exitCodes.failed;
    });
  program
    .command("drill")
    .argument("[name]")
    .option("--json")
    .option("--verbose")
    .action(async (name: string | undefined, options: Flags) => {
      if (name === undefined) listDrills(Boolean(options.json));
      else if (!(await drillInKept(name, Boolean(options.json), signal))) process.exitCode = exitCodes.failed;
    });
  return program;
}

/** Ends in an orderly way at the first signal, or when the command line is gone. The second signal ends at once. */
function endOnSignal(): AbortController {
  const controller = new AbortController();
  // Somebody may have closed the terminal that all this is told to; that is no reason to leave anything running.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  process.once("disconnect", () => {
    controller.abort(new Failure("the command line is gone", undefined, interruptedCode));
    setTimeout(() => process.exit(interruptedCode), orderlyMs).unref();
  });
  process.channel?.unref();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(interruptedCode);
      process.stderr.write("\nEnding: what is being done is finished first. Once more to end at once.\n");
      controller.abort(new Failure("interrupted", undefined, interruptedCode));
      setTimeout(() => process.exit(interruptedCode), orderlyMs).unref();
    });
  }
  return controller;
}

async function main(): Promise<void> {
  isolateEnvironment();
  const controller = endOnSignal();
  try {
    await makeProgram(controller.signal).parseAsync(process.argv);
    if (controller.signal.aborted) process.exitCode ??= exitCodes.ok;
  } catch (error) {
    process.exitCode = controller.signal.aborted ? interruptedCode : report(error);
  }
}

void main();
