import { readFile } from "node:fs/promises";

/** One call in the ledger: of a principal to AWS, or of one AWS service to another. */
export interface LedgerCall {
  /** ISO 8601, UTC, when the call arrived. */
  time: string;
  /** Milliseconds until it was answered. */
  ms: number;
  /** Account the call acts in. */
  account: string;
  region: string;
  /** ARN of the caller, or a service principal such as `events.amazonaws.com`. */
  principal: string;
  /** As IAM names it: `ec2:DescribeInstances`. */
  action: string;
  /** ARN, or `*` for an action that names none. */
  resource: string;
  /** `deny`: permission was lacking. `error`: it failed for another reason. */
  decision: "allow" | "deny" | "error";
  /** `Code: message` of what went wrong. */
  error?: string;
  requestId: string;
}

/**
 * Reads the calls recorded so far, oldest answer first.
 *
 * @param file JSON lines, one call each; a last line that is still being written is left out
 */
export async function readLedger(file: string, filter?: (call: LedgerCall) => boolean): Promise<LedgerCall[]> {
  const text = await readFile(file, "utf8");
  const calls = text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as LedgerCall);
  return filter ? calls.filter(filter) : calls;
}
