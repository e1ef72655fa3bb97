import type { Command } from "commander";
import { exitCodes } from "../failure";
import { withInstallation } from "../installation";
import { heading, print, printJson, styled } from "../output";
import { renderTimelineEntry } from "../render-case";
import { undoCase } from "../undo-case";
import type { UndoResult } from "../undo-case";
import { examples, installationOptions, jsonOption } from "./options";
import type { CommonOptions } from "./options";

export function addUndo(program: Command): void {
  const command = program
    .command("undo")
    .description("put back what a case changed, unless somebody changed it since; evidence stays")
    .argument("<id>")
    .option("--action <name>", "only this action");
  examples(installationOptions(jsonOption(command)), [
    ["firebreak undo c-20261122-…", "everything, last change first"],
    ["firebreak undo c-20261122-… --action isolateInstance", "one action"],
  ])
    .addHelpText("after", "\nExit code 1: something was not put back; what differs is printed and on the case.")
    .action((id: string, options: CommonOptions & { action?: string }) =>
      withInstallation(options, async (installation) => {
        const started = new Date().toISOString();
        const onEntry = options.json
          ? undefined
          : (entry: Parameters<typeof renderTimelineEntry>[0]) => print(renderTimelineEntry(entry, started));
        const result = await undoCase(installation, id, { action: options.action, onEntry });
        if (options.json) printJson({ ...result, whole: undefined });
        else print(renderUndo(result));
        if (!result.undone) process.exitCode = exitCodes.failed;
      }),
    );
}

export function renderUndo({ caseId, undone, actions }: UndoResult): string {
  const lines = [heading(`Undo of case ${caseId}`)];
  for (const { action, status, restored = [], differences, error } of actions) {
    const done = restored.length > 0 ? "put back" : "was as before already";
    lines.push(`  ${action}: ${status === "undone" ? styled("green", done) : styled("red", status)}`);
    for (const { resource, attribute } of status === "undone" ? restored : [])
      lines.push(`    ${resource}  ${attribute}`);
    for (const difference of differences ?? []) lines.push(`    differs: ${difference}`);
    if (error && status !== "undone") lines.push(`    ${error}`);
  }
  lines.push(
    undone
      ? styled("green", "Everything is as it was before.")
      : "Not everything was put back: what differs was changed since and is left as it is. Decide what it shall be, and start undo again.",
  );
  return lines.join("\n");
}
