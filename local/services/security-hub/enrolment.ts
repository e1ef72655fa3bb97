import type { OrganizationAccount } from "../organization";
import { enableHub } from "./enable";
import type { HubState } from "./state";

/** Makes an account of the organisation a member of the region's administrator, if it is none yet. */
export function enrol(state: HubState, region: string, account: OrganizationAccount): boolean {
  const administrator = state.administrators.get(region);
  if (!administrator || administrator === account.id) return false;
  const own = state.regions.of(administrator, region);
  const before = own.members.get(account.id);
  own.known.add(account.id);
  if (before?.status === "Enabled") return true;
  const now = state.context.now();
  own.members.set(account.id, {
    accountId: account.id,
    email: account.email,
    status: "Enabled",
    invitedAt: before?.invitedAt ?? now,
    updatedAt: now,
  });
  return true;
}

/**
 * Brings the members of a region's administrator in line with the organisation: new accounts are enrolled where it is
 * set so (local configuration), suspended ones marked, closed ones taken away.
 */
export async function reconcile(state: HubState, region: string): Promise<void> {
  const administrator = state.administrators.get(region);
  const snapshot = administrator ? await state.context.organization.describe() : undefined;
  if (!administrator || !snapshot) return;
  const own = state.regions.of(administrator, region);
  for (const account of snapshot.members) {
    if (account.id === administrator) continue;
    const member = own.members.get(account.id);
    if (account.status !== "ACTIVE") {
      if (member) member.status = "AccountSuspended";
    } else if (own.autoEnable && !own.known.has(account.id)) {
      const defaultStandards = own.autoEnableStandards === "DEFAULT";
      if (!state.regions.of(account.id, region).hub) enableHub(state, account.id, region, { defaultStandards });
      enrol(state, region, account);
    }
    own.known.add(account.id);
  }
  const ids = new Set(snapshot.members.map(({ id }) => id));
  for (const id of own.members.keys()) if (!ids.has(id)) own.members.delete(id);
}
