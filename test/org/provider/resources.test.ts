import { Organizations } from "@aws-sdk/client-organizations";
import { expect } from "chai";
import { startProvider, type LocalProvider } from "../../../local/provider";
import { implementedTypes } from "../../../local/provider/resources/registry";
import type { Properties } from "../../../local/provider/protocol/values";
import { emulatorOrganization, startServices, type Services } from "../../../local/services";
import { addMember, MANAGEMENT, REGION, SECURITY, startWorld, WORKLOAD, type World } from "../emulator/support";
import type { Make, ResourceCase } from "./cases";
import { computeCases } from "./cases-compute";
import { detectionCases } from "./cases-detection";
import { identityCases } from "./cases-identity";
import { messagingCases } from "./cases-messaging";
import { storageCases } from "./cases-storage";
import { Session, urnOf, type Held } from "./session";

const cases: readonly ResourceCase[] = [
  ...messagingCases,
  ...identityCases,
  ...storageCases,
  ...computeCases,
  ...detectionCases,
];

describe("resource types of the local provider, against the emulator", () => {
  let world: World;
  let provider: LocalProvider;
  let managementProvider: LocalProvider;
  let services: Services;
  let organization: ReturnType<typeof emulatorOrganization>;
  let session: Session;
  /** Of the management account. */
  let manager: Session;
  let made: Held[] = [];

  before(async () => {
    world = await startWorld();
    const { endpoint, credentials } = world.root(SECURITY);
    provider = await startProvider({ endpoint, credentials, region: REGION });
    session = await Session.open(provider.port, { region: REGION });
    managementProvider = await startProvider({
      endpoint,
      credentials: world.root(MANAGEMENT).credentials,
      region: REGION,
    });
    manager = await Session.open(managementProvider.port, { region: REGION });
    await new Organizations(world.root(MANAGEMENT)).createOrganization({ FeatureSet: "ALL" });
    await addMember(world, "security", SECURITY);
    await addMember(world, "workload", WORKLOAD);
    const rootCredentials = (account: string) => world.emulator.rootCredentials(account);
    organization = emulatorOrganization({
      endpoint,
      managementAccountId: MANAGEMENT,
      credentials: rootCredentials(MANAGEMENT),
    });
    services = await startServices({ emulatorEndpoint: endpoint, organization, rootCredentials });
    await world.emulator.serve(services);
  });

  after(async () => {
    session?.close();
    manager?.close();
    await provider?.stop();
    await managementProvider?.stop();
    await services?.stop();
    organization?.destroy();
    await world?.end();
  });

  afterEach(async () => {
    for (const held of made.reverse()) await ownerOf(held).delete(held);
    made = [];
  });

  /** Types that only the management account makes. */
  const managed = detectionCases.filter(({ by }) => by === "management").map(({ token }) => token);
  const ownerOf = ({ token }: Pick<Held, "token">) => (managed.includes(token) ? manager : session);

  const manage: Make = async (token, inputs, name) => {
    const held = await manager.make(token, inputs, name);
    made.push(held);
    return held;
  };

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
        const { inputs, update, replace } = await test.prepare({ make, manage, session });
        const fresh = await ownerOf(test).make(test.token, inputs);
        made.push(fresh);
        expectOutputs(fresh.outputs, { ...test.outputs });
        await expectUnchanged(fresh);

        const changed = update ? await changeInPlace(fresh, { ...inputs, ...update }) : fresh;
        const last = replace ? await replaceIt(changed, { ...inputs, ...replace }, Object.keys(replace)[0]) : changed;
        await deleteIt(last, test);
      });

      it("is imported by its id", async () => {
        const { inputs } = await test.prepare({ make, manage, session });
        const held = await (test.by ? manage : make)(test.token, inputs);
        const id = test.importId?.(held) ?? held.id;
        const imported = await ownerOf(test).read({ token: test.token, urn: urnOf(test.token, "thing"), id });
        const given = Object.keys(inputs).filter((property) => !test.notImported?.includes(property));
        expect(imported?.inputs).to.include.all.keys(given);
      });

      for (const { inputs: wrong, says } of test.refused) {
        it(`refuses ${JSON.stringify(wrong)}`, async () => {
          const { inputs } = await test.prepare({ make, manage, session });
          const { failures } = await ownerOf(test).check(test.token, { ...inputs, ...wrong });
          expect(failures.map(({ reason }) => reason).join("\n")).to.match(says);
        });
      }
    });
  }

  /** Reading again, and deploying the same program again, finds nothing to do. */
  async function expectUnchanged(held: Held): Promise<void> {
    const read = await ownerOf(held).read(held);
    expect(read?.inputs, "inputs after a refresh").to.deep.equal(held.inputs);
    const { changed } = await ownerOf(held).diff({ ...held, outputs: read?.outputs ?? {} }, held.inputs);
    expect(changed, "differences without a change").to.deep.equal([]);
  }

  /** As the engine does it: the new one first, unless the old one is in its way. */
  async function replaceIt(held: Held, inputs: Properties, because: string | undefined): Promise<Held> {
    const { inputs: news } = await ownerOf(held).check(held.token, inputs, held.inputs);
    const { replaces, deleteBeforeReplace } = await ownerOf(held).diff(held, news);
    expect(replaces).to.include(because);
    if (deleteBeforeReplace) await ownerOf(held).delete(held);
    const replacement = await ownerOf(held).make(held.token, inputs, "thing", "replacement");
    made.push(replacement);
    await expectUnchanged(replacement);
    if (!deleteBeforeReplace) await ownerOf(held).delete(held);
    made = made.filter((one) => one.urn !== held.urn || one.id !== held.id || one === replacement);
    return replacement;
  }

  /** Gone for good, and deleting what is gone already succeeds. */
  async function deleteIt(held: Held, { outlives }: ResourceCase): Promise<void> {
    await ownerOf(held).delete(held);
    if (!outlives) expect(await ownerOf(held).read(held), "after its deletion").to.equal(undefined);
    await ownerOf(held).delete(held);
    made = made.filter(({ id, urn }) => id !== held.id || urn !== held.urn);
  }

  async function changeInPlace(held: Held, inputs: Properties): Promise<Held> {
    const { inputs: news, failures } = await ownerOf(held).check(held.token, inputs, held.inputs);
    expect(failures).to.deep.equal([]);
    const { changed, replaces } = await ownerOf(held).diff(held, news);
    expect(changed, "differences").not.to.deep.equal([]);
    expect(replaces, "replacements").to.deep.equal([]);
    const updated = await ownerOf(held).update(held, news);
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
