import { announce } from "./announce";
import type { AutomationRule } from "./automation-rule";
import { productsOf } from "./catalog";
import { applyUpdate } from "./customer-update";
import { keyOf, type Asff } from "./finding";
import { created, updated } from "./merge";
import type { HubState, StoredFinding } from "./state";
import { partitionOf } from "../service";

/** Takes a finding that is well: keeps it, lets the automation rules at it, tells the buses. */
export async function receive(state: HubState, region: string, imported: Asff): Promise<void> {
  const { context, regions } = state;
  const organization = await context.organization.describe();
  const account = imported.AwsAccountId;
  const { findings } = regions.of(account, region);
  const now = context.now();
  const known = findings.get(keyOf(imported));
  const product = productsOf(partitionOf(region), region).find(({ arn }) => arn === imported.ProductArn);
  const origin = {
    region,
    now,
    accountName: organization?.members.find(({ id }) => id === account)?.name,
    product: product?.product ?? "Default",
    company: product?.company ?? "Personal",
  };
  const stored = known ? updated(known, imported, origin) : created(imported, origin);
  if (!stored) return;
  const ruled = applyRules(rulesFor(state, account, region), stored, now);
  findings.set(keyOf(imported), ruled);
  announce(state, region, ruled.finding);
}

/** The administrator's rules hold for its members; an account without one has its own. */
function rulesFor(state: HubState, account: string, region: string): AutomationRule[] {
  const owner = state.administratorOf(account, region) ?? account;
  const rules = state.regions.of(owner, region).hub?.rules ?? new Map<string, AutomationRule>();
  return [...rules.values()]
    .filter(({ RuleStatus }) => RuleStatus === "ENABLED")
    .sort((a, b) => a.RuleOrder - b.RuleOrder || a.CreatedAt.getTime() - b.CreatedAt.getTime());
}

/** https://docs.aws.amazon.com/securityhub/latest/userguide/automation-rules.html */
function applyRules(rules: AutomationRule[], stored: StoredFinding, now: Date): StoredFinding {
  let current = stored;
  for (const rule of rules) {
    if (!rule.meets(current.finding)) continue;
    for (const { FindingFieldsUpdate } of rule.Actions) current = applyUpdate(current, FindingFieldsUpdate, now);
    if (rule.IsTerminal) break;
  }
  return current;
}
