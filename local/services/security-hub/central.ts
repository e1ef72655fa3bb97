import type { OrganizationSnapshot } from "../organization";
import { partitionOf } from "../service";
import { standardIn, subscriptionArn } from "./catalog";
import { enableHub, enableStandard } from "./enable";
import { enrol } from "./enrolment";
import { isLinked, type Central, type ConfigurationPolicy, type HubState } from "./state";

export const selfManaged = "SELF_MANAGED_SECURITY_HUB";

/** What an account gets: from its own association, or from the nearest unit above that has one. */
export interface Effective {
  policyId: string;
  type: "APPLIED" | "INHERITED";
  updatedAt: Date;
}

/** @returns nothing where neither the target nor anything above it has an association */
export async function effective(state: HubState, central: Central, target: string): Promise<Effective | undefined> {
  const own = central.associations.get(target);
  if (own) return { ...own, type: "APPLIED" };
  if (target.startsWith("r-")) return undefined;
  for (const above of (await state.context.organization.ancestors(target)) ?? []) {
    const found = central.associations.get(above);
    if (found) return { ...found, type: "INHERITED" };
  }
  return undefined;
}

/** The home region and the regions linked to it that are in use here. */
export function centralRegions(state: HubState, central: Central): string[] {
  const aggregator = state.aggregators.get(central.administrator);
  if (!aggregator) return [central.home];
  const known = new Set([...state.regions.all().map(({ region }) => region), ...aggregator.regions]);
  return [...known].filter((region) => region === central.home || isLinked(aggregator, region)).sort();
}

/** Accounts that have a policy, as of the last time that members were brought in line. */
const managed = new WeakMap<Central, Map<string, string>>();
/** What members were last brought in line with; requests that come meanwhile wait for it. */
const applied = new WeakMap<Central, { snapshot: OrganizationSnapshot; of: string; done: Promise<void> }>();

/** @returns whether a configuration policy decides over an account in a region */
export function managedCentrally(state: HubState, account: string, region: string): boolean {
  const { central } = state;
  if (!central || !centralRegions(state, central).includes(region)) return false;
  return managed.get(central)?.has(account) ?? false;
}

/**
 * Gives every account what its policy says, in the home region and each linked one. Security Hub does so in the
 * background, within 24 hours. https://docs.aws.amazon.com/securityhub/latest/userguide/configuration-policies-overview.html
 */
export async function applyCentral(state: HubState): Promise<void> {
  const { central } = state;
  const snapshot = await state.context.organization.describe();
  if (!central || !snapshot) return;
  const regions = centralRegions(state, central);
  const of = `${central.revision} ${regions.join()}`;
  const last = applied.get(central);
  if (last?.snapshot === snapshot && last.of === of) return last.done;
  const done = applyTo(state, central, snapshot, regions);
  done.catch(() => applied.delete(central));
  applied.set(central, { snapshot, of, done });
  return done;
}

async function applyTo(
  state: HubState,
  central: Central,
  snapshot: OrganizationSnapshot,
  regions: string[],
): Promise<void> {
  const policies = new Map<string, string>();
  for (const account of snapshot.members) {
    if (account.status !== "ACTIVE") continue;
    const found = await effective(state, central, account.id);
    const policy = found && central.policies.get(found.policyId);
    if (!policy) continue;
    policies.set(account.id, policy.id);
    for (const region of regions) {
      applyPolicy(state, policy, account.id, region);
      enrol(state, region, account);
    }
  }
  managed.set(central, policies);
}

function applyPolicy(state: HubState, policy: ConfigurationPolicy, account: string, region: string): void {
  const own = state.regions.of(account, region);
  // The administrator stays on: it could not manage anything otherwise.
  if (!policy.enabled && state.administrators.get(region) !== account) delete own.hub;
  if (!policy.enabled) return;
  const hub = own.hub ?? enableHub(state, account, region);
  const partition = partitionOf(region);
  const wanted = policy.standards.flatMap((arn) => standardIn(arn, partition, region) ?? []);
  for (const arn of wanted) enableStandard(hub, arn, partition, region, account);
  const kept = new Set(wanted.map((arn) => subscriptionArn(arn, partition, region, account)));
  for (const subscription of hub.standards.keys()) if (!kept.has(subscription)) hub.standards.delete(subscription);
}
