import { generateKeyPairSync, sign } from "node:crypto";
import { GetPublicKeyCommand, KMSClient, SignCommand } from "@aws-sdk/client-kms";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";

import { expect } from "chai";
import { closeCase } from "../../functions/close-case";
import type { CloseDeps } from "../../functions/close-case";
import type { ActionRecord, CaseRecord } from "../../functions/shared/case";
import { openCase, readCase, readWholeCase, recordAction } from "../../functions/shared/cases";
import type { Manifest } from "../../functions/shared/manifest";
import { canonicalJson, verifyManifest } from "../../functions/shared/manifest";
import type { EndEvent } from "../../functions/shared/outcome";
import { storeEvidence } from "../../functions/shared/vault";
import { fakeTable } from "./fake-table";
import { actionRecord, caseId, caseRecord, connection, rejection } from "./fixtures";
import { mocked } from "./mocked";

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const respondEvent: EndEvent = { caseId, intent: "respond", expected: ["isolateInstance"] };

async function setUp(record: Partial<CaseRecord>, actions: ActionRecord[]) {
  const { table } = fakeTable();
  await openCase(table, caseRecord(record));
  for (const action of actions) await recordAction(table, action, { kind: "note", actor: "test", text: "" });
  const kms = mocked(KMSClient);
  const s3 = mocked(S3Client);
  s3.on(PutObjectCommand).resolves({ VersionId: "v" });
  kms.on(SignCommand).resolves({ Signature: Buffer.from("signature") });
  kms.on(GetPublicKeyCommand).resolves({ PublicKey: publicKey.export({ type: "spki", format: "der" }) });
  const deps: CloseDeps = {
    table,
    kms: new KMSClient(connection),
    signingKeyArn: "key",
    vault: { s3: new S3Client(connection), bucket: "fb-evidence", keyArn: "vault", retentionDays: 1 },
  };
  const stored = () =>
    Object.fromEntries(s3.commandCalls(PutObjectCommand).map(({ args }) => [args[0].input.Key, args[0].input.Body]));
  return { deps, kms, s3, stored };
}

describe("closeCase", () => {
  let log: typeof console.log;
  beforeEach(() => {
    log = console.log;
    console.log = () => undefined;
  });
  afterEach(() => {
    console.log = log;
  });

  it("records a contained case with its times, and stores manifest, signature and public key", async () => {
    const times = { appliedAt: "2026-11-22T05:06:10.000Z", verifiedAt: "2026-11-22T05:06:11.000Z" };
    const { deps, stored } = await setUp({}, [actionRecord("isolateInstance", times)]);
    expect(await closeCase(respondEvent, deps)).to.deep.equal({ state: "contained" });
    const { state, times: measured, manifest } = await readCase(deps.table, caseId);
    expect(state).to.equal("contained");
    expect(measured).to.include({ contained: times.appliedAt, verified: times.verifiedAt });
    expect(Object.keys(stored())).to.have.members([manifest?.key, manifest?.signatureKey, manifest?.publicKeyKey]);
  });

  it("signs the digest of exactly the bytes it stores", async () => {
    const { deps, kms, stored } = await setUp({}, []);
    await storeEvidence(deps.vault, deps.table, caseId, "captureInstance", {
      name: "a.txt",
      contentType: "text/plain",
      body: "a",
      source: "test",
    });
    await closeCase(respondEvent, deps);
    const input = kms.commandCalls(SignCommand)[0]?.args[0].input;
    expect(input).to.include({ MessageType: "DIGEST", SigningAlgorithm: "ECDSA_SHA_256" });
    const text = String(stored()[`cases/${caseId}/manifest.json`]);
    const manifest = JSON.parse(text) as Manifest;
    expect(canonicalJson(manifest)).to.equal(text);
    const signature = sign("sha256", Buffer.from(text), privateKey);
    const pem = String(stored()[`cases/${caseId}/manifest.pem`]);
    const verdict = await verifyManifest(manifest, signature, pem, async () => Buffer.from("a"));
    expect(verdict).to.deep.equal({ verified: true, entries: 1 });
  });

  it("changes nothing when it is called again", async () => {
    const { deps, kms } = await setUp({}, [actionRecord("isolateInstance")]);
    await closeCase(respondEvent, deps);
    const first = await readWholeCase(deps.table, caseId);
    await closeCase(respondEvent, deps);
    expect(await readWholeCase(deps.table, caseId)).to.deep.equal(first);
    expect(kms.commandCalls(SignCommand)).to.have.length(1);
  });

  it("records why a case is not contained", async () => {
    const failed = actionRecord("isolateInstance", { status: "failed", error: "AccessDenied: no" });
    const { deps } = await setUp({}, [failed]);
    expect(await closeCase(respondEvent, deps)).to.deep.equal({ state: "notContained" });
    const { reason, times } = await readCase(deps.table, caseId);
    expect(reason).to.equal("isolateInstance: AccessDenied: no");
    expect(times.contained).to.equal(undefined);
  });

  it("records a recovered case without signing again", async () => {
    const { deps, kms } = await setUp({ state: "contained" }, [actionRecord("isolateInstance", { status: "undone" })]);
    expect(await closeCase({ ...respondEvent, intent: "undo" }, deps)).to.deep.equal({ state: "recovered" });
    expect((await readCase(deps.table, caseId)).times.recovered).to.match(/Z$/);
    expect(kms.commandCalls(SignCommand)).to.have.length(0);
  });

  it("records what undo met", async () => {
    const refused = actionRecord("isolateInstance", { status: "undoRefused", differences: ["eni-1 has sg-x"] });
    const { deps } = await setUp({ state: "contained" }, [refused]);
    expect(await closeCase({ ...respondEvent, intent: "undo" }, deps)).to.deep.equal({ state: "undoRefused" });
    expect((await readCase(deps.table, caseId)).reason).to.equal("isolateInstance: eni-1 has sg-x");
  });

  it("refuses an event without what was expected", async () => {
    const { deps } = await setUp({}, []);
    const error = await rejection(closeCase({ caseId, intent: "respond" } as EndEvent, deps));
    expect(error.name).to.equal("InvalidRequest");
  });
});
