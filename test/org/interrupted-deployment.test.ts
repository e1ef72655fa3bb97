import { expect } from "chai";
import { deploySession, organizationPlan } from "../../local/deployment";
import { startSession } from "../../local/session";
import type { Session } from "../../local/session";

describe("a deployment that is interrupted", function () {
  this.timeout(300_000);
  let session: Session;

  before(async () => {
    session = await startSession({ accounts: 3, prefix: "firebreak", log: () => undefined });
  });

  after(async () => {
    await session?.close();
  });

  it("says so, keeps its state consistent, and the next one goes on where it was", async () => {
    const plan = { ...organizationPlan(session, []), services: [] };
    const interrupt = new AbortController();
    let begun = 0;
    const stopped = (
      await deploySession(session, plan, {
        signal: interrupt.signal,
        onResource: () => {
          begun += 1;
          if (begun === 80) interrupt.abort();
        },
      })
    ).at(-1);
    expect(stopped).to.include({ ok: false, interrupted: true });

    const resumed = (await deploySession(session, plan, {})).at(-1);
    expect(resumed?.error).to.equal(undefined);
    expect(resumed?.changes.unchanged, "what the first had made is not made again").to.be.greaterThan(20);

    for (const again of await deploySession(session, plan, {})) {
      expect(again.ok).to.equal(true);
      expect(Object.keys(again.changes)).to.deep.equal(["unchanged"]);
    }
  });
});

describe("a service account that cannot be reached", function () {
  this.timeout(300_000);
  let session: Session;

  before(async () => {
    session = await startSession({ accounts: 3, prefix: "firebreak", log: () => undefined });
  });

  after(async () => {
    await session?.close();
  });

  it("is reported with account, role, error and mend, while the others go on", async () => {
    const plan = organizationPlan(session, session.world.layout.services);
    const [unreachable] = plan.services;
    if (!unreachable) throw new Error("the plan has no service account");
    Object.assign(unreachable, { role: "NoSuchRole" });
    unreachable.config["firebreak:deployRole"] = "NoSuchRole";
    const results = await deploySession(session, plan, { parallel: 2 });
    const failed = results.filter(({ ok }) => !ok);
    expect(failed.map(({ stack }) => stack)).to.deep.equal([unreachable.stack]);
    expect(failed[0]?.error).to.include(unreachable.account.name).and.to.include(unreachable.account.id);
    expect(failed[0]?.error).to.include("NoSuchRole");
    expect(failed[0]?.mend).to.include("firebreak:deployRole");
    expect(results.filter(({ ok }) => ok)).to.have.lengthOf(4);
  });
});
