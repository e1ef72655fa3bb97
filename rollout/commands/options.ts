import { InvalidArgumentError } from "commander";
import type { Command } from "commander";
import type { InstallationOptions } from "../installation";

/** What every command about cases takes. */
export interface CommonOptions extends InstallationOptions {
  json?: boolean;
}

export function jsonOption(command: Command): Command {
  return command.option("--json", "print JSON and nothing else on standard output");
}

export function installationOptions(command: Command): Command {
  return command.option("--prefix <prefix>", "the installation's prefix (default: FIREBREAK_PREFIX, else firebreak)");
}

/** Adds examples to a command's help, each with what it is for. */
export function examples(command: Command, lines: [example: string, what: string][]): Command {
  const width = Math.max(...lines.map(([example]) => example.length));
  const text = lines.map(([example, what]) => `  $ ${example.padEnd(width)}  # ${what}`).join("\n");
  return command.addHelpText("after", `\nExamples:\n${text}`);
}

export function wholeNumber(option: string, least: number, most: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(`${option} takes a whole number from ${least} to ${most}.`);
    return value;
  };
}
