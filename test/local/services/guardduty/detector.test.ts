import { expect } from "chai";
import { startWorld, WORKLOAD, type World } from "../support";

describe("local services: a GuardDuty detector", () => {
  let world: World;
  let detector: string;
  beforeEach(async () => {
    world = await startWorld();
    detector = (await call("POST", "/detector", { enable: true, tags: { team: "sec" } })).body.detectorId;
  });
  afterEach(() => world.stop());

  const call = (method: string, path: string, body?: unknown) => world.call("guardduty", WORKLOAD, method, path, body);
  const bucket = "arn:aws:s3:::vault-findings";
  const kmsKeyArn = "arn:aws:kms:eu-central-1:222222222222:key/0f0f0f0f-0000-4000-8000-000000000000";
  const publish = (destinationArn = bucket) =>
    call("POST", `/detector/${detector}/publishingDestination`, {
      destinationType: "S3",
      destinationProperties: { destinationArn, kmsKeyArn },
    });

  it("starts with every plan but runtime monitoring", async () => {
    const { body } = await call("GET", `/detector/${detector}`);
    expect(body).to.include({ status: "ENABLED", findingPublishingFrequency: "SIX_HOURS" });
    const off = body.features.filter((one: { status: string }) => one.status === "DISABLED");
    expect(off.map((one: { name: string }) => one.name)).to.deep.equal([
      "EKS_RUNTIME_MONITORING",
      "RUNTIME_MONITORING",
    ]);
  });

  it("changes what is asked for and nothing else", async () => {
    await call("POST", `/detector/${detector}`, {
      findingPublishingFrequency: "FIFTEEN_MINUTES",
      features: [{ name: "LAMBDA_NETWORK_LOGS", status: "DISABLED" }],
    });
    const { body } = await call("GET", `/detector/${detector}`);
    expect(body).to.include({ status: "ENABLED", findingPublishingFrequency: "FIFTEEN_MINUTES" });
    const state = Object.fromEntries(
      body.features.map((one: { name: string; status: string }) => [one.name, one.status]),
    );
    expect(state).to.include({ LAMBDA_NETWORK_LOGS: "DISABLED", S3_DATA_EVENTS: "ENABLED" });
  });

  it("refuses a feature there is none of, naming it", async () => {
    const { body, code } = await call("POST", `/detector/${detector}`, {
      features: [{ name: "MOON", status: "ENABLED" }],
    });
    expect(code).to.equal("BadRequestException");
    expect(body.message).to.contain("features.0.name");
  });

  it("is not found under another id", async () => {
    const { body } = await call("GET", "/detector/ffffffffffffffffffffffffffffffff");
    expect(body).to.deep.equal({
      message: "The request is rejected because the input detectorId is not owned by the current account.",
      type: "InvalidInputException",
      __type: "InvalidInputException",
    });
  });

  it("has another id after it was deleted and made again", async () => {
    await call("DELETE", `/detector/${detector}`);
    expect((await call("POST", "/detector", { enable: true })).body.detectorId).to.not.equal(detector);
  });

  it("exports findings to one destination", async () => {
    const { destinationId } = (await publish()).body;
    expect((await publish()).body.message).to.contain("already exists");
    const { body } = await call("GET", `/detector/${detector}/publishingDestination/${destinationId}`);
    expect(body).to.include({ destinationType: "S3", status: "PUBLISHING" });
    expect(body.destinationProperties).to.deep.equal({ destinationArn: bucket, kmsKeyArn });
    expect((await call("GET", `/detector/${detector}/publishingDestination`)).body.destinations).to.have.length(1);
    await call("DELETE", `/detector/${detector}/publishingDestination/${destinationId}`);
    expect(await publish()).to.include({ status: 200 });
  });

  it("refuses a destination that is no bucket", async () => {
    expect(await publish("vault")).to.include({ status: 400 });
  });

  it("keeps tags", async () => {
    const arn = `/tags/${encodeURIComponent(`arn:aws:guardduty:eu-central-1:${WORKLOAD}:detector/${detector}`)}`;
    await call("POST", arn, { tags: { owner: "a" } });
    await call("DELETE", `${arn}?tagKeys=team`);
    expect((await call("GET", arn)).body).to.deep.equal({ tags: { owner: "a" } });
  });
});
