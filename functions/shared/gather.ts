import type { Applied, Evidence } from "./action";
import { asError, isNamed, isTransient, messageOf } from "./errors";

/** One thing to collect. `what` is said where it is not to be had. */
export interface Part {
  what: string;
  collect: () => Promise<Evidence[]>;
}

/**
 * Collects all parts side by side, and keeps what is to be had. What AWS cannot give (a screenshot of bare metal)
 * is noted; a missing permission or a failing service is an error, since the evidence could be had.
 */
export async function gather(parts: Part[]): Promise<Omit<Applied<never>, "after">> {
  const outcomes = await Promise.allSettled(parts.map((part) => part.collect()));
  const evidence: Evidence[] = [];
  const notes: string[] = [];
  let failed: Error | undefined;
  outcomes.forEach((outcome, index) => {
    if (outcome.status === "fulfilled") {
      evidence.push(...outcome.value);
      return;
    }
    const { reason } = outcome;
    if (isNamed(reason, "AccessDenied", "ResourceGone") || isTransient(reason)) failed ??= asError(reason);
    else notes.push(`${parts[index]?.what} is not to be had: ${messageOf(reason)}`);
  });
  return { evidence, notes, error: failed };
}

/** A value as evidence, readable and without the SDK's own metadata. */
export function jsonEvidence(name: string, value: unknown, source: string): Evidence {
  const body = JSON.stringify(value, (key, field: unknown) => (key === "$metadata" ? undefined : field), 2);
  return { name, contentType: "application/json", body: `${body}\n`, source };
}
