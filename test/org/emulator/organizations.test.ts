import { IAM } from "@aws-sdk/client-iam";
import { Organizations, type CreateAccountStatus } from "@aws-sdk/client-organizations";
import { expect } from "chai";
import { eventually, MANAGEMENT, OUTSIDER, refusal, startWorld, WORKLOAD, type World } from "./support";

describe("emulator: Organizations", () => {
  let world: World;
  let manager: Organizations;
  let rootId: string;

  before(async () => {
    world = await startWorld();
    manager = new Organizations(world.root(MANAGEMENT));
    await manager.createOrganization({ FeatureSet: "ALL" });
    rootId = (await manager.listRoots({})).Roots![0]!.Id!;
  });
  after(() => world.end());

  const create = async (name: string, id?: string): Promise<CreateAccountStatus> => {
    if (id) await world.emulator.control.call("PUT", "organizations/next-account-ids", { ids: [id] });
    const { CreateAccountStatus: begun } = await manager.createAccount({
      AccountName: name,
      Email: `${name}@example.com`,
    });
    expect(begun!.State).to.equal("IN_PROGRESS");
    expect(begun!.AccountId).to.equal(undefined);
    return eventually(async () => {
      const now = await manager.describeCreateAccountStatus({ CreateAccountRequestId: begun!.Id! });
      return now.CreateAccountStatus!.State === "IN_PROGRESS" ? undefined : now.CreateAccountStatus;
    });
  };

  it("makes an account in the background, with the role that lets the management account in", async () => {
    const made = await create("workload", WORKLOAD);
    expect(made).to.include({ State: "SUCCEEDED", AccountId: WORKLOAD });
    const iam = new IAM(world.root(MANAGEMENT));
    const { User } = await iam.createUser({ UserName: "pipeline" });
    await iam.putUserPolicy({
      UserName: "pipeline",
      PolicyName: "assume",
      PolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Resource: "*" }],
      }),
    });
    const { AccessKey } = await iam.createAccessKey({ UserName: User!.UserName! });
    const pipeline = {
      ...world.root(MANAGEMENT),
      credentials: { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! },
    };
    const admin = await world.session(pipeline, `arn:aws:iam::${WORKLOAD}:role/OrganizationAccountAccessRole`);
    const { Users } = await new IAM(admin).listUsers({});
    expect(Users).to.deep.equal([]);
  });

  it("refuses a second account with the same address, in the status", async () => {
    const { CreateAccountStatus: status } = await manager.createAccount({
      AccountName: "again",
      Email: "workload@example.com",
    });
    expect(status).to.include({ State: "FAILED", FailureReason: "EMAIL_ALREADY_EXISTS" });
  });

  it("answers members about the organisation and nothing else", async () => {
    const member = new Organizations(world.root(WORKLOAD));
    const { Organization } = await member.describeOrganization({});
    expect(Organization!.MasterAccountId).to.equal(MANAGEMENT);
    expect((await refusal(member.listAccounts({}))).name).to.equal("AccessDeniedException");
  });

  it("tells an outsider that it is in no organisation", async () => {
    const error = await refusal(new Organizations(world.root(OUTSIDER)).describeOrganization({}));
    expect(error.name).to.equal("AWSOrganizationsNotInUseException");
  });

  it("lets a delegated administrator read", async () => {
    await manager.enableAWSServiceAccess({ ServicePrincipal: "guardduty.amazonaws.com" });
    await manager.registerDelegatedAdministrator({
      AccountId: WORKLOAD,
      ServicePrincipal: "guardduty.amazonaws.com",
    });
    const member = new Organizations(world.root(WORKLOAD));
    const { Accounts } = await member.listAccounts({});
    expect(Accounts!.map((a) => a.Id)).to.include(WORKLOAD);
    const again = manager.registerDelegatedAdministrator({
      AccountId: WORKLOAD,
      ServicePrincipal: "guardduty.amazonaws.com",
    });
    expect((await refusal(again)).name).to.equal("AccountAlreadyRegisteredException");
    const { DelegatedServices } = await manager.listDelegatedServicesForAccount({ AccountId: WORKLOAD });
    expect(DelegatedServices!.map((s) => s.ServicePrincipal)).to.deep.equal(["guardduty.amazonaws.com"]);
    await manager.deregisterDelegatedAdministrator({
      AccountId: WORKLOAD,
      ServicePrincipal: "guardduty.amazonaws.com",
    });
    expect((await refusal(member.listAccounts({}))).name).to.equal("AccessDeniedException");
  });

  it("nests organisational units and finds parents", async () => {
    const outer = await manager.createOrganizationalUnit({ ParentId: rootId, Name: "Workloads" });
    const inner = await manager.createOrganizationalUnit({
      ParentId: outer.OrganizationalUnit!.Id!,
      Name: "Production",
    });
    const unit = inner.OrganizationalUnit!.Id!;
    await manager.moveAccount({ AccountId: WORKLOAD, SourceParentId: rootId, DestinationParentId: unit });
    expect((await manager.listParents({ ChildId: WORKLOAD })).Parents).to.deep.equal([
      { Id: unit, Type: "ORGANIZATIONAL_UNIT" },
    ]);
    expect((await manager.listParents({ ChildId: unit })).Parents![0]!.Id).to.equal(outer.OrganizationalUnit!.Id);
    const twice = manager.createOrganizationalUnit({ ParentId: rootId, Name: "Workloads" });
    expect((await refusal(twice)).name).to.equal("DuplicateOrganizationalUnitException");
    const full = manager.deleteOrganizationalUnit({ OrganizationalUnitId: unit });
    expect((await refusal(full)).name).to.equal("OrganizationalUnitNotEmptyException");
  });

  it("keeps tags of accounts", async () => {
    await manager.tagResource({ ResourceId: WORKLOAD, Tags: [{ Key: "tier", Value: "prod" }] });
    expect((await manager.listTagsForResource({ ResourceId: WORKLOAD })).Tags).to.deep.equal([
      { Key: "tier", Value: "prod" },
    ]);
  });

  it("lists accounts in pages, closed ones as suspended", async () => {
    for (const n of [1, 2, 3]) await create(`extra-${n}`);
    const closed = (await create("closed")).AccountId!;
    await manager.closeAccount({ AccountId: closed });
    const first = await manager.listAccounts({ MaxResults: 2 });
    expect(first.Accounts).to.have.lengthOf(2);
    const found = new Map<string, string>();
    let token: string | undefined;
    do {
      const page = await manager.listAccounts({ MaxResults: 2, NextToken: token });
      page.Accounts!.forEach((a) => found.set(a.Id!, a.Status!));
      token = page.NextToken;
    } while (token);
    expect(found.size).to.equal(6);
    expect(found.get(closed)).to.equal("SUSPENDED");
  });

  it("is throttled where a fault says so, and only as often", async () => {
    await world.emulator.control.call("PUT", "faults", {
      rules: [{ kind: "throttle", action: "organizations:ListAccounts", count: 2 }],
    });
    const impatient = new Organizations({ ...world.root(MANAGEMENT), maxAttempts: 1 });
    expect((await refusal(impatient.listAccounts({}))).name).to.equal("TooManyRequestsException");
    expect((await manager.listAccounts({})).Accounts).to.not.equal(undefined);
    await world.emulator.control.call("PUT", "faults", { rules: [] });
  });
});
