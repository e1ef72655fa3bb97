import { createHash, createPublicKey, verify as verifySignature } from "node:crypto";
import type { ManifestEntry } from "./case";
import { omit } from "./omit";

/** The closed manifest of a case. `head` is the last entry's hash. */
export interface Manifest {
  version: 1;
  caseId: string;
  closedAt: string;
  entries: ManifestEntry[];
  head: string;
}

/** What verification found: the first broken link, or nothing. */
export interface ManifestVerdict {
  verified: boolean;
  entries: number;
  /** The object or part of the manifest that does not hold. */
  broken?: string;
  reason?: string;
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** JSON with sorted keys and no white space: equal values give equal bytes. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const fields = Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`);
    return `{${fields.join(",")}}`;
  }
  return JSON.stringify(value);
}

/** The link before the first entry: binds the chain to its case. */
export function chainStart(caseId: string): string {
  return sha256(`firebreak/manifest/1/${caseId}`);
}

export function hashEntry(entry: Omit<ManifestEntry, "hash">): string {
  return sha256(canonicalJson(omit(entry, "hash")));
}

export function sealManifest(caseId: string, entries: ManifestEntry[], closedAt: string): Manifest {
  return { version: 1, caseId, closedAt, entries, head: entries.at(-1)?.hash ?? chainStart(caseId) };
}

/** SHA-256 of the manifest: what the asymmetric KMS key signs (ECDSA on P-256, digest mode). */
export function manifestDigest(manifest: Manifest): Buffer {
  return createHash("sha256").update(canonicalJson(manifest)).digest();
}

/** A public key as KMS gives it (DER, SubjectPublicKeyInfo), as PEM. */
export function publicKeyPem(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return ["-----BEGIN PUBLIC KEY-----", ...lines, "-----END PUBLIC KEY-----", ""].join("\n");
}

/**
 * Verifies a closed manifest with nothing but the public key: signature, chain, then every object's bytes.
 * `signature` is DER as KMS returns it; `read` gives an object's bytes, or undefined if it is not there.
 */
export async function verifyManifest(
  manifest: Manifest,
  signature: Uint8Array,
  publicKeyPem: string,
  read: (entry: ManifestEntry) => Promise<Uint8Array | undefined>,
): Promise<ManifestVerdict> {
  const entries = manifest.entries.length;
  const broken = (what: string, reason: string): ManifestVerdict => ({
    verified: false,
    entries,
    broken: what,
    reason,
  });
  const key = createPublicKey(publicKeyPem);
  if (!verifySignature("sha256", Buffer.from(canonicalJson(manifest)), { key, dsaEncoding: "der" }, signature)) {
    const link = brokenLink(manifest);
    return link ? broken(link.key, link.reason) : broken("manifest.json", "the signature does not match the manifest");
  }
  const link = brokenLink(manifest);
  if (link) return broken(link.key, link.reason);
  for (const entry of manifest.entries) {
    const bytes = await read(entry);
    if (!bytes) return broken(entry.key, `version ${entry.versionId} is not in the vault`);
    if (bytes.length !== entry.size) return broken(entry.key, `${bytes.length} bytes, the manifest says ${entry.size}`);
    const actual = sha256(bytes);
    if (actual !== entry.sha256) return broken(entry.key, `SHA-256 is ${actual}, the manifest says ${entry.sha256}`);
  }
  return { verified: true, entries };
}

function brokenLink(manifest: Manifest): { key: string; reason: string } | undefined {
  let previous = chainStart(manifest.caseId);
  for (const [index, entry] of manifest.entries.entries()) {
    if (entry.seq !== index + 1) return { key: entry.key, reason: `entry ${index + 1} of the chain is missing` };
    if (entry.previous !== previous) return { key: entry.key, reason: "it does not follow the entry before it" };
    if (hashEntry(entry) !== entry.hash) return { key: entry.key, reason: "its entry was changed" };
    previous = entry.hash;
  }
  return previous === manifest.head
    ? undefined
    : { key: manifest.entries.at(-1)?.key ?? "manifest.json", reason: "entries after it are missing" };
}
