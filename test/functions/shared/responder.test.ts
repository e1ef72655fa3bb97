import { S3Client } from "@aws-sdk/client-s3";
import { PutObjectCommand } from "@aws-sdk/client-s3";

import { expect } from "chai";
import type { Action } from "../../../functions/shared/action";
import { openCase, readAction, readWholeCase } from "../../../functions/shared/cases";
import { resourceGone } from "../../../functions/shared/errors";
import { verifyManifest } from "../../../functions/shared/manifest";
import { respond } from "../../../functions/shared/responder";
import type { ResponderDeps, ResponderEvent } from "../../../functions/shared/responder";
import { fakeTable } from "../fake-table";
import { caseId, caseRecord, connection, rejection } from "../fixtures";
import { mocked } from "../mocked";

interface Light {
  on: boolean;
}

/** An action on a light in memory: on is wrong, off is wanted. */
function lightAction(world: { light: boolean; gone?: boolean; crash?: boolean }): Action<object, Light, Light> {
  return {
    name: "switchOff",
    kind: "containment",
    summary: "switches a light off",
    permissions: [],
    connect: () => ({}),
    plan: async () => {
      if (world.gone) throw resourceGone("the light");
      const changes = world.light ? [{ resource: "light", attribute: "on", from: true, to: false }] : [];
      return { before: { on: world.light }, after: { on: false }, changes, blastRadius: ["the room"] };
    },
    apply: async (_target, _clients, { after }) => {
      world.light = false;
      if (world.crash) throw new Error("the fuse blew");
      return { after, evidence: [{ name: "light.txt", contentType: "text/plain", body: "off", source: "test" }] };
    },
    verify: async () => (world.light ? ["the light is on"] : []),
    undo: async (_target, _clients, before) => {
      world.light = before.on;
      return { restored: [{ resource: "light", attribute: "on", from: false, to: before.on }], differences: [] };
    },
  };
}

async function setUp() {
  const { table } = fakeTable();
  await openCase(table, caseRecord());
  const s3 = mocked(S3Client);
  s3.on(PutObjectCommand).resolves({ VersionId: "v1" });
  const deps: ResponderDeps = {
    table,
    vault: { s3: new S3Client(connection), bucket: "fb-evidence", keyArn: "key", retentionDays: 1 },
    prefix: "fb",
    connect: async () => connection,
  };
  return { deps, s3 };
}

const face = (name: ResponderEvent["face"]): ResponderEvent => ({ caseId, face: name });

describe("responder", () => {
  let log: typeof console.log;
  beforeEach(() => {
    log = console.log;
    console.log = () => undefined;
  });
  afterEach(() => {
    console.log = log;
  });

  it("records plan, change and verification, and stores the evidence locked", async () => {
    const { deps, s3 } = await setUp();
    const action = lightAction({ light: true });
    expect(await respond(action, face("apply"), deps)).to.deep.equal({ action: "switchOff", status: "applied" });
    expect(await respond(action, face("verify"), deps)).to.deep.equal({ action: "switchOff", status: "verified" });
    const { actions, timeline, evidence } = await readWholeCase(deps.table, caseId);
    expect(actions[0]).to.deep.include({ status: "verified", before: { on: true }, after: { on: false } });
    expect(timeline.map(({ kind }) => kind)).to.deep.equal(["planned", "captured", "verified"]);
    expect(evidence.map(({ key }) => key)).to.deep.equal([`cases/${caseId}/switchOff/light.txt`]);
    expect(s3.commandCalls(PutObjectCommand)[0]?.args[0].input).to.include({ ObjectLockMode: "COMPLIANCE" });
  });

  it("reads the manifest's entries back so that their hashes hold", async () => {
    const { deps } = await setUp();
    await respond(lightAction({ light: true }), face("apply"), deps);
    const { evidence } = await readWholeCase(deps.table, caseId);
    const manifest = {
      version: 1 as const,
      caseId,
      closedAt: "",
      entries: evidence,
      head: evidence.at(-1)?.hash ?? "",
    };
    const pem =
      "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt\n" +
      "6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==\n-----END PUBLIC KEY-----\n";
    const verdict = await verifyManifest(manifest, new Uint8Array(), pem, async () => undefined);
    expect(verdict.broken).to.equal("manifest.json"); // the signature, not a link of the chain
  });

  it("only plans with the face plan", async () => {
    const { deps } = await setUp();
    const world = { light: true };
    expect((await respond(lightAction(world), face("plan"), deps)).status).to.equal("planned");
    expect(world.light).to.equal(true);
  });

  it("keeps the first before-state when apply is tried again after a crash", async () => {
    const { deps } = await setUp();
    const world = { light: true, crash: true };
    await rejection(respond(lightAction(world), face("apply"), deps));
    world.crash = false;
    await respond(lightAction(world), face("apply"), deps);
    expect((await readAction(deps.table, caseId, "switchOff"))?.before).to.deep.equal({ on: true });
    await respond(lightAction(world), face("undo"), deps);
    expect(world.light).to.equal(true);
  });

  it("stores what was to be had before it fails over what was not", async () => {
    const { deps } = await setUp();
    const action = lightAction({ light: true });
    const partly = {
      ...action,
      apply: async (...args: Parameters<typeof action.apply>) => ({
        ...(await action.apply(...args)),
        error: new Error("half"),
      }),
    };
    expect((await rejection(respond(partly, face("apply"), deps))).message).to.equal("half");
    const { evidence, actions } = await readWholeCase(deps.table, caseId);
    expect(evidence).to.have.length(1);
    expect(actions[0]?.status).to.equal("planned");
  });

  it("throws NotVerified with what differs, so that the state machine asks again", async () => {
    const { deps } = await setUp();
    const world = { light: true };
    await respond(lightAction(world), face("apply"), deps);
    world.light = true;
    const error = await rejection(respond(lightAction(world), face("verify"), deps));
    expect([error.name, error.message]).to.deep.equal([
      "NotVerified",
      "switchOff reads back otherwise: the light is on",
    ]);
  });

  it("records a resource that is gone, and does not fail", async () => {
    const { deps } = await setUp();
    expect((await respond(lightAction({ light: true, gone: true }), face("apply"), deps)).status).to.equal("gone");
    expect((await respond(lightAction({ light: true }), face("verify"), deps)).status).to.equal("skipped");
  });

  it("does not undo what it did not change, nor twice", async () => {
    const { deps } = await setUp();
    const world = { light: false };
    await respond(lightAction(world), face("apply"), deps);
    expect((await respond(lightAction(world), face("undo"), deps)).status).to.equal("skipped");
  });

  it("records what the state machine caught, in words", async () => {
    const { deps } = await setUp();
    const error = { Error: "AccessDenied", Cause: JSON.stringify({ errorMessage: "fb-member-x may not call EC2:Y" }) };
    await respond(lightAction({ light: true }), { ...face("failed"), error }, deps);
    const record = await readAction(deps.table, caseId, "switchOff");
    expect(record).to.include({ status: "failed", error: "AccessDenied: fb-member-x may not call EC2:Y" });
  });

  it("refuses an event without case or face", async () => {
    const { deps } = await setUp();
    const event = { caseId, face: "dance" } as unknown as ResponderEvent;
    expect((await rejection(respond(lightAction({ light: true }), event, deps))).name).to.equal("InvalidRequest");
  });
});
