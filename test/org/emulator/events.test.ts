import { EventBridge } from "@aws-sdk/client-eventbridge";
import { IAM } from "@aws-sdk/client-iam";
import { KMS } from "@aws-sdk/client-kms";
import { Lambda } from "@aws-sdk/client-lambda";
import { Organizations } from "@aws-sdk/client-organizations";
import { SQS } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import {
  addMember,
  eventually,
  functionZip,
  MANAGEMENT,
  OUTSIDER,
  policy,
  refusal,
  REGION,
  SECURITY,
  startWorld,
  trust,
  userOf,
  WORKLOAD,
  type World,
} from "./support";

const BUS = `arn:aws:events:${REGION}:${SECURITY}:event-bus/firebreak`;

describe("emulator: EventBridge", () => {
  let world: World;
  let events: EventBridge;
  let sqs: SQS;
  let organizationId: string;

  before(async () => {
    world = await startWorld();
    const manager = new Organizations(world.root(MANAGEMENT));
    organizationId = (await manager.createOrganization({ FeatureSet: "ALL" })).Organization!.Id!;
    await addMember(world, "security", SECURITY);
    await addMember(world, "workload", WORKLOAD);
    events = new EventBridge(world.root(SECURITY));
    sqs = new SQS(world.root(SECURITY));
    await events.createEventBus({ Name: "firebreak" });
    await events.putPermission({
      EventBusName: "firebreak",
      Policy: policy({
        Sid: "members",
        Principal: "*",
        Action: "events:PutEvents",
        Resource: BUS,
        Condition: { StringEquals: { "aws:PrincipalOrgID": organizationId } },
      }),
    });
  });
  after(() => world.end());

  const queue = async (name: string, Policy?: string, key?: string) => {
    const { QueueUrl } = await sqs.createQueue({
      QueueName: name,
      Attributes: { ...(Policy ? { Policy } : {}), ...(key ? { KmsMasterKeyId: key } : {}) },
    });
    return { url: QueueUrl!, arn: `arn:aws:sqs:${REGION}:${SECURITY}:${name}` };
  };
  const admits = (rule: string, name: string) =>
    policy({
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: `arn:aws:sqs:${REGION}:${SECURITY}:${name}`,
      Condition: { ArnEquals: { "aws:SourceArn": `arn:aws:events:${REGION}:${SECURITY}:rule/firebreak/${rule}` } },
    });
  const receive = async (url: string) => {
    const { Messages } = await sqs.receiveMessage({ QueueUrl: url, MessageAttributeNames: ["All"] });
    return Messages?.[0];
  };
  const rule = async (name: string, source: string, target: object) => {
    await events.putRule({
      Name: name,
      EventBusName: "firebreak",
      EventPattern: JSON.stringify({ source: [source] }),
    });
    await events.putTargets({
      Rule: name,
      EventBusName: "firebreak",
      Targets: [{ Id: "t", Arn: "", ...target }],
    });
  };
  const put = (client: EventBridge, source: string, bus = "firebreak") =>
    client.putEvents({
      Entries: [{ Source: source, DetailType: "t", Detail: JSON.stringify({ a: 1 }), EventBusName: bus }],
    });

  it("delivers to a queue whose policy names the rule", async () => {
    const q = await queue("open", admits("open", "open"));
    await rule("open", "test.open", { Arn: q.arn });
    await put(events, "test.open");
    const message = await eventually(() => receive(q.url));
    expect(JSON.parse(message.Body!)).to.deep.include({ source: "test.open", account: SECURITY, detail: { a: 1 } });
  });

  it("finds the bus of a rule by its ARN as well", async () => {
    const q = await queue("by-arn", admits("by-arn", "by-arn"));
    await events.putRule({ Name: "by-arn", EventBusName: BUS, EventPattern: JSON.stringify({ source: ["test.arn"] }) });
    await events.putTargets({ Rule: "by-arn", EventBusName: BUS, Targets: [{ Id: "t", Arn: q.arn }] });
    await put(events, "test.arn", BUS);
    await eventually(() => receive(q.url));
  });

  it("does not deliver to a queue whose policy names another rule, and keeps the event as a dead letter", async () => {
    const shut = await queue("shut", admits("another", "shut"));
    const dead = await queue("dead", admits("shut", "dead"));
    await rule("shut", "test.shut", { Arn: shut.arn, DeadLetterConfig: { Arn: dead.arn } });
    await put(events, "test.shut");
    const letter = await eventually(() => receive(dead.url));
    expect(letter.MessageAttributes!.ERROR_CODE!.StringValue).to.equal("NO_PERMISSIONS");
    expect(JSON.parse(letter.Body!)).to.deep.include({ source: "test.shut" });
    expect(await receive(shut.url)).to.equal(undefined);
    const [refused] = await world.emulator.ledger((c) => c.decision === "deny" && c.resource === shut.arn);
    expect(refused).to.include({ principal: "events.amazonaws.com", action: "sqs:SendMessage" });
  });

  it("needs the key's policy to write to an encrypted queue", async () => {
    const kms = new KMS(world.root(SECURITY));
    const own = { Principal: { AWS: `arn:aws:iam::${SECURITY}:root` }, Action: "kms:*", Resource: "*" };
    const { KeyMetadata: key } = await kms.createKey({ Policy: policy(own) });
    const q = await queue("secret", admits("secret", "secret"), key!.KeyId!);
    const dead = await queue("secret-dead", admits("secret", "secret-dead"));
    await rule("secret", "test.secret", { Arn: q.arn, DeadLetterConfig: { Arn: dead.arn } });
    await put(events, "test.secret");
    const letter = await eventually(() => receive(dead.url));
    expect(letter.MessageAttributes!.ERROR_MESSAGE!.StringValue).to.contain("kms:GenerateDataKey");
    await kms.putKeyPolicy({
      KeyId: key!.KeyId!,
      PolicyName: "default",
      Policy: policy(own, {
        Principal: { Service: "events.amazonaws.com" },
        Action: ["kms:GenerateDataKey", "kms:Decrypt"],
        Resource: "*",
      }),
    });
    await put(events, "test.secret");
    await eventually(() => receive(q.url));
  });

  it("tries again when a target fails for a while", async () => {
    const q = await queue("flaky", admits("flaky", "flaky"));
    await rule("flaky", "test.flaky", { Arn: q.arn });
    await world.emulator.control.call("PUT", "faults", {
      rules: [{ kind: "error", action: "sqs:SendMessage", principal: "events.amazonaws.com", count: 2 }],
    });
    await put(events, "test.flaky");
    await eventually(() => receive(q.url));
  });

  it("invokes a function only where its resource policy lets the rule", async () => {
    const iam = new IAM(world.root(SECURITY));
    const lambda = new Lambda(world.root(SECURITY));
    const { Role } = await iam.createRole({
      RoleName: "fn",
      AssumeRolePolicyDocument: trust({ Service: "lambda.amazonaws.com" }),
    });
    const { FunctionArn } = await lambda.createFunction({
      FunctionName: "fn",
      Runtime: "nodejs22.x",
      Handler: "index.handler",
      Role: Role!.Arn!,
      Code: { ZipFile: functionZip("exports.handler = async (e) => console.log(e.source)") },
    });
    const dead = await queue("fn-dead", admits("fn", "fn-dead"));
    await rule("fn", "test.fn", { Arn: FunctionArn, DeadLetterConfig: { Arn: dead.arn } });
    await put(events, "test.fn");
    await eventually(() => receive(dead.url));
    await lambda.addPermission({
      FunctionName: "fn",
      StatementId: "rule",
      Principal: "events.amazonaws.com",
      Action: "lambda:InvokeFunction",
      SourceArn: `arn:aws:events:${REGION}:${SECURITY}:rule/firebreak/fn`,
    });
    await put(events, "test.fn");
    await eventually(async () => {
      const calls = await world.emulator.ledger((c) => c.action === "lambda:InvokeFunction" && c.decision === "allow");
      return calls[0];
    });
  });

  describe("from another account", () => {
    let member: EventBridge;
    let iam: IAM;

    before(async () => {
      member = new EventBridge(world.root(WORKLOAD));
      iam = new IAM(world.root(WORKLOAD));
      await member.putRule({ Name: "forward", EventPattern: JSON.stringify({ source: ["aws.guardduty"] }) });
    });

    const forward = (RoleArn?: string) =>
      member.putTargets({ Rule: "forward", Targets: [{ Id: "master", Arn: BUS, RoleArn }] });

    it("wants a role on the target, and one that EventBridge may assume", async () => {
      expect((await refusal(forward())).message).to.contain("RoleArn is required");
      const { Role } = await iam.createRole({
        RoleName: "wrong",
        AssumeRolePolicyDocument: trust({ Service: "lambda.amazonaws.com" }),
      });
      const error = await refusal(forward(Role!.Arn!));
      expect(error.message).to.contain("cannot be assumed by principal 'events.amazonaws.com'");
    });

    it("needs the role's permission, then reaches the other account's rule with its own account on it", async () => {
      const q = await queue("forwarded", admits("forwarded", "forwarded"));
      await rule("forwarded", "aws.guardduty", { Arn: q.arn });
      const { Role } = await iam.createRole({
        RoleName: "forward",
        AssumeRolePolicyDocument: trust({ Service: "events.amazonaws.com" }),
      });
      await forward(Role!.Arn!);
      await put(member, "aws.guardduty", "default");
      const refused = await world.emulator.ledger((c) => c.action === "events:PutEvents" && c.decision === "deny");
      expect(refused.at(-1)!.principal).to.contain(":assumed-role/forward/");
      await iam.putRolePolicy({
        RoleName: "forward",
        PolicyName: "put",
        PolicyDocument: policy({ Action: "events:PutEvents", Resource: BUS }),
      });
      await put(member, "aws.guardduty", "default");
      const message = await eventually(() => receive(q.url));
      expect(JSON.parse(message.Body!)).to.deep.include({ account: WORKLOAD, source: "aws.guardduty" });
    });

    it("is refused outside the organisation", async () => {
      const outsider = await put(new EventBridge(world.root(OUTSIDER)), "test.open", BUS);
      expect(outsider.Entries![0]!.ErrorCode).to.equal("AccessDeniedException");
      const inside = await put(member, "test.open", BUS);
      expect(inside.FailedEntryCount).to.equal(0);
    });

    it("is refused once the account is closed", async () => {
      await addMember(world, "leaver", "444444444444");
      const leaver = new EventBridge(world.root("444444444444"));
      expect((await put(leaver, "test.open", BUS)).FailedEntryCount).to.equal(0);
      await new Organizations(world.root(MANAGEMENT)).closeAccount({ AccountId: "444444444444" });
      expect((await put(leaver, "test.open", BUS)).FailedEntryCount).to.equal(1);
    });
  });

  it("takes events of AWS's own services from the drill's stand-in only", async () => {
    const user = await userOf(world, SECURITY, "someone", policy({ Action: "events:*", Resource: "*" }));
    const answer = await put(new EventBridge(user), "aws.guardduty");
    expect(answer.Entries![0]!.ErrorCode).to.equal("NotAuthorizedForSourceException");
  });
});
