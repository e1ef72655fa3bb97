import { partitionOf } from "../service";
import { productsOf, standardsOf, subscriptionArn } from "./catalog";
import type { Hub, HubState } from "./state";

/** Turns Security Hub on in an account and region, with the products it takes findings of at once. */
export function enableHub(
  state: HubState,
  account: string,
  region: string,
  options: { defaultStandards?: boolean; tags?: Record<string, string>; controlFindingGenerator?: string } = {},
): Hub {
  const partition = partitionOf(region);
  const hub: Hub = {
    arn: `arn:${partition}:securityhub:${region}:${account}:hub/default`,
    subscribedAt: state.context.now(),
    autoEnableControls: true,
    controlFindingGenerator: options.controlFindingGenerator ?? "SECURITY_CONTROL",
    tags: options.tags ?? {},
    standards: new Map(),
    products: new Set(productsOf(partition, region).flatMap(({ arn, atOnce }) => (atOnce ? [arn] : []))),
    insights: new Map(),
    actionTargets: new Map(),
    rules: new Map(),
  };
  state.regions.of(account, region).hub = hub;
  if (options.defaultStandards)
    for (const { arn, byDefault } of standardsOf(partition, region))
      if (byDefault) enableStandard(hub, arn, partition, region, account);
  return hub;
}

/** @returns the ARN of the subscription */
export function enableStandard(hub: Hub, arn: string, partition: string, region: string, account: string): string {
  const subscription = subscriptionArn(arn, partition, region, account);
  if (!hub.standards.has(subscription)) hub.standards.set(subscription, { arn, status: "PENDING" });
  return subscription;
}
