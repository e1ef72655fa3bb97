import type { Context } from "../context";
import { Bounded, Regional } from "../store";
import type { AutomationRule } from "./automation-rule";
import type { Asff } from "./finding";

/** Findings that one account and region keeps. Security Hub keeps them 90 days instead. */
const findingLimit = 20_000;

export interface StoredFinding {
  finding: Asff;
  /** Fields that a customer set: what the provider says of them later no longer reaches the finding itself. */
  customer: Set<string>;
}

export interface Insight {
  InsightArn: string;
  Name: string;
  Filters: Record<string, unknown>;
  GroupByAttribute: string;
}

export interface ActionTarget {
  ActionTargetArn: string;
  Name: string;
  Description: string;
}

export interface HubMember {
  accountId: string;
  email: string;
  status: "Enabled" | "Created" | "Removed" | "AccountSuspended";
  invitedAt: Date;
  updatedAt: Date;
}

/** Security Hub where it is on: one account in one region. */
export interface Hub {
  arn: string;
  subscribedAt: Date;
  autoEnableControls: boolean;
  controlFindingGenerator: string;
  tags: Record<string, string>;
  /** Standards by the ARN of their subscription. */
  standards: Map<string, { arn: string; status: "PENDING" | "READY" }>;
  /** ARNs of the products whose findings are taken. */
  products: Set<string>;
  insights: Map<string, Insight>;
  actionTargets: Map<string, ActionTarget>;
  rules: Map<string, AutomationRule>;
}

export interface RegionState {
  hub?: Hub;
  /** Kept when Security Hub is turned off and on again, as AWS does for 90 days. */
  findings: Bounded<StoredFinding>;
  /** In the administrator's account only. */
  members: Map<string, HubMember>;
  autoEnable: boolean;
  autoEnableStandards: "NONE" | "DEFAULT";
  /** Accounts that are no new ones to the organisation. */
  known: Set<string>;
}

export interface Aggregator {
  arn: string;
  home: string;
  mode: "ALL_REGIONS" | "ALL_REGIONS_EXCEPT_SPECIFIED" | "SPECIFIED_REGIONS" | "NO_REGIONS";
  regions: string[];
}

export interface ConfigurationPolicy {
  id: string;
  arn: string;
  name: string;
  description: string;
  enabled: boolean;
  standards: string[];
  controls: Record<string, unknown> | undefined;
  tags: Record<string, string>;
  createdAt: Date;
  updatedAt: Date;
}

/** What a target is associated with; `policyId` is `SELF_MANAGED_SECURITY_HUB` for none. */
export interface Association {
  policyId: string;
  updatedAt: Date;
}

/** Central configuration: one for the organisation, managed from the administrator's home region. */
export interface Central {
  administrator: string;
  home: string;
  policies: Map<string, ConfigurationPolicy>;
  /** By id of account, unit or root. */
  associations: Map<string, Association>;
  /** Grows with every change, so that members are brought in line when there is something new. */
  revision: number;
}

/** All that Security Hub keeps on this machine. */
export class HubState {
  readonly regions: Regional<RegionState>;
  /** Delegated administrator of each region. */
  readonly administrators = new Map<string, string>();
  /** Finding aggregator of each account. */
  readonly aggregators = new Map<string, Aggregator>();
  central: Central | undefined;
  /** How many ids were given out: each is another. */
  private given = 0;

  constructor(readonly context: Context) {
    this.regions = new Regional((account, region) => ({
      findings: new Bounded(findingLimit, (key) =>
        context.log(`securityhub: ${account} in ${region} has over ${findingLimit} findings; ${key} is forgotten`),
      ),
      members: new Map(),
      autoEnable: false,
      autoEnableStandards: "DEFAULT",
      known: new Set(),
    }));
  }

  nextNumber(): number {
    return ++this.given;
  }

  /** The administrator that an account is a member of in a region, if any. */
  administratorOf(account: string, region: string): string | undefined {
    const administrator = this.administrators.get(region);
    if (!administrator || administrator === account) return undefined;
    const member = this.regions.of(administrator, region).members.get(account);
    return member?.status === "Enabled" ? administrator : undefined;
  }

  /** Regions whose findings an account sees in a region: that one, and in the home region the linked ones. */
  seenRegions(account: string, region: string): string[] {
    const aggregator = this.aggregatorFor(account, region);
    if (aggregator?.home !== region) return [region];
    const all = new Set(this.regions.all().map((one) => one.region));
    return [...all].filter((other) => other === region || isLinked(aggregator, other)).sort();
  }

  /** The aggregator that applies to an account: its own, or its administrator's. */
  aggregatorFor(account: string, region: string): Aggregator | undefined {
    const own = this.aggregators.get(account);
    const administrator = this.administratorOf(account, region);
    return own ?? (administrator ? this.aggregators.get(administrator) : undefined);
  }

  /** Accounts whose findings an account sees in a region: its own, and its members'. */
  seenAccounts(account: string, region: string): string[] {
    const members = this.administrators.get(region) === account ? this.regions.of(account, region).members : new Map();
    return [
      account,
      ...[...members.values()].filter(({ status }) => status === "Enabled").map(({ accountId }) => accountId),
    ];
  }
}

/** @returns whether an aggregator takes a region's findings */
export function isLinked({ mode, regions, home }: Aggregator, region: string): boolean {
  if (region === home || mode === "NO_REGIONS") return false;
  if (mode === "ALL_REGIONS") return true;
  return regions.includes(region) === (mode === "SPECIFIED_REGIONS");
}
