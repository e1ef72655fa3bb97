import { Bounded, Regional, stableId } from "../store";
import type { Context } from "../context";
import { initialFeatures, initialOrganizationFeatures, type AutoEnable, type Features, type Status } from "./features";

/** Findings that one account and region keeps. GuardDuty keeps them 90 days instead. */
const findingLimit = 20_000;

export interface Detector {
  id: string;
  enabled: boolean;
  frequency: "FIFTEEN_MINUTES" | "ONE_HOUR" | "SIX_HOURS";
  features: Features<Status>;
  tags: Record<string, string>;
  createdAt: Date;
  updatedAt: Date;
}

/** An account as its administrator lists it. */
export interface Member {
  accountId: string;
  email: string;
  status: "Enabled" | "Disabled" | "Created" | "Removed" | "AccountSuspended";
  invitedAt: Date;
  updatedAt: Date;
}

/** What the administrator set for the organisation in one region. */
export interface OrganizationConfiguration {
  members: AutoEnable;
  features: Features<AutoEnable>;
  /** Accounts that were there when the administrator was made, or were enrolled or removed since: not new ones. */
  known: Set<string>;
}

export interface Destination {
  id: string;
  type: "S3";
  destinationArn: string;
  kmsKeyArn: string;
  tags: Record<string, string>;
}

/** A finding in the shape of the API, and of the event's `detail`. */
export interface GuardDutyFinding {
  [field: string]: unknown;
  id: string;
  arn: string;
  accountId: string;
  region: string;
  type: string;
  severity: number;
  updatedAt: string;
  resource: Record<string, unknown>;
  service: Record<string, unknown> & { archived: boolean; count: number };
}

export interface RegionState {
  detector?: Detector;
  /** How many detectors there have been: the next one gets another id. */
  made: number;
  /** Present in the administrator's account only. */
  organization?: OrganizationConfiguration;
  members: Map<string, Member>;
  destinations: Map<string, Destination>;
  findings: Bounded<GuardDutyFinding>;
}

/** All that GuardDuty keeps on this machine. */
export class GuardDutyState {
  readonly regions: Regional<RegionState>;
  /** Delegated administrator of each region. */
  readonly administrators = new Map<string, string>();

  constructor(readonly context: Context) {
    this.regions = new Regional((account, region) => ({
      made: 0,
      members: new Map(),
      destinations: new Map(),
      findings: new Bounded(findingLimit, (id) =>
        context.log(`guardduty: ${account} in ${region} has over ${findingLimit} findings; ${id} is forgotten`),
      ),
    }));
  }

  /** The administrator that an account is associated with in a region, if any. */
  administratorOf(account: string, region: string): string | undefined {
    const administrator = this.administrators.get(region);
    if (!administrator || administrator === account) return undefined;
    const status = this.regions.of(administrator, region).members.get(account)?.status;
    return status === "Enabled" || status === "Disabled" ? administrator : undefined;
  }

  /** Turns GuardDuty on in an account and region. */
  makeDetector(account: string, region: string): Detector {
    const state = this.regions.of(account, region);
    const now = this.context.now();
    state.made += 1;
    state.detector = {
      id: stableId("detector", account, region, state.made),
      enabled: true,
      frequency: "SIX_HOURS",
      features: initialFeatures(now),
      tags: {},
      createdAt: now,
      updatedAt: now,
    };
    return state.detector;
  }

  /** A configuration that enables nobody, with the accounts that are there already. */
  makeOrganization(known: Iterable<string>): OrganizationConfiguration {
    return { members: "NONE", features: initialOrganizationFeatures(this.context.now()), known: new Set(known) };
  }
}
