import { EC2 } from "@aws-sdk/client-ec2";
import { IAM } from "@aws-sdk/client-iam";
import { S3 } from "@aws-sdk/client-s3";
import { SSM, type GetCommandInvocationCommandOutput } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import {
  eventually,
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

describe("emulator: Systems Manager", () => {
  let world: World;
  let ec2: EC2;
  let ssm: SSM;
  let managed: string;
  let unmanaged: string;

  before(async () => {
    world = await startWorld();
    ec2 = new EC2(world.root(WORKLOAD));
    ssm = new SSM(world.root(WORKLOAD));
    const iam = new IAM(world.root(WORKLOAD));
    await iam.createRole({ RoleName: "host", AssumeRolePolicyDocument: trust({ Service: "ec2.amazonaws.com" }) });
    await iam.attachRolePolicy({
      RoleName: "host",
      PolicyArn: "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
    });
    await iam.createInstanceProfile({ InstanceProfileName: "host" });
    await iam.addRoleToInstanceProfile({ InstanceProfileName: "host", RoleName: "host" });
    managed = await launch({ IamInstanceProfile: { Name: "host" } });
    unmanaged = await launch();
  });
  after(() => world.end());

  const launch = async (more: object = {}) => {
    const { Instances } = await ec2.runInstances({
      ImageId: "ami-0abcdef1234567890",
      InstanceType: "t3.micro",
      MinCount: 1,
      MaxCount: 1,
      ...more,
    });
    return Instances![0]!.InstanceId!;
  };
  const send = async (commands: string[], more: object = {}) => {
    const { Command } = await ssm.sendCommand({
      DocumentName: "AWS-RunShellScript",
      InstanceIds: [managed],
      Parameters: { commands },
      ...more,
    });
    return Command!.CommandId!;
  };
  const finished = (CommandId: string) =>
    eventually<GetCommandInvocationCommandOutput>(async () => {
      const found = await ssm.getCommandInvocation({ CommandId, InstanceId: managed });
      return ["Pending", "InProgress"].includes(found.Status!) ? undefined : found;
    });
  const online = async () => {
    const { InstanceInformationList: list } = await ssm.describeInstanceInformation({});
    return list!.filter((i) => i.PingStatus === "Online").map((i) => i.InstanceId);
  };

  it("manages only the instance whose profile lets its agent in", async () => {
    expect(await online()).to.deep.equal([managed]);
    const refused = ssm.sendCommand({
      DocumentName: "AWS-RunShellScript",
      InstanceIds: [unmanaged],
      Parameters: { commands: ["id"] },
    });
    expect((await refusal(refused)).name).to.equal("InvalidInstanceId");
  });

  it("runs a command in its own time and gives what it printed", async () => {
    const id = await send(["ps auxww", "ss -tanp"]);
    expect((await ssm.getCommandInvocation({ CommandId: id, InstanceId: managed })).Status).to.equal("Pending");
    const done = await finished(id);
    expect(done).to.include({ Status: "Success", ResponseCode: 0 });
    expect(done.StandardOutputContent).to.contain("kworker").and.to.contain("203.0.113.66:3333");
    const { CommandInvocations } = await ssm.listCommandInvocations({ CommandId: id, Details: true });
    expect(CommandInvocations![0]!.Status).to.equal("Success");
  });

  it("cuts what is longer than 24,000 characters", async () => {
    const done = await finished(await send(["seq 20000"]));
    expect(done.StandardOutputContent).to.have.lengthOf(24_000);
    expect(done.StandardOutputContent).to.match(/---Output truncated---$/);
  });

  it("reports failure, timeout and cancellation", async () => {
    expect(await finished(await send(["exit 3"]))).to.include({ Status: "Failed", ResponseCode: 3 });
    const late = await send(["sleep 30"], { Parameters: { commands: ["sleep 30"], executionTimeout: ["1"] } });
    const stopped = await send(["sleep 30"]);
    await ssm.cancelCommand({ CommandId: stopped });
    expect((await finished(stopped)).Status).to.equal("Cancelled");
    expect((await finished(late)).Status).to.equal("TimedOut");
  });

  it("stores output in another account's bucket with the permission of the instance's role only", async () => {
    const s3 = new S3(world.root(SECURITY));
    await s3.createBucket({ Bucket: "vault", CreateBucketConfiguration: { LocationConstraint: REGION } });
    const role = `arn:aws:iam::${WORKLOAD}:role/host`;
    await s3.putBucketPolicy({
      Bucket: "vault",
      Policy: policy({ Principal: { AWS: role }, Action: "s3:PutObject", Resource: "arn:aws:s3:::vault/*" }),
    });
    const output = { OutputS3BucketName: "vault", OutputS3KeyPrefix: "case" };
    expect((await finished(await send(["id"], output))).Status).to.equal("Success");
    expect((await s3.listObjectsV2({ Bucket: "vault" })).KeyCount, "without the role's permission").to.equal(0);
    const [refused] = await world.emulator.ledger((c) => c.action === "s3:PutObject" && c.decision === "deny");
    expect(refused!.principal).to.contain(`assumed-role/host/${managed}`);
    await new IAM(world.root(WORKLOAD)).putRolePolicy({
      RoleName: "host",
      PolicyName: "vault",
      PolicyDocument: policy({ Action: "s3:PutObject", Resource: "arn:aws:s3:::vault/*" }),
    });
    const id = await send(["id"], output);
    await finished(id);
    const { Contents } = await s3.listObjectsV2({ Bucket: "vault" });
    expect(Contents![0]!.Key).to.equal(`case/${id}/${managed}/awsrunShellScript/0.awsrunShellScript/stdout`);
  });

  it("checks the document as well as the instance", async () => {
    const instance = `arn:aws:ec2:${REGION}:${WORKLOAD}:instance/${managed}`;
    const user = new SSM(
      await userOf(world, WORKLOAD, "half", policy({ Action: "ssm:SendCommand", Resource: instance })),
    );
    const sent = user.sendCommand({
      DocumentName: "AWS-RunShellScript",
      InstanceIds: [managed],
      Parameters: { commands: ["id"] },
    });
    expect((await refusal(sent)).message).to.contain("document/AWS-RunShellScript");
  });

  it("loses an instance that cannot get out any more", async () => {
    const { GroupId } = await ec2.createSecurityGroup({ GroupName: "quarantine", Description: "none" });
    const all = [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }];
    await ec2.revokeSecurityGroupEgress({ GroupId: GroupId!, IpPermissions: all });
    await ec2.modifyInstanceAttribute({ InstanceId: managed, Groups: [GroupId!] });
    expect(await online()).to.deep.equal([]);
  });
});
