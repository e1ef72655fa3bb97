import type * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { serializeHandler } from "../../components/serialize-handler";
import { responderHandler } from "../../functions/shared/responder";
import { isolateInstance } from "../../functions/isolate-instance";
import { codeOf, loadArchive } from "../support/load-archive";
import { ofType, only, statement } from "../support/pulumi-mocks";
import type { Declared } from "../support/pulumi-mocks";
import { runProgram } from "../support/run-program";
import { goodMasterConfig } from "../support/stack-config";

const mostBytes = 20 * 1024;

describe("the functions", function () {
  this.timeout(60_000);
  let functions: Declared[];
  const environment = { ...process.env };

  before(async () => {
    await runProgram("master", { ...goodMasterConfig, reservedConcurrency: "7" });
    functions = ofType("aws:lambda/function:Function");
  });
  afterEach(() => {
    process.env = { ...environment };
  });

  it("are one an action, and triage, notify and closeCase", () => {
    expect(functions.map(({ inputs }) => inputs.name)).to.include.members([
      "firebreak-captureInstance",
      "firebreak-isolateInstance",
      "firebreak-triage",
      "firebreak-notify",
      "firebreak-closeCase",
    ]);
  });

  it("load from their archives with the environment that the stack gives them, and refuse what is no event", async () => {
    for (const { inputs } of functions) {
      const variables = (inputs.environment as { variables: Record<string, string> }).variables;
      process.env = { ...environment, ...variables, AWS_REGION: "eu-central-1" };
      const { handler, zipped } = await loadArchive(inputs.code as pulumi.asset.AssetArchive);
      const error = await handler({}).catch((reason: Error) => reason);
      expect((error as Error).name, String(inputs.name)).to.equal("InvalidRequest");
      expect(zipped, String(inputs.name)).to.be.below(mostBytes);
    }
  });

  it("take the AWS SDK from the runtime by its packages' names", async () => {
    for (const { inputs } of functions) {
      const text = await codeOf(inputs.code as pulumi.asset.AssetArchive);
      const required = [...text.matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name);
      expect(required.filter((name) => !/^(@aws-sdk\/[\w-]+|crypto|node:\w+)$/.test(name ?? ""))).to.be.empty;
    }
  });

  it("have the same code each time they are serialized", async () => {
    const once = await serializeHandler({}, () => responderHandler(isolateInstance));
    const again = await serializeHandler({}, () => responderHandler(isolateInstance));
    expect(await codeOf(once)).to.equal(await codeOf(again));
  });

  it("run on a supported runtime, with timeout, dead letters, tracing and a log of their own", () => {
    for (const { inputs } of functions) {
      expect(inputs).to.deep.include({
        runtime: "nodejs22.x",
        architectures: ["arm64"],
        tracingConfig: { mode: "Active" },
        loggingConfig: { logFormat: "Text", logGroup: `/aws/lambda/${String(inputs.name)}` },
      });
      expect(inputs.timeout).to.be.within(10, 900);
      expect(inputs.deadLetterConfig).to.have.property("targetArn").that.contains("firebreak-findings-dead-letters");
    }
  });

  it("reserve executions for triage and for what contains", () => {
    const reserved = functions.filter(({ inputs }) => inputs.reservedConcurrentExecutions === 7);
    const names = reserved.map(({ inputs }) => inputs.name);
    expect(names).to.include.members(["firebreak-triage", "firebreak-isolateInstance"]);
    expect(names).not.to.include("firebreak-captureInstance");
  });

  it("have a role each, which may take the action's member role and no other", () => {
    const { policy } = only("aws:iam/rolePolicy:RolePolicy", "isolateInstance-policy").inputs;
    expect(statement(policy, "ActInMember").Resource).to.deep.equal([
      "arn:aws:iam::*:role/firebreak-member-isolateInstance",
    ]);
  });

  it("keep their logs for a time, under the operations key", () => {
    for (const { inputs } of ofType("aws:cloudwatch/logGroup:LogGroup")) {
      expect(inputs).to.deep.include({ retentionInDays: 365 });
      expect(inputs.kmsKeyId).to.contain("operations-key");
    }
  });
});
