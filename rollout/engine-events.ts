import type { EngineEvent } from "@pulumi/pulumi/automation";

/** What happened to resources in one update. */
export interface UpdateRecord {
  /** Resources by type token, as they stand after the update; the stack itself and providers left out. */
  resources: Record<string, number>;
  /** How many were created, updated, replaced, deleted or left the same. */
  changes: Record<string, number>;
  /** Errors as the engine, the program or the provider said them, with the resource where there is one. */
  failures: string[];
  /** Violations of mandatory policies. */
  violations: string[];
  outputs: Record<string, unknown>;
}

const counted: Record<string, string> = {
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
  same: "unchanged",
};

/** Collects the events of an update; `record` is complete when the update has ended. */
export function collectEvents(onResource?: (operation: string, type: string, name: string) => void) {
  const record: UpdateRecord = { resources: {}, changes: {}, failures: [], violations: [], outputs: {} };
  const seen = new Set<string>();
  const onEvent = (event: EngineEvent) => {
    const { resOutputsEvent, diagnosticEvent, policyEvent } = event;
    if (resOutputsEvent) {
      const { op, type, urn, new: after } = resOutputsEvent.metadata;
      if (type === "pulumi:pulumi:Stack") Object.assign(record.outputs, after?.outputs);
      else if (!type.startsWith("pulumi:providers:")) {
        const word = counted[op];
        if (word) record.changes[word] = (record.changes[word] ?? 0) + 1;
        if (op !== "delete" && !seen.has(urn)) {
          seen.add(urn);
          record.resources[type] = (record.resources[type] ?? 0) + 1;
        }
        onResource?.(op, type, nameOf(urn));
      }
    }
    if (diagnosticEvent?.severity === "error") {
      const text = plain(diagnosticEvent.message);
      const line = diagnosticEvent.urn ? `${nameOf(diagnosticEvent.urn)}: ${text}` : text;
      if (text && !record.failures.includes(line)) record.failures.push(line);
    }
    if (policyEvent?.enforcementLevel === "mandatory") {
      const resource = policyEvent.resourceUrn ? ` (${nameOf(policyEvent.resourceUrn)})` : "";
      record.violations.push(`${policyEvent.policyName}${resource}: ${plain(policyEvent.message)}`);
    }
  };
  return { record, onEvent };
}

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}

/** Without colours, which the engine marks with `<{%…%}>` and escape sequences, and without stack traces. */
function plain(text: string): string {
  return text
    .replace(/<\{%[^%]*%\}>|\u001b\[[0-9;]*m/g, "")
    .split("\n")
    .filter((line) => !/^\s+at /.test(line))
    .join("\n")
    .trim();
}
