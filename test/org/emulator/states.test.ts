import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { IAM } from "@aws-sdk/client-iam";
import { Lambda } from "@aws-sdk/client-lambda";
import { SFN, type DescribeExecutionOutput } from "@aws-sdk/client-sfn";
import { SNS } from "@aws-sdk/client-sns";
import { SQS } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { eventually, functionZip, policy, refusal, REGION, SECURITY, startWorld, trust, type World } from "./support";

const HERE = `${REGION}:${SECURITY}`;

describe("emulator: Step Functions", () => {
  let world: World;
  let states: SFN;
  let iam: IAM;
  let roleArn: string;
  let machines = 0;

  before(async () => {
    world = await startWorld();
    states = new SFN(world.root(SECURITY));
    iam = new IAM(world.root(SECURITY));
    const { Role } = await iam.createRole({
      RoleName: "machine",
      AssumeRolePolicyDocument: trust({ Service: "states.amazonaws.com" }),
    });
    roleArn = Role!.Arn!;
    const { Role: fn } = await iam.createRole({
      RoleName: "fn",
      AssumeRolePolicyDocument: trust({ Service: "lambda.amazonaws.com" }),
    });
    const code = `let calls = 0;
      exports.handler = async (event) => {
        calls++;
        if (event.failTimes >= calls) throw Object.assign(new Error("not yet"), { name: "NotReady" });
        if (event.slow) await new Promise((done) => setTimeout(done, event.slow));
        return { echoed: event, calls };
      };`;
    await new Lambda(world.root(SECURITY)).createFunction({
      FunctionName: "echo",
      Runtime: "nodejs22.x",
      Handler: "index.handler",
      Role: fn!.Arn!,
      Code: { ZipFile: functionZip(code) },
      Timeout: 5,
    });
    await allow("invoke", { Action: "lambda:InvokeFunction", Resource: `arn:aws:lambda:${HERE}:function:echo` });
  });
  after(() => world.end());

  const allow = (PolicyName: string, ...statements: object[]) =>
    iam.putRolePolicy({ RoleName: "machine", PolicyName, PolicyDocument: policy(...statements) });
  const machine = async (definition: object) => {
    const made = await states.createStateMachine({
      name: `m${++machines}`,
      roleArn,
      definition: JSON.stringify(definition),
    });
    return made.stateMachineArn!;
  };
  const ended = (executionArn: string) =>
    eventually<DescribeExecutionOutput>(async () => {
      const now = await states.describeExecution({ executionArn });
      return now.status === "RUNNING" ? undefined : (now as DescribeExecutionOutput);
    }, 15_000);
  const run = async (definition: object, input: unknown = {}) => {
    const stateMachineArn = await machine(definition);
    const { executionArn } = await states.startExecution({ stateMachineArn, input: JSON.stringify(input) });
    return ended(executionArn!);
  };
  const invoke = (more: object = {}) => ({
    Type: "Task",
    Resource: "arn:aws:states:::lambda:invoke",
    Parameters: { FunctionName: `arn:aws:lambda:${HERE}:function:echo`, "Payload.$": "$" },
    OutputPath: "$.Payload",
    End: true,
    ...more,
  });
  const one = (state: object) => ({ StartAt: "Only", States: { Only: state } });

  it("catches an error of a function by its name", async () => {
    const done = await run(
      {
        StartAt: "Try",
        States: {
          Try: invoke({ Catch: [{ ErrorEquals: ["NotReady"], Next: "Caught", ResultPath: "$.error" }] }),
          Caught: { Type: "Pass", End: true },
        },
      },
      { failTimes: 1000 },
    );
    expect(done.status).to.equal("SUCCEEDED");
    expect(JSON.parse(done.output!).error.Error).to.equal("NotReady");
  });

  it("retries with a limit on the delay", async () => {
    const started = Date.now();
    const retry = {
      ErrorEquals: ["NotReady"],
      IntervalSeconds: 1,
      BackoffRate: 10,
      MaxDelaySeconds: 1,
      MaxAttempts: 3,
      JitterStrategy: "FULL",
    };
    const done = await run(one(invoke({ Retry: [retry] })), { failTimes: 3 });
    expect(done.status).to.equal("SUCCEEDED");
    expect(Date.now() - started).to.be.lessThan(4500);
  });

  it("times a task out", async () => {
    const done = await run(one(invoke({ TimeoutSeconds: 1 })), { slow: 3000 });
    expect(done).to.include({ status: "FAILED", error: "States.Timeout" });
  });

  it("runs a task with no more than the state machine's role may do", async () => {
    const { QueueUrl } = await new SQS(world.root(SECURITY)).createQueue({ QueueName: "out" });
    const send = one({
      Type: "Task",
      Resource: "arn:aws:states:::sqs:sendMessage",
      Parameters: { QueueUrl, MessageBody: "hello" },
      End: true,
    });
    const refused = await run(send);
    expect(refused.status).to.equal("FAILED");
    expect(refused.cause).to.contain(`sqs:SendMessage on resource: arn:aws:sqs:${HERE}:out`);
    await allow("send", { Action: "sqs:SendMessage", Resource: `arn:aws:sqs:${HERE}:out` });
    expect((await run(send)).status).to.equal("SUCCEEDED");
  });

  it("publishes, and updates items", async () => {
    const { TopicArn } = await new SNS(world.root(SECURITY)).createTopic({ Name: "people" });
    const table = new DynamoDB(world.root(SECURITY));
    await table.createTable({
      TableName: "cases",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    });
    await allow(
      "people",
      { Action: "sns:Publish", Resource: TopicArn },
      { Action: "dynamodb:UpdateItem", Resource: `arn:aws:dynamodb:${HERE}:table/cases` },
    );
    const done = await run({
      StartAt: "Tell",
      States: {
        Tell: {
          Type: "Task",
          Resource: "arn:aws:states:::sns:publish",
          Parameters: { TopicArn, Message: "hello" },
          ResultPath: null,
          Next: "Note",
        },
        Note: {
          Type: "Task",
          Resource: "arn:aws:states:::dynamodb:updateItem",
          Parameters: {
            TableName: "cases",
            Key: { id: { S: "c1" } },
            UpdateExpression: "SET told = :t",
            ExpressionAttributeValues: { ":t": { BOOL: true } },
          },
          End: true,
        },
      },
    });
    expect(done.status).to.equal("SUCCEEDED");
    const { Item } = await table.getItem({ TableName: "cases", Key: { id: { S: "c1" } } });
    expect(Item!.told).to.deep.equal({ BOOL: true });
  });

  it("waits for a task token, each parallel branch for its own", async () => {
    const { QueueUrl } = await new SQS(world.root(SECURITY)).createQueue({ QueueName: "approvals" });
    await allow("ask", { Action: "sqs:SendMessage", Resource: `arn:aws:sqs:${HERE}:approvals` });
    const ask = (name: string) =>
      one({
        Type: "Task",
        Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        Parameters: { QueueUrl, MessageBody: { name, "token.$": "$$.Task.Token" } },
        End: true,
      });
    const names = ["a", "b", "c", "d"];
    const arn = await machine(one({ Type: "Parallel", Branches: names.map(ask), End: true }));
    const { executionArn } = await states.startExecution({ stateMachineArn: arn });
    const sqs = new SQS(world.root(SECURITY));
    const asked: { name: string; token: string }[] = [];
    await eventually(async () => {
      const { Messages } = await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10 });
      asked.push(...(Messages ?? []).map((m) => JSON.parse(m.Body!)));
      return asked.length === names.length ? true : undefined;
    });
    for (const { name, token } of asked) {
      await states.sendTaskSuccess({ taskToken: token, output: JSON.stringify(name) });
    }
    expect(JSON.parse((await ended(executionArn!)).output!)).to.deep.equal(names);
  });

  it("refuses an execution's name twice, also once it has ended", async () => {
    const stateMachineArn = await machine(one({ Type: "Wait", Seconds: 1, End: true }));
    const start = (input: string) => states.startExecution({ stateMachineArn, name: "case-1", input });
    const { executionArn } = await start("{}");
    expect((await start("{}")).executionArn, "the same call again").to.equal(executionArn);
    expect((await refusal(start('{"other":1}'))).name).to.equal("ExecutionAlreadyExists");
    await ended(executionArn!);
    expect((await refusal(start("{}"))).name).to.equal("ExecutionAlreadyExists");
  });

  it("chooses, and speaks JSONata", async () => {
    const choice = {
      QueryLanguage: "JSONata",
      StartAt: "Choose",
      States: {
        Choose: {
          Type: "Choice",
          Choices: [{ Condition: "{% $states.input.n > 3 %}", Next: "Big" }],
          Default: "Small",
        },
        Big: { Type: "Pass", Output: "{% 'big ' & $string($states.input.n) %}", End: true },
        Small: { Type: "Pass", Output: "small", End: true },
      },
    };
    expect(JSON.parse((await run(choice, { n: 5 })).output!)).to.equal("big 5");
  });

  it("refuses a role that Step Functions may not assume", async () => {
    const { Role } = await iam.createRole({
      RoleName: "other",
      AssumeRolePolicyDocument: trust({ Service: "ec2.amazonaws.com" }),
    });
    const made = states.createStateMachine({
      name: "wrong",
      roleArn: Role!.Arn!,
      definition: JSON.stringify(one({ Type: "Succeed" })),
    });
    expect((await refusal(made)).name).to.equal("AccessDeniedException");
  });
});
