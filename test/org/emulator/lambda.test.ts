import { execFileSync } from "node:child_process";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { IAM } from "@aws-sdk/client-iam";
import { Lambda, type CreateFunctionRequest } from "@aws-sdk/client-lambda";
import { SQS } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import {
  eventually,
  functionZip,
  policy,
  refusal,
  REGION,
  SECURITY,
  startWorld,
  trust,
  userOf,
  type World,
} from "./support";

describe("emulator: Lambda", () => {
  let world: World;
  let lambda: Lambda;
  let iam: IAM;
  let sqs: SQS;
  let logs: CloudWatchLogs;

  before(async () => {
    world = await startWorld();
    lambda = new Lambda(world.root(SECURITY));
    iam = new IAM(world.root(SECURITY));
    sqs = new SQS(world.root(SECURITY));
    logs = new CloudWatchLogs(world.root(SECURITY));
  });
  after(() => world.end());

  const role = async (name: string, ...statements: object[]) => {
    const { Role } = await iam.createRole({
      RoleName: name,
      AssumeRolePolicyDocument: trust({ Service: "lambda.amazonaws.com" }),
    });
    if (statements.length > 0) {
      await iam.putRolePolicy({ RoleName: name, PolicyName: "inline", PolicyDocument: policy(...statements) });
    }
    return Role!.Arn!;
  };
  const create = async (
    name: string,
    code: string,
    more: Partial<CreateFunctionRequest> & { statements?: object[] } = {},
  ) => {
    const { statements = [], ...rest } = more;
    await lambda.createFunction({
      FunctionName: name,
      Runtime: "nodejs22.x",
      Handler: "index.handler",
      Role: await role(`${name}-role`, ...statements),
      Code: { ZipFile: functionZip(code) },
      Timeout: 2,
      ...rest,
    });
  };
  const call = async (name: string, payload: unknown = {}) => {
    const answer = await lambda.invoke({ FunctionName: name, Payload: Buffer.from(JSON.stringify(payload)) });
    return { error: answer.FunctionError, body: JSON.parse(Buffer.from(answer.Payload!).toString()) };
  };
  const message = async (url: string) => {
    const { Messages } = await sqs.receiveMessage({ QueueUrl: url, MessageAttributeNames: ["All"] });
    return Messages?.[0];
  };
  const queueArn = (name: string) => `arn:aws:sqs:${REGION}:${SECURITY}:${name}`;

  it("runs a function as its role, with the SDK and its own variables, and nothing of this machine's", async () => {
    process.env.FIREBREAK_TEST_LEAK = "seen";
    await create(
      "who",
      `const { STS } = require("@aws-sdk/client-sts");
       exports.handler = async () => ({
         arn: (await new STS({}).getCallerIdentity({})).Arn,
         stage: process.env.STAGE, leak: process.env.FIREBREAK_TEST_LEAK, home: process.env.HOME,
       });`,
      { Environment: { Variables: { STAGE: "test" } } },
    );
    const { body } = await call("who");
    expect(body).to.deep.equal({ arn: `arn:aws:sts::${SECURITY}:assumed-role/who-role/who`, stage: "test" });
  });

  it("reports an error by its own name", async () => {
    await create(
      "fails",
      `exports.handler = async () => { throw Object.assign(new Error("no"), { name: "Denied" }); };`,
    );
    const { error, body } = await call("fails");
    expect(error).to.equal("Unhandled");
    expect(body).to.include({ errorType: "Denied", errorMessage: "no" });
  });

  it("ends a function at its timeout, also one that never yields", async () => {
    await create("stuck", "exports.handler = async () => { for (;;); };", { Timeout: 1 });
    const { body } = await call("stuck");
    expect(body.errorType).to.equal("Sandbox.Timedout");
    expect(body.errorMessage).to.contain("timed out after 1.00 seconds");
  });

  it("says which module is missing, and stands in for none", async () => {
    await create("lacks", `require("@aws-sdk/client-ssm-incidents"); exports.handler = async () => 1;`);
    const { body } = await call("lacks");
    expect(body.errorType).to.equal("Runtime.ImportModuleError");
    expect(body.errorMessage).to.contain("@aws-sdk/client-ssm-incidents");
  });

  it("lets reserved concurrency bound a function", async () => {
    await create("one", "exports.handler = () => new Promise((done) => setTimeout(done, 400));");
    await lambda.putFunctionConcurrency({ FunctionName: "one", ReservedConcurrentExecutions: 1 });
    const impatient = new Lambda({ ...world.root(SECURITY), maxAttempts: 1 });
    const first = call("one");
    await new Promise((resolve) => setTimeout(resolve, 100));
    const second = await refusal(impatient.invoke({ FunctionName: "one" }));
    expect(second.name).to.equal("TooManyRequestsException");
    expect((await first).error).to.equal(undefined);
  });

  it("writes the log only if the role may", async () => {
    const code = `exports.handler = async () => console.log("here I am");`;
    const writes = {
      Action: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: `arn:aws:logs:${REGION}:${SECURITY}:log-group:/aws/lambda/logs:*`,
    };
    await create("logs", code, { statements: [writes] });
    await create("silent", code);
    await call("logs");
    await call("silent");
    const { events } = await logs.filterLogEvents({ logGroupName: "/aws/lambda/logs" });
    expect(events!.map((e) => e.message)).to.include("here I am");
    const { logGroups } = await logs.describeLogGroups({ logGroupNamePrefix: "/aws/lambda/silent" });
    expect(logGroups).to.deep.equal([]);
  });

  it("refuses a role that Lambda may not assume", async () => {
    const { Role } = await iam.createRole({
      RoleName: "for-ec2",
      AssumeRolePolicyDocument: trust({ Service: "ec2.amazonaws.com" }),
    });
    const made = lambda.createFunction({
      FunctionName: "wrong",
      Runtime: "nodejs22.x",
      Handler: "index.handler",
      Role: Role!.Arn!,
      Code: { ZipFile: functionZip("exports.handler = async () => 1") },
    });
    const error = await refusal(made);
    expect(error.name).to.equal("InvalidParameterValueException");
    expect(error.message).to.contain("cannot be assumed by Lambda");
  });

  it("lets a function be made, or given a role, only by who may pass it", async () => {
    const Role = await role("passed");
    const user = new Lambda(await userOf(world, SECURITY, "maker", policy({ Action: "lambda:*", Resource: "*" })));
    const make = {
      FunctionName: "made",
      Runtime: "nodejs22.x" as const,
      Handler: "index.handler",
      Role,
      Code: { ZipFile: functionZip("exports.handler = async () => 1") },
    };
    const error = await refusal(user.createFunction(make));
    expect(error.name).to.equal("AccessDeniedException");
    expect(error.message).to.contain(`iam:PassRole on resource: ${Role}`);
    await lambda.createFunction(make);
    const changed = await refusal(user.updateFunctionConfiguration({ FunctionName: "made", Role }));
    expect(changed.message).to.contain("iam:PassRole");
  });

  it("tries an asynchronous event three times, then puts it whole on the dead-letter queue", async () => {
    const { QueueUrl } = await sqs.createQueue({ QueueName: "dead" });
    await create("async", `exports.handler = async () => { console.log("try"); throw new Error("never"); };`, {
      DeadLetterConfig: { TargetArn: queueArn("dead") },
      statements: [
        { Action: "sqs:SendMessage", Resource: queueArn("dead") },
        { Action: "logs:*", Resource: "*" },
      ],
    });
    await lambda.invoke({ FunctionName: "async", InvocationType: "Event", Payload: Buffer.from('{"id":7}') });
    const letter = await eventually(() => message(QueueUrl!));
    expect(JSON.parse(letter.Body!)).to.deep.equal({ id: 7 });
    expect(letter.MessageAttributes!.ErrorMessage!.StringValue).to.equal("never");
    const { events } = await logs.filterLogEvents({ logGroupName: "/aws/lambda/async", filterPattern: "try" });
    expect(events).to.have.lengthOf(3);
  });

  it("reads a queue only with the role's permission, and reports single failures", async () => {
    const { QueueUrl } = await sqs.createQueue({ QueueName: "work", Attributes: { VisibilityTimeout: "2" } });
    await create(
      "worker",
      `exports.handler = async (event) => ({
         batchItemFailures: event.Records.filter((r) => r.body === "bad").map((r) => ({ itemIdentifier: r.messageId })),
       });`,
    );
    const map = () =>
      lambda.createEventSourceMapping({
        FunctionName: "worker",
        EventSourceArn: queueArn("work"),
        FunctionResponseTypes: ["ReportBatchItemFailures"],
      });
    expect((await refusal(map())).message).to.contain("ReceiveMessage on SQS");
    await iam.putRolePolicy({
      RoleName: "worker-role",
      PolicyName: "read",
      PolicyDocument: policy({
        Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        Resource: queueArn("work"),
      }),
    });
    await map();
    await sqs.sendMessage({ QueueUrl, MessageBody: "good" });
    await sqs.sendMessage({ QueueUrl, MessageBody: "bad" });
    const left = await eventually(async () => {
      const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["All"] });
      const total =
        Number(Attributes!.ApproximateNumberOfMessages) + Number(Attributes!.ApproximateNumberOfMessagesNotVisible);
      return total === 1 ? total : undefined;
    });
    expect(left).to.equal(1);
  });

  it("leaves no worker behind when it ends", async () => {
    const before = workersOf(world.emulator.pid);
    expect(before).to.be.greaterThan(0);
    await world.emulator.stop();
    expect(workersOf(world.emulator.pid)).to.equal(0);
  });
});

/** Live processes of a process group. */
function workersOf(group: number): number {
  const listed = execFileSync("ps", ["-eo", "pgid=,stat="], { encoding: "utf8" });
  const rows = listed.trim().split("\n");
  return rows.map((row) => row.trim().split(/\s+/)).filter(([pgid, stat]) => Number(pgid) === group && stat![0] !== "Z")
    .length;
}
