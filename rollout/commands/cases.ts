import { Option } from "commander";
import type { Command } from "commander";
import type { CaseState } from "../../functions/shared/case";
import { caseStates, findCase, listCases } from "../case-list";
import { withInstallation } from "../installation";
import { print, printJson } from "../output";
import { renderCase, renderCases } from "../render-case";
import { examples, installationOptions, jsonOption, wholeNumber } from "./options";
import type { CommonOptions } from "./options";

export function addCases(program: Command): void {
  const command = program
    .command("cases")
    .description("list cases, newest first")
    .addOption(new Option("--state <state>", "only cases in this state").choices(caseStates))
    .option("--limit <number>", "how many at most", wholeNumber("--limit", 1, 10_000), 50);
  examples(installationOptions(jsonOption(command)), [
    ["firebreak cases", "the newest 50"],
    ["firebreak cases --state notContained", "what still needs a person"],
    ["firebreak cases --json | jq -r '.[].caseId'", "ids, for scripts"],
  ]).action((options: CommonOptions & { state?: CaseState; limit: number }) =>
    withInstallation(options, async ({ table }) => {
      const cases = await listCases(table, options.limit, options.state);
      if (options.json) printJson(cases);
      else if (cases.length === 0) print(options.state ? `No case is ${options.state}.` : "There are no cases.");
      else print(renderCases(cases));
    }),
  );
}

export function addCase(program: Command): void {
  const command = program.command("case").description("show a case: timeline, actions, evidence").argument("<id>");
  examples(installationOptions(jsonOption(command)), [
    ["firebreak case c-20261122-…", "everything recorded of it"],
    ["firebreak case c-20261122-… --json", "the same, for programs"],
  ]).action((id: string, options: CommonOptions) =>
    withInstallation(options, async ({ table }) => {
      const whole = await findCase(table, id);
      if (options.json) printJson(whole);
      else print(renderCase(whole));
    }),
  );
}
