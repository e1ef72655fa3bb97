import { generateKeyPairSync, sign } from "node:crypto";
import { expect } from "chai";
import fc from "fast-check";
import type { ManifestEntry } from "../../../functions/shared/case";
import {
  canonicalJson,
  chainStart,
  hashEntry,
  publicKeyPem,
  sealManifest,
  sha256,
  verifyManifest,
} from "../../../functions/shared/manifest";
import type { Manifest } from "../../../functions/shared/manifest";
import { caseId } from "../fixtures";

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const pem = publicKeyPem(publicKey.export({ type: "spki", format: "der" }));
const bodies = ["instance", "console", "snapshots"].map((text) => Buffer.from(text));

function chain(): ManifestEntry[] {
  const entries: ManifestEntry[] = [];
  bodies.forEach((body, index) => {
    const link = {
      seq: index + 1,
      key: `cases/${caseId}/object-${index + 1}`,
      versionId: `v${index}`,
      sha256: sha256(body),
      size: body.length,
      contentType: "text/plain",
      retainUntil: "2027-01-01T00:00:00.000Z",
      source: "test",
      collector: "captureInstance",
      collectedAt: "2026-11-22T05:06:07.000Z",
      previous: entries.at(-1)?.hash ?? chainStart(caseId),
    };
    entries.push({ ...link, hash: hashEntry(link) });
  });
  return entries;
}

const sealed = () => sealManifest(caseId, chain(), "2026-11-22T05:07:00.000Z");
const signed = (manifest: Manifest) => sign("sha256", Buffer.from(canonicalJson(manifest)), privateKey);
const stored = async ({ seq }: ManifestEntry): Promise<Uint8Array | undefined> => bodies[seq - 1];

describe("manifest", () => {
  it("verifies as closed and signed", async () => {
    const manifest = sealed();
    expect(await verifyManifest(manifest, signed(manifest), pem, stored)).to.deep.equal({ verified: true, entries: 3 });
  });

  it("verifies with no entry at all", async () => {
    const manifest = sealManifest(caseId, [], "2026-11-22T05:07:00.000Z");
    expect((await verifyManifest(manifest, signed(manifest), pem, stored)).verified).to.equal(true);
  });

  it("names the object of which one byte was changed", async () => {
    const manifest = sealed();
    const changed = async (entry: ManifestEntry) => (entry.seq === 2 ? Buffer.from("consolE") : stored(entry));
    const verdict = await verifyManifest(manifest, signed(manifest), pem, changed);
    expect(verdict).to.include({ verified: false, broken: `cases/${caseId}/object-2` });
    expect(verdict.reason).to.match(/^SHA-256 is/);
  });

  it("names the object that is not in the vault", async () => {
    const manifest = sealed();
    const missing = async (entry: ManifestEntry) => (entry.seq === 3 ? undefined : stored(entry));
    const verdict = await verifyManifest(manifest, signed(manifest), pem, missing);
    expect(verdict).to.include({ verified: false, broken: `cases/${caseId}/object-3` });
  });

  it("names the object that follows an entry left out", async () => {
    const manifest = sealed();
    const less = { ...manifest, entries: manifest.entries.filter(({ seq }) => seq !== 2) };
    const verdict = await verifyManifest(less, signed(manifest), pem, stored);
    expect(verdict).to.include({ verified: false, broken: `cases/${caseId}/object-3` });
    expect(verdict.reason).to.equal("entry 2 of the chain is missing");
  });

  it("sees that entries at the end were left out", async () => {
    const manifest = sealed();
    const less = { ...manifest, entries: manifest.entries.slice(0, 2) };
    const verdict = await verifyManifest(less, signed(manifest), pem, stored);
    expect(verdict).to.include({ verified: false, reason: "entries after it are missing" });
  });

  it("sees that two entries changed places", async () => {
    const manifest = sealed();
    const [first, second, third] = manifest.entries as [ManifestEntry, ManifestEntry, ManifestEntry];
    const swapped = { ...manifest, entries: [second, first, third] };
    expect((await verifyManifest(swapped, signed(manifest), pem, stored)).verified).to.equal(false);
  });

  it("sees that a field of an entry was changed, even by who could sign again", async () => {
    const manifest = sealed();
    const [first, ...rest] = manifest.entries as [ManifestEntry, ...ManifestEntry[]];
    const forged = { ...manifest, entries: [{ ...first, source: "elsewhere" }, ...rest] };
    const verdict = await verifyManifest(forged, signed(forged), pem, stored);
    expect(verdict).to.include({ broken: first.key, reason: "its entry was changed" });
  });

  it("sees that a whole chain was moved to another case", async () => {
    const moved = { ...sealed(), caseId: "c-20261122-000000-00000000" };
    expect((await verifyManifest(moved, signed(moved), pem, stored)).verified).to.equal(false);
  });

  it("refuses another key's signature", async () => {
    const manifest = sealed();
    const other = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    const signature = sign("sha256", Buffer.from(canonicalJson(manifest)), other);
    const verdict = await verifyManifest(manifest, signature, pem, stored);
    expect(verdict).to.include({ verified: false, broken: "manifest.json" });
  });
});

describe("canonicalJson", () => {
  it("gives the same bytes whatever the order of fields", () => {
    const shuffled = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shuffled);
      if (value === null || typeof value !== "object") return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([name, one]) => [name, shuffled(one)]),
      );
    };
    fc.assert(fc.property(fc.jsonValue(), (value) => canonicalJson(shuffled(value)) === canonicalJson(value)));
  });

  it("is JSON of the same value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).to.deep.equal(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
