import type { OrganizationAccount } from "../organization";
import type { AutoEnable, Features, Status } from "./features";
import type { GuardDutyState, Member } from "./state";

/** Makes an account a member: GuardDuty on, with the features the organisation's configuration gives members. */
export function enrol(state: GuardDutyState, region: string, account: OrganizationAccount): Member | undefined {
  const administrator = state.administrators.get(region);
  if (!administrator || administrator === account.id) return undefined;
  const own = state.regions.of(administrator, region);
  const now = state.context.now();
  const had = state.regions.of(account.id, region).detector;
  const detector = had ?? state.makeDetector(account.id, region);
  detector.enabled = true;
  own.organization?.known.add(account.id);
  if (own.organization) applyFeatures(own.organization.features, detector.features, now, { isNew: !had });
  const before = own.members.get(account.id);
  const member: Member = {
    accountId: account.id,
    email: account.email,
    status: "Enabled",
    invitedAt: before?.invitedAt ?? now,
    updatedAt: now,
  };
  own.members.set(account.id, member);
  return member;
}

function applyFeatures(wanted: Features<AutoEnable>, had: Features<Status>, now: Date, { isNew }: { isNew: boolean }) {
  const reaches = (setting: AutoEnable) => setting === "ALL" || (isNew && setting === "NEW");
  for (const [name, { setting, additional }] of wanted) {
    const feature = had.get(name);
    if (!feature) continue;
    if (reaches(setting)) Object.assign(feature, { setting: "ENABLED", updatedAt: now });
    // A new member has what the organisation's configuration says, not what a detector of its own would start with.
    else if (isNew) Object.assign(feature, { setting: "DISABLED", updatedAt: now });
    for (const [agent, one] of additional)
      if (reaches(one.setting)) feature.additional.set(agent, { setting: "ENABLED", updatedAt: now });
  }
}

/**
 * Brings the members of a region's administrator in line with the organisation: accounts that joined are enrolled
 * where the configuration says so, suspended ones are marked. GuardDuty does so in the background, within 24 hours.
 */
export async function reconcile(state: GuardDutyState, region: string): Promise<void> {
  const administrator = state.administrators.get(region);
  if (!administrator) return;
  const snapshot = await state.context.organization.describe();
  const own = state.regions.of(administrator, region);
  const { organization } = own;
  if (!snapshot || !organization) return;
  for (const account of snapshot.members) {
    if (account.id === administrator) continue;
    const member = own.members.get(account.id);
    if (account.status !== "ACTIVE") {
      if (member && member.status !== "AccountSuspended")
        Object.assign(member, { status: "AccountSuspended", updatedAt: state.context.now() });
      continue;
    }
    const all = organization.members === "ALL" && member?.status !== "Enabled";
    const joined = organization.members === "NEW" && !organization.known.has(account.id);
    if (all || joined) enrol(state, region, account);
    else organization.known.add(account.id);
  }
  const ids = new Set(snapshot.members.map(({ id }) => id));
  for (const id of own.members.keys()) if (!ids.has(id)) own.members.delete(id);
}

/** Applies a changed configuration to the members there are: `ALL` reaches them, `NEW` does not. */
export function applyToMembers(state: GuardDutyState, region: string, features: Features<AutoEnable>): void {
  const administrator = state.administrators.get(region);
  if (!administrator) return;
  for (const { accountId, status } of state.regions.of(administrator, region).members.values()) {
    const { detector } = state.regions.of(accountId, region);
    if (detector && status === "Enabled")
      applyFeatures(features, detector.features, state.context.now(), { isNew: false });
  }
}
