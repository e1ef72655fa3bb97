import {
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  EC2Client,
  ModifyInstanceAttributeCommand,
} from "@aws-sdk/client-ec2";

import { expect } from "chai";
import { protectInstance } from "../../functions/protect-instance";
import { connection, instance, rejection, target } from "./fixtures";
import { mocked } from "./mocked";

const clients = protectInstance.connect(connection);

function serve(on: boolean, lifecycle?: "spot", state: "running" | "terminated" = "running") {
  const world = { on };
  const mock = mocked(EC2Client);
  const found = { InstanceId: instance, State: { Name: state }, InstanceLifecycle: lifecycle };
  mock.on(DescribeInstancesCommand).resolves({ Reservations: [{ Instances: [found] }] });
  mock.on(DescribeInstanceAttributeCommand).callsFake(async () => ({ DisableApiTermination: { Value: world.on } }));
  mock.on(ModifyInstanceAttributeCommand).callsFake(async ({ DisableApiTermination }) => {
    world.on = DisableApiTermination.Value;
  });
  return { world, mock };
}

describe("protectInstance", () => {
  it("turns termination protection on and reads it back", async () => {
    const { world } = serve(false);
    const plan = await protectInstance.plan(target(), clients);
    const { after } = await protectInstance.apply(target(), clients, plan);
    expect(world.on).to.equal(true);
    expect(await protectInstance.verify(target(), clients, after)).to.deep.equal([]);
  });

  it("changes nothing where it is on", async () => {
    const { mock } = serve(true);
    const plan = await protectInstance.plan(target(), clients);
    await protectInstance.apply(target(), clients, plan);
    expect(plan.changes).to.deep.equal([]);
    expect(mock.commandCalls(ModifyInstanceAttributeCommand)).to.have.length(0);
  });

  it("leaves a spot instance, which cannot be protected, and says so", async () => {
    const { mock } = serve(false, "spot");
    const plan = await protectInstance.plan(target(), clients);
    const { after, notes } = await protectInstance.apply(target(), clients, plan);
    expect(mock.commandCalls(ModifyInstanceAttributeCommand)).to.have.length(0);
    expect(notes?.[0]).to.match(/spot/);
    expect(await protectInstance.verify(target(), clients, after)).to.deep.equal([]);
  });

  it("does not verify protection that is off", async () => {
    serve(false);
    const differences = await protectInstance.verify(target(), clients, { terminationProtection: true, spot: false });
    expect(differences).to.deep.equal([`${instance} has termination protection off`]);
  });

  it("turns it off again on undo, and leaves it where somebody did already", async () => {
    const before = { terminationProtection: false, spot: false };
    const after = { terminationProtection: true, spot: false };
    const { world } = serve(true);
    expect((await protectInstance.undo(target(), clients, before, after)).restored).to.have.length(1);
    expect(world.on).to.equal(false);
    expect(await protectInstance.undo(target(), clients, before, after)).to.deep.equal({
      restored: [],
      differences: [],
    });
  });

  it("finds a terminated instance gone", async () => {
    serve(false, undefined, "terminated");
    expect((await rejection(protectInstance.plan(target(), clients))).name).to.equal("ResourceGone");
  });
});
