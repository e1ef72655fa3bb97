import {
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  ListParentsCommand,
  ListRootsCommand,
  ListTagsForResourceCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations";
import type { Account } from "@aws-sdk/client-organizations";
import { mockClient } from "aws-sdk-client-mock";
import { expect } from "chai";
import { Organization, organizationsClient } from "../../components/organization";
import type { OrganizationOptions } from "../../components/organization";

/** Root ─ Security (111), Workloads ─ Production (222, 333 suspended), Sandbox ─ Play (444); 555 under the root. */
const units: Record<string, { name: string; under: string; accounts: string[] }> = {
  "ou-security": { name: "Security", under: "r-1", accounts: ["111111111111"] },
  "ou-workloads": { name: "Workloads", under: "r-1", accounts: [] },
  "ou-production": { name: "Production", under: "ou-workloads", accounts: ["222222222222", "333333333333"] },
  "ou-sandbox": { name: "Sandbox", under: "r-1", accounts: [] },
  "ou-play": { name: "Play", under: "ou-sandbox", accounts: ["444444444444"] },
};
const rootAccounts = ["555555555555"];
const states: Record<string, Account["State"]> = { "333333333333": "SUSPENDED" };
const tags: Record<string, Record<string, string>> = {
  "222222222222": { tier: "one" },
  "555555555555": { tier: "two" },
};

const all = [...Object.values(units).flatMap(({ accounts }) => accounts), ...rootAccounts];
const account = (id: string): Account => ({
  Id: id,
  Name: `account-${id[0]}`,
  Email: `${id}@example.com`,
  State: states[id] ?? "ACTIVE",
  JoinedTimestamp: new Date("2024-05-06T07:08:09Z"),
});

const mock = mockClient(OrganizationsClient);

function prepare(): void {
  mock.reset();
  mock.on(ListRootsCommand).resolves({ Roots: [{ Id: "r-1", Name: "Root" }] });
  mock.on(ListAccountsCommand).resolves({ Accounts: all.slice(0, 2).map(account), NextToken: "more" });
  mock.on(ListAccountsCommand, { NextToken: "more" }).resolves({ Accounts: all.slice(2).map(account) });
  mock.on(ListAccountsForParentCommand).callsFake(({ ParentId }: { ParentId: string }) => ({
    Accounts: (ParentId === "r-1" ? rootAccounts : (units[ParentId]?.accounts ?? [])).map(account),
  }));
  mock.on(ListOrganizationalUnitsForParentCommand).callsFake(({ ParentId }: { ParentId: string }) => ({
    OrganizationalUnits: Object.entries(units)
      .filter(([, { under }]) => under === ParentId)
      .map(([Id, { name }]) => ({ Id, Name: name })),
  }));
  mock.on(ListTagsForResourceCommand).callsFake(({ ResourceId }: { ResourceId: string }) => ({
    Tags: Object.entries(tags[ResourceId] ?? {}).map(([Key, Value]) => ({ Key, Value })),
  }));
}

const enumerate = (options?: OrganizationOptions) => new Organization(new OrganizationsClient({}), options).enumerate();
const idsOf = (accounts: { id: string }[]) => accounts.map(({ id }) => id[0]).join("");

describe("Organization", () => {
  beforeEach(prepare);
  after(() => mock.restore());

  it("gives every active account, over all pages, in order", async () => {
    const { accounts } = await enumerate();
    expect(idsOf(accounts)).to.equal("1245");
  });

  it("says whom it leaves out and why", async () => {
    const { leftOut } = await enumerate();
    expect(leftOut).to.deep.equal([{ id: "333333333333", name: "account-3", reason: "suspended" }]);
  });

  it("leaves out accounts that are pending or closed", async () => {
    for (const [state, reason] of [
      ["PENDING_ACTIVATION", "not activated yet"],
      ["PENDING_CLOSURE", "about to be closed"],
      ["CLOSED", "closed"],
    ] as const) {
      states["555555555555"] = state;
      prepare();
      const { leftOut } = await enumerate();
      delete states["555555555555"];
      expect(leftOut.find(({ id }) => id === "555555555555")?.reason).to.equal(reason);
    }
  });

  it("gives an account's ancestors by id and name, path, tags, state and join date", async () => {
    const { accounts } = await enumerate();
    expect(accounts[1]).to.deep.equal({
      id: "222222222222",
      name: "account-2",
      email: "222222222222@example.com",
      status: "ACTIVE",
      joinedAt: "2024-05-06T07:08:09.000Z",
      ous: [
        { id: "r-1", name: "Root" },
        { id: "ou-workloads", name: "Workloads" },
        { id: "ou-production", name: "Production" },
      ],
      path: "/Workloads/Production",
      tags: { tier: "one" },
    });
  });

  it("ignores an organizational unit with everything under it", async () => {
    const { accounts, leftOut } = await enumerate({ ignore: { ous: ["/Sandbox"] } });
    expect(idsOf(accounts)).to.equal("125");
    expect(leftOut.at(-1)?.reason).to.equal("under the ignored organizational unit /Sandbox");
  });

  it("chooses by organizational unit, by path or id, at any depth", async () => {
    expect(idsOf((await enumerate({ only: { ous: ["/Workloads"] } })).accounts)).to.equal("2");
    expect(idsOf((await enumerate({ only: { ous: ["ou-sandbox", "/Security"] } })).accounts)).to.equal("14");
    expect(idsOf((await enumerate({ only: { ous: ["r-1"] } })).accounts)).to.equal("1245");
  });

  it("chooses by account id and by tag", async () => {
    expect(idsOf((await enumerate({ only: { accounts: ["555555555555"] } })).accounts)).to.equal("5");
    expect(idsOf((await enumerate({ only: { tags: { tier: "one" } } })).accounts)).to.equal("2");
    expect(idsOf((await enumerate({ ignore: { tags: { tier: "*" } } })).accounts)).to.equal("14");
  });

  it("lets ignore win over only", async () => {
    const options = { only: { ous: ["/Workloads"] }, ignore: { accounts: ["222222222222"] } };
    expect((await enumerate(options)).accounts).to.be.empty;
  });

  it("refuses an organizational unit that does not exist, and lists those that do", async () => {
    const error = await enumerate({ ignore: { ous: ["/Sandboxes"] } }).catch((reason: Error) => reason);
    expect(error).to.be.an("error");
    expect((error as Error).message).to.contain("/Sandboxes; the organisation has /, /Sandbox, /Sandbox/Play");
  });

  it("refuses an account that is not in the organisation", async () => {
    const error = await enumerate({ ignore: { accounts: ["999999999999"] } }).catch((reason: Error) => reason);
    expect((error as Error).message).to.equal("Account 999999999999 is not in the organisation, which has 5 accounts");
  });

  it("asks for each organizational unit once, however many accounts it holds", async () => {
    await enumerate();
    expect(mock.commandCalls(ListOrganizationalUnitsForParentCommand)).to.have.length(6);
    expect(mock.commandCalls(ListParentsCommand)).to.be.empty;
  });

  it("finds an account that moved while the tree was walked", async () => {
    mock.on(ListAccountsForParentCommand, { ParentId: "ou-play" }).resolves({ Accounts: [] });
    mock.on(ListParentsCommand, { ChildId: "444444444444" }).resolves({ Parents: [{ Id: "ou-production" }] });
    const { accounts } = await enumerate();
    expect(accounts[2]?.path).to.equal("/Workloads/Production");
  });

  it("makes at most as many calls at a time as it is told", async () => {
    let now = 0;
    let most = 0;
    mock.on(ListTagsForResourceCommand).callsFake(async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 2));
      now--;
      return { Tags: [] };
    });
    await enumerate({ concurrency: 2 });
    expect(most).to.equal(2);
  });

  it("waits and asks again when it is throttled", async () => {
    mock.restore();
    let calls = 0;
    const answer = (statusCode: number, body: object) => ({
      response: { statusCode, headers: {}, body: Buffer.from(JSON.stringify(body)) },
    });
    const client = organizationsClient({
      region: "us-east-1",
      credentials: { accessKeyId: "1", secretAccessKey: "1" },
      requestHandler: {
        handle: async () =>
          ++calls <= 2
            ? answer(400, { __type: "TooManyRequestsException", Message: "slow down" })
            : answer(200, { Roots: [] }),
      },
    });
    await client.send(new ListRootsCommand({}));
    expect(calls).to.equal(3);
  });
});
