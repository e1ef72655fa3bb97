import { expect } from "chai";
import { HOME, LINKED, MANAGEMENT, OTHER, OUTSIDER, SECURITY, startWorld, WORKLOAD, type World } from "../support";

describe("local services: GuardDuty in an organisation", () => {
  let world: World;
  beforeEach(async () => (world = await startWorld()));
  afterEach(() => world.stop());

  const call = (account: string, method: string, path: string, body?: unknown, region = HOME) =>
    world.call("guardduty", account, method, path, body, region);
  const delegate = (region = HOME) => call(MANAGEMENT, "POST", "/admin/enable", { adminAccountId: SECURITY }, region);
  const detectorOf = async (account: string, region = HOME): Promise<string> =>
    (await call(account, "GET", "/detector", undefined, region)).body.detectorIds[0];
  const configure = async (more: object) =>
    call(SECURITY, "POST", `/detector/${await detectorOf(SECURITY)}/admin`, more);
  const memberIds = async () =>
    (await call(SECURITY, "GET", `/detector/${await detectorOf(SECURITY)}/member`)).body.members.map(
      (one: { accountId: string }) => one.accountId,
    );

  it("turns on in the administrator's account and region, and registers it with Organizations once", async () => {
    expect(await delegate()).to.include({ status: 200 });
    await delegate(LINKED);
    expect(await detectorOf(SECURITY)).to.match(/^[0-9a-f]{32}$/);
    expect(await detectorOf(SECURITY, LINKED))
      .to.be.a("string")
      .and.not.equal(await detectorOf(SECURITY));
    expect(world.delegated).to.include(`${SECURITY} guardduty.amazonaws.com`);
    const { body } = await call(MANAGEMENT, "GET", "/admin");
    expect(body.adminAccounts).to.deep.equal([{ adminAccountId: SECURITY, adminStatus: "ENABLED" }]);
  });

  it("is delegated by the management account only, to one active member", async () => {
    expect(await call(SECURITY, "POST", "/admin/enable", { adminAccountId: SECURITY })).to.include({
      status: 400,
      code: "BadRequestException",
    });
    const outside = await call(MANAGEMENT, "POST", "/admin/enable", { adminAccountId: OUTSIDER });
    expect(outside.body.message).to.contain(`${OUTSIDER} is not an active member`);
    await delegate();
    const second = await call(MANAGEMENT, "POST", "/admin/enable", { adminAccountId: OTHER }, LINKED);
    expect(second.body.message).to.contain("another account is already enabled");
  });

  it("refuses a second detector, such as one made after delegation", async () => {
    await delegate();
    const { body, status } = await call(SECURITY, "POST", "/detector", { enable: true });
    expect(status).to.equal(400);
    expect(body.message).to.equal("The request is rejected because a detector already exists for the current account.");
  });

  it("gives every member a detector with ALL, and those who join later", async () => {
    await delegate();
    await configure({ autoEnableOrganizationMembers: "ALL" });
    expect(await memberIds()).to.deep.equal([MANAGEMENT, WORKLOAD, OTHER]);
    world.accounts.push({ id: "555555555555", name: "new", email: "new@example.com", status: "ACTIVE" });
    expect(await memberIds()).to.include("555555555555");
    expect(await detectorOf("555555555555")).to.be.a("string");
  });

  it("enrols with NEW only who joins after", async () => {
    await delegate();
    await configure({ autoEnableOrganizationMembers: "NEW" });
    expect(await memberIds()).to.deep.equal([]);
    world.accounts.push({ id: "555555555555", name: "new", email: "new@example.com", status: "ACTIVE" });
    expect(await memberIds()).to.deep.equal(["555555555555"]);
  });

  it("gives members the features that the organisation's configuration says", async () => {
    await delegate();
    await configure({
      autoEnableOrganizationMembers: "ALL",
      features: [
        { name: "S3_DATA_EVENTS", autoEnable: "ALL" },
        {
          name: "RUNTIME_MONITORING",
          autoEnable: "ALL",
          additionalConfiguration: [{ name: "EC2_AGENT_MANAGEMENT", autoEnable: "ALL" }],
        },
      ],
    });
    const { body } = await call(WORKLOAD, "GET", `/detector/${await detectorOf(WORKLOAD)}`);
    const status = Object.fromEntries(
      body.features.map((one: { name: string; status: string }) => [one.name, one.status]),
    );
    expect(status).to.include({
      S3_DATA_EVENTS: "ENABLED",
      RUNTIME_MONITORING: "ENABLED",
      RDS_LOGIN_EVENTS: "DISABLED",
    });
    const runtime = body.features.find((one: { name: string }) => one.name === "RUNTIME_MONITORING");
    expect(runtime.additionalConfiguration).to.deep.include.members([
      { name: "EC2_AGENT_MANAGEMENT", status: "ENABLED", updatedAt: Date.parse("2026-11-22T05:00:00Z") / 1000 },
    ]);
  });

  it("refuses both runtime monitorings, and both forms of auto-enable", async () => {
    await delegate();
    const features = ["RUNTIME_MONITORING", "EKS_RUNTIME_MONITORING"].map((name) => ({ name, autoEnable: "ALL" }));
    expect(await configure({ autoEnableOrganizationMembers: "ALL", features })).to.include({ status: 400 });
    expect(await configure({ autoEnable: true, autoEnableOrganizationMembers: "ALL" })).to.include({ status: 400 });
    expect(await configure({})).to.include({ status: 400 });
  });

  it("lets nobody but the administrator configure the organisation", async () => {
    await delegate();
    await call(WORKLOAD, "POST", "/detector", { enable: true });
    const { body } = await call(WORKLOAD, "GET", `/detector/${await detectorOf(WORKLOAD)}/admin`);
    expect(body.message).to.contain("not the GuardDuty delegated administrator");
  });

  it("keeps a member from changing, deleting or leaving", async () => {
    await delegate();
    await configure({ autoEnableOrganizationMembers: "ALL" });
    const detector = await detectorOf(WORKLOAD);
    for (const [method, path, body] of [
      ["POST", "", { enable: false }],
      ["DELETE", "", undefined],
      ["POST", "/administrator/disassociate", {}],
    ] as const)
      expect(await call(WORKLOAD, method, `/detector/${detector}${path}`, body)).to.include({ status: 400 });
  });

  it("is taken down in one order only", async () => {
    await delegate();
    await configure({ autoEnableOrganizationMembers: "ALL" });
    const admin = await detectorOf(SECURITY);
    const remove = () => call(SECURITY, "DELETE", `/detector/${admin}`);
    const accountIds = await memberIds();
    expect((await remove()).body.message).to.contain("while it has invited or associated members");
    const early = await call(SECURITY, "POST", `/detector/${admin}/member/disassociate`, { accountIds });
    expect(early.body.message).to.contain("autoEnableOrganizationMembers is ALL");
    await configure({ autoEnableOrganizationMembers: "NONE" });
    const undeletable = await call(SECURITY, "POST", `/detector/${admin}/member/delete`, { accountIds: [WORKLOAD] });
    expect(undeletable.body.unprocessedAccounts[0]).to.include({ accountId: WORKLOAD });
    await call(SECURITY, "POST", `/detector/${admin}/member/disassociate`, { accountIds });
    const deleted = await call(SECURITY, "POST", `/detector/${admin}/member/delete`, { accountIds });
    expect(deleted.body).to.deep.equal({ unprocessedAccounts: [] });
    expect((await remove()).body.message).to.contain("while it is the delegated administrator");
    expect(await call(MANAGEMENT, "POST", "/admin/disable", { adminAccountId: SECURITY })).to.include({ status: 200 });
    expect(world.delegated).to.deep.equal([]);
    expect(await remove()).to.include({ status: 200 });
    expect(await delegate()).to.include({ status: 200 });
  });

  it("marks a suspended account and forgets one that left", async () => {
    await delegate();
    await configure({ autoEnableOrganizationMembers: "ALL" });
    world.accounts[2]!.status = "SUSPENDED";
    const get = await call(SECURITY, "POST", `/detector/${await detectorOf(SECURITY)}/member/get`, {
      accountIds: [WORKLOAD, OUTSIDER],
    });
    expect(get.body.members[0]).to.include({ accountId: WORKLOAD, relationshipStatus: "AccountSuspended" });
    expect(get.body.unprocessedAccounts).to.have.length(1);
    world.accounts.splice(2, 1);
    expect(await memberIds()).to.deep.equal([MANAGEMENT, OTHER]);
  });

  it("reports accounts that cannot be made members", async () => {
    await delegate();
    const { body } = await call(SECURITY, "POST", `/detector/${await detectorOf(SECURITY)}/member`, {
      accountDetails: [WORKLOAD, OUTSIDER, SECURITY].map((accountId) => ({ accountId, email: "a@example.com" })),
    });
    expect(body.unprocessedAccounts.map((one: { accountId: string }) => one.accountId)).to.deep.equal([
      OUTSIDER,
      SECURITY,
    ]);
    expect(await memberIds()).to.deep.equal([WORKLOAD]);
  });
});
