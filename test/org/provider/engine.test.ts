import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { LocalWorkspace, type PulumiFn, PulumiCommand, type Stack } from "@pulumi/pulumi/automation";
import { IAM } from "@aws-sdk/client-iam";
import { SQS } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import type { Fault } from "../../../local/emulator";
import { ensureEngine, type Engine } from "../../../local/engine";
import { startProvider, type LocalProvider } from "../../../local/provider";
import { REGION, SECURITY, WORKLOAD, startWorld, type World } from "../emulator/support";
import { trustOf } from "./cases";

describe("the local provider under the real engine", function () {
  this.timeout(120_000);
  let world: World;
  let provider: LocalProvider;
  let engine: Engine;
  let folder: string;

  before(async () => {
    world = await startWorld();
    engine = await ensureEngine({ log: () => undefined });
    const { endpoint, credentials } = world.root(SECURITY);
    provider = await startProvider({ endpoint, credentials, region: REGION });
    folder = await mkdtemp(path.join(tmpdir(), "firebreak-provider-"));
  });

  after(async () => {
    await provider?.stop();
    await world?.end();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  async function stackOf(name: string, program: PulumiFn): Promise<Stack> {
    return LocalWorkspace.createOrSelectStack(
      { stackName: name, projectName: "provider-test", program },
      {
        pulumiCommand: await PulumiCommand.get({ root: path.dirname(path.dirname(engine.command)) }),
        envVars: {
          ...engine.env,
          PULUMI_BACKEND_URL: `file://${folder}`,
          PULUMI_CONFIG_PASSPHRASE: "",
          PULUMI_DEBUG_PROVIDERS: `aws:${provider.port}`,
        },
      },
    );
  }

  it("deploys with two providers in one stack, deploys again unchanged, sees drift and destroys", async () => {
    let text = "one";
    const stack = await stackOf("two-accounts", async () => {
      const member = new aws.Provider("member", { region: "us-east-1", accessKey: WORKLOAD, secretKey: "root" });
      const role = new aws.iam.Role("role", { assumeRolePolicy: trustOf("lambda.amazonaws.com") });
      const queue = new aws.sqs.Queue("queue", { tags: { text } });
      const other = new aws.sqs.Queue("other", {}, { provider: member });
      const user = new aws.iam.User("user", {}, { provider: member });
      const key = new aws.iam.AccessKey("key", { user: user.name }, { provider: member });
      const handler = new aws.lambda.Function("function", {
        role: role.arn,
        runtime: "nodejs22.x",
        handler: "index.handler",
        code: new pulumi.asset.AssetArchive({
          "index.js": new pulumi.asset.StringAsset(`exports.handler = async () => "${text}";`),
        }),
        environment: { variables: { SECRET: pulumi.secret("hidden") } },
      });
      const caller = await aws.getCallerIdentity({}, { provider: member });
      return {
        arns: [queue.arn, other.arn],
        url: queue.url,
        secret: key.secret,
        hash: handler.codeSha256,
        environment: handler.environment,
        caller: caller.accountId,
      };
    });
    try {
      expect((await stack.preview()).changeSummary).to.deep.equal({ create: 8 });
      const first = await stack.up();
      expect(first.outputs["arns"]?.value[0]).to.match(new RegExp(`^arn:aws:sqs:${REGION}:${SECURITY}:queue-`));
      expect(first.outputs["arns"]?.value[1]).to.match(new RegExp(`^arn:aws:sqs:us-east-1:${WORKLOAD}:other-`));
      expect(first.outputs["caller"]?.value).to.equal(WORKLOAD);
      expect([first.outputs["secret"]?.secret, first.outputs["environment"]?.secret]).to.deep.equal([true, true]);

      expect((await stack.up()).summary.resourceChanges).to.deep.equal({ same: 8 });
      expect((await stack.refresh()).summary.resourceChanges).to.deep.equal({ same: 8 });

      text = "two";
      const second = await stack.up();
      expect(second.summary.resourceChanges).to.deep.equal({ same: 6, update: 2 });
      expect(second.outputs["hash"]?.value).not.to.equal(first.outputs["hash"]?.value);

      await new SQS(world.root(SECURITY)).deleteQueue({ QueueUrl: String(second.outputs["url"]?.value) });
      await stack.refresh();
      expect((await stack.up()).summary.resourceChanges).to.deep.equal({ same: 7, create: 1 });
    } finally {
      expect((await stack.destroy()).summary.resourceChanges).to.deep.equal({ delete: 8 });
    }
  });

  it("serves two engines at once, each with an account of its own", async () => {
    const accounts = [SECURITY, WORKLOAD];
    const stacks = [];
    for (const account of accounts) {
      stacks.push(
        await stackOf(`engine-${account}`, async () => {
          const own = new aws.Provider("own", { region: REGION, accessKey: account, secretKey: "root" });
          const queues = [...Array(5).keys()].map((n) => new aws.sqs.Queue(`queue-${n}`, {}, { provider: own }));
          return { arns: queues.map(({ arn }) => arn) };
        }),
      );
    }
    const results = await Promise.all(stacks.map((stack) => stack.up()));
    for (const [index, { outputs }] of results.entries()) {
      for (const arn of outputs["arns"]?.value as string[]) expect(arn.split(":")[4]).to.equal(accounts[index]);
    }
    await Promise.all(stacks.map((stack) => stack.destroy()));
  });

  it("keeps a resource that was left half made, and finishes it the next time", async () => {
    const policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }],
    });
    const stack = await stackOf("half-made", async () => {
      new aws.iam.Role("role", {
        name: "half-made",
        assumeRolePolicy: trustOf("lambda.amazonaws.com"),
        inlinePolicies: [{ name: "read", policy }],
      });
    });
    const refuse: Fault = { kind: "error", action: "iam:PutRolePolicy", code: "AccessDenied" };
    try {
      await world.emulator.control.call("PUT", "faults", { rules: [refuse] });
      const message = await failureOf(stack.up());
      expect(message).to.match(/creating urn:pulumi:.*IAM: PutRolePolicy.*AccessDenied/);
      await world.emulator.control.call("PUT", "faults", { rules: [] });

      expect((await stack.up()).summary.resourceChanges).to.deep.equal({ same: 1, update: 1 });
      const found = await new IAM(world.root(SECURITY)).getRolePolicy({ RoleName: "half-made", PolicyName: "read" });
      expect(decodeURIComponent(found.PolicyDocument ?? "")).to.equal(policy);
    } finally {
      await world.emulator.control.call("PUT", "faults", { rules: [] });
      await stack.destroy();
    }
  });

  it("names what is wrong with a program before anything is made", async () => {
    const stack = await stackOf("refused", async () => {
      new aws.sqs.Queue("queue", { visibilityTimeoutSeconds: 99_999 });
    });
    const message = await failureOf(stack.preview());
    expect(message).to.include("expected visibilityTimeoutSeconds to be in the range (0 - 43200), got 99999");
    expect(message).to.include("Examine values at 'queue.visibilityTimeoutSeconds'");
  });
});

function failureOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "it succeeded",
    (error: Error) => error.message,
  );
}
