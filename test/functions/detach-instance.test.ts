import {
  AttachInstancesCommand,
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  DetachInstancesCommand,
} from "@aws-sdk/client-auto-scaling";
import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  DeregisterTargetsCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { TargetDescription, TargetTypeEnum } from "@aws-sdk/client-elastic-load-balancing-v2";

import { expect } from "chai";
import { detachInstance } from "../../functions/detach-instance";
import { awsError, connection, instance, target } from "./fixtures";
import { mocked } from "./mocked";

const clients = detachInstance.connect(connection);

interface World {
  group: string | null;
  most: number;
  targets: Record<string, { type: TargetTypeEnum; targets: TargetDescription[]; draining?: boolean }>;
  calls: string[];
}

function newWorld(): World {
  return {
    group: "web",
    most: 4,
    targets: {
      "tg-a": {
        type: "instance",
        targets: [{ Id: instance, Port: 80 }, { Id: instance, Port: 81 }, { Id: "i-other" }],
      },
      "tg-b": { type: "ip", targets: [{ Id: "10.0.0.7", Port: 443, AvailabilityZone: "eu-west-1a" }] },
      "tg-c": { type: "instance", targets: [{ Id: "i-other", Port: 80 }] },
    },
    calls: [],
  };
}

function serve(world: World): void {
  const ec2 = mocked(EC2Client);
  const interfaces = [{ PrivateIpAddresses: [{ PrivateIpAddress: "10.0.0.7" }] }];
  const found = { InstanceId: instance, State: { Name: "running" as const }, NetworkInterfaces: interfaces };
  ec2.on(DescribeInstancesCommand).resolves({ Reservations: [{ Instances: [found] }] });
  const scaling = mocked(AutoScalingClient);
  scaling.on(DescribeAutoScalingInstancesCommand).callsFake(async () => ({
    AutoScalingInstances: world.group ? [{ AutoScalingGroupName: world.group, LifecycleState: "InService" }] : [],
  }));
  scaling.on(DescribeAutoScalingGroupsCommand).callsFake(async () => ({
    AutoScalingGroups: [{ DesiredCapacity: 2, MaxSize: world.most, Instances: [{ InstanceId: "i-other" }] }],
  }));
  scaling.on(DetachInstancesCommand).callsFake(async ({ AutoScalingGroupName, ShouldDecrementDesiredCapacity }) => {
    world.calls.push(`detach ${AutoScalingGroupName} ${ShouldDecrementDesiredCapacity}`);
    world.group = null;
    return {};
  });
  scaling.on(AttachInstancesCommand).callsFake(async ({ AutoScalingGroupName }) => {
    world.calls.push(`attach ${AutoScalingGroupName}`);
    world.group = AutoScalingGroupName;
    return {};
  });
  serveTargets(world);
}

function serveTargets(world: World): void {
  const elb = mocked(ElasticLoadBalancingV2Client);
  elb.on(DescribeTargetGroupsCommand).callsFake(async () => ({
    TargetGroups: Object.entries(world.targets).map(([TargetGroupArn, { type }]) => ({
      TargetGroupArn,
      TargetType: type,
    })),
  }));
  elb.on(DescribeTargetHealthCommand).callsFake(async ({ TargetGroupArn }) => {
    const group = world.targets[TargetGroupArn];
    if (!group) throw awsError("TargetGroupNotFoundException");
    const State = group.draining ? "draining" : "healthy";
    return { TargetHealthDescriptions: group.targets.map((Target) => ({ Target, TargetHealth: { State } })) };
  });
  elb.on(DeregisterTargetsCommand).callsFake(async ({ TargetGroupArn, Targets }) => {
    const group = world.targets[TargetGroupArn]!;
    world.calls.push(`deregister ${TargetGroupArn} ${Targets[0].Id}:${Targets[0].Port}`);
    group.targets = group.targets.filter(({ Id, Port }) => Id !== Targets[0].Id || Port !== Targets[0].Port);
    return {};
  });
  elb.on(RegisterTargetsCommand).callsFake(async ({ TargetGroupArn, Targets }) => {
    world.calls.push(`register ${TargetGroupArn} ${JSON.stringify(Targets[0])}`);
    world.targets[TargetGroupArn]!.targets.push(Targets[0]);
    return {};
  });
}

async function detach(world: World) {
  serve(world);
  const plan = await detachInstance.plan(target(), clients);
  const { after } = await detachInstance.apply(target(), clients, plan);
  return { plan, after };
}

describe("detachInstance", () => {
  it("leaves the auto scaling group with its capacity, and every target group by id, port or address", async () => {
    const world = newWorld();
    const { after } = await detach(world);
    expect(world.calls).to.have.members([
      "detach web false",
      `deregister tg-a ${instance}:80`,
      `deregister tg-a ${instance}:81`,
      "deregister tg-b 10.0.0.7:443",
    ]);
    expect(await detachInstance.verify(target(), clients, after)).to.deep.equal([]);
  });

  it("says who stays in the groups, and where nobody is left", async () => {
    serve(newWorld());
    const { blastRadius } = await detachInstance.plan(target(), clients);
    expect(blastRadius).to.include("web starts a replacement; i-other stays in it");
    expect(blastRadius).to.include("tg-b is left with no target: what it serves stops");
  });

  it("changes nothing for an instance that belongs nowhere", async () => {
    const world = { ...newWorld(), group: null, targets: {} };
    const { plan } = await detach(world);
    expect([plan.changes, world.calls]).to.deep.equal([[], []]);
  });

  it("goes on where an earlier try stopped", async () => {
    const world = newWorld();
    world.group = null;
    await detach(world);
    expect(world.calls).to.not.include("detach web false");
    expect(world.calls).to.have.length(3);
  });

  it("counts a target that drains as deregistered", async () => {
    const world = newWorld();
    for (const group of Object.values(world.targets)) group.draining = true;
    world.group = null;
    serve(world);
    const after = { autoScalingGroup: null, registrations: [] };
    expect(await detachInstance.verify(target(), clients, after)).to.deep.equal([]);
  });

  it("does not verify while the instance belongs somewhere", async () => {
    serve(newWorld());
    const differences = await detachInstance.verify(target(), clients, { autoScalingGroup: null, registrations: [] });
    expect(differences[0]).to.equal(`${instance} is in auto scaling group web`);
    expect(differences).to.have.length(4);
  });

  it("attaches and registers again on undo, with port, and zone where the target is an address", async () => {
    const world = newWorld();
    const { plan, after } = await detach(world);
    world.calls.length = 0;
    const { restored, differences } = await detachInstance.undo(target(), clients, plan.before, after);
    expect([restored.length, differences]).to.deep.equal([4, []]);
    expect(world.calls).to.have.members([
      "attach web",
      `register tg-a {"Id":"${instance}","Port":80}`,
      `register tg-a {"Id":"${instance}","Port":81}`,
      'register tg-b {"Id":"10.0.0.7","Port":443,"AvailabilityZone":"eu-west-1a"}',
    ]);
  });

  it("leaves on undo what was put back already", async () => {
    const world = newWorld();
    const { plan, after } = await detach(world);
    await detachInstance.undo(target(), clients, plan.before, after);
    expect(await detachInstance.undo(target(), clients, plan.before, after)).to.deep.equal({
      restored: [],
      differences: [],
    });
  });

  const changes: [string, (world: World) => void, string][] = [
    [
      "the instance is in another group",
      (world) => (world.group = "other"),
      `${instance} was put into auto scaling group other`,
    ],
    [
      "the group has no room",
      (world) => (world.most = 2),
      "auto scaling group web has no room: it wants 2 and may have 2",
    ],
    [
      "a target group is gone",
      (world) => delete world.targets["tg-b"],
      `tg-b, which ${instance} was registered with, no longer exists`,
    ],
  ];
  for (const [what, change, difference] of changes) {
    it(`refuses undo and changes nothing when ${what}`, async () => {
      const world = newWorld();
      const { plan, after } = await detach(world);
      world.calls.length = 0;
      change(world);
      const { restored, differences } = await detachInstance.undo(target(), clients, plan.before, after);
      expect(restored).to.deep.equal([]);
      expect(differences).to.include(difference);
      expect(world.calls).to.deep.equal([]);
    });
  }
});
