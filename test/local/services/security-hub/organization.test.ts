import { expect } from "chai";
import { asff, HOME, LINKED, MANAGEMENT, OTHER, OUTSIDER, SECURITY, WORKLOAD } from "../support";
import { startHubWorld, type HubWorld } from "./support";

const foundational = `arn:aws:securityhub:${HOME}::standards/aws-foundational-security-best-practices/v/1.0.0`;

describe("local services: Security Hub in an organisation", () => {
  let hub: HubWorld;
  beforeEach(async () => {
    hub = await startHubWorld();
    await hub.enable(SECURITY);
    await hub.delegate();
  });
  afterEach(() => hub.world.stop());

  const aggregate = (body: object = { RegionLinkingMode: "SPECIFIED_REGIONS", Regions: [LINKED] }) =>
    hub.call(SECURITY, "POST", "/findingAggregator/create", body);
  const configure = (ConfigurationType: string, more: object = {}, region = HOME) =>
    hub.call(
      SECURITY,
      "POST",
      "/organization/configuration",
      { AutoEnable: false, AutoEnableStandards: "NONE", OrganizationConfiguration: { ConfigurationType }, ...more },
      region,
    );
  const policy = (more: object = {}, SecurityHub: object = {}) =>
    hub.call(SECURITY, "POST", "/configurationPolicy/create", {
      Name: "baseline",
      ConfigurationPolicy: {
        SecurityHub: {
          ServiceEnabled: true,
          EnabledStandardIdentifiers: [foundational],
          SecurityControlsConfiguration: { DisabledSecurityControlIdentifiers: [] },
          ...SecurityHub,
        },
      },
      ...more,
    });
  const associate = (ConfigurationPolicyIdentifier: string, Target: object, verb = "associate") =>
    hub.call(SECURITY, "POST", `/configurationPolicyAssociation/${verb}`, { ConfigurationPolicyIdentifier, Target });
  const central = async (): Promise<string> => {
    await aggregate();
    await configure("CENTRAL");
    return (await policy()).body.Id;
  };

  it("turns on in the administrator's account, once", async () => {
    expect(await hub.enable(SECURITY)).to.include({ status: 409, code: "ResourceConflictException" });
    expect(hub.world.delegated).to.deep.equal([`${SECURITY} securityhub.amazonaws.com`]);
    expect(await hub.call(SECURITY, "DELETE", "/accounts")).to.deep.include({
      status: 400,
      body: {
        Code: "InvalidInputException",
        Message: "Cannot disable Security Hub on the Security Hub administrator",
      },
    });
    expect(await hub.call(WORKLOAD, "GET", "/organization/admin")).to.include({ status: 401 });
  });

  it("enables the default standards unless told not to", async () => {
    await hub.call(WORKLOAD, "POST", "/accounts", {});
    const enabled = async () => (await hub.call(WORKLOAD, "POST", "/standards/get", {})).body.StandardsSubscriptions;
    const [first] = await enabled();
    expect(first).to.include({ StandardsArn: foundational, StandardsStatus: "PENDING" });
    expect((await enabled())[0]).to.include({ StandardsStatus: "READY" });
    const off = await hub.call(WORKLOAD, "POST", "/standards/deregister", {
      StandardsSubscriptionArns: [first.StandardsSubscriptionArn],
    });
    expect(off.body.StandardsSubscriptions[0]).to.include({ StandardsStatus: "DELETING" });
    expect(await enabled()).to.have.length(1);
  });

  it("refuses a standard that does not exist, naming it", async () => {
    const StandardsArn = `arn:aws:securityhub:${HOME}::standards/moon/v/1.0.0`;
    const { status, body } = await hub.call(SECURITY, "POST", "/standards/register", {
      StandardsSubscriptionRequests: [{ StandardsArn }],
    });
    expect(status).to.equal(400);
    expect(body.Message).to.contain(StandardsArn);
  });

  it("enrols new accounts with local configuration", async () => {
    await configure("LOCAL", { AutoEnable: true, AutoEnableStandards: "DEFAULT" });
    expect((await hub.call(SECURITY, "GET", "/members")).body.Members).to.deep.equal([]);
    hub.world.accounts.push({ id: "555555555555", name: "new", email: "new@example.com", status: "ACTIVE" });
    const { Members } = (await hub.call(SECURITY, "GET", "/members")).body;
    expect(Members[0]).to.include({ AccountId: "555555555555", MemberStatus: "Enabled", AdministratorId: SECURITY });
    expect((await hub.call("555555555555", "POST", "/standards/get", {})).body.StandardsSubscriptions).to.have.length(
      2,
    );
  });

  it("lets a member only be one where Security Hub is on", async () => {
    const create = (AccountId: string) => hub.call(SECURITY, "POST", "/members", { AccountDetails: [{ AccountId }] });
    for (const account of [WORKLOAD, OUTSIDER])
      expect((await create(account)).body.UnprocessedAccounts[0]).to.include({ AccountId: account });
    await hub.join();
    expect((await hub.call(SECURITY, "POST", "/members/get", { AccountIds: [WORKLOAD] })).body.Members).to.have.length(
      1,
    );
    expect((await hub.call(WORKLOAD, "GET", "/administrator")).body.Administrator).to.include({ AccountId: SECURITY });
  });

  describe("across regions", () => {
    it("brings a linked region's finding home: seen there, and on the buses of both regions and both accounts", async () => {
      await hub.delegate(LINKED);
      for (const region of [HOME, LINKED]) await hub.join(region);
      await aggregate();
      await hub.import(WORKLOAD, [{}], LINKED);
      const [finding] = await hub.find(SECURITY);
      expect(finding).to.include({ Region: LINKED, AwsAccountId: WORKLOAD });
      const events = await hub.world.events();
      expect(events.map(({ account, region }) => `${account} ${region}`)).to.have.members([
        `${WORKLOAD} ${LINKED}`,
        `${SECURITY} ${LINKED}`,
        `${WORKLOAD} ${HOME}`,
        `${SECURITY} ${HOME}`,
      ]);
      expect(await hub.find(SECURITY, {}, LINKED)).to.have.length(1);
    });

    it("lets the administrator update at home what is in a linked region", async () => {
      await hub.delegate(LINKED);
      for (const region of [HOME, LINKED]) await hub.join(region);
      await aggregate();
      await hub.import(WORKLOAD, [{}], LINKED);
      const { Id, ProductArn } = asff(WORKLOAD, {}, LINKED);
      const { body } = await hub.call(SECURITY, "PATCH", "/findings/batchupdate", {
        FindingIdentifiers: [{ Id, ProductArn }],
        Workflow: { Status: "RESOLVED" },
      });
      expect(body.ProcessedFindings).to.have.length(1);
      expect((await hub.find(WORKLOAD, {}, LINKED))[0]).to.deep.include({ Workflow: { Status: "RESOLVED" } });
    });

    it("shows a linked region nothing of home", async () => {
      await hub.delegate(LINKED);
      await aggregate();
      await hub.import(SECURITY, [{}]);
      expect(await hub.find(SECURITY, {}, LINKED)).to.deep.equal([]);
    });

    it("has one aggregator an account, changed from home only, never a member's", async () => {
      await hub.join();
      await hub.delegate(LINKED);
      const { FindingAggregatorArn } = (await aggregate()).body;
      expect(await aggregate()).to.include({ status: 400 });
      const arn = encodeURIComponent(FindingAggregatorArn);
      const elsewhere = await hub.call(SECURITY, "DELETE", `/findingAggregator/delete/${arn}`, undefined, LINKED);
      expect(elsewhere.body.Message).to.contain(`home Region ${HOME}`);
      const list = await hub.call(SECURITY, "GET", "/findingAggregator/list", undefined, LINKED);
      expect(list.body.FindingAggregators).to.deep.equal([{ FindingAggregatorArn }]);
      const member = await hub.call(WORKLOAD, "POST", "/findingAggregator/create", {
        RegionLinkingMode: "ALL_REGIONS",
      });
      expect(member.body.Message).to.equal("A finding aggregator cannot be created by a member account.");
    });

    it("wants regions with the modes that name them, and only with those", async () => {
      expect(await aggregate({ RegionLinkingMode: "SPECIFIED_REGIONS" })).to.include({ status: 400 });
      expect(await aggregate({ RegionLinkingMode: "NO_REGIONS", Regions: [LINKED] })).to.include({ status: 400 });
    });
  });

  describe("configured centrally", () => {
    it("needs an aggregator first, and auto-enable off", async () => {
      expect((await configure("CENTRAL")).body.Message).to.contain("requires a finding aggregator");
      await aggregate();
      expect(await configure("CENTRAL", { AutoEnable: true })).to.include({ status: 400 });
      expect(await configure("CENTRAL")).to.include({ status: 200 });
      const { body } = await hub.call(SECURITY, "GET", "/organization/configuration", undefined, LINKED);
      expect(body.OrganizationConfiguration).to.deep.equal({ ConfigurationType: "CENTRAL", Status: "ENABLED" });
    });

    it("has no policies before it is on, nor outside the home region", async () => {
      expect(await policy()).to.include({ status: 403 });
      await central();
      expect(await hub.call(SECURITY, "GET", "/configurationPolicy/list", undefined, LINKED)).to.include({
        status: 403,
      });
    });

    it("gives accounts under a root what the policy says, in home and linked regions, as members", async () => {
      const id = await central();
      const { body } = await associate(id, { RootId: "r-root" });
      expect(body).to.include({ TargetType: "ROOT", AssociationType: "APPLIED", AssociationStatus: "PENDING" });
      for (const region of [HOME, LINKED]) {
        const standards = await hub.call(OTHER, "POST", "/standards/get", {}, region);
        expect(
          standards.body.StandardsSubscriptions.map((one: { StandardsArn: string }) => one.StandardsArn),
        ).to.deep.equal([foundational.replace(HOME, region)]);
        const members = await hub.call(SECURITY, "GET", "/members", undefined, region);
        expect(members.body.Members).to.have.length(3);
      }
      const inherited = await hub.call(SECURITY, "POST", "/configurationPolicyAssociation/get", {
        Target: { AccountId: OTHER },
      });
      expect(inherited.body).to.include({
        ConfigurationPolicyId: id,
        AssociationType: "INHERITED",
        AssociationStatus: "SUCCESS",
      });
    });

    it("lets the nearest association win, self-managed too", async () => {
      const id = await central();
      await associate(id, { RootId: "r-root" });
      await associate("SELF_MANAGED_SECURITY_HUB", { OrganizationalUnitId: "ou-root-workload1" });
      const of = async (AccountId: string) =>
        (await hub.call(SECURITY, "POST", "/configurationPolicyAssociation/get", { Target: { AccountId } })).body
          .ConfigurationPolicyId;
      expect(await of(WORKLOAD)).to.equal("SELF_MANAGED_SECURITY_HUB");
      expect(await of(MANAGEMENT)).to.equal(id);
    });

    it("keeps an account from changing what a policy decides", async () => {
      await associate(await central(), { AccountId: WORKLOAD });
      for (const [method, path, body] of [
        ["DELETE", "/accounts", undefined],
        ["POST", "/standards/register", { StandardsSubscriptionRequests: [{ StandardsArn: foundational }] }],
      ] as const) {
        const answer = await hub.call(WORKLOAD, method, path, body);
        expect(answer.status).to.equal(403);
        expect(answer.body.Message).to.contain("associated with a central configuration policy");
      }
    });

    it("turns Security Hub off where the policy says so", async () => {
      await central();
      await hub.enable(OTHER);
      const off = await hub.call(SECURITY, "POST", "/configurationPolicy/create", {
        Name: "off",
        ConfigurationPolicy: { SecurityHub: { ServiceEnabled: false } },
      });
      await associate(off.body.Id, { AccountId: OTHER });
      expect(await hub.call(OTHER, "GET", "/accounts")).to.include({ status: 401 });
    });

    it("refuses a policy with an unknown standard, without controls, or of a name that is taken", async () => {
      await central();
      const unknown = foundational.replace("aws-foundational", "moon");
      expect((await policy({ Name: "x" }, { EnabledStandardIdentifiers: [unknown] })).body.Message).to.contain(unknown);
      expect(await policy({ Name: "x" }, { SecurityControlsConfiguration: undefined })).to.include({ status: 400 });
      expect(await policy()).to.include({ status: 409 });
    });

    it("refuses a target that is not in the organisation", async () => {
      const id = await central();
      for (const target of [
        { AccountId: OUTSIDER },
        { OrganizationalUnitId: "ou-none-12345678" },
        { RootId: "r-none" },
      ])
        expect(await associate(id, target)).to.include({ status: 404, code: "ResourceNotFoundException" });
      expect(await associate(id, {})).to.include({ status: 400 });
    });

    it("is taken down in one order only", async () => {
      const id = await central();
      await associate(id, { RootId: "r-root" });
      const disable = () => hub.call(MANAGEMENT, "POST", "/organization/admin/disable", { AdminAccountId: SECURITY });
      expect(await disable()).to.include({ status: 403 });
      expect(await hub.call(SECURITY, "DELETE", `/configurationPolicy/${id}`)).to.include({ status: 409 });
      const list = await hub.call(SECURITY, "GET", "/findingAggregator/list");
      const arn = encodeURIComponent(list.body.FindingAggregators[0].FindingAggregatorArn);
      const removeAggregator = () => hub.call(SECURITY, "DELETE", `/findingAggregator/delete/${arn}`);
      expect(await removeAggregator()).to.include({ status: 400 });
      expect(await associate(id, { RootId: "r-root" }, "disassociate")).to.include({ status: 200 });
      expect(await hub.call(SECURITY, "DELETE", `/configurationPolicy/${id}`)).to.include({ status: 200 });
      expect(await configure("LOCAL")).to.include({ status: 200 });
      expect(await removeAggregator()).to.include({ status: 200 });
      expect(await disable()).to.include({ status: 200 });
      expect(await hub.call(SECURITY, "DELETE", "/accounts")).to.include({ status: 200 });
    });
  });

  it("keeps tags of hub and policy", async () => {
    const id = await central();
    for (const arn of [
      `arn:aws:securityhub:${HOME}:${SECURITY}:hub/default`,
      `arn:aws:securityhub:${HOME}:${SECURITY}:configuration-policy/${id}`,
    ]) {
      const path = `/tags/${encodeURIComponent(arn)}`;
      await hub.call(SECURITY, "POST", path, { Tags: { a: "1", b: "2" } });
      await hub.call(SECURITY, "DELETE", `${path}?tagKeys=a`);
      expect((await hub.call(SECURITY, "GET", path)).body).to.deep.equal({ Tags: { b: "2" } });
    }
  });
});
