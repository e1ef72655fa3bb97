import type { MemberAccount } from "./organization";
import type { Place } from "./organization-tree";

/** Chooses accounts. Of what is given, one entry of each kind has to match; of tags, every one. */
export interface AccountFilter {
  /** Organizational units, by path (`/Workloads/Production`) or id, each with everything under it. */
  ous?: string[];
  /** Account ids. */
  accounts?: string[];
  /** Tags by name; `*` stands for any value. */
  tags?: Record<string, string>;
}

/** Why a filter does not let an account through; undefined if it does. `only` wants all kinds, `ignore` any. */
export function whyLeftOut(account: MemberAccount, only: AccountFilter, ignore: AccountFilter): string | undefined {
  const unit = ignore.ous?.find((ou) => isUnder(account, ou));
  if (unit) return `under the ignored organizational unit ${unit}`;
  if (ignore.accounts?.includes(account.id)) return "ignored by its id";
  if (ignore.tags && hasTags(account, ignore.tags)) return `ignored by its tags ${describeTags(ignore.tags)}`;
  if (only.ous && !only.ous.some((ou) => isUnder(account, ou))) return `not under ${only.ous.join(", ")}`;
  if (only.accounts && !only.accounts.includes(account.id)) return "not among the chosen accounts";
  if (only.tags && !hasTags(account, only.tags)) return `without the tags ${describeTags(only.tags)}`;
  return undefined;
}

/**
 * Refuses a filter that names a unit or account which does not exist: what was meant to be ignored would not be.
 *
 * @throws naming what is unknown and what there is
 */
export function checkFilter(filter: AccountFilter, places: Place[], accountIds: string[]): void {
  const units = places.flatMap(({ path, ous }) => [path, ous.at(-1)?.id]);
  const unknown = filter.ous?.find((ou) => !units.includes(ou));
  if (unknown !== undefined) {
    const paths = places.map(({ path }) => path).sort();
    throw new Error(`There is no organizational unit ${unknown}; the organisation has ${paths.join(", ")}`);
  }
  const stranger = filter.accounts?.find((id) => !accountIds.includes(id));
  if (stranger !== undefined) {
    throw new Error(`Account ${stranger} is not in the organisation, which has ${accountIds.length} accounts`);
  }
}

function isUnder(account: MemberAccount, ou: string): boolean {
  if (account.ous.some(({ id }) => id === ou)) return true;
  return ou === "/" || account.path === ou || account.path.startsWith(`${ou}/`);
}

function hasTags(account: MemberAccount, tags: Record<string, string>): boolean {
  const wanted = Object.entries(tags);
  return wanted.every(([name, value]) =>
    value === "*" ? Object.hasOwn(account.tags, name) : account.tags[name] === value,
  );
}

function describeTags(tags: Record<string, string>): string {
  return Object.entries(tags)
    .map(([name, value]) => `${name}=${value}`)
    .join(", ");
}
