import { expect } from "chai";
import { removeInstanceProfile } from "../../functions/remove-instance-profile";
import { connection, instance, target } from "./fixtures";
import { profileArn, serveProfile } from "./profile-world";

const clients = removeInstanceProfile.connect(connection);

describe("removeInstanceProfile", () => {
  it("takes the profile off, keeps its ARN and reads back that it is off", async () => {
    const { world } = serveProfile(profileArn);
    const plan = await removeInstanceProfile.plan(target(), clients);
    const { after, notes } = await removeInstanceProfile.apply(target(), clients, plan);
    expect(plan.before).to.deep.equal({ profileArn });
    expect(world.arn).to.equal(undefined);
    expect(notes?.[0]).to.match(/stay valid/);
    expect(await removeInstanceProfile.verify(target(), clients, after)).to.deep.equal([]);
  });

  it("says which other instances have the profile", async () => {
    serveProfile(profileArn, { others: ["i-0000000000000000f"] });
    const { blastRadius } = await removeInstanceProfile.plan(target(), clients);
    expect(blastRadius[0]).to.contain("i-0000000000000000f");
  });

  it("changes nothing on an instance without a profile", async () => {
    const { world } = serveProfile(undefined);
    const plan = await removeInstanceProfile.plan(target(), clients);
    await removeInstanceProfile.apply(target(), clients, plan);
    expect(plan.changes).to.deep.equal([]);
    expect(world.calls).to.deep.equal([]);
  });

  it("is done when the profile came off in an earlier try", async () => {
    const { world } = serveProfile(profileArn);
    const plan = await removeInstanceProfile.plan(target(), clients);
    world.arn = undefined;
    await removeInstanceProfile.apply(target(), clients, plan);
    expect(world.calls).to.deep.equal([]);
  });

  it("does not verify while a profile is on", async () => {
    serveProfile(profileArn);
    const differences = await removeInstanceProfile.verify(target(), clients, { profileArn: null });
    expect(differences).to.deep.equal([`${instance} has the profile ${profileArn}`]);
  });

  it("puts the profile back on undo, once", async () => {
    const { world } = serveProfile(undefined);
    const undo = () => removeInstanceProfile.undo(target(), clients, { profileArn }, { profileArn: null });
    expect((await undo()).restored).to.have.length(1);
    expect(await undo()).to.deep.equal({ restored: [], differences: [] });
    expect(world.calls).to.deep.equal([`on ${profileArn}`]);
  });

  it("refuses undo when the instance was given another profile, and names it", async () => {
    const { world } = serveProfile(`${profileArn}-2`);
    const { differences } = await removeInstanceProfile.undo(target(), clients, { profileArn }, { profileArn: null });
    expect(differences).to.deep.equal([`${instance} has the profile ${profileArn}-2; it was left with none`]);
    expect(world.calls).to.deep.equal([]);
  });
});
