import {
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  ModifyNetworkInterfaceAttributeCommand,
} from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { undoCase } from "../../rollout/undo-case";
import { runFirebreak } from "../support/firebreak";
import { testOrganization } from "../support/organization";
import type { TestOrganization } from "../support/organization";

describe("undo", () => {
  let organization: TestOrganization;

  before(async function () {
    this.timeout(300_000);
    organization = await testOrganization();
  });

  async function contained() {
    const { whole, instance, before } = await organization.drill(await organization.freshDrill());
    expect(whole?.record.state).to.equal("contained");
    return { caseId: whole?.record.caseId ?? "", instance, before };
  }

  /** Somebody gives the instance another group of its VPC; answers which interface, and which group. */
  async function changeByHand(instance: string) {
    const { world } = organization.session;
    const { ec2 } = world.admin(world.drillAccount.id);
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [instance] }));
    const one = Reservations?.[0]?.Instances?.[0]?.NetworkInterfaces?.[0];
    const filters = [
      { Name: "vpc-id", Values: [one?.VpcId ?? ""] },
      { Name: "group-name", Values: ["database"] },
    ];
    const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters: filters }));
    const changed = { eni: one?.NetworkInterfaceId ?? "", group: SecurityGroups?.[0]?.GroupId ?? "" };
    await ec2.send(
      new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: changed.eni, Groups: [changed.group] }),
    );
    return changed;
  }

  it("puts everything back", async () => {
    const { caseId } = await contained();
    const { undone, whole } = await organization.asAnalyst((installation) => undoCase(installation, caseId));
    expect(undone).to.equal(true);
    expect(whole.record.state).to.equal("recovered");
  });

  it("names who started it on the case", async () => {
    const { caseId } = await contained();
    const { whole } = await organization.asAnalyst((installation) => undoCase(installation, caseId));
    const started = whole.timeline.find(({ kind, text }) => kind === "undo" && text.includes("started"));
    expect(started?.actor).to.match(/:user\/analyst$/);
  });

  it("refuses after somebody changed the groups by hand, and says what differs", async () => {
    const { caseId, instance } = await contained();
    const { eni, group } = await changeByHand(instance);
    const { undone, actions, whole } = await organization.asAnalyst((installation) => undoCase(installation, caseId));
    expect(undone).to.equal(false);
    expect(whole.record.state).to.equal("undoRefused");
    const isolation = actions.find(({ action }) => action === "isolateInstance");
    expect(isolation?.status).to.equal("undoRefused");
    expect(isolation?.differences?.join()).to.include(eni).and.to.include(group);
  });

  it("ends with exit code 1 and prints what differs, on the command line", async () => {
    const { caseId, instance } = await contained();
    const { eni } = await changeByHand(instance);
    const { code, stdout } = await runFirebreak(["undo", caseId], organization.analystEnvironment);
    expect(code).to.equal(1);
    expect(stdout).to.include(eni).and.to.include("differs");
  });

  it("of one action leaves the others, and the case, as they are", async () => {
    const { caseId } = await contained();
    const { undone, actions, whole } = await organization.asAnalyst((installation) =>
      undoCase(installation, caseId, { action: "protectInstance" }),
    );
    expect(undone).to.equal(true);
    expect(actions.map(({ action }) => action)).to.deep.equal(["protectInstance"]);
    expect(whole.actions.find(({ action }) => action === "isolateInstance")?.status).to.equal("verified");
  });
});
