import { notSubscribed } from "./errors";
import { keyOf, type Asff } from "./finding";
import type { Hub, HubState, StoredFinding } from "./state";

/** A finding and where it is kept. */
export interface Seen {
  region: string;
  stored: StoredFinding;
}

/** @throws InvalidAccessException where Security Hub is off */
export function hubOf(state: HubState, { account, region }: { account: string; region: string }): Hub {
  const { hub } = state.regions.of(account, region);
  if (!hub) throw notSubscribed(account);
  return hub;
}

/** Every finding that an account sees in a region: its own and its members', in the home region the linked ones' too. */
export function visibleFindings(state: HubState, { account, region }: { account: string; region: string }): Asff[] {
  return places(state, account, region).flatMap(({ account: owner, region: where }) =>
    [...state.regions.of(owner, where).findings.values()].map(({ finding }) => finding),
  );
}

/** One finding that an account sees, by its identifier. */
export function findVisible(
  state: HubState,
  { account, region }: { account: string; region: string },
  identifier: { Id: string; ProductArn: string },
): Seen | undefined {
  for (const { account: owner, region: where } of places(state, account, region)) {
    const stored = state.regions.of(owner, where).findings.get(keyOf(identifier));
    if (stored) return { region: where, stored };
  }
  return undefined;
}

const places = (state: HubState, account: string, region: string) =>
  state
    .seenRegions(account, region)
    .flatMap((where) => state.seenAccounts(account, where).map((owner) => ({ account: owner, region: where })));
