import type { EnumeratedOrganization } from "../components/organization";
import type { StackResult } from "../rollout/deploy";
import { count, duration, styled, table } from "../rollout/output";
import { recordedOnly, total } from "./deployment";
import type { LedgerCall } from "./emulator";
import type { InstanceView } from "./instance-view";
import type { DrillResult } from "./run-drill";

/** Every account, with the units above it; those that are left out, and why. */
export function renderAccounts(organization: EnumeratedOrganization, master: string, management: string): string {
  const role = (id: string) => (id === master ? "master" : id === management ? "management" : "service");
  const rows = organization.accounts.map(({ id, name, path, tags }) => [
    id,
    name,
    path,
    role(id),
    Object.entries(tags)
      .map(([key, value]) => `${key}=${value}`)
      .join(" "),
  ]);
  const left = organization.leftOut.map(
    ({ id, name, reason }) => `${styled("yellow", "left out")}: ${name} (${id}), ${reason}`,
  );
  return [table(["account", "name", "path", "kind", "tags"], rows), ...left].join("\n");
}

/** One row a stack. */
export function renderStacks(results: StackResult[]): string {
  const rows = results.map((result) => [
    result.stack,
    result.account.name,
    result.ok ? styled("green", "deployed") : styled("red", result.interrupted ? "stopped" : "failed"),
    String(total(result.resources)),
    String(recordedOnly(result)),
    duration(result.ms),
  ]);
  return table(["stack", "account", "", "resources", "recorded only", "time"], rows);
}

/** Resource types that are only in Pulumi's state, with how many there are. */
export function renderRecordedOnly(results: StackResult[], types: readonly string[]): string {
  const found = types.flatMap((type) => {
    const times = results.reduce((sum, { resources }) => sum + (resources[type] ?? 0), 0);
    return times > 0 ? [`${type} (${times})`] : [];
  });
  return found.length > 0
    ? `Recorded only, since the emulator cannot hold them: ${found.join(", ")}`
    : "The emulator holds every resource; none is recorded only.";
}

/** The instance side by side, with what is not as it was before set apart. */
export function renderInstance(views: { title: string; view: InstanceView | undefined }[]): string {
  const shown = views.filter((one): one is { title: string; view: InstanceView } => one.view !== undefined);
  const attributes = [...new Set(shown.flatMap(({ view }) => Object.keys(view)))];
  const first = shown[0]?.view ?? {};
  return table(
    ["", ...shown.map(({ title }) => title)],
    attributes.map((attribute) => [
      attribute,
      ...shown.map(({ view }) => {
        const value = view[attribute] ?? "";
        return value === first[attribute] ? value : styled("yellow", value);
      }),
    ]),
  );
}

/** Whether the instance is after undo as it was before; connections that were cut stay cut. */
export function isPutBack(before: InstanceView | undefined, after: InstanceView | undefined): boolean {
  if (!before || !after) return before === after;
  return Object.keys(before).every((key) => key.endsWith("tracked connections") || before[key] === after[key]);
}

/** Calls that lacked permission. */
export function renderRefused(calls: LedgerCall[], all: number): string {
  if (calls.length === 0) return `Refused: none of ${all} calls to AWS.`;
  const rows = calls.map(({ time, account, principal, action, resource, error }) => [
    time.slice(11, 23),
    account,
    principal.split(":").slice(4).join(":"),
    action,
    resource,
    error ?? "",
  ]);
  return [
    styled("red", `Refused: ${count(calls.length, "call")} of ${all}`),
    table(["time", "account", "principal", "action", "resource", "error"], rows),
  ].join("\n");
}

/** How drills ended, next to how they had to end. */
export function renderDrills(results: DrillResult[]): string {
  return table(
    ["drill", "has to end", "ended", "", "time"],
    results.map((one) => [
      one.drill,
      one.expected,
      one.ended,
      one.ok ? styled("green", "ok") : styled("red", "NOT OK"),
      duration(one.ms),
    ]),
  );
}
