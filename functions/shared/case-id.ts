import { randomBytes } from "node:crypto";

/**
 * A case's id: `c-20261122-050607-3f9a1c2e`, time of triage in UTC and chance. It sorts by time, and fits where it
 * is used as a name: an execution (80 characters), a role session (64), a key in the vault.
 */
export function newCaseId(at: Date): string {
  const [day = "", time = ""] = at.toISOString().split("T");
  return `c-${day.replaceAll("-", "")}-${time.slice(0, 8).replaceAll(":", "")}-${randomBytes(4).toString("hex")}`;
}
