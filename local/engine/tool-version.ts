import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { parseVersion, type Version } from "./version";

const TIMEOUT_MS = 20_000;

/** A tool's version, or why it could not be told. */
export type ToolVersion = { found: Version; reason?: undefined } | { found?: undefined; reason: string };

/** Runs a tool with the arguments that make it say its version; answers, never throws. */
export async function askVersion(tool: string, args: string[]): Promise<ToolVersion> {
  try {
    const { stdout } = await promisify(execFile)(tool, args, {
      timeout: TIMEOUT_MS,
      env: { ...process.env, GOTOOLCHAIN: "local", PULUMI_SKIP_UPDATE_CHECK: "true" },
    });
    const found = parseVersion(stdout);
    if (found) return { found };
    return { reason: `"${tool} ${args.join(" ")}" answered no version but "${stdout.trim().slice(0, 80)}".` };
  } catch (error) {
    return { reason: `"${tool} ${args.join(" ")}" failed: ${(error as Error).message.trim()}.` };
  }
}
