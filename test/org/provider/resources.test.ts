import { expect } from "chai";
import { startProvider, type LocalProvider } from "../../../local/provider";
import { implementedTypes } from "../../../local/provider/resources/registry";
import type { Properties } from "../../../local/provider/protocol/values";
import { REGION, SECURITY, startWorld, type World } from "../emulator/support";
import type { Make, ResourceCase } from "./cases";
import { computeCases } from "./cases-compute";
import { identityCases } from "./cases-identity";
import { messagingCases } from "./cases-messaging";
import { storageCases } from "./cases-storage";
import { Session, urnOf, type Held } from "./session";

const cases: readonly ResourceCase[] = [...messagingCases, ...identityCases, ...storageCases, ...computeCases];

describe("resource types of the local provider, against the emulator", () => {
  let world: World;
  let provider: LocalProvider;
  let session: Session;
  let made: Held[] = [];

  before(async () => {
    world = await startWorld();
    const { endpoint, credentials } = world.root(SECURITY);
    provider = await startProvider({ endpoint, credentials, region: REGION });
    session = await Session.open(provider.port, { region: REGION });
  });

  after(async () => {
    session?.close();
    await provider?.stop();
    await world?.end();
  });

  afterEach(async () => {
    for (const held of made.reverse()) await session.delete(held);
    made = [];
  });

  const make: Make = async (token, inputs, name) => {
    const held = await session.make(token, inputs, name);
    made.push(held);
    return held;
  };

  it("has a case for every type there is", async () => {
    expect(cases.map(({ token }) => token).sort()).to.deep.equal(await implementedTypes());
  });

  for (const test of cases) {
    describe(test.token, () => {
      it("is made, read, changed in place, replaced and deleted", async () => {
        const { inputs, update, replace } = await test.prepare({ make, session });
        const fresh = await session.make(test.token, inputs);
        made.push(fresh);
        expectOutputs(fresh.outputs, { ...test.outputs });
        await expectUnchanged(fresh);

        const changed = update ? await changeInPlace(fresh, { ...inputs, ...update }) : fresh;
        const last = replace ? await replaceIt(changed, { ...inputs, ...replace }, Object.keys(replace)[0]) : changed;
        await deleteIt(last, test);
      });

      it("is imported by its id", async () => {
        const { inputs } = await test.prepare({ make, session });
        const held = await make(test.token, inputs);
        const id = test.importId?.(held) ?? held.id;
        const imported = await session.read({ token: test.token, urn: urnOf(test.token, "thing"), id });
        const given = Object.keys(inputs).filter((property) => !test.notImported?.includes(property));
        expect(imported?.inputs).to.include.all.keys(given);
      });

      for (const { inputs: wrong, says } of test.refused) {
        it(`refuses ${JSON.stringify(wrong)}`, async () => {
          const { inputs } = await test.prepare({ make, session });
          const { failures } = await session.check(test.token, { ...inputs, ...wrong });
          expect(failures.map(({ reason }) => reason).join("\n")).to.match(says);
        });
      }
    });
  }

  /** Reading again, and deploying the same program again, finds nothing to do. */
  async function expectUnchanged(held: Held): Promise<void> {
    const read = await session.read(held);
    expect(read?.inputs, "inputs after a refresh").to.deep.equal(held.inputs);
    const { changed } = await session.diff({ ...held, outputs: read?.outputs ?? {} }, held.inputs);
    expect(changed, "differences without a change").to.deep.equal([]);
  }

  /** As the engine does it: the new one first, unless the old one is in its way. */
  async function replaceIt(held: Held, inputs: Properties, because: string | undefined): Promise<Held> {
    const { inputs: news } = await session.check(held.token, inputs, held.inputs);
    const { replaces, deleteBeforeReplace } = await session.diff(held, news);
    expect(replaces).to.include(because);
    if (deleteBeforeReplace) await session.delete(held);
    const replacement = await session.make(held.token, inputs, "thing", "replacement");
    made.push(replacement);
    await expectUnchanged(replacement);
    if (!deleteBeforeReplace) await session.delete(held);
    made = made.filter((one) => one.urn !== held.urn || one.id !== held.id || one === replacement);
    return replacement;
  }

  /** Gone for good, and deleting what is gone already succeeds. */
  async function deleteIt(held: Held, { outlives }: ResourceCase): Promise<void> {
    await session.delete(held);
    if (!outlives) expect(await session.read(held), "after its deletion").to.equal(undefined);
    await session.delete(held);
    made = made.filter(({ id, urn }) => id !== held.id || urn !== held.urn);
  }

  async function changeInPlace(held: Held, inputs: Properties): Promise<Held> {
    const { inputs: news, failures } = await session.check(held.token, inputs, held.inputs);
    expect(failures).to.deep.equal([]);
    const { changed, replaces } = await session.diff(held, news);
    expect(changed, "differences").not.to.deep.equal([]);
    expect(replaces, "replacements").to.deep.equal([]);
    const updated = await session.update(held, news);
    await expectUnchanged(updated);
    return updated;
  }
});

function expectOutputs(outputs: Properties, wanted: Properties): void {
  for (const [property, value] of Object.entries(wanted)) {
    if (value instanceof RegExp) expect(outputs[property], property).to.match(value);
    else expect(outputs[property], property).to.deep.equal(value);
  }
}
