import { expect } from "chai";
import { asff, HOME, LINKED, OTHER, SECURITY, WORKLOAD } from "../support";
import { startHubWorld, type HubWorld } from "./support";

describe("local services: importing findings into Security Hub", () => {
  let hub: HubWorld;
  beforeEach(async () => {
    hub = await startHubWorld();
    await hub.enable(WORKLOAD);
  });
  afterEach(() => hub.world.stop());

  const failure = async (more: Record<string, unknown>): Promise<string> => {
    const { body } = await hub.import(WORKLOAD, [more]);
    expect(body).to.include({ FailedCount: 1, SuccessCount: 0 });
    expect(body.FailedFindings[0].ErrorCode).to.equal("InvalidInput");
    return body.FailedFindings[0].ErrorMessage;
  };

  it("needs Security Hub to be on", async () => {
    const { status, body } = await hub.import(OTHER, [{}]);
    expect(status).to.equal(401);
    expect(body).to.deep.equal({
      Code: "InvalidAccessException",
      Message: `Account ${OTHER} is not subscribed to AWS Security Hub`,
    });
  });

  it("keeps a finding with what Security Hub adds to it", async () => {
    expect((await hub.import(WORKLOAD, [{}])).body).to.deep.equal({
      FailedCount: 0,
      SuccessCount: 1,
      FailedFindings: [],
    });
    const [finding] = await hub.find(WORKLOAD);
    expect(finding).to.deep.include({
      Region: HOME,
      RecordState: "ACTIVE",
      WorkflowState: "NEW",
      Workflow: { Status: "NEW" },
      AwsAccountName: "account-3",
      Severity: { Label: "HIGH", Normalized: 70 },
      FindingProviderFields: {
        Severity: { Label: "HIGH" },
        Types: ["Software and Configuration Checks/AWS Security Best Practices"],
      },
    });
    const id = `arn:aws:securityhub:${HOME}:${WORKLOAD}:product/${WORKLOAD}/default/finding-1`;
    expect(finding!.ProductFields).to.include({ "aws/securityhub/FindingId": id });
  });

  it("sends one event for each finding", async () => {
    await hub.import(WORKLOAD, [{ Id: "a" }, { Id: "b" }]);
    const events = await hub.world.events();
    expect(events.map(({ detail }) => detail.findings.map(({ Id }) => Id))).to.deep.equal([["a"], ["b"]]);
    expect(events[0]).to.deep.include({
      account: WORKLOAD,
      region: HOME,
      source: "aws.securityhub",
      type: "Security Hub Findings - Imported",
      resources: [`arn:aws:securityhub:${HOME}:${WORKLOAD}:product/${WORKLOAD}/default/a`],
    });
  });

  it("fails findings one by one, and takes the rest", async () => {
    const { body } = await hub.import(WORKLOAD, [{ Id: "good" }, { Id: "bad", Title: undefined }]);
    expect(body).to.include({ FailedCount: 1, SuccessCount: 1 });
    expect(body.FailedFindings).to.deep.equal([
      {
        Id: "bad",
        ErrorCode: "InvalidInput",
        ErrorMessage: "Finding does not adhere to Amazon Finding Format. data should have required property 'Title'.",
      },
    ]);
    expect((await hub.find(WORKLOAD)).map(({ Id }) => Id)).to.deep.equal(["good"]);
  });

  const wrong: [string, Record<string, unknown>, string][] = [
    [
      "a description over 1,024 characters",
      { Description: "x".repeat(1025) },
      "data.Description should NOT be longer than 1024",
    ],
    ["a type of four parts", { Types: ["a/b/c/d"] }, 'data.Types[0] should match pattern "^([^/]+)(\\/[^/]+){0,2}$"'],
    ["a time that is none", { UpdatedAt: "yesterday" }, 'data.UpdatedAt should match format "date-time"'],
    ["a severity there is none of", { Severity: { Label: "SEVERE" } }, "data.Severity.Label should be equal to one of"],
    ["no resource", { Resources: [] }, "data.Resources should NOT have fewer than 1 items"],
    [
      "neither severity nor provider fields",
      { Severity: undefined },
      "should have required property 'FindingProviderFields'",
    ],
    ["text where a list belongs", { Types: "TTPs" }, "data.Types should be array"],
    [
      "a recommendation that is no link",
      { Remediation: { Recommendation: { Url: "see docs" } } },
      "data.Remediation.Recommendation.Url",
    ],
    ["another account's finding", { AwsAccountId: OTHER }, `is not the account of the caller, ${WORKLOAD}`],
    ["more than 240 KB", { Process: { Name: "x".repeat(250_000) } }, "Finding size exceeded 240 KB"],
  ];
  for (const [what, more, message] of wrong)
    it(`refuses ${what}`, async () => expect(await failure(more)).to.contain(message));

  it("takes no more than 100 at once, and not none", async () => {
    const many = Array.from({ length: 101 }, (_, index) => ({ Id: String(index) }));
    expect(await hub.import(WORKLOAD, many)).to.include({ status: 400, code: "InvalidInputException" });
    expect(await hub.import(WORKLOAD, [])).to.include({ status: 400 });
  });

  it("takes a product's findings once it is subscribed to", async () => {
    const ProductArn = `arn:aws:securityhub:${HOME}::product/prowler/prowler`;
    expect(await hub.import(WORKLOAD, [{ ProductArn }])).to.include({ status: 403, code: "AccessDeniedException" });
    const { body } = await hub.call(WORKLOAD, "POST", "/productSubscriptions", { ProductArn });
    const subscription = `arn:aws:securityhub:${HOME}:${WORKLOAD}:product-subscription/prowler/prowler`;
    expect(body).to.deep.equal({ ProductSubscriptionArn: subscription });
    expect(await hub.call(WORKLOAD, "POST", "/productSubscriptions", { ProductArn })).to.include({ status: 409 });
    expect((await hub.call(WORKLOAD, "GET", "/productSubscriptions")).body.ProductSubscriptions).to.include(
      subscription,
    );
    expect((await hub.import(WORKLOAD, [{ ProductArn }])).body.SuccessCount).to.equal(1);
    expect((await hub.find(WORKLOAD))[0]).to.include({ ProductName: "Prowler", CompanyName: "Prowler" });
    await hub.call(WORKLOAD, "DELETE", `/productSubscriptions/${encodeURIComponent(subscription)}`);
    expect(await hub.import(WORKLOAD, [{ ProductArn }])).to.include({ status: 403 });
  });

  it("refuses the product of another region, or of AWS itself", async () => {
    const elsewhere = `arn:aws:securityhub:${LINKED}:${WORKLOAD}:product/${WORKLOAD}/default`;
    expect(await hub.import(WORKLOAD, [{ ProductArn: elsewhere }])).to.include({ code: "InvalidInputException" });
    const aws = `arn:aws:securityhub:${HOME}::product/aws/guardduty`;
    expect(await hub.import(WORKLOAD, [{ ProductArn: aws }])).to.include({ code: "AccessDeniedException" });
  });

  describe("of a finding that is there", () => {
    const later = "2026-11-21T11:00:00.000Z";
    const ProductArn = asff(WORKLOAD).ProductArn;
    const update = (more: Record<string, unknown>) =>
      hub.call(WORKLOAD, "PATCH", "/findings/batchupdate", {
        FindingIdentifiers: [{ Id: "finding-1", ProductArn }],
        ...more,
      });
    beforeEach(() => hub.import(WORKLOAD, [{ Compliance: { Status: "PASSED" } }]));

    it("changes it in place and says so", async () => {
      await hub.world.events();
      await hub.import(WORKLOAD, [{ UpdatedAt: later, Title: "Still public" }]);
      expect(await hub.find(WORKLOAD)).to.have.length(1);
      const [event] = await hub.world.events();
      expect(event!.detail.findings[0]).to.include({ Title: "Still public", UpdatedAt: later });
    });

    it("keeps what the customer set", async () => {
      await update({
        Note: { Text: "known", UpdatedBy: "me" },
        UserDefinedFields: { case: "c-1" },
        Workflow: { Status: "SUPPRESSED" },
        Severity: { Label: "LOW" },
      });
      await hub.import(WORKLOAD, [
        { UpdatedAt: later, Severity: { Label: "CRITICAL" }, Note: { Text: "x", UpdatedBy: "x", UpdatedAt: later } },
      ]);
      const [finding] = await hub.find(WORKLOAD);
      expect(finding).to.deep.include({
        Workflow: { Status: "SUPPRESSED" },
        UserDefinedFields: { case: "c-1" },
        Severity: { Label: "LOW", Normalized: 1 },
      });
      expect(finding!.Note).to.include({ Text: "known" });
      expect(finding!.FindingProviderFields).to.deep.include({ Severity: { Label: "CRITICAL" } });
    });

    it("follows the provider's severity until the customer sets it", async () => {
      await hub.import(WORKLOAD, [{ UpdatedAt: later, Severity: { Label: "CRITICAL" } }]);
      expect((await hub.find(WORKLOAD))[0]).to.deep.include({ Severity: { Label: "CRITICAL", Normalized: 90 } });
    });

    it("ignores what is no newer, and sends no event", async () => {
      await hub.world.events();
      expect((await hub.import(WORKLOAD, [{ Title: "Older" }])).body.SuccessCount).to.equal(1);
      expect((await hub.find(WORKLOAD))[0]).to.include({ Title: "Bucket is public" });
      expect(await hub.world.events()).to.deep.equal([]);
    });

    it("opens it again where it failed after it had passed", async () => {
      await update({ Workflow: { Status: "RESOLVED" } });
      await hub.import(WORKLOAD, [{ UpdatedAt: later, Compliance: { Status: "FAILED" } }]);
      expect((await hub.find(WORKLOAD))[0]).to.deep.include({ Workflow: { Status: "NEW" } });
    });
  });

  it("takes GuardDuty's findings where both are on, under GuardDuty's own id", async () => {
    const { detectorId } = (await hub.world.call("guardduty", WORKLOAD, "POST", "/detector", { enable: true })).body;
    const create = () =>
      hub.world.call("guardduty", WORKLOAD, "POST", `/detector/${detectorId}/findings/create`, {
        findingTypes: ["Backdoor:EC2/C&CActivity.B!DNS"],
      });
    await create();
    const [finding] = await hub.find(WORKLOAD);
    expect(finding).to.deep.include({
      ProductArn: `arn:aws:securityhub:${HOME}::product/aws/guardduty`,
      ProductName: "GuardDuty",
      Types: ["TTPs/Command and Control/Backdoor:EC2-C&CActivity.B!DNS"],
      Sample: true,
    });
    expect(finding!.Id).to.match(/^arn:aws:guardduty:.*\/finding\/[0-9a-f]{32}$/);
    expect(finding!.Severity).to.include({ Product: 8, Label: "HIGH", Normalized: 80 });
    expect((finding!.Resources as { Id: string }[])[0]!.Id).to.match(/:instance\/i-99999999$/);
    hub.world.wait(1000);
    await create();
    expect(await hub.find(WORKLOAD)).to.have.length(1);
  });

  it("gives no finding to an account that is no administrator", async () => {
    await hub.enable(SECURITY);
    await hub.import(WORKLOAD, [{}]);
    expect(await hub.find(SECURITY)).to.deep.equal([]);
  });
});
