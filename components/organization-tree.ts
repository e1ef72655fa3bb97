import {
  paginateListAccountsForParent,
  paginateListOrganizationalUnitsForParent,
  paginateListParents,
  paginateListRoots,
} from "@aws-sdk/client-organizations";
import type { Account, OrganizationsClient } from "@aws-sdk/client-organizations";
import { mapBounded } from "./map-bounded";

/** A root or organizational unit. */
export interface OrganizationalUnit {
  id: string;
  name: string;
}

/** A place in the tree: its ancestors from the root down, itself last, and their names as a path without the root's. */
export interface Place {
  ous: OrganizationalUnit[];
  path: string;
}

/** The organisation's units, each looked up once, and the accounts in them. */
export interface OrganizationTree {
  places: Map<string, Place>;
  accountsByPlace: Map<string, Account[]>;
}

/** Walks the tree from the root: as many calls as there are units, however many accounts they hold. */
export async function walkTree(client: OrganizationsClient, concurrency: number): Promise<OrganizationTree> {
  const tree: OrganizationTree = { places: new Map(), accountsByPlace: new Map() };
  const roots: Place[] = [];
  for await (const { Roots } of paginateListRoots({ client }, {})) {
    for (const { Id, Name } of Roots ?? []) roots.push({ ous: [{ id: Id ?? "", name: Name ?? "" }], path: "/" });
  }
  let level = roots;
  while (level.length > 0) {
    const below = await mapBounded(level, concurrency, (place) => visit(client, tree, place));
    level = below.flat();
  }
  return tree;
}

/** Where an account is that the walk did not meet, because it moved meanwhile; undefined if it has left. */
export async function findPlace(
  client: OrganizationsClient,
  tree: OrganizationTree,
  accountId: string,
): Promise<Place | undefined> {
  for await (const { Parents } of paginateListParents({ client }, { ChildId: accountId })) {
    const place = tree.places.get(Parents?.[0]?.Id ?? "");
    if (place) return place;
  }
  return undefined;
}

async function visit(client: OrganizationsClient, tree: OrganizationTree, place: Place): Promise<Place[]> {
  const id = place.ous.at(-1)?.id ?? "";
  tree.places.set(id, place);
  const accounts: Account[] = [];
  for await (const page of paginateListAccountsForParent({ client }, { ParentId: id })) {
    accounts.push(...(page.Accounts ?? []));
  }
  tree.accountsByPlace.set(id, accounts);
  const below: Place[] = [];
  for await (const page of paginateListOrganizationalUnitsForParent({ client }, { ParentId: id })) {
    for (const { Id, Name } of page.OrganizationalUnits ?? []) {
      const unit = { id: Id ?? "", name: Name ?? "" };
      below.push({ ous: [...place.ous, unit], path: `${place.path === "/" ? "" : place.path}/${unit.name}` });
    }
  }
  return below;
}
