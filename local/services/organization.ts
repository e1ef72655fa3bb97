/** An account of the organisation, as AWS Organizations lists it. */
export interface OrganizationAccount {
  id: string;
  name: string;
  email: string;
  status: "ACTIVE" | "SUSPENDED" | "PENDING_CLOSURE" | string;
  /** ISO time, where known. */
  joinedAt?: string;
}

/** The organisation at one moment. */
export interface OrganizationSnapshot {
  managementAccountId: string;
  /** Every account, the management account too. */
  members: OrganizationAccount[];
  /** `service` is a service principal: `guardduty.amazonaws.com`. */
  delegatedAdministrators: { accountId: string; service: string }[];
}

/** What the services know of the organisation, and what they change in it, as AWS's own do. */
export interface OrganizationView {
  /** Nothing where there is no organisation yet. */
  describe(): Promise<OrganizationSnapshot | undefined>;
  /** Ids of the units over an account or a unit, nearest first, the root last; nothing where there is no such thing. */
  ancestors(id: string): Promise<string[] | undefined>;
  /** Enables trusted access and registers the administrator, if either is not so yet. */
  delegate(accountId: string, service: string): Promise<void>;
  /** Deregisters the administrator, if it is registered. */
  undelegate(accountId: string, service: string): Promise<void>;
}

/** @returns the account, if it is an active one of the organisation */
export const activeAccount = (organization: OrganizationSnapshot | undefined, id: string) =>
  organization?.members.find((account) => account.id === id && account.status === "ACTIVE");
