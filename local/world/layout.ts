/** An account as the local organisation plans it. */
export interface PlannedAccount {
  id: string;
  name: string;
  /** Names of the organisational units above it, outermost first. */
  unit: string[];
  kind: "management" | "master" | "service" | "suspended";
  tags: Record<string, string>;
}

/** What the local organisation consists of before anything is made. */
export interface Layout {
  region: string;
  management: PlannedAccount;
  master: PlannedAccount;
  services: PlannedAccount[];
  suspended: PlannedAccount;
  /** Every organisational unit, parents before children. */
  units: string[][];
}

export const leastServiceAccounts = 3;
export const mostServiceAccounts = 200;

/** The service account that drills attack. */
export const drillAccountName = "shop-prod";

const named: [name: string, unit: string[], stage: string][] = [
  [drillAccountName, ["Workloads", "Prod"], "prod"],
  ["payments-prod", ["Workloads", "Prod", "Regulated"], "prod"],
  ["shop-dev", ["Workloads", "Dev"], "dev"],
];

/**
 * The plan of an organisation with so many service accounts. Ids tell at a glance which account is meant: AWS chooses
 * them at random, and here they are the same in every run.
 *
 * @throws RangeError where there would be fewer than 3 or more than 200 service accounts
 */
export function planOrganization(serviceAccounts: number, region = "eu-west-1"): Layout {
  if (
    !Number.isInteger(serviceAccounts) ||
    serviceAccounts < leastServiceAccounts ||
    serviceAccounts > mostServiceAccounts
  ) {
    throw new RangeError(
      `--accounts ${serviceAccounts}: expected a whole number from ${leastServiceAccounts} to ${mostServiceAccounts}`,
    );
  }
  const services = Array.from({ length: serviceAccounts }, (_, index): PlannedAccount => {
    const number = index + 1;
    const prod = index % 2 === 1;
    const more: [string, string[], string] = [
      `team-${String(number).padStart(2, "0")}-${prod ? "prod" : "dev"}`,
      ["Workloads", prod ? "Prod" : "Dev"],
      prod ? "prod" : "dev",
    ];
    const [name, unit, stage] = named[index] ?? more;
    return { id: String(300_000_000_000 + number), name, unit, kind: "service", tags: { stage } };
  });
  return {
    region,
    management: { id: "100000000000", name: "management", unit: [], kind: "management", tags: {} },
    master: { id: "200000000000", name: "security", unit: ["Security"], kind: "master", tags: { stage: "security" } },
    services,
    suspended: { id: "400000000000", name: "old-shop", unit: ["Suspended"], kind: "suspended", tags: {} },
    units: [
      ["Security"],
      ["Workloads"],
      ["Workloads", "Prod"],
      ["Workloads", "Prod", "Regulated"],
      ["Workloads", "Dev"],
      ["Suspended"],
    ],
  };
}
