import { generateKeyPairSync, sign } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { canonicalJson, chainStart, hashEntry, sealManifest, sha256 } from "../../functions/shared/manifest";
import { Failure } from "../../rollout/failure";
import { verifyFolder } from "../../rollout/verify-case";

const caseId = "c-20261122-052304-e9f4b2a3";

/** A saved copy of one object, sealed with a key of its own. */
async function writeCopy(folder: string, key = `cases/${caseId}/captureInstance/instance.json`): Promise<void> {
  const body = '{"a":1}\n';
  const entry = {
    seq: 1,
    key,
    versionId: "v1",
    sha256: sha256(body),
    size: body.length,
    contentType: "application/json",
    retainUntil: "2026-12-22T00:00:00.000Z",
    source: "ec2:DescribeInstances",
    collector: "captureInstance",
    collectedAt: "2026-11-22T05:23:05.000Z",
    previous: chainStart(caseId),
  };
  const manifest = sealManifest(caseId, [{ ...entry, hash: hashEntry(entry) }], "2026-11-22T05:23:07.000Z");
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const signature = sign("sha256", Buffer.from(canonicalJson(manifest)), privateKey);
  await mkdir(path.join(folder, path.dirname(`cases/${caseId}/captureInstance/x`)), { recursive: true });
  await writeFile(path.join(folder, `cases/${caseId}/captureInstance/instance.json`), body);
  await writeFile(path.join(folder, "manifest.json"), JSON.stringify(manifest));
  await writeFile(path.join(folder, "manifest.sig"), signature);
  await writeFile(path.join(folder, "public-key.pem"), publicKey.export({ type: "spki", format: "pem" }));
}

describe("a saved copy of evidence", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "firebreak-copy-"));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  async function refused(promise: Promise<unknown>): Promise<string> {
    const error = await promise.then(() => undefined).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(Failure);
    return `${(error as Failure).message} ${(error as Failure).mend}`;
  }

  it("is verified as it was saved", async () => {
    await writeCopy(folder);
    expect(await verifyFolder(caseId, folder)).to.include({ verified: true, entries: 1, from: folder });
  });

  it("of another case is refused, and said whose it is", async () => {
    await writeCopy(folder);
    expect(await refused(verifyFolder("c-other", folder))).to.include(caseId);
  });

  it("that lacks its signature is refused, and said how to make one that has it", async () => {
    await writeCopy(folder);
    await rm(path.join(folder, "manifest.sig"));
    expect(await refused(verifyFolder(caseId, folder)))
      .to.include("manifest.sig")
      .and.to.include("--save");
  });

  it("whose manifest is no JSON is refused", async () => {
    await writeCopy(folder);
    await writeFile(path.join(folder, "manifest.json"), "{");
    expect(await refused(verifyFolder(caseId, folder))).to.include("not JSON");
  });

  it("whose manifest leads out of the folder is refused, not followed", async () => {
    await writeCopy(folder, "../../etc/passwd");
    expect(await refused(verifyFolder(caseId, folder))).to.include("outside its folder");
  });
});
