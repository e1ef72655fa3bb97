import { expect } from "chai";
import { lambdaFunctionRequireDeadLetter } from "../../policies/lambda-function-require-dead-letter";
import { lambdaFunctionRequireLogRetention } from "../../policies/lambda-function-require-log-retention";
import { lambdaFunctionRequireSupportedRuntime } from "../../policies/lambda-function-require-supported-runtime";
import { lambdaFunctionRequireTimeout } from "../../policies/lambda-function-require-timeout";
import { judge, judgeStack } from "../support/policy-runs";
import type { Fixture } from "../support/policy-runs";

const compliant = {
  name: "firebreak-triage",
  runtime: "nodejs22.x",
  timeout: 60,
  deadLetterConfig: { targetArn: "arn:queue" },
};
const fn = (props: object = {}): Fixture => ({
  type: "aws:lambda/function:Function",
  props: { ...compliant, ...props },
  refersTo: { loggingConfig: "log" },
});
const log = (props: Record<string, unknown>): Fixture => ({
  type: "aws:cloudwatch/logGroup:LogGroup",
  name: "log",
  props,
});

describe("lambda-function-require-supported-runtime", () => {
  it("lets a supported runtime pass", async () => {
    expect(await judge(lambdaFunctionRequireSupportedRuntime, fn())).to.be.empty;
  });

  it("refuses a runtime past its end", async () => {
    expect(await judge(lambdaFunctionRequireSupportedRuntime, fn({ runtime: "nodejs20.x" }))).to.deep.equal([
      "The function runs on nodejs20.x: set runtime to nodejs22.x or nodejs24.x.",
    ]);
  });

  it("takes other runtimes from its config", async () => {
    const python = fn({ runtime: "python3.14" });
    expect(await judge(lambdaFunctionRequireSupportedRuntime, python, { runtimes: ["python3.14"] })).to.be.empty;
  });
});

describe("lambda-function-require-timeout", () => {
  it("lets a timeout within its limits pass", async () => {
    expect(await judge(lambdaFunctionRequireTimeout, fn())).to.be.empty;
  });

  it("refuses Lambda's default", async () => {
    expect(await judge(lambdaFunctionRequireTimeout, fn({ timeout: undefined }))).to.deep.equal([
      "The function has Lambda's default timeout of 3 seconds: set timeout to 10 to 900 seconds.",
    ]);
  });

  it("refuses a timeout outside its limits", async () => {
    expect(await judge(lambdaFunctionRequireTimeout, fn(), { maximumSeconds: 30 })).to.deep.equal([
      "The function's timeout is 60 seconds: set timeout to 10 to 30 seconds.",
    ]);
  });
});

describe("lambda-function-require-dead-letter", () => {
  it("lets a function with a dead-letter queue pass", async () => {
    expect(await judge(lambdaFunctionRequireDeadLetter, fn())).to.be.empty;
  });

  it("refuses one without", async () => {
    expect(await judge(lambdaFunctionRequireDeadLetter, fn({ deadLetterConfig: undefined }))).to.deep.equal([
      "Calls that fail for good are lost: set deadLetterConfig.targetArn to a queue.",
    ]);
  });
});

describe("lambda-function-require-log-retention", () => {
  const rule = lambdaFunctionRequireLogRetention;

  it("lets a function pass whose log group has a retention", async () => {
    expect(await judgeStack(rule, [fn(), log({ name: "anything", retentionInDays: 365 })])).to.be.empty;
  });

  it("finds the log group by its name as well", async () => {
    const named = log({ name: "/aws/lambda/firebreak-triage", retentionInDays: 365 });
    expect(await judgeStack(rule, [{ ...fn(), refersTo: {} }, named])).to.be.empty;
  });

  it("refuses a function whose log group Lambda would make", async () => {
    expect(await judgeStack(rule, [fn()])).to.deep.equal([
      "The function's log is kept for ever: make its LogGroup and name it in loggingConfig.",
    ]);
  });

  it("refuses a log group without a retention", async () => {
    expect(await judgeStack(rule, [fn(), log({})])).to.deep.equal([
      "The function's log is kept for ever: set retentionInDays to at least 30.",
    ]);
  });

  it("refuses a retention below its config's", async () => {
    expect(await judgeStack(rule, [fn(), log({ retentionInDays: 30 })], { minimumDays: 90 })).to.deep.equal([
      "The function's log is kept for 30 days: set retentionInDays to at least 90.",
    ]);
  });
});
