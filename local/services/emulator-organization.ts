import {
  DeregisterDelegatedAdministratorCommand,
  DescribeOrganizationCommand,
  EnableAWSServiceAccessCommand,
  ListParentsCommand,
  OrganizationsClient,
  paginateListAccounts,
  paginateListDelegatedAdministrators,
  paginateListDelegatedServicesForAccount,
  RegisterDelegatedAdministratorCommand,
} from "@aws-sdk/client-organizations";
import type { OrganizationSnapshot, OrganizationView } from "./organization";

/** How long an answer of AWS Organizations is good for, in milliseconds. */
const freshMs = 1000;

/** The organisation of the emulator, asked as root of the management account. */
export function emulatorOrganization(options: {
  endpoint: string;
  managementAccountId: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  region?: string;
}): OrganizationView & { destroy(): void } {
  const { endpoint, credentials, managementAccountId, region = "us-east-1" } = options;
  const client = new OrganizationsClient({ endpoint, region, credentials });
  let cached: { at: number; snapshot: Promise<OrganizationSnapshot | undefined> } | undefined;
  const describe = () => {
    if (!cached || Date.now() - cached.at > freshMs) {
      const snapshot = read(client, managementAccountId);
      // A failure is not kept: the next caller asks again.
      snapshot.catch(() => (cached = undefined));
      cached = { at: Date.now(), snapshot };
    }
    return cached.snapshot;
  };
  const above = new Map<string, { at: number; found: Promise<string[] | undefined> }>();
  return {
    describe,
    ancestors(id) {
      const known = above.get(id);
      if (known && Date.now() - known.at <= freshMs) return known.found;
      const found = ancestors(client, id);
      found.catch(() => above.delete(id));
      above.set(id, { at: Date.now(), found });
      return found;
    },
    async delegate(accountId, service) {
      await client.send(new EnableAWSServiceAccessCommand({ ServicePrincipal: service }));
      await unless("AccountAlreadyRegisteredException", () =>
        client.send(new RegisterDelegatedAdministratorCommand({ AccountId: accountId, ServicePrincipal: service })),
      );
      cached = undefined;
    },
    async undelegate(accountId, service) {
      await unless("AccountNotRegisteredException", () =>
        client.send(new DeregisterDelegatedAdministratorCommand({ AccountId: accountId, ServicePrincipal: service })),
      );
      cached = undefined;
    },
    destroy: () => client.destroy(),
  };
}

async function read(client: OrganizationsClient, managementAccountId: string) {
  const exists = await unless("AWSOrganizationsNotInUseException", () =>
    client.send(new DescribeOrganizationCommand({})),
  );
  if (!exists) return undefined;
  const members: OrganizationSnapshot["members"] = [];
  for await (const { Accounts = [] } of paginateListAccounts({ client }, {}))
    for (const { Id = "", Name = "", Email = "", Status = "ACTIVE", JoinedTimestamp } of Accounts)
      members.push({ id: Id, name: Name, email: Email, status: Status, joinedAt: JoinedTimestamp?.toISOString() });
  const delegatedAdministrators: OrganizationSnapshot["delegatedAdministrators"] = [];
  for await (const { DelegatedAdministrators = [] } of paginateListDelegatedAdministrators({ client }, {}))
    for (const { Id: accountId = "" } of DelegatedAdministrators)
      for await (const { DelegatedServices = [] } of paginateListDelegatedServicesForAccount(
        { client },
        { AccountId: accountId },
      ))
        for (const { ServicePrincipal: service = "" } of DelegatedServices)
          delegatedAdministrators.push({ accountId, service });
  return { managementAccountId, members, delegatedAdministrators };
}

async function ancestors(client: OrganizationsClient, id: string): Promise<string[] | undefined> {
  const found: string[] = [];
  for (let child = id; !child.startsWith("r-");) {
    const answer = await unless("ChildNotFoundException", () =>
      client.send(new ListParentsCommand({ ChildId: child })),
    );
    const parent = answer?.Parents?.[0]?.Id;
    if (!parent) return undefined;
    found.push(parent);
    child = parent;
  }
  return found;
}

async function unless<T>(code: string, call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Error && error.name === code) return undefined;
    throw error;
  }
}
