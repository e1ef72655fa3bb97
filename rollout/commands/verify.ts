import type { Command } from "commander";
import { exitCodes } from "../failure";
import { withInstallation } from "../installation";
import { count, print, printJson, styled } from "../output";
import { verifyFolder, verifyVault } from "../verify-case";
import type { CaseVerdict } from "../verify-case";
import { examples, installationOptions, jsonOption } from "./options";
import type { CommonOptions } from "./options";

interface VerifyOptions extends CommonOptions {
  offline?: string;
  save?: string;
}

export function addVerify(program: Command): void {
  const command = program
    .command("verify")
    .description("verify a case's evidence: signature, hash chain, and every object's bytes")
    .argument("<id>")
    .option("--save <folder>", "keep a copy of manifest, signature, public key and objects")
    .option("--offline <folder>", "verify such a copy; no network, no credentials");
  examples(installationOptions(jsonOption(command)), [
    ["firebreak verify c-20261122-…", "from the vault, in the investigator role"],
    ["firebreak verify c-20261122-… --save evidence", "and keep a copy"],
    ["firebreak verify c-20261122-… --offline evidence", "the copy, anywhere"],
  ])
    .addHelpText("after", "\nExit code 1: something does not hold; the first broken link is named.")
    .action(async (id: string, options: VerifyOptions) => {
      if (options.offline && options.save)
        command.error("error: --offline reads a copy, --save makes one: use one of them");
      const verdict = options.offline
        ? await verifyFolder(id, options.offline)
        : await withInstallation(options, (installation) => verifyVault(installation, id, options.save));
      if (options.json) printJson(verdict);
      else print(renderVerdict(verdict, options.save));
      if (!verdict.verified) process.exitCode = exitCodes.failed;
    });
}

export function renderVerdict(verdict: CaseVerdict, saved?: string): string {
  const lines = [];
  if (verdict.verified) {
    const by = verdict.confirmedByKms ? "confirmed by KMS" : "by the public key in the copy";
    lines.push(
      `${styled("green", "verified")}: ${count(verdict.entries, "object")} of case ${verdict.caseId}, read from ${verdict.from}`,
      `  signature of ${verdict.closedAt} holds (${by}); chain unbroken, every object's bytes as listed`,
    );
  } else {
    lines.push(
      `${styled("red", "NOT VERIFIED")}: case ${verdict.caseId}, read from ${verdict.from}`,
      `  first broken link: ${verdict.broken}`,
      `  ${verdict.reason}`,
    );
  }
  lines.push(`  head of the chain ${verdict.head}`, `  public key        ${verdict.publicKey} (SHA-256)`);
  if (saved) lines.push(`  copy in ${saved}: \`firebreak verify ${verdict.caseId} --offline ${saved}\``);
  return lines.join("\n");
}
