import { accessRoleName, assumed, connect } from "./clients";
import type { AccountClients, Credentials, Place } from "./clients";
import { drillAccountName } from "./layout";
import type { Layout, PlannedAccount } from "./layout";
import { makeOrganization } from "./organization";
import { makeAnalyst } from "./people";
import { makePipeline } from "./pipeline";
import { makeShop, makeSmallWorkload } from "./workloads";
import type { Workloads } from "./workloads";

/** What the world needs of the emulator. */
export interface WorldHost {
  endpoint: string;
  rootCredentials(account: string): { accessKeyId: string; secretAccessKey: string };
  control: { call<T>(method: "PUT", page: string, payload: unknown): Promise<T> };
}

/** A made organisation, as another process can pick it up again. Everything in it is only worth anything here. */
export interface WorldRecord {
  endpoint: string;
  layout: Layout;
  organizationId: string;
  pipeline: Credentials;
  analyst: Credentials;
  prefix: string;
  /** By account id. */
  workloads: Record<string, Workloads>;
}

/** The organisation with its clients. */
export interface World extends WorldRecord {
  /** Clients of an account's administrator: the pipeline in the account's access role. */
  admin(account: string): AccountClients;
  /** Clients of the account's root user, which stands for AWS's own services: only a service may send its events. */
  service(account: string): AccountClients;
  /** The service account that drills attack, and what runs in it. */
  drillAccount: PlannedAccount;
  drillWorkloads: Workloads;
  /** Ends every connection. */
  close(): void;
}

/** Accounts whose workloads are made at a time: the emulator is one process. */
const accountsAtATime = 4;

/** Makes the organisation: units, accounts, the identity that deploys, and the person who works on cases. */
export async function makeWorld(host: WorldHost, layout: Layout, prefix: string): Promise<World> {
  const place: Place = { endpoint: host.endpoint, region: layout.region };
  const root = connect(place, host.rootCredentials(layout.management.id));
  const { organizationId } = await makeOrganization(layout, root, (ids) =>
    host.control.call("PUT", "organizations/next-account-ids", { ids }),
  );
  const pipeline = await makePipeline(root);
  root.destroy();
  const master = connect(
    place,
    assumed(connect(place, pipeline), `arn:aws:iam::${layout.master.id}:role/${accessRoleName}`, "administrator"),
  );
  const analyst = await makeAnalyst(master, layout.master.id, prefix);
  master.destroy();
  const { endpoint } = host;
  return openWorld({ endpoint, layout, organizationId, pipeline, analyst, prefix, workloads: {} });
}

/** Makes what runs in the service accounts, some at a time; the organisation can be deployed to meanwhile. */
export async function makeWorkloads(world: World): Promise<void> {
  const { layout, workloads } = world;
  const waiting = [...layout.services];
  const worker = async () => {
    for (let account = waiting.shift(); account; account = waiting.shift()) {
      const make = account.name === drillAccountName ? makeShop : makeSmallWorkload;
      workloads[account.id] = await make(world.admin(account.id), layout.region, account.id);
    }
  };
  await Promise.all(Array.from({ length: accountsAtATime }, worker));
}

/** Takes up an organisation that is there. */
export function openWorld(record: WorldRecord): World {
  const place: Place = { endpoint: record.endpoint, region: record.layout.region };
  const pipeline = connect(place, record.pipeline);
  const known = new Map<string, AccountClients>();
  const once = (key: string, make: () => AccountClients) => {
    const clients = known.get(key) ?? make();
    known.set(key, clients);
    return clients;
  };
  const drillAccount = record.layout.services.find(({ name }) => name === drillAccountName);
  if (!drillAccount) throw new Error(`the organisation has no account ${drillAccountName} for drills`);
  return {
    ...record,
    drillAccount,
    get drillWorkloads() {
      const workloads = record.workloads[drillAccount.id];
      if (!workloads) throw new Error(`nothing runs in ${drillAccountName} yet`);
      return workloads;
    },
    admin: (account) =>
      once(`admin ${account}`, () =>
        connect(place, assumed(pipeline, `arn:aws:iam::${account}:role/${accessRoleName}`, "administrator")),
      ),
    service: (account) =>
      once(`service ${account}`, () => connect(place, { accessKeyId: account, secretAccessKey: "root" })),
    close() {
      for (const clients of [pipeline, ...known.values()]) clients.destroy();
    },
  };
}

export type { AccountClients, Credentials } from "./clients";
export { analystArn } from "./people";
export { planOrganization } from "./layout";
export type { Layout, PlannedAccount } from "./layout";
export type { Workloads } from "./workloads";
