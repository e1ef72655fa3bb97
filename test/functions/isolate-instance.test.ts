import { ModifyNetworkInterfaceAttributeCommand } from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { isolateInstance } from "../../functions/isolate-instance";
import { awsError, connection, instance, rejection, target } from "./fixtures";
import { newWorld, serve, withGroups } from "./world";
import type { World } from "./world";

const clients = isolateInstance.connect(connection);
const known = target(["sg-web", "sg-ssh", "sg-db"]);

async function isolate(world: World) {
  const mock = serve(world);
  const plan = await isolateInstance.plan(known, clients);
  const applied = await isolateInstance.apply(known, clients, plan);
  return { mock, plan, ...applied };
}

const groupsOf = (world: World) =>
  Object.fromEntries(Object.entries(world.interfaces).map(([id, { groups }]) => [id, groups]));

describe("isolateInstance", () => {
  it("puts every network interface into its VPC's quarantine group, by way of the untracked one", async () => {
    const world = withGroups(newWorld());
    const { after } = await isolate(world);
    expect(groupsOf(world)).to.deep.include({
      "eni-1": ["sg-q-vpc-1"],
      "eni-2": ["sg-q-vpc-1"],
      "eni-3": ["sg-q-vpc-2"],
    });
    expect(groupsOf(world)["eni-9"]).to.deep.equal(["sg-web"]);
    const moves = world.calls.filter((call) => call.startsWith("Modify eni-1"));
    expect(moves).to.deep.equal(["Modify eni-1 sg-u-vpc-1", "Modify eni-1 sg-q-vpc-1"]);
    expect(await isolateInstance.verify(known, clients, after)).to.deep.equal([]);
  });

  it("needs one wave of reads and two of changes when the finding names the groups", async () => {
    const world = withGroups(newWorld());
    serve(world);
    let waves = 0;
    let pending: NodeJS.Immediate | undefined;
    const original = clients.ec2.send.bind(clients.ec2);
    const ec2 = Object.assign(Object.create(clients.ec2), {
      send: async (command: never) => {
        // Calls of the same tick are one wave; answers come in the next.
        pending ??= setImmediate(() => {
          waves += 1;
          pending = undefined;
        });
        await new Promise(setImmediate);
        return original(command);
      },
    });
    const plan = await isolateInstance.plan(known, { ec2 });
    await isolateInstance.apply(known, { ec2 }, plan);
    expect(waves).to.equal(3);
  });

  it("makes the groups where there are none: one without rules, one that allows everything", async () => {
    const world = newWorld();
    await isolate(world);
    const made = Object.values(world.groups).filter(({ GroupName }) => GroupName?.startsWith("fb-"));
    expect(made).to.have.length(4);
    for (const { GroupName, IpPermissions, IpPermissionsEgress } of made) {
      const rules = [IpPermissions?.length, IpPermissionsEgress?.length];
      expect(rules).to.deep.equal(GroupName === "fb-quarantine" ? [0, 0] : [2, 2]);
    }
  });

  it("takes out the rules that somebody put into the quarantine group, and says so in the plan", async () => {
    const world = withGroups(newWorld());
    const rule = { IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "203.0.113.7/32" }] };
    world.groups["sg-q-vpc-1"]!.IpPermissions = [rule];
    const { plan } = await isolate(world);
    expect(plan.changes[0]).to.deep.include({ resource: "sg-q-vpc-1", attribute: "rules" });
    expect(world.groups["sg-q-vpc-1"]!.IpPermissions).to.deep.equal([]);
  });

  it("changes nothing where the instance is isolated already", async () => {
    const world = withGroups(newWorld());
    await isolate(world);
    world.calls.length = 0;
    const { plan } = await isolate(world);
    expect(plan.changes).to.deep.equal([]);
    expect(world.calls.filter((call) => !call.startsWith("Describe"))).to.deep.equal([]);
  });

  it("ends isolated when it is called again after a crash half-way", async () => {
    const world = withGroups(newWorld());
    world.interfaces["eni-1"]!.groups = ["sg-u-vpc-1"];
    world.interfaces["eni-2"]!.groups = ["sg-q-vpc-1"];
    const { after } = await isolate(world);
    expect(await isolateInstance.verify(known, clients, after)).to.deep.equal([]);
  });

  it("says in the blast radius who shares the security groups", async () => {
    serve(withGroups(newWorld()));
    const { blastRadius } = await isolateInstance.plan(target(), clients);
    expect(blastRadius).to.deep.equal(["sg-web is shared with i-0000000000000000f, which keep it"]);
  });

  it("isolates although connections cannot be cut, and fails with the reason", async () => {
    const world = withGroups(newWorld());
    const mock = serve(world);
    mock
      .on(ModifyNetworkInterfaceAttributeCommand, { NetworkInterfaceId: "eni-1", Groups: ["sg-u-vpc-1"] })
      .rejects(awsError("AccessDenied", "no"));
    const plan = await isolateInstance.plan(known, clients);
    const { error } = await isolateInstance.apply(known, clients, plan);
    expect(error?.message).to.equal("no");
    expect(groupsOf(world)["eni-1"]).to.deep.equal(["sg-q-vpc-1"]);
  });

  it("does not verify an interface that was attached since", async () => {
    const world = withGroups(newWorld());
    const { after } = await isolate(world);
    world.interfaces["eni-4"] = { vpc: "vpc-1", groups: ["sg-web"], instance };
    expect(await isolateInstance.verify(known, clients, after)).to.deep.equal(["eni-4 has sg-web"]);
  });

  it("does not verify a quarantine group that has rules", async () => {
    const world = withGroups(newWorld());
    const { after } = await isolate(world);
    world.groups["sg-q-vpc-2"]!.IpPermissionsEgress = [{ IpProtocol: "-1" }];
    expect(await isolateInstance.verify(known, clients, after)).to.deep.equal([
      "quarantine group sg-q-vpc-2 has rules",
    ]);
  });

  it("puts the groups back on undo, and leaves what was put back already", async () => {
    const world = withGroups(newWorld());
    const { plan, after } = await isolate(world);
    world.interfaces["eni-2"]!.groups = ["sg-web"];
    const { restored, differences } = await isolateInstance.undo(known, clients, plan.before, after);
    expect(differences).to.deep.equal([]);
    expect(restored.map(({ resource }) => resource)).to.deep.equal(["eni-1", "eni-3"]);
    expect(groupsOf(world)["eni-1"]).to.have.members(["sg-web", "sg-ssh"]);
  });

  it("undoes a change that broke off between the two groups", async () => {
    const world = newWorld();
    serve(world);
    const plan = await isolateInstance.plan(known, clients);
    withGroups(world).interfaces["eni-1"]!.groups = ["sg-u-vpc-1"];
    const { restored } = await isolateInstance.undo(known, clients, plan.before, plan.after);
    expect(restored.map(({ resource }) => resource)).to.deep.equal(["eni-1"]);
  });

  it("refuses undo as a whole when somebody changed one interface, and says what differs", async () => {
    const world = withGroups(newWorld());
    const { plan, after } = await isolate(world);
    world.interfaces["eni-2"]!.groups = ["sg-ssh"];
    const { restored, differences } = await isolateInstance.undo(known, clients, plan.before, after);
    expect(restored).to.deep.equal([]);
    expect(differences).to.deep.equal(["eni-2 has sg-ssh; it was left with the quarantine group alone"]);
    expect(groupsOf(world)["eni-1"]).to.deep.equal(["sg-q-vpc-1"]);
  });

  it("refuses undo when a group that an interface had is gone", async () => {
    const world = withGroups(newWorld());
    const { plan, after } = await isolate(world);
    delete world.groups["sg-db"];
    const { differences } = await isolateInstance.undo(known, clients, plan.before, after);
    expect(differences).to.deep.equal(["sg-db, which eni-3 had, no longer exists"]);
  });

  for (const state of ["terminated", "shutting-down"] as const) {
    it(`finds an instance that is ${state} gone`, async () => {
      const world = withGroups(newWorld());
      world.instance = { InstanceId: instance, State: { Name: state } };
      serve(world);
      expect((await rejection(isolateInstance.plan(known, clients))).name).to.equal("ResourceGone");
    });
  }

  it("finds an instance that EC2 does not know gone", async () => {
    serve({ ...newWorld(), instance: undefined });
    expect((await rejection(isolateInstance.plan(known, clients))).name).to.equal("ResourceGone");
  });
});
