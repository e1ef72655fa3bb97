import { OrganizationsClient, paginateListAccounts, paginateListTagsForResource } from "@aws-sdk/client-organizations";
import type { Account, OrganizationsClientConfig } from "@aws-sdk/client-organizations";
import { mapBounded } from "./map-bounded";
import { checkFilter, whyLeftOut } from "./organization-filter";
import type { AccountFilter } from "./organization-filter";
import { findPlace, walkTree } from "./organization-tree";
import type { OrganizationalUnit, Place } from "./organization-tree";

/** An active account of the organisation. */
export interface MemberAccount {
  id: string;
  name: string;
  email: string;
  status: string;
  /** When it joined, ISO 8601 UTC; empty where AWS does not say. */
  joinedAt: string;
  /** Its ancestors, from the root down to its own organizational unit. */
  ous: OrganizationalUnit[];
  /** Their names, without the root's: `/Workloads/Production`; `/` directly under the root. */
  path: string;
  tags: Record<string, string>;
}

/** An account that is not dealt with, and why, for people to read. */
export interface LeftOutAccount {
  id: string;
  name: string;
  reason: string;
}

export interface OrganizationOptions {
  /** Only these; all accounts unless given. */
  only?: AccountFilter;
  /** Not these, and nothing under an ignored organizational unit. Wins over `only`. */
  ignore?: AccountFilter;
  /** Calls at a time. Default 5: Organizations allows few, and shares its limits among all callers. */
  concurrency?: number;
}

export interface EnumeratedOrganization {
  accounts: MemberAccount[];
  leftOut: LeftOutAccount[];
}

const defaultConcurrency = 5;

/** A client that waits as long as Organizations asks for when it is throttled, instead of failing. */
export function organizationsClient(config: OrganizationsClientConfig): OrganizationsClient {
  return new OrganizationsClient({ maxAttempts: 10, retryMode: "adaptive", ...config });
}

/**
 * The one place that asks AWS Organizations. Needs credentials of the management account or of a delegated
 * administrator, with organizations:ListRoots, ListOrganizationalUnitsForParent, ListAccountsForParent, ListAccounts,
 * ListParents and ListTagsForResource.
 *
 * @throws if a filter names an organizational unit or account that does not exist
 */
export class Organization {
  constructor(
    private readonly client: OrganizationsClient,
    private readonly options: OrganizationOptions = {},
  ) {}

  /** Every account, either to be dealt with or left out with its reason; both ordered by id. */
  async enumerate(): Promise<EnumeratedOrganization> {
    const { only = {}, ignore = {} } = this.options;
    const { found, places, gone } = await this.locate();
    const ids = found.map(({ account }) => account.Id ?? "");
    for (const filter of [only, ignore]) checkFilter(filter, places, ids);

    const leftOut: LeftOutAccount[] = [...gone];
    const active = found.filter(({ account }) => {
      const reason = notActive(account);
      if (reason) leftOut.push({ id: account.Id ?? "", name: account.Name ?? "", reason });
      return !reason;
    });
    const accounts = await mapBounded(active, this.concurrency, async ({ account, place }) =>
      this.read(account, place),
    );
    const chosen = accounts.filter((account) => {
      const reason = whyLeftOut(account, only, ignore);
      if (reason) leftOut.push({ id: account.id, name: account.name, reason });
      return !reason;
    });
    const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
    return { accounts: chosen.sort(byId), leftOut: leftOut.sort(byId) };
  }

  private get concurrency(): number {
    return this.options.concurrency ?? defaultConcurrency;
  }

  /** The list of accounts is the truth; one that moved while the tree was walked is looked up on its own. */
  private async locate() {
    const [tree, listed] = await Promise.all([walkTree(this.client, this.concurrency), this.list()]);
    const placeOf = new Map<string, Place>();
    for (const [unit, accounts] of tree.accountsByPlace) {
      for (const { Id } of accounts) placeOf.set(Id ?? "", tree.places.get(unit) as Place);
    }
    const gone: LeftOutAccount[] = [];
    const located = await mapBounded(listed, this.concurrency, async (account) => {
      const id = account.Id ?? "";
      const place = placeOf.get(id) ?? (await findPlace(this.client, tree, id));
      if (!place) gone.push({ id, name: account.Name ?? "", reason: "left the organisation while it was read" });
      return place ? [{ account, place }] : [];
    });
    return { found: located.flat(), places: [...tree.places.values()], gone };
  }

  private async list(): Promise<Account[]> {
    const accounts: Account[] = [];
    for await (const { Accounts } of paginateListAccounts({ client: this.client }, {})) {
      accounts.push(...(Accounts ?? []));
    }
    return accounts;
  }

  private async read(account: Account, { ous, path }: Place): Promise<MemberAccount> {
    const id = account.Id ?? "";
    const tags: Record<string, string> = {};
    for await (const page of paginateListTagsForResource({ client: this.client }, { ResourceId: id })) {
      for (const { Key, Value } of page.Tags ?? []) tags[Key ?? ""] = Value ?? "";
    }
    return {
      id,
      name: account.Name ?? "",
      email: account.Email ?? "",
      status: stateOf(account),
      joinedAt: account.JoinedTimestamp?.toISOString() ?? "",
      ous,
      path,
      tags,
    };
  }
}

/** `State` has taken `Status`'s place (2026-09-09); partitions that lag behind still send the older. */
function stateOf(account: Account): string {
  return account.State ?? account.Status ?? "UNKNOWN";
}

const reasons: Record<string, string> = {
  SUSPENDED: "suspended",
  PENDING_CLOSURE: "about to be closed",
  PENDING_ACTIVATION: "not activated yet",
  CLOSED: "closed",
};

function notActive(account: Account): string | undefined {
  const state = stateOf(account);
  return state === "ACTIVE" ? undefined : (reasons[state] ?? `in state ${state}`);
}
