import {
  CloseAccountCommand,
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  DescribeCreateAccountStatusCommand,
  ListRootsCommand,
  MoveAccountCommand,
} from "@aws-sdk/client-organizations";
import type { AccountClients } from "./clients";
import type { Layout, PlannedAccount } from "./layout";

/** How often AWS Organizations is asked whether an account is made, and for how long. */
const pollMs = 100;
const creationLimitMs = 60_000;

/**
 * Makes the organisation as the management account's administrator would: organisational units, accounts, each moved
 * to its unit, and the one that is closed. `reserveIds` says which ids the next accounts get.
 */
export async function makeOrganization(
  layout: Layout,
  management: AccountClients,
  reserveIds: (ids: string[]) => Promise<unknown>,
): Promise<{ organizationId: string }> {
  const { organizations } = management;
  const { Organization } = await organizations.send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
  const { Roots } = await organizations.send(new ListRootsCommand({}));
  const root = Roots?.[0]?.Id;
  if (!Organization?.Id || !root) throw new Error("AWS Organizations made no organisation with a root");
  const units = await makeUnits(layout, management, root);
  const accounts = [layout.master, ...layout.services, layout.suspended];
  await reserveIds(accounts.map(({ id }) => id));
  const requests: string[] = [];
  // One at a time, so that each gets the id that is reserved for it; they become ready side by side.
  for (const account of accounts) requests.push(await requestAccount(account, management));
  await Promise.all(
    accounts.map(async (account, index) => {
      await accountReady(account, requests[index] as string, management);
      const parent = units.get(account.unit.join("/"));
      if (!parent) throw new Error(`account ${account.name} is planned in ${account.unit.join("/")}, which is no unit`);
      await organizations.send(
        new MoveAccountCommand({ AccountId: account.id, SourceParentId: root, DestinationParentId: parent }),
      );
      if (account.kind === "suspended") await organizations.send(new CloseAccountCommand({ AccountId: account.id }));
    }),
  );
  return { organizationId: Organization.Id };
}

async function makeUnits(layout: Layout, { organizations }: AccountClients, root: string) {
  const units = new Map([["", root]]);
  for (const unit of layout.units) {
    const { OrganizationalUnit } = await organizations.send(
      new CreateOrganizationalUnitCommand({ Name: unit.at(-1), ParentId: units.get(unit.slice(0, -1).join("/")) }),
    );
    units.set(unit.join("/"), OrganizationalUnit?.Id ?? "");
  }
  return units;
}

async function requestAccount(account: PlannedAccount, { organizations }: AccountClients): Promise<string> {
  const { CreateAccountStatus } = await organizations.send(
    new CreateAccountCommand({
      AccountName: account.name,
      Email: `aws+${account.name}@example.com`,
      Tags: Object.entries(account.tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  );
  return CreateAccountStatus?.Id ?? "";
}

async function accountReady(account: PlannedAccount, request: string, { organizations }: AccountClients) {
  const deadline = Date.now() + creationLimitMs;
  for (;;) {
    const { CreateAccountStatus: status } = await organizations.send(
      new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: request }),
    );
    if (status?.State === "SUCCEEDED") {
      if (status.AccountId !== account.id)
        throw new Error(`account ${account.name} was made as ${status.AccountId}, expected ${account.id}`);
      return;
    }
    if (status?.State === "FAILED" || Date.now() > deadline)
      throw new Error(`account ${account.name} was not made: ${status?.FailureReason ?? "it took too long"}`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
