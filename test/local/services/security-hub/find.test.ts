import { expect } from "chai";
import { asff, WORKLOAD } from "../support";
import { startHubWorld, type HubWorld } from "./support";

const is = (Value: string, Comparison = "EQUALS") => ({ Value, Comparison });

describe("local services: finding and changing Security Hub findings", () => {
  let hub: HubWorld;
  const ProductArn = asff(WORKLOAD).ProductArn;
  before(async () => {
    hub = await startHubWorld();
    await hub.enable(WORKLOAD);
    const role = { Type: "AwsIamRole", Id: "arn:aws:iam::333333333333:role/admin", Tags: { team: "web", tier: "1" } };
    const instance = {
      Type: "AwsEc2Instance",
      Id: "i-1",
      Details: { AwsEc2Instance: { IpV4Addresses: ["10.1.2.3"], LaunchedAt: "2026-11-01T00:00:00Z" } },
    };
    await hub.import(WORKLOAD, [
      { Id: "a", Severity: { Label: "CRITICAL" }, Resources: [role], UpdatedAt: "2026-11-21T10:00:01Z" },
      { Id: "b", Severity: { Label: "CRITICAL" }, Resources: [role, instance], UpdatedAt: "2026-11-21T10:00:02Z" },
      { Id: "c", Severity: { Label: "LOW" }, Resources: [instance], UpdatedAt: "2026-11-21T10:00:03Z", Confidence: 50 },
      {
        Id: "d",
        Resources: [{ Type: "AwsS3Bucket", Id: "bucket" }],
        CreatedAt: "2026-10-01T00:00:00Z",
        Compliance: { Status: "FAILED", SecurityControlId: "S3.2" },
        ProductFields: { origin: "nightly scan" },
      },
    ]);
  });
  after(() => hub.world.stop());

  const ids = async (Filters: object) => (await hub.find(WORKLOAD, { Filters })).map(({ Id }) => Id).sort();
  const refused = (body: object) => hub.call(WORKLOAD, "POST", "/findings", body);
  const update = (findings: string[], more: object) =>
    hub.call(WORKLOAD, "PATCH", "/findings/batchupdate", {
      FindingIdentifiers: findings.map((Id) => ({ Id, ProductArn })),
      ...more,
    });

  const filters: [string, object, string[]][] = [
    ["text that is one of several", { SeverityLabel: [is("CRITICAL"), is("LOW")] }, ["a", "b", "c"]],
    ["text by how it starts", { ResourceType: [is("AwsIam", "PREFIX")] }, ["a", "b"]],
    [
      "text by what it is not, all of them",
      { SeverityLabel: [is("LOW", "NOT_EQUALS"), is("HIGH", "NOT_EQUALS")] },
      ["a", "b"],
    ],
    [
      "text by prefix and exception",
      { ResourceType: [is("Aws", "PREFIX"), is("AwsIam", "PREFIX_NOT_EQUALS")] },
      ["c", "d"],
    ],
    ["several attributes together", { SeverityLabel: [is("CRITICAL")], ResourceType: [is("AwsEc2Instance")] }, ["b"]],
    ["a number in a range", { SeverityNormalized: [{ Gte: 1, Lte: 70 }] }, ["c", "d"]],
    ["a number that few have", { Confidence: [{ Gt: 10 }] }, ["c"]],
    [
      "a time older than so many days",
      { CreatedAt: [{ DateRange: { Value: 30, Unit: "DAYS", Comparison: "OLDER_THAN" } }] },
      ["d"],
    ],
    ["a time within so many days", { CreatedAt: [{ DateRange: { Value: 30, Unit: "DAYS" } }] }, ["a", "b", "c"]],
    [
      "a time from start to end",
      { UpdatedAt: [{ Start: "2026-11-21T10:00:02Z", End: "2026-11-21T10:00:03Z" }] },
      ["b", "c"],
    ],
    ["a tag of the resource", { ResourceTags: [{ Key: "team", Value: "web", Comparison: "EQUALS" }] }, ["a", "b"]],
    ["a tag that it has not", { ResourceTags: [{ Key: "team", Value: "web", Comparison: "NOT_EQUALS" }] }, ["c", "d"]],
    ["a product field", { ProductFields: [{ Key: "origin", Value: "nightly scan", Comparison: "EQUALS" }] }, ["d"]],
    ["an address in a block", { ResourceAwsEc2InstanceIpV4Addresses: [{ Cidr: "10.1.0.0/16" }] }, ["b", "c"]],
    ["a word anywhere", { Keyword: [{ Value: "NIGHTLY" }] }, ["d"]],
    ["the control of a compliance finding", { ComplianceSecurityControlId: [is("S3.2")] }, ["d"]],
  ];
  for (const [what, given, expected] of filters)
    it(`filters by ${what}`, async () => expect(await ids(given)).to.deep.equal(expected));

  const wrong: [string, object, string][] = [
    ["an attribute there is none of", { Colour: [is("red")] }, "no attribute Colour"],
    ["CONTAINS, which is for automation rules", { Title: [is("x", "CONTAINS")] }, "Title.0.Comparison"],
    ["EQUALS beside NOT_EQUALS", { Title: [is("x"), is("y", "NOT_EQUALS")] }, "cannot be combined"],
    ["a blank value", { Title: [is(" ")] }, "Title.0.Value"],
    ["a number as text", { Confidence: [{ Gte: "1" }] }, "Confidence.0.Gte"],
    ["more than 20 values", { Id: Array.from({ length: 21 }, (_, i) => is(String(i))) }, "Id"],
    [
      "a date range with a start",
      { CreatedAt: [{ Start: "2026-01-01T00:00:00Z", DateRange: { Value: 1, Unit: "DAYS" } }] },
      "CreatedAt.0",
    ],
    ["a block that is none", { NetworkSourceIpV4: [{ Cidr: "10.0.0/8" }] }, "NetworkSourceIpV4.0.Cidr"],
  ];
  for (const [what, given, message] of wrong)
    it(`refuses ${what}`, async () => {
      const { status, body } = await refused({ Filters: given });
      expect(status).to.equal(400);
      expect(body.Message).to.contain(message);
    });

  it("sorts by criteria in turn, the latest first without any", async () => {
    const order = async (SortCriteria?: object[]) => (await hub.find(WORKLOAD, { SortCriteria })).map(({ Id }) => Id);
    expect(await order()).to.deep.equal(["c", "b", "a", "d"]);
    const criteria = [
      { Field: "SeverityNormalized", SortOrder: "desc" },
      { Field: "UpdatedAt", SortOrder: "asc" },
    ];
    expect(await order(criteria)).to.deep.equal(["a", "b", "d", "c"]);
  });

  it("gives pages, whose token is good for the same request only", async () => {
    const { body } = await refused({ MaxResults: 3 });
    expect(body.Findings).to.have.length(3);
    const rest = await refused({ MaxResults: 3, NextToken: body.NextToken });
    expect(rest.body.Findings).to.have.length(1);
    expect(rest.body).to.not.have.property("NextToken");
    const other = await refused({ NextToken: body.NextToken, Filters: { Id: [is("a")] } });
    expect(other).to.include({ status: 400 });
    expect(await refused({ MaxResults: 101 })).to.include({ status: 400 });
  });

  it("groups an insight's findings, most first", async () => {
    const { InsightArn } = (
      await hub.call(WORKLOAD, "POST", "/insights", {
        Name: "Roles with critical findings",
        Filters: { ResourceType: [is("AwsIamRole")], SeverityLabel: [is("CRITICAL")] },
        GroupByAttribute: "ResourceId",
      })
    ).body;
    const path = `/insights/results/${encodeURIComponent(InsightArn)}`;
    expect((await hub.call(WORKLOAD, "GET", path)).body.InsightResults).to.deep.equal({
      InsightArn,
      GroupByAttribute: "ResourceId",
      ResultValues: [
        { GroupByAttributeValue: "arn:aws:iam::333333333333:role/admin", Count: 2 },
        { GroupByAttributeValue: "i-1", Count: 1 },
      ],
    });
    expect((await hub.call(WORKLOAD, "POST", "/insights/get", {})).body.Insights).to.have.length(1);
    await hub.call(WORKLOAD, "DELETE", `/insights/${encodeURIComponent(InsightArn)}`);
    expect(await hub.call(WORKLOAD, "GET", path)).to.include({ status: 404, code: "ResourceNotFoundException" });
  });

  it("refuses an insight with filters or a group that there are none of", async () => {
    const make = (more: object) =>
      hub.call(WORKLOAD, "POST", "/insights", { Name: "x", Filters: {}, GroupByAttribute: "ResourceId", ...more });
    expect(await make({ Filters: { Colour: [is("red")] } })).to.include({ status: 400 });
    expect(await make({ GroupByAttribute: "Colour" })).to.include({ status: 400 });
  });

  it("updates what a customer may, sends the finding again, and leaves the provider's time", async () => {
    await hub.world.events();
    const { body } = await update(["a"], {
      Workflow: { Status: "NOTIFIED" },
      Note: { Text: "case 1", UpdatedBy: "firebreak" },
      UserDefinedFields: { case: "1" },
    });
    expect(body).to.deep.equal({ ProcessedFindings: [{ Id: "a", ProductArn }], UnprocessedFindings: [] });
    const [event] = await hub.world.events();
    expect(event!.detail.findings[0]).to.deep.include({
      Id: "a",
      UpdatedAt: "2026-11-21T10:00:01Z",
      Workflow: { Status: "NOTIFIED" },
      Note: { Text: "case 1", UpdatedBy: "firebreak", UpdatedAt: "2026-11-22T05:00:00.000Z" },
    });
    expect(await ids({ WorkflowStatus: [is("NOTIFIED")] })).to.deep.equal(["a"]);
  });

  it("reports findings it has not, and those named twice", async () => {
    const { body } = await update(["nothing", "b", "b"], { Workflow: { Status: "RESOLVED" } });
    expect(body.ProcessedFindings).to.deep.equal([]);
    const codes = body.UnprocessedFindings.map((one: { ErrorCode: string }) => one.ErrorCode);
    expect(codes).to.deep.equal(["FindingNotFound", "DuplicatedFindingIdentifier", "DuplicatedFindingIdentifier"]);
  });

  it("refuses an update with a value there is none of", async () => {
    const { status, body } = await update(["b"], { Workflow: { Status: "DONE" } });
    expect(status).to.equal(400);
    expect(body.Message).to.contain("Workflow.Status");
  });
});
