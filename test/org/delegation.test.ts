import { GuardDuty } from "@aws-sdk/client-guardduty";
import { Organizations } from "@aws-sdk/client-organizations";
import { SecurityHub } from "@aws-sdk/client-securityhub";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import path from "node:path";
import { deploySession, organizationPlan, workshop } from "../../local/deployment";
import { linkedRegions } from "../../local/regions";
import { startSession } from "../../local/session";
import type { Session } from "../../local/session";
import type { OrganizationPlan } from "../../rollout/deploy-organization";

const services = ["access-analyzer", "config", "config-multiaccountsetup", "guardduty", "securityhub"].map(
  (service) => `${service}.amazonaws.com`,
);

describe("delegated administration", function () {
  this.timeout(300_000);
  let session: Session;
  let plan: OrganizationPlan;

  before(async () => {
    session = await startSession({ accounts: 3, prefix: "firebreak", log: () => undefined });
    plan = { ...organizationPlan(session, []), services: [] };
    plan.master.config["firebreak:protect"] = false;
  });

  after(async () => {
    await session?.close();
  });

  const as = (account: string, region = session.world.layout.region) => ({
    endpoint: session.emulator.endpoint,
    region,
    credentials: session.emulator.rootCredentials(account),
  });
  const up = async () => {
    const results = await deploySession(session, plan, {});
    for (const { error } of results) expect(error).to.equal(undefined);
    return results;
  };
  /** The last first, as what is delegated is used by what comes after it. */
  const destroy = async () => {
    const { workDir, env, pulumi } = await workshop(session);
    for (const stackName of ["master", "management"]) {
      const stack = await LocalWorkspace.selectStack(
        { stackName, workDir: path.join(workDir, stackName) },
        { envVars: env, pulumiCommand: pulumi },
      );
      await stack.destroy({ color: "never" });
    }
  };
  const regions = () => [session.world.layout.region, ...linkedRegions];
  const master = () => session.world.layout.master.id;
  const administered = async () => {
    const { DelegatedServices = [] } = await new Organizations(
      as(session.world.layout.management.id),
    ).listDelegatedServicesForAccount({ AccountId: master() });
    return DelegatedServices.map(({ ServicePrincipal }) => ServicePrincipal);
  };

  it("makes the master account administrator, and detection reach every account and region", async () => {
    await up();
    expect(await administered()).to.have.members(services);
    const members = session.world.layout.services;
    for (const region of regions()) {
      const guardDuty = new GuardDuty(as(master(), region));
      const [DetectorId] = (await guardDuty.listDetectors({})).DetectorIds ?? [];
      const { Members = [] } = await guardDuty.listMembers({ DetectorId });
      const enabled = Members.filter(({ RelationshipStatus }) => RelationshipStatus === "Enabled");
      expect(enabled.map(({ AccountId }) => AccountId)).to.include.members(members.map(({ id }) => id));
      for (const { id } of members) {
        const { StandardsSubscriptions = [] } = await new SecurityHub(as(id, region)).getEnabledStandards({});
        expect(StandardsSubscriptions.map(({ StandardsArn }) => StandardsArn)).to.deep.equal([
          `arn:aws:securityhub:${region}::standards/aws-foundational-security-best-practices/v/1.0.0`,
        ]);
      }
    }
  });

  it("finds nothing to do when nothing has changed", async () => {
    for (const { changes } of await up()) expect(Object.keys(changes)).to.deep.equal(["unchanged"]);
  });

  it("is undone in an order that AWS takes, service access last", async () => {
    await destroy();
    const management = new Organizations(as(session.world.layout.management.id));
    expect((await management.listDelegatedAdministrators({})).DelegatedAdministrators).to.deep.equal([]);
    expect((await management.listAWSServiceAccessForOrganization({})).EnabledServicePrincipals).to.deep.equal([]);
    for (const region of regions())
      expect((await new GuardDuty(as(master(), region)).listDetectors({})).DetectorIds).to.deep.equal([]);
    const undone = await session.emulator.ledger(({ action }) =>
      /:(Disable|Deregister|Delete(Detector|FindingAggregator))/.test(action),
    );
    expect(undone.filter(({ decision }) => decision !== "allow")).to.deep.equal([]);
    const last = (pattern: RegExp) => undone.map(({ action }) => pattern.test(action)).lastIndexOf(true);
    const first = (pattern: RegExp) => undone.findIndex(({ action }) => pattern.test(action));
    expect(last(/OrganizationAdminAccount/)).to.be.lessThan(first(/DeleteDetector|DisableSecurityHub/));
    expect(last(/OrganizationAdminAccount|Deregister/)).to.be.lessThan(last(/DisableAWSServiceAccess/));
  });

  it("names the stack that has to come first where there is no administrator", async () => {
    const [result] = await deploySession(session, { master: plan.master, services: [] }, {});
    expect(result?.error).to.match(
      /GuardDuty is not on in .* of the master account; deploy the stack management first/,
    );
  });

  it("can be deployed again after that", async () => {
    await up();
    expect(await administered()).to.have.members(services);
  });
});
