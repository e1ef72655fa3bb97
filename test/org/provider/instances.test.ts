import { IAM } from "@aws-sdk/client-iam";
import { SQS } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import type { Fault } from "../../../local/emulator";
import { startProvider, type LocalProvider } from "../../../local/provider";
import { unknownValue } from "../../../local/provider/protocol/values";
import { MANAGEMENT, REGION, SECURITY, WORKLOAD, startWorld, type World } from "../emulator/support";
import { trustOf } from "./cases";
import { Session } from "./session";

const queue = "aws:sqs/queue:Queue";
const identity = "aws:index/getCallerIdentity:getCallerIdentity";

/** The message of what `work` throws. */
async function failure(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "it succeeded",
    (error: Error) => error.message,
  );
}

describe("instances of the local provider", () => {
  let world: World;
  let provider: LocalProvider;
  const sessions: Session[] = [];

  before(async () => {
    world = await startWorld();
    const { endpoint, credentials } = world.root(SECURITY);
    provider = await startProvider({ endpoint, credentials, region: REGION });
  });

  after(async () => {
    for (const session of sessions) session.close();
    await provider?.stop();
    await world?.end();
  });

  async function open(config: Record<string, unknown>): Promise<Session> {
    const session = await Session.open(provider.port, config);
    sessions.push(session);
    return session;
  }

  it("keeps two connections' accounts apart, also at the same time", async () => {
    const [security, workload] = [
      await open({ region: REGION }),
      await open({ region: REGION, accessKey: WORKLOAD, secretKey: "root" }),
    ];
    const answers = await Promise.all([security, workload, security, workload].map((one) => one.invoke(identity)));
    expect(answers.map(({ accountId }) => accountId)).to.deep.equal([SECURITY, WORKLOAD, SECURITY, WORKLOAD]);
  });

  it("refuses work on a connection that was not configured", async () => {
    const session = new Session(provider.port);
    sessions.push(session);
    await session.handshake();
    expect(await failure(session.invoke(identity))).to.match(/has not been configured/);
  });

  it("forgets a connection's configuration when a new provider shakes hands on it", async () => {
    const session = await open({ region: REGION });
    await session.handshake();
    expect(await failure(session.invoke(identity))).to.match(/has not been configured/);
  });

  it("assumes a chain of roles, with an external id, and names the role that cannot be assumed", async () => {
    const iam = new IAM(world.root(WORKLOAD));
    const trust = (account: string, extra = {}) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "sts:AssumeRole", ...extra },
        ],
      });
    const everything = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
    });
    const condition = { Condition: { StringEquals: { "sts:ExternalId": "right" } } };
    await iam.createRole({ RoleName: "deploy", AssumeRolePolicyDocument: trust(SECURITY, condition) });
    const local = new IAM(world.root(SECURITY));
    await local.createRole({ RoleName: "pipeline", AssumeRolePolicyDocument: trust(SECURITY) });
    await local.putRolePolicy({ RoleName: "pipeline", PolicyName: "all", PolicyDocument: everything });
    await local.createUser({ UserName: "deployer" });
    await local.putUserPolicy({ UserName: "deployer", PolicyName: "all", PolicyDocument: everything });
    const { AccessKey: key } = await local.createAccessKey({ UserName: "deployer" });
    const config = (externalId: string) => ({
      region: REGION,
      accessKey: key?.AccessKeyId,
      secretKey: key?.SecretAccessKey,
      assumeRoles: JSON.stringify([
        { roleArn: `arn:aws:iam::${SECURITY}:role/pipeline` },
        { roleArn: `arn:aws:iam::${WORKLOAD}:role/deploy`, externalId, sessionName: "rollout", duration: "1h" },
      ]),
    });

    const session = await open(config("right"));
    expect(await session.invoke(identity)).to.include({
      accountId: WORKLOAD,
      arn: `arn:aws:sts::${WORKLOAD}:assumed-role/deploy/rollout`,
    });
    const refusal = await failure(session.make(queue, {}));
    expect(refusal).to.include("AccessDenied").and.include(`(as arn:aws:sts::${WORKLOAD}:assumed-role/deploy/rollout`);
    expect(refusal).to.include("creating urn:pulumi:").and.include("SQS: CreateQueue");
    expect(await failure(open(config("wrong")))).to.match(
      /role\/deploy\) cannot be assumed: .*AccessDenied.*external id/s,
    );
  });

  it("refuses an account that is not among the allowed ones, naming both", async () => {
    const allowed = await failure(open({ region: REGION, allowedAccountIds: JSON.stringify([MANAGEMENT]) }));
    expect(allowed).to.include(SECURITY).and.include(MANAGEMENT);
    const forbidden = await failure(open({ region: REGION, forbiddenAccountIds: JSON.stringify([SECURITY]) }));
    expect(forbidden).to.include("not allowed").and.include("forbiddenAccountIds");
  });

  it("refuses provider arguments it does not know, or that would reach beyond the emulator", async () => {
    const session = await open({ region: REGION });
    const reasons = async (config: Record<string, unknown>) =>
      (await session.checkConfig({ region: REGION, ...config })).failures.map(({ reason }) => reason).join();
    expect(await reasons({ profile: "prod" })).to.match(/does not support "profile"/);
    expect(await reasons({ regoin: "x" })).to.match(/Invalid or unknown key/);
    expect(await reasons({ region: "frankfurt" })).to.match(/invalid AWS Region: frankfurt/);
    expect(await reasons({ allowedAccountIds: JSON.stringify(["12"]) })).to.match(/12-digit account id, got "12"/);
    expect(await reasons({ defaultTags: JSON.stringify({ tags: { a: "b" } }) })).to.equal("");
  });

  it("refuses unknown resource types and functions, naming the file to extend", async () => {
    const session = await open({ region: REGION });
    const type = "aws:rds/cluster:Cluster";
    expect(await failure(session.check(type, {})))
      .to.include(type)
      .and.include("local/provider/resources/rds.ts");
    expect(await failure(session.check("aws:sqs/qeue:Qeue", {}))).to.include("has no resource type aws:sqs/qeue:Qeue");
    expect(await failure(session.invoke("aws:rds/getClusters:getClusters"))).to.include("local/provider/invokes/");
  });

  it("merges the provider's default tags under the resource's own", async () => {
    const session = await open({ region: REGION, defaultTags: JSON.stringify({ tags: { team: "ir", env: "test" } }) });
    const held = await session.make(queue, { tags: { env: "prod" } });
    expect(held.outputs["tagsAll"]).to.deep.equal({ team: "ir", env: "prod" });
    await session.delete(held);
  });

  it("previews with unknowns for what AWS decides", async () => {
    const session = await open({ region: REGION });
    const { inputs, failures } = await session.check(queue, {
      kmsMasterKeyId: unknownValue,
      tags: { a: unknownValue },
    });
    expect(failures).to.deep.equal([]);
    const outputs = await session.previewMake(queue, inputs);
    expect(outputs).to.include({ arn: unknownValue, url: unknownValue, visibilityTimeoutSeconds: 30, region: REGION });
    expect(outputs["tagsAll"]).to.deep.equal({ a: unknownValue });
  });

  it("works in the resource's own region, and replaces it when the region changes", async () => {
    const session = await open({ region: REGION });
    const held = await session.make(queue, { region: "us-west-2" });
    expect(held.outputs["arn"]).to.match(/^arn:aws:sqs:us-west-2:/);
    const { inputs } = await session.check(queue, {}, held.inputs);
    const difference = await session.diff(held, inputs);
    expect(difference.replaces).to.deep.equal(["region"]);
    const imported = await session.read({ token: queue, urn: held.urn, id: `${held.id}@us-west-2` });
    expect(imported?.inputs).to.include({ region: "us-west-2" });
    await session.delete(held);
  });

  it("finds what somebody changed by hand, and what is gone", async () => {
    const session = await open({ region: REGION });
    const held = await session.make(queue, { visibilityTimeoutSeconds: 45 });
    const sqs = new SQS(world.root(SECURITY));
    await sqs.setQueueAttributes({ QueueUrl: held.id, Attributes: { VisibilityTimeout: "46", DelaySeconds: "7" } });
    const read = await session.read(held);
    expect(read?.inputs).to.include({ visibilityTimeoutSeconds: 46, delaySeconds: 7 });
    const { changed } = await session.diff({ ...held, ...read }, held.inputs);
    expect(changed).to.have.members(["delaySeconds", "visibilityTimeoutSeconds"]);
    await sqs.deleteQueue({ QueueUrl: held.id });
    expect(await session.read(held)).to.equal(undefined);
  });

  it("keeps an automatic name, and deletes first where an explicit one is in the way", async () => {
    const session = await open({ region: REGION });
    const role = "aws:iam/role:Role";
    const trust = trustOf("lambda.amazonaws.com");
    const first = await session.check(role, { assumeRolePolicy: trust });
    const again = await session.check(role, { assumeRolePolicy: trust }, first.inputs, "thing", "another seed");
    expect(again.inputs["name"]).to.equal(first.inputs["name"]);
    const held = await session.make(role, { assumeRolePolicy: trust, name: "explicit" });
    const { inputs } = await session.check(
      role,
      { assumeRolePolicy: trust, name: "explicit", path: "/x/" },
      held.inputs,
    );
    expect((await session.diff(held, inputs)).deleteBeforeReplace).to.equal(true);
    await session.delete(held);
  });

  it("ends what is under way when the engine cancels", async () => {
    const session = await open({ region: REGION });
    const slow: Fault = { kind: "latency", action: "sqs:CreateQueue", ms: 20_000 };
    await world.emulator.control.call("PUT", "faults", { rules: [slow] });
    const started = Date.now();
    const attempt = failure(session.make(queue, {}));
    await new Promise((resolve) => setTimeout(resolve, 300));
    await session.cancel();
    await world.emulator.control.call("PUT", "faults", { rules: [] });
    expect(await attempt).to.match(/abort|cancel/i);
    expect(Date.now() - started).to.be.lessThan(5_000);
  });
});
