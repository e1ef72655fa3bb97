import type { Command } from "commander";
import { runLocal } from "../local-program";
import { examples, jsonOption, wholeNumber } from "./options";

interface LocalOptions {
  accounts: number;
  keep?: boolean;
  json?: boolean;
  drill?: string[];
  verbose?: boolean;
}

export function addLocal(program: Command): void {
  const command = program
    .command("local")
    .description("bring up an organisation on this machine, with no AWS account, and answer an incident in it")
    .option("--accounts <number>", "service accounts", wholeNumber("--accounts", 3, 200), 3)
    .option("--drill <name...>", "drills to run, in this order (see firebreak drill)", ["ec2-compromised"])
    .option("--keep", "leave it up until Ctrl-C, and print what to set to talk to it")
    .option("--verbose", "print what engine, provider and emulator say");
  examples(jsonOption(command), [
    ["firebreak local", "the whole of it, in under a minute"],
    ["firebreak local --accounts 25", "a larger organisation"],
    ["firebreak local --drill ec2-three-interfaces ec2-gone", "other incidents"],
    ["firebreak local --keep", "then use firebreak, aws and pulumi in another terminal"],
  ]).action(async (options: LocalOptions) => {
    const args = ["up", "--accounts", String(options.accounts), ...flags(options)];
    for (const name of options.drill ?? []) args.push("--drill", name);
    process.exitCode = await runLocal(args);
  });
}

export function addDrill(program: Command): void {
  const command = program
    .command("drill")
    .description("raise a finding in the organisation on this machine and follow its case; without a name, list drills")
    .argument("[name]")
    .option("--verbose", "print more");
  examples(jsonOption(command), [
    ["firebreak drill", "the drills there are"],
    ["firebreak drill ec2-three-interfaces", "one of them (firebreak local --keep is running)"],
  ]).action(async (name: string | undefined, options: Pick<LocalOptions, "json" | "verbose">) => {
    process.exitCode = await runLocal(["drill", ...(name ? [name] : []), ...flags(options)]);
  });
}

function flags({ keep, json, verbose }: Pick<LocalOptions, "keep" | "json" | "verbose">): string[] {
  return [keep && "--keep", json && "--json", verbose && "--verbose"].filter((flag) => typeof flag === "string");
}
