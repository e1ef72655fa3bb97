import { CloudTrailClient, LookupEventsCommand } from "@aws-sdk/client-cloudtrail";
import { expect } from "chai";
import { captureTrail, globalEventsRegion } from "../../functions/capture-trail";
import type { Finding } from "../../functions/shared/finding";
import { account, awsError, caseId, connection, finding } from "./fixtures";
import { mocked } from "./mocked";

const root: Partial<Finding> = {
  source: "cloudtrail",
  type: "Root:ConsoleLogin",
  resource: { type: "AwsAccount", id: account, arn: `arn:aws:iam::${account}:root` },
};

async function run(about: Partial<Finding> = {}) {
  const target = { caseId, prefix: "fb", finding: { ...finding(), ...about } };
  const clients = captureTrail.connect(connection);
  const applied = await captureTrail.apply(target, clients, await captureTrail.plan(target, clients));
  const texts = Object.fromEntries((applied.evidence ?? []).map(({ name, body }) => [name, JSON.parse(String(body))]));
  return { ...applied, texts };
}

describe("captureTrail", () => {
  it("keeps the finding, and CloudTrail's records of its resource as they were written", async () => {
    const trail = mocked(CloudTrailClient);
    trail
      .on(LookupEventsCommand)
      .resolves({ Events: [{ EventId: "1", CloudTrailEvent: '{"eventName":"StopInstances"}' }] });
    const { texts } = await run();
    expect(Object.keys(texts)).to.deep.equal(["finding.json", "trail-eu-west-1.json"]);
    expect(texts["finding.json"]).to.have.property("id", "5ec3f1a9");
    expect(texts["trail-eu-west-1.json"]).to.deep.include({ complete: true, events: [{ eventName: "StopInstances" }] });
    const { LookupAttributes, StartTime } = trail.commandCalls(LookupEventsCommand)[0]!.args[0].input;
    expect(LookupAttributes).to.deep.equal([{ AttributeKey: "ResourceName", AttributeValue: "i-0123456789abcdef0" }]);
    expect(StartTime).to.deep.equal(new Date("2026-11-22T04:00:00.000Z"));
  });

  it("asks for what root did, in the finding's region and where global services record", async () => {
    const trail = mocked(CloudTrailClient);
    trail.on(LookupEventsCommand).resolves({ Events: [] });
    const { texts } = await run(root);
    expect(Object.keys(texts)).to.include.members(["trail-eu-west-1.json", "trail-us-east-1.json"]);
    for (const { args } of trail.commandCalls(LookupEventsCommand))
      expect(args[0].input.LookupAttributes).to.deep.equal([{ AttributeKey: "Username", AttributeValue: "root" }]);
  });

  it("asks once where that is the same region", async () => {
    const trail = mocked(CloudTrailClient);
    trail.on(LookupEventsCommand).resolves({ Events: [] });
    const { texts } = await run({ ...root, region: "us-east-1" });
    expect(Object.keys(texts)).to.deep.equal(["finding.json", "trail-us-east-1.json"]);
  });

  it("asks for what an access key did", async () => {
    const trail = mocked(CloudTrailClient);
    trail.on(LookupEventsCommand).resolves({ Events: [] });
    await run({ resource: { type: "AwsIamAccessKey", id: "AKIDEXAMPLE", arn: "" } });
    const [call] = trail.commandCalls(LookupEventsCommand);
    expect(call?.args[0].input.LookupAttributes?.[0]).to.include({
      AttributeKey: "AccessKeyId",
      AttributeValue: "AKIDEXAMPLE",
    });
  });

  it("stops after 500 events and says that there are more", async () => {
    const trail = mocked(CloudTrailClient);
    const Events = Array.from({ length: 50 }, (_, index) => ({ EventId: String(index) }));
    trail.on(LookupEventsCommand).resolves({ Events, NextToken: "more" });
    const { texts } = await run();
    expect(texts["trail-eu-west-1.json"].complete).to.equal(false);
    expect(texts["trail-eu-west-1.json"].events).to.have.length(500);
  });

  it("keeps the finding even when CloudTrail may not be read, and fails", async () => {
    mocked(CloudTrailClient).on(LookupEventsCommand).rejects(awsError("AccessDenied"));
    const { texts, error } = await run();
    expect(texts).to.have.property("finding.json");
    expect(error?.name).to.equal("AccessDenied");
  });

  it("knows where each partition records its global services", () => {
    const regions = ["eu-west-1", "cn-north-1", "us-gov-east-1"].map(globalEventsRegion);
    expect(regions).to.deep.equal(["us-east-1", "cn-northwest-1", "us-gov-west-1"]);
  });
});
