import { Command, CommanderError } from "commander";
import { addCase, addCases } from "./commands/cases";
import { addDrill, addLocal } from "./commands/local";
import { addUndo } from "./commands/undo";
import { addVerify } from "./commands/verify";
import { Failure, exitCodes } from "./failure";

const about = `Makes a whole AWS organisation ready for security incidents and answers them.

Commands about cases use the ordinary AWS credentials, region and AWS_ENDPOINT_URL of the environment, in the
master account.`;

const exits = `
Exit codes:
    0  done
    1  failed, not verified, not contained, or undo refused
    2  wrong usage, or config that does not fit
  130  interrupted

Environment:
  FIREBREAK_PREFIX  the installation's prefix (default: firebreak)
  FIREBREAK_DEBUG   set: errors come with their stack trace`;

/** The command line, ready to parse. */
export function makeProgram(): Command {
  const program = new Command("firebreak")
    .description(about)
    .showHelpAfterError("(firebreak --help says more)")
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText("after", exits);
  for (const add of [addLocal, addDrill, addCases, addCase, addUndo, addVerify]) add(program);
  return program;
}

/** Names of all commands. */
export function commandNames(): string[] {
  return makeProgram().commands.map((command) => command.name());
}

/** Runs the command line; ends with `process.exitCode` set. `argv` is as in `process.argv`. */
export async function main(argv: string[]): Promise<void> {
  // `firebreak cases | head` closes the pipe when it has seen enough.
  process.stdout.on("error", (error: NodeJS.ErrnoException) =>
    process.exit(error.code === "EPIPE" ? 0 : exitCodes.failed),
  );
  try {
    await makeProgram().parseAsync(argv);
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** Says what went wrong on standard error; answers the exit code. */
export function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  const failure = error instanceof Failure ? error : undefined;
  console.error(`firebreak: ${error instanceof Error ? error.message : String(error)}`);
  if (failure?.mend) console.error(failure.mend);
  if (process.env.FIREBREAK_DEBUG && error instanceof Error) console.error(error.stack);
  return failure?.exitCode ?? exitCodes.failed;
}
