import { AutoScaling } from "@aws-sdk/client-auto-scaling";
import { EC2 } from "@aws-sdk/client-ec2";
import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import { expect } from "chai";
import { eventually, refusal, startWorld, WORKLOAD, type World } from "./support";

describe("emulator: auto scaling and target groups", () => {
  let world: World;
  let scaling: AutoScaling;
  let balancing: ElasticLoadBalancingV2;
  let ec2: EC2;

  before(async () => {
    world = await startWorld();
    scaling = new AutoScaling(world.root(WORKLOAD));
    balancing = new ElasticLoadBalancingV2(world.root(WORKLOAD));
    ec2 = new EC2(world.root(WORKLOAD));
    await ec2.createLaunchTemplate({ LaunchTemplateName: "app", LaunchTemplateData: { InstanceType: "t3.micro" } });
    const { Subnets } = await ec2.describeSubnets({});
    await scaling.createAutoScalingGroup({
      AutoScalingGroupName: "app",
      MinSize: 1,
      MaxSize: 4,
      DesiredCapacity: 2,
      LaunchTemplate: { LaunchTemplateName: "app", Version: "$Latest" },
      VPCZoneIdentifier: Subnets![0]!.SubnetId!,
    });
  });
  after(() => world.end());

  const group = async () => (await scaling.describeAutoScalingGroups({})).AutoScalingGroups![0]!;
  const change = (InstanceId: string, decrement: boolean) => ({
    AutoScalingGroupName: "app",
    InstanceIds: [InstanceId],
    ShouldDecrementDesiredCapacity: decrement,
  });

  it("keeps instances that EC2 knows", async () => {
    const InstanceIds = (await group()).Instances!.map((i) => i.InstanceId!);
    const { Reservations } = await ec2.describeInstances({ InstanceIds });
    expect(Reservations).to.have.lengthOf(2);
  });

  it("fills the place of an instance that is detached, and lets that one run on", async () => {
    const { InstanceId } = (await group()).Instances![0]!;
    await scaling.detachInstances(change(InstanceId!, false));
    const now = await group();
    expect(now.DesiredCapacity).to.equal(2);
    expect(now.Instances!.map((i) => i.InstanceId))
      .to.have.lengthOf(2)
      .and.not.include(InstanceId);
    const { Reservations } = await ec2.describeInstances({ InstanceIds: [InstanceId!] });
    expect(Reservations![0]!.Instances![0]!.State!.Name).to.equal("running");
    await scaling.attachInstances({ AutoScalingGroupName: "app", InstanceIds: [InstanceId!] });
    expect((await group()).DesiredCapacity).to.equal(3);
  });

  it("puts an instance on standby and back", async () => {
    const { InstanceId } = (await group()).Instances![0]!;
    await scaling.enterStandby(change(InstanceId!, true));
    const { AutoScalingInstances } = await scaling.describeAutoScalingInstances({ InstanceIds: [InstanceId!] });
    expect(AutoScalingInstances![0]!.LifecycleState).to.equal("Standby");
    await scaling.exitStandby({ AutoScalingGroupName: "app", InstanceIds: [InstanceId!] });
    expect((await group()).Instances!.every((i) => i.LifecycleState === "InService")).to.equal(true);
  });

  it("refuses to detach what is not in the group, or to go below its minimum", async () => {
    const stranger = scaling.detachInstances(change("i-00000000000000000", true));
    expect((await refusal(stranger)).message).to.contain("is not part of");
    const all = (await group()).Instances!.map((i) => i.InstanceId!);
    const below = scaling.detachInstances({ ...change("", true), InstanceIds: all });
    expect((await refusal(below)).message).to.contain("min size");
  });

  it("drains a target before it is gone", async () => {
    const Id = (await group()).Instances![0]!.InstanceId!;
    const { Vpcs } = await ec2.describeVpcs({});
    const { TargetGroups } = await balancing.createTargetGroup({
      Name: "app",
      Protocol: "HTTP",
      Port: 80,
      VpcId: Vpcs![0]!.VpcId!,
    });
    const target = { TargetGroupArn: TargetGroups![0]!.TargetGroupArn!, Targets: [{ Id }] };
    const state = async () =>
      (await balancing.describeTargetHealth(target)).TargetHealthDescriptions![0]!.TargetHealth!.State;
    await balancing.registerTargets(target);
    expect(await state()).to.equal("healthy");
    await balancing.deregisterTargets(target);
    expect(await state()).to.equal("draining");
    await eventually(async () => ((await state()) === "unused" ? true : undefined));
  });
});
