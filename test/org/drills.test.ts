import { expect } from "chai";
import { endingText } from "../../local/drills";
import type { DrillResult } from "../../local/run-drill";
import { drillNamed, testOrganization } from "../support/organization";
import type { TestOrganization } from "../support/organization";

const settingUp = 300_000;

describe("drills, through the real parts", () => {
  let organization: TestOrganization;

  before(async function () {
    this.timeout(settingUp);
    organization = await testOrganization();
  });

  async function ends(name: string): Promise<DrillResult> {
    const drill = drillNamed(name);
    const result = await organization.drill(drill);
    expect(result.ok, `${name} has to end: ${endingText(drill.ends)}; it ended: ${result.ended}`).to.equal(true);
    return result;
  }

  it("ec2-compromised: contained, detached, without profile, and collected from", async () => {
    const { contained, whole } = await ends("ec2-compromised");
    expect(contained).to.include({
      state: "running",
      "eth0 groups": "firebreak-quarantine",
      "instance profile": "none",
      "termination protection": "on",
      "auto scaling group": "none",
      "target groups": "none",
    });
    const names = whole?.evidence.map(({ key }) => key.split("/").slice(2).join("/"));
    expect(names).to.include.members(["captureConsole/console-screenshot.png", "collectFromInstance/processes.txt"]);
  });

  it("ec2-compromised: evidence is captured before the first change", async () => {
    const { whole } = await organization.drill(await organization.freshDrill());
    const kinds = whole?.timeline.map(({ kind }) => kind) ?? [];
    const captured = whole?.timeline.filter(({ actor }) => actor.startsWith("capture")).map((entry) => entry.at) ?? [];
    const changed = whole?.timeline.find(({ kind }) => kind === "changed")?.at ?? "";
    expect(kinds).to.include("changed");
    expect(captured).to.have.length.greaterThan(0);
    for (const at of captured) expect(at < changed, `${at} before ${changed}`).to.equal(true);
  });

  it("ec2-unmanaged: captured and isolated, with nothing collected from inside", async () => {
    const { contained, whole } = await ends("ec2-unmanaged");
    expect(contained?.["eth0 groups"]).to.equal("firebreak-quarantine");
    expect(whole?.evidence.some(({ collector }) => collector === "captureInstance")).to.equal(true);
    expect(whole?.evidence.some(({ collector }) => collector === "collectFromInstance")).to.equal(false);
    expect(whole?.timeline.some(({ text }) => text.includes("Systems Manager does not reach"))).to.equal(true);
  });

  it("ec2-three-interfaces: every interface in both subnets is quarantined", async () => {
    const { before, contained } = await ends("ec2-three-interfaces");
    for (const device of ["eth0", "eth1", "eth2"]) {
      expect(before?.[`${device} groups`]).to.equal("admin, database");
      expect(contained?.[`${device} groups`]).to.equal("firebreak-quarantine");
    }
  });

  it("ec2-already-isolated: nothing is changed that is as wanted, and it counts as contained", async () => {
    const { before, contained, whole } = await ends("ec2-already-isolated");
    expect(contained).to.deep.equal(before);
    expect(whole?.actions.find(({ action }) => action === "isolateInstance")?.changes ?? []).to.deep.equal([]);
  });

  it("ec2-gone: the case closes with that reason", async () => {
    const { whole, instance } = await ends("ec2-gone");
    expect(whole?.record.reason).to.include(instance);
  });

  it("finding-three-times: one case, one execution, three findings counted", async () => {
    const { whole, executions } = await ends("finding-three-times");
    expect(whole?.record.seen).to.equal(3);
    expect(executions).to.equal(1);
  });

  it("outside-organization: the bus refuses the event, and no case comes of it", async () => {
    const { ended } = await ends("outside-organization");
    expect(ended).to.include("999999999999");
  });

  it("malformed: the event lies in the dead-letter queue whole, says why, and is on no case", async () => {
    const { ended } = await ends("malformed");
    expect(ended).to.include("instanceDetails");
  });
});
