import { agentsRegistered } from "./agents";
import type { AccountClients } from "./clients";
import { joinFleet, makeFleet } from "./fleet";
import type { Fleet } from "./fleet";
import { makeBucket, makeProfile, makeUsers } from "./identities";
import { launchInstance } from "./instances";
import { makeNetwork } from "./network";
import type { Network } from "./network";

/** What runs in a service account. Instances by name, so that drills and tests can say which they mean. */
export interface Workloads {
  network: Network;
  /** Only where the account has one. */
  fleet?: Fleet;
  instances: Record<string, string>;
  bucket: string;
}

/** Profile of instances that Systems Manager manages, and of those it does not. */
export const profiles = { managed: "web-server", unmanaged: "legacy-app" };

/** One instance, a bucket, and people with keys: what the accounts have that nothing happens in. */
export async function makeSmallWorkload(clients: AccountClients, region: string, account: string): Promise<Workloads> {
  const bucket = `shop-catalogue-${account}`;
  const [network] = await Promise.all([
    makeNetwork(clients, region),
    makeBucket(clients, bucket, region),
    makeUsers(clients, bucket),
    makeProfile(clients, profiles.managed, { managed: true, bucket }),
  ]);
  const web = await launchInstance(clients, region, network, {
    name: "web-1",
    profile: profiles.managed,
    groups: [network.groups.web, network.groups.admin],
    volumes: 1,
  });
  await agentsRegistered(clients, [web]);
  return { network, instances: { "web-1": web }, bucket };
}

/** A shop: web servers in an auto scaling group, a database with three network interfaces, a server nobody manages. */
export async function makeShop(clients: AccountClients, region: string, account: string): Promise<Workloads> {
  const bucket = `shop-catalogue-${account}`;
  const [network] = await Promise.all([
    makeNetwork(clients, region),
    makeBucket(clients, bucket, region),
    makeUsers(clients, bucket),
    makeProfile(clients, profiles.managed, { managed: true, bucket }),
    makeProfile(clients, profiles.unmanaged, { managed: false, bucket }),
  ]);
  const { web, admin, database } = network.groups;
  const shared = [web, admin];
  const launch = (name: string, profile: string, more: { groups?: string[]; interfaces?: number } = {}) =>
    launchInstance(clients, region, network, { name, profile, groups: shared, ...more });
  const [fleet, web1, web2, batch, held, db, legacy] = await Promise.all([
    makeFleet(clients, network, "web"),
    launch("web-1", profiles.managed),
    launch("web-2", profiles.managed),
    launch("batch-1", profiles.managed),
    launch("held-1", profiles.managed),
    launch("db-1", profiles.managed, { groups: [database, admin], interfaces: 3 }),
    launch("legacy-1", profiles.unmanaged),
  ]);
  await Promise.all([
    joinFleet(clients, fleet, [web1, web2]),
    agentsRegistered(clients, [web1, web2, batch, held, db]),
  ]);
  const instances = {
    "web-1": web1,
    "web-2": web2,
    "batch-1": batch,
    "held-1": held,
    "db-1": db,
    "legacy-1": legacy,
  };
  return { network, fleet, instances, bucket };
}

/**
 * A web server as `web-1` of the shop is, in a VPC, an auto scaling group and a target group of its own: what happens
 * to it meets nothing that happened to another.
 */
export async function makeLoneServer(clients: AccountClients, region: string, name: string): Promise<string> {
  const network = await makeNetwork(clients, region);
  const [fleet, instance] = await Promise.all([
    makeFleet(clients, network, name),
    launchInstance(clients, region, network, {
      name,
      profile: profiles.managed,
      groups: [network.groups.web, network.groups.admin],
    }),
  ]);
  await Promise.all([joinFleet(clients, fleet, [instance]), agentsRegistered(clients, [instance])]);
  return instance;
}
