import { expect } from "chai";
import { asff, HOME, SECURITY, WORKLOAD } from "../support";
import { startHubWorld, type HubWorld } from "./support";

describe("local services: Security Hub's custom actions and automation rules", () => {
  let hub: HubWorld;
  beforeEach(async () => {
    hub = await startHubWorld();
    await hub.enable(SECURITY);
    await hub.delegate();
    await hub.join();
  });
  afterEach(() => hub.world.stop());

  const isolate = { Id: "Isolate", Name: "Isolate", Description: "Isolates the instance" };
  const arn = `arn:aws:securityhub:${HOME}:${SECURITY}:action/custom/Isolate`;

  it("sends findings to a custom action, one an event", async () => {
    expect((await hub.call(SECURITY, "POST", "/actionTargets", isolate)).body).to.deep.equal({ ActionTargetArn: arn });
    await hub.import(WORKLOAD, [{ Id: "a" }, { Id: "b" }]);
    await hub.world.events();
    const findings = ["a", "b"].map((Id) => ({ Id, ProductArn: String(asff(WORKLOAD).ProductArn) }));
    hub.world.services.chooseAction({ account: SECURITY, region: HOME, action: arn, findings });
    const events = await hub.world.events();
    expect(events).to.have.length(2);
    expect(events[0]).to.deep.include({
      type: "Security Hub Findings - Custom Action",
      resources: [arn],
      account: SECURITY,
    });
    expect(events[0]!.detail).to.include({ actionName: "Isolate", actionDescription: "Isolates the instance" });
  });

  it("keeps one action an id, and says where there is none", async () => {
    await hub.call(SECURITY, "POST", "/actionTargets", isolate);
    expect(await hub.call(SECURITY, "POST", "/actionTargets", isolate)).to.include({ status: 409 });
    expect(await hub.call(SECURITY, "POST", "/actionTargets", { ...isolate, Id: "no-hyphens" })).to.include({
      status: 400,
    });
    const { body } = await hub.call(SECURITY, "POST", "/actionTargets/get", {});
    expect(body.ActionTargets).to.deep.equal([
      { ActionTargetArn: arn, Name: "Isolate", Description: "Isolates the instance" },
    ]);
    await hub.call(SECURITY, "DELETE", `/actionTargets/${encodeURIComponent(arn)}`);
    expect(await hub.call(SECURITY, "POST", "/actionTargets/get", { ActionTargetArns: [arn] })).to.include({
      status: 404,
    });
  });

  const rule = (more: object = {}) => ({
    RuleName: "Sandbox is low",
    Description: "Lowers what the sandbox reports",
    RuleOrder: 1,
    Criteria: { Title: [{ Value: "public", Comparison: "CONTAINS" }] },
    Actions: [
      {
        Type: "FINDING_FIELDS_UPDATE",
        FindingFieldsUpdate: { Severity: { Label: "LOW" }, Note: { Text: "by rule", UpdatedBy: "rule" } },
      },
    ],
    ...more,
  });
  const make = (more: object = {}, account = SECURITY) =>
    hub.call(account, "POST", "/automationrules/create", rule(more));
  const severity = async () => {
    await hub.import(WORKLOAD, [{}]);
    return ((await hub.find(WORKLOAD))[0]!.Severity as { Label: string }).Label;
  };

  it("applies the administrator's rule to a member's finding before its event goes out", async () => {
    await make();
    expect(await severity()).to.equal("LOW");
    const events = await hub.world.events();
    expect(events).to.have.length(2);
    for (const { detail } of events) expect(detail.findings[0]!.Note).to.include({ Text: "by rule" });
  });

  it("goes by order, and stops at a terminal rule", async () => {
    const to = (Label: string) => ({
      Actions: [{ Type: "FINDING_FIELDS_UPDATE", FindingFieldsUpdate: { Severity: { Label } } }],
    });
    await make({ RuleOrder: 3, ...to("CRITICAL") });
    await make({ RuleOrder: 2, ...to("MEDIUM"), IsTerminal: true });
    await make({ RuleOrder: 1 });
    expect(await severity()).to.equal("MEDIUM");
  });

  it("leaves findings alone that a disabled rule, or other criteria, would meet", async () => {
    await make({ RuleStatus: "DISABLED" });
    await make({ Criteria: { Title: [{ Value: "private", Comparison: "CONTAINS" }] } });
    expect(await severity()).to.equal("HIGH");
  });

  it("is managed by the administrator: made, read, changed, listed, deleted", async () => {
    expect(await make({}, WORKLOAD)).to.include({ status: 403 });
    const { RuleArn } = (await make()).body;
    const AutomationRulesArns = [RuleArn, "arn:none"];
    const got = await hub.call(SECURITY, "POST", "/automationrules/get", { AutomationRulesArns });
    expect(got.body.Rules[0]).to.deep.include({
      RuleArn,
      RuleStatus: "ENABLED",
      IsTerminal: false,
      Criteria: rule().Criteria,
    });
    expect(got.body.UnprocessedAutomationRules[0]).to.include({ RuleArn: "arn:none", ErrorCode: 404 });
    const items = [{ RuleArn, RuleStatus: "DISABLED" }];
    await hub.call(SECURITY, "PATCH", "/automationrules/update", { UpdateAutomationRulesRequestItems: items });
    const list = await hub.call(SECURITY, "GET", "/automationrules/list");
    expect(list.body.AutomationRulesMetadata[0]).to.include({ RuleArn, RuleStatus: "DISABLED", RuleOrder: 1 });
    await hub.call(SECURITY, "POST", "/automationrules/delete", { AutomationRulesArns: [RuleArn] });
    expect((await hub.call(SECURITY, "GET", "/automationrules/list")).body.AutomationRulesMetadata).to.deep.equal([]);
  });

  it("refuses a rule without criteria, or with two actions", async () => {
    expect(await make({ Criteria: {} })).to.include({ status: 400 });
    expect(await make({ Actions: [...rule().Actions, ...rule().Actions] })).to.include({ status: 400 });
  });
});
