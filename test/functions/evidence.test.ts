import {
  CreateSnapshotsCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  EC2Client,
  GetConsoleOutputCommand,
  GetConsoleScreenshotCommand,
} from "@aws-sdk/client-ec2";
import type { Instance } from "@aws-sdk/client-ec2";
import {
  GetInstanceProfileCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from "@aws-sdk/client-iam";

import { expect } from "chai";
import { captureConsole } from "../../functions/capture-console";
import { captureInstance } from "../../functions/capture-instance";
import { preserveVolumes } from "../../functions/preserve-volumes";
import type { AnyAction, Evidence } from "../../functions/shared/action";
import { awsError, caseId, connection, instance, rejection, target } from "./fixtures";
import { profileArn } from "./profile-world";
import { mocked } from "./mocked";

const running: Instance = {
  InstanceId: instance,
  State: { Name: "running" },
  RootDeviceName: "/dev/xvda",
  BlockDeviceMappings: [
    { DeviceName: "/dev/xvda", Ebs: { VolumeId: "vol-root" } },
    { DeviceName: "/dev/xvdb", Ebs: { VolumeId: "vol-data" } },
  ],
  IamInstanceProfile: { Arn: profileArn },
};

function serve(found: Partial<Instance> = {}) {
  const ec2 = mocked(EC2Client);
  ec2.on(DescribeInstancesCommand).resolves({ Reservations: [{ Instances: [{ ...running, ...found }] }] });
  return ec2;
}

async function run(action: AnyAction) {
  const clients = action.connect(connection);
  return action.apply(target(), clients, await action.plan(target(), clients));
}

const named = (evidence: Evidence[] | undefined, name: string) => evidence?.find((one) => one.name === name);
const parsed = (evidence: Evidence[] | undefined, name: string) => JSON.parse(String(named(evidence, name)?.body));

describe("captureInstance", () => {
  function serveAll() {
    const ec2 = serve();
    ec2.on(DescribeInstanceAttributeCommand).resolves({});
    ec2
      .on(DescribeInstanceAttributeCommand, { Attribute: "userData" })
      .resolves({ UserData: { Value: Buffer.from("#!/bin/sh\ncurl evil").toString("base64") } });
    const interfaces = [{ NetworkInterfaceId: "eni-1", Groups: [{ GroupId: "sg-1" }] }];
    ec2.on(DescribeNetworkInterfacesCommand).resolves({ NetworkInterfaces: interfaces });
    ec2.on(DescribeSecurityGroupsCommand, { GroupIds: ["sg-1"] }).resolves({ SecurityGroups: [{ GroupId: "sg-1" }] });
    ec2.on(DescribeVolumesCommand).resolves({ Volumes: [{ VolumeId: "vol-root" }] });
    const iam = mocked(IAMClient);
    const profile = { Roles: [{ RoleName: "web" }] } as never;
    iam.on(GetInstanceProfileCommand, { InstanceProfileName: "web" }).resolves({ InstanceProfile: profile });
    const trust = encodeURIComponent('{"Statement":[]}');
    iam.on(GetRoleCommand).resolves({ Role: { RoleName: "web", AssumeRolePolicyDocument: trust } as never });
    iam
      .on(ListAttachedRolePoliciesCommand)
      .resolves({ AttachedPolicies: [{ PolicyArn: "arn:aws:iam::aws:policy/X" }] });
    iam.on(GetPolicyCommand).resolves({ Policy: { DefaultVersionId: "v3" } });
    iam.on(GetPolicyVersionCommand, { VersionId: "v3" }).resolves({ PolicyVersion: { Document: trust } });
    iam.on(ListRolePoliciesCommand).resolves({ PolicyNames: ["inline"] });
    iam.on(GetRolePolicyCommand).resolves({ PolicyDocument: trust, RoleName: "web", PolicyName: "inline" });
    return { ec2, iam };
  }

  it("keeps instance, interfaces, groups, volumes and role, with user data and policies in clear", async () => {
    serveAll();
    const { evidence, error } = await run(captureInstance);
    expect(error).to.equal(undefined);
    expect(evidence?.map(({ name }) => name)).to.have.members([
      "instance.json",
      "network-interfaces.json",
      "security-groups.json",
      "volumes.json",
      "role.json",
    ]);
    expect(parsed(evidence, "instance.json").attributes.userData).to.equal("#!/bin/sh\ncurl evil");
    expect(parsed(evidence, "security-groups.json")).to.deep.equal([{ GroupId: "sg-1" }]);
    const [role] = parsed(evidence, "role.json").roles;
    expect(role.attached[0]).to.deep.equal({
      arn: "arn:aws:iam::aws:policy/X",
      version: "v3",
      document: { Statement: [] },
    });
    expect(role.inline[0]).to.deep.equal({ name: "inline", document: { Statement: [] } });
  });

  it("keeps the rest and fails when it may not read the role", async () => {
    serveAll().iam.on(GetRoleCommand).rejects(awsError("AccessDenied", "no iam:GetRole"));
    const { evidence, error } = await run(captureInstance);
    expect(evidence).to.have.length(4);
    expect(error?.message).to.equal("no iam:GetRole");
  });

  it("notes a role that was deleted", async () => {
    serveAll().iam.on(GetInstanceProfileCommand).rejects(awsError("NoSuchEntityException", "gone"));
    const { notes, error } = await run(captureInstance);
    expect([notes, error]).to.deep.equal([["the attached role is not to be had: gone"], undefined]);
  });

  it("finds an instance that does not exist gone", async () => {
    mocked(EC2Client).on(DescribeInstancesCommand).rejects(awsError("InvalidInstanceID.NotFound"));
    expect((await rejection(run(captureInstance))).name).to.equal("ResourceGone");
  });
});

describe("captureConsole", () => {
  const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0]).toString("base64");
  const text = Buffer.from("login: ").toString("base64");

  it("keeps output and screenshot as bytes", async () => {
    const ec2 = serve();
    ec2.on(GetConsoleOutputCommand).resolves({ Output: text });
    ec2.on(GetConsoleScreenshotCommand).resolves({ ImageData: jpeg });
    const { evidence } = await run(captureConsole);
    expect(String(named(evidence, "console-output.txt")?.body)).to.equal("login: ");
    expect(named(evidence, "console-screenshot.jpg")?.contentType).to.equal("image/jpeg");
  });

  it("asks for the kept output where the latest is not to be had", async () => {
    const ec2 = serve();
    ec2.on(GetConsoleOutputCommand, { Latest: true }).rejects(awsError("UnsupportedOperation"));
    ec2.on(GetConsoleOutputCommand, { Latest: false }).resolves({ Output: text });
    ec2.on(GetConsoleScreenshotCommand).resolves({ ImageData: jpeg });
    expect((await run(captureConsole)).evidence).to.have.length(2);
  });

  it("notes a screenshot that is not to be had, and goes on", async () => {
    const ec2 = serve();
    ec2.on(GetConsoleOutputCommand).resolves({ Output: text });
    ec2.on(GetConsoleScreenshotCommand).rejects(awsError("UnsupportedOperation", "bare metal"));
    const { evidence, notes, error } = await run(captureConsole);
    expect([evidence?.length, error]).to.deep.equal([1, undefined]);
    expect(notes).to.deep.equal(["the console screenshot is not to be had: bare metal"]);
  });

  for (const [what, failure] of [
    ["a missing permission", awsError("AccessDenied")],
    ["a failing service", Object.assign(awsError("InternalError"), { $fault: "server" })],
  ] as const) {
    it(`fails over ${what}, with what it has`, async () => {
      const ec2 = serve();
      ec2.on(GetConsoleOutputCommand).resolves({ Output: text });
      ec2.on(GetConsoleScreenshotCommand).rejects(failure);
      const { evidence, error } = await run(captureConsole);
      expect([evidence?.length, error?.name]).to.deep.equal([1, failure.name]);
    });
  }
});

describe("preserveVolumes", () => {
  const snapshot = (volume: string) => ({ SnapshotId: `snap-${volume}`, VolumeId: volume, State: "pending" as const });

  it("takes snapshots of all volumes in one call, tagged with the case", async () => {
    const ec2 = serve();
    ec2.on(DescribeSnapshotsCommand).resolves({ Snapshots: [] });
    ec2.on(CreateSnapshotsCommand).resolves({ Snapshots: [snapshot("vol-root"), snapshot("vol-data")] });
    const { after, evidence } = await run(preserveVolumes);
    const input = ec2.commandCalls(CreateSnapshotsCommand)[0]?.args[0].input;
    expect(input?.InstanceSpecification).to.deep.include({ InstanceId: instance, ExcludeBootVolume: false });
    expect(input?.TagSpecifications?.[0]?.Tags?.[0]).to.deep.equal({ Key: "fb:case", Value: caseId });
    expect(Object.keys(after.snapshots)).to.have.members(["vol-root", "vol-data"]);
    expect(parsed(evidence, "snapshots.json")["vol-root"].state).to.equal("pending");
  });

  it("takes none twice", async () => {
    const ec2 = serve();
    ec2.on(DescribeSnapshotsCommand).resolves({ Snapshots: [snapshot("vol-root"), snapshot("vol-data")] });
    const { evidence } = await run(preserveVolumes);
    expect(ec2.commandCalls(CreateSnapshotsCommand)).to.have.length(0);
    expect(Object.keys(parsed(evidence, "snapshots.json"))).to.have.length(2);
  });

  it("takes only what is missing, and a failed snapshot again", async () => {
    const ec2 = serve();
    const failed = { ...snapshot("vol-data"), State: "error" as const };
    ec2.on(DescribeSnapshotsCommand).resolves({ Snapshots: [snapshot("vol-root"), failed] });
    ec2.on(CreateSnapshotsCommand).resolves({ Snapshots: [snapshot("vol-data")] });
    await run(preserveVolumes);
    const input = ec2.commandCalls(CreateSnapshotsCommand)[0]?.args[0].input;
    expect(input?.InstanceSpecification).to.deep.include({ ExcludeBootVolume: true, ExcludeDataVolumeIds: [] });
  });

  it("notes an instance without volumes", async () => {
    const ec2 = serve({ BlockDeviceMappings: [] });
    ec2.on(DescribeSnapshotsCommand).resolves({ Snapshots: [] });
    expect((await run(preserveVolumes)).notes).to.deep.equal([`${instance} has no EBS volume`]);
  });

  it("keeps the snapshots on undo", async () => {
    const clients = preserveVolumes.connect(connection);
    const undone = await preserveVolumes.undo(target(), clients, { snapshots: {} }, { snapshots: {} });
    expect(undone).to.deep.equal({ restored: [], differences: [] });
  });
});
