import { EC2, type Instance } from "@aws-sdk/client-ec2";
import { IAM } from "@aws-sdk/client-iam";
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

const ANYWHERE = { IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }], Ipv6Ranges: [{ CidrIpv6: "::/0" }] };

describe("emulator: EC2", () => {
  let world: World;
  let ec2: EC2;
  let vpc: string;
  let subnets: string[];
  let web: string;
  let empty: string;
  let open: string;

  before(async () => {
    world = await startWorld();
    ec2 = new EC2(world.root(WORKLOAD));
    vpc = (await ec2.createVpc({ CidrBlock: "10.1.0.0/16" })).Vpc!.VpcId!;
    subnets = [];
    for (const CidrBlock of ["10.1.1.0/24", "10.1.2.0/24"]) {
      subnets.push((await ec2.createSubnet({ VpcId: vpc, CidrBlock })).Subnet!.SubnetId!);
    }
    web = await group("web");
    await ec2.authorizeSecurityGroupIngress({
      GroupId: web,
      IpPermissions: [{ IpProtocol: "tcp", FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: "203.0.113.0/24" }] }],
    });
    empty = await group("quarantine");
    await ec2.revokeSecurityGroupEgress({
      GroupId: empty,
      IpPermissions: [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
    });
    open = await group("untracked");
    await ec2.authorizeSecurityGroupIngress({ GroupId: open, IpPermissions: [ANYWHERE] });
  });
  after(() => world.end());

  const group = async (name: string) =>
    (await ec2.createSecurityGroup({ GroupName: name, Description: name, VpcId: vpc })).GroupId!;
  const describe1 = async (id: string) =>
    (await ec2.describeInstances({ InstanceIds: [id] })).Reservations![0]!.Instances![0]!;
  const launch = async (more: object = {}): Promise<Instance> => {
    const { Instances } = await ec2.runInstances({
      ImageId: "ami-0abcdef1234567890",
      InstanceType: "t3.micro",
      MinCount: 1,
      MaxCount: 1,
      NetworkInterfaces: [
        { DeviceIndex: 0, SubnetId: subnets[0], Groups: [web] },
        { DeviceIndex: 1, SubnetId: subnets[1], Groups: [web, open] },
      ],
      BlockDeviceMappings: [
        { DeviceName: "/dev/xvda", Ebs: { VolumeSize: 20 } },
        { DeviceName: "/dev/sdf", Ebs: { VolumeSize: 100, Encrypted: true, KmsKeyId: "alias/data" } },
      ],
      ...more,
    });
    return Instances![0]!;
  };
  const groupsOf = (instance: Instance) =>
    instance.NetworkInterfaces!.map((i) => i.Groups!.map((g) => g.GroupId!).sort());

  it("launches an instance with the interfaces and volumes asked for", async () => {
    const instance = await describe1((await launch()).InstanceId!);
    expect(instance.NetworkInterfaces!.map((i) => i.SubnetId)).to.deep.equal(subnets);
    expect(groupsOf(instance)).to.deep.equal([[web], [web, open].sort()]);
    expect(instance.SecurityGroups!.map((g) => g.GroupId)).to.deep.equal([web]);
    expect(instance.BlockDeviceMappings!.map((b) => b.DeviceName)).to.deep.equal(["/dev/xvda", "/dev/sdf"]);
    const { NetworkInterfaces } = await ec2.describeNetworkInterfaces({
      Filters: [{ Name: "attachment.instance-id", Values: [instance.InstanceId!] }],
    });
    expect(NetworkInterfaces!.map((i) => i.NetworkInterfaceId)).to.have.members(
      instance.NetworkInterfaces!.map((i) => i.NetworkInterfaceId),
    );
  });

  it("changes the groups of the primary interface through the instance, of others one by one", async () => {
    const { InstanceId } = await launch();
    await ec2.modifyInstanceAttribute({ InstanceId: InstanceId!, Groups: [empty] });
    const half = await describe1(InstanceId!);
    expect(groupsOf(half)).to.deep.equal([[empty], [web, open].sort()]);
    await ec2.modifyNetworkInterfaceAttribute({
      NetworkInterfaceId: half.NetworkInterfaces![1]!.NetworkInterfaceId!,
      Groups: [empty],
    });
    expect(groupsOf(await describe1(InstanceId!))).to.deep.equal([[empty], [empty]]);
    const groupSet = await ec2.describeInstanceAttribute({ InstanceId: InstanceId!, Attribute: "groupSet" });
    expect(groupSet.Groups!.map((g) => g.GroupId)).to.deep.equal([empty]);
  });

  it("refuses groups that do not exist", async () => {
    const { InstanceId } = await launch();
    const error = await refusal(
      ec2.modifyInstanceAttribute({ InstanceId: InstanceId!, Groups: ["sg-00000000000000000"] }),
    );
    expect(error.name).to.equal("InvalidGroup.NotFound");
  });

  it("terminates nothing that is protected from it", async () => {
    const { InstanceId } = await launch();
    const InstanceIds = [InstanceId!];
    await ec2.modifyInstanceAttribute({ InstanceId, DisableApiTermination: { Value: true } });
    const shown = await ec2.describeInstanceAttribute({ InstanceId, Attribute: "disableApiTermination" });
    expect(shown.DisableApiTermination).to.deep.equal({ Value: true });
    expect((await refusal(ec2.terminateInstances({ InstanceIds }))).name).to.equal("OperationNotPermitted");
    await ec2.modifyInstanceAttribute({ InstanceId, DisableApiTermination: { Value: false } });
    await ec2.terminateInstances({ InstanceIds });
    expect((await describe1(InstanceId!)).NetworkInterfaces).to.deep.equal([]);
  });

  it("says which instance does not exist", async () => {
    const error = await refusal(ec2.describeInstances({ InstanceIds: ["i-00000000000000000"] }));
    expect(error.name).to.equal("InvalidInstanceID.NotFound");
  });

  it("takes snapshots of all volumes at once, pending before they are complete", async () => {
    const { InstanceId } = await launch();
    const { Snapshots } = await ec2.createSnapshots({
      InstanceSpecification: { InstanceId },
      Description: "case",
      TagSpecifications: [{ ResourceType: "snapshot", Tags: [{ Key: "case", Value: "c1" }] }],
    });
    expect(Snapshots!.map((s) => s.VolumeSize)).to.deep.equal([20, 100]);
    expect(Snapshots![0]).to.include({ State: "pending" });
    await eventually(async () => {
      const found = await ec2.describeSnapshots({ Filters: [{ Name: "tag:case", Values: ["c1"] }] });
      return found.Snapshots!.every((s) => s.State === "completed") && found.Snapshots!.length === 2 ? true : undefined;
    });
  });

  it("shows a snapshot to another account only once it is shared, and copies it there", async () => {
    const { InstanceId } = await launch();
    const { Snapshots } = await ec2.createSnapshots({ InstanceSpecification: { InstanceId } });
    const SnapshotId = Snapshots![0]!.SnapshotId!;
    const other = new EC2(world.root(SECURITY));
    const unseen = await refusal(other.describeSnapshots({ SnapshotIds: [SnapshotId] }));
    expect(unseen.name).to.equal("InvalidSnapshot.NotFound");
    await ec2.modifySnapshotAttribute({
      SnapshotId,
      Attribute: "createVolumePermission",
      CreateVolumePermission: { Add: [{ UserId: SECURITY }] },
    });
    expect((await other.describeSnapshots({ SnapshotIds: [SnapshotId] })).Snapshots![0]!.OwnerId).to.equal(WORKLOAD);
    const copy = await other.copySnapshot({ SourceSnapshotId: SnapshotId, SourceRegion: REGION });
    const [copied] = (await other.describeSnapshots({ SnapshotIds: [copy.SnapshotId!] })).Snapshots!;
    expect(copied!.OwnerId).to.equal(SECURITY);
  });

  it("gives console output, and a screenshot that is a picture", async () => {
    const { InstanceId } = await launch();
    const output = await ec2.getConsoleOutput({ InstanceId });
    expect(Buffer.from(output.Output!, "base64").toString()).to.contain(InstanceId!);
    const image = Buffer.from((await ec2.getConsoleScreenshot({ InstanceId })).ImageData!, "base64");
    expect(image.subarray(1, 4).toString()).to.equal("PNG");
    expect([image.readUInt32BE(16), image.readUInt32BE(20)]).to.deep.equal([640, 320]);
  });

  it("refuses a rule, or a group, that is there already, and to revoke one that is not", async () => {
    const twice = ec2.authorizeSecurityGroupIngress({
      GroupId: web,
      IpPermissions: [{ IpProtocol: "tcp", FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: "203.0.113.0/24" }] }],
    });
    expect((await refusal(twice)).name).to.equal("InvalidPermission.Duplicate");
    expect((await refusal(group("web"))).name).to.equal("InvalidGroup.Duplicate");
    const absent = ec2.revokeSecurityGroupIngress({ GroupId: empty, IpPermissions: [ANYWHERE] });
    expect((await refusal(absent)).name).to.equal("InvalidPermission.NotFound");
  });

  it("does not delete a group that an interface uses", async () => {
    expect((await refusal(ec2.deleteSecurityGroup({ GroupId: web }))).name).to.equal("DependencyViolation");
  });

  it("gives a new group the rule that lets everything out", async () => {
    const { SecurityGroups } = await ec2.describeSecurityGroups({ GroupIds: [web] });
    expect(SecurityGroups![0]!.IpPermissionsEgress![0]).to.deep.include({ IpProtocol: "-1" });
    const byName = await ec2.describeSecurityGroups({ Filters: [{ Name: "group-name", Values: ["quarantine"] }] });
    expect(byName.SecurityGroups![0]).to.deep.include({ IpPermissions: [], IpPermissionsEgress: [] });
  });

  describe("connection tracking", () => {
    const connect = (networkInterfaceId: string) =>
      world.emulator.control.call<{ id: number; tracked: boolean }>("POST", "connections", {
        account: WORKLOAD,
        region: REGION,
        networkInterfaceId,
        direction: "in",
        protocol: "tcp",
        port: 443,
        remote: "203.0.113.7",
      });
    const state = async (id: number) => {
      type Listed = { connections: { id: number; state: string }[] };
      const { connections } = await world.emulator.control.call<Listed>("GET", "connections");
      return connections.find((c) => c.id === id)!.state;
    };
    const set = (interfaceId: string, groupId: string) =>
      ec2.modifyNetworkInterfaceAttribute({ NetworkInterfaceId: interfaceId, Groups: [groupId] });

    it("keeps a tracked connection alive behind a group without rules", async () => {
      const eni = (await launch()).NetworkInterfaces![0]!.NetworkInterfaceId!;
      const connection = await connect(eni);
      expect(connection.tracked).to.equal(true);
      await set(eni, empty);
      expect(await state(connection.id)).to.equal("established");
      expect((await refusal(connect(eni))).message).to.contain("no rule");
    });

    it("cuts it when the interface passes through a group that allows everything both ways", async () => {
      const eni = (await launch()).NetworkInterfaces![0]!.NetworkInterfaceId!;
      const connection = await connect(eni);
      await set(eni, open);
      expect(await state(connection.id)).to.equal("established");
      await set(eni, empty);
      expect(await state(connection.id)).to.equal("closed");
    });
  });

  describe("permissions", () => {
    it("checks Describe calls on every resource, never on one", async () => {
      const { InstanceId } = await launch();
      const one = `arn:aws:ec2:${REGION}:${WORKLOAD}:instance/${InstanceId}`;
      const user = new EC2(
        await userOf(world, WORKLOAD, "one", policy({ Action: "ec2:DescribeInstances", Resource: one })),
      );
      const error = await refusal(user.describeInstances({ InstanceIds: [InstanceId!] }));
      expect(error.name).to.equal("UnauthorizedOperation");
    });

    it("checks every resource that a call touches", async () => {
      const { InstanceId, NetworkInterfaces } = await launch();
      const eni = NetworkInterfaces![0]!.NetworkInterfaceId!;
      const arn = (resource: string) => `arn:aws:ec2:${REGION}:${WORKLOAD}:${resource}`;
      const user = new EC2(
        await userOf(
          world,
          WORKLOAD,
          "several",
          policy({
            Action: ["ec2:ModifyNetworkInterfaceAttribute", "ec2:CreateSnapshots"],
            Resource: [arn(`network-interface/${eni}`), arn(`security-group/${empty}`), arn("instance/*")],
          }),
        ),
      );
      await user.modifyNetworkInterfaceAttribute({ NetworkInterfaceId: eni, Groups: [empty] });
      const other = user.modifyNetworkInterfaceAttribute({ NetworkInterfaceId: eni, Groups: [open] });
      expect((await refusal(other)).message).to.contain("ModifyNetworkInterfaceAttribute");
      const snapshots = user.createSnapshots({ InstanceSpecification: { InstanceId } });
      expect((await refusal(snapshots)).name).to.equal("UnauthorizedOperation");
    });

    it("lets a profile be attached only by who may pass its role", async () => {
      const iam = new IAM(world.root(WORKLOAD));
      const { Role } = await iam.createRole({
        RoleName: "app",
        AssumeRolePolicyDocument: trust({ Service: "ec2.amazonaws.com" }),
      });
      await iam.createInstanceProfile({ InstanceProfileName: "app" });
      await iam.addRoleToInstanceProfile({ InstanceProfileName: "app", RoleName: "app" });
      const { InstanceId } = await launch();
      const attach = { InstanceId: InstanceId!, IamInstanceProfile: { Name: "app" } };
      const may = { Action: "ec2:AssociateIamInstanceProfile", Resource: "*" };
      const without = new EC2(await userOf(world, WORKLOAD, "without", policy(may)));
      const error = await refusal(without.associateIamInstanceProfile(attach));
      expect(error.name).to.equal("UnauthorizedOperation");
      expect(error.message).to.contain("iam:PassRole");
      const pass = {
        Action: "iam:PassRole",
        Resource: Role!.Arn!,
        Condition: { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } },
      };
      const withPass = new EC2(await userOf(world, WORKLOAD, "with", policy(may, pass)));
      await withPass.associateIamInstanceProfile(attach);
      const { IamInstanceProfileAssociations: found } = await ec2.describeIamInstanceProfileAssociations({
        Filters: [{ Name: "instance-id", Values: [InstanceId!] }],
      });
      expect(found!.map((a) => a.State)).to.deep.equal(["associated"]);
      await ec2.disassociateIamInstanceProfile({ AssociationId: found![0]!.AssociationId! });
      expect((await describe1(InstanceId!)).IamInstanceProfile).to.equal(undefined);
    });
  });
});
