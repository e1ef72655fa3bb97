import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import type { CaseRecord, ManifestEntry } from "../functions/shared/case";
import { isNamed } from "../functions/shared/errors";
import type { Manifest } from "../functions/shared/manifest";
import { Failure } from "./failure";

/** What verification reads, wherever it lies. */
export interface SealedEvidence {
  manifest: Manifest;
  /** DER, as KMS gives it. */
  signature: Uint8Array;
  publicKeyPem: string;
  read(entry: ManifestEntry): Promise<Uint8Array | undefined>;
}

/** What a saved copy consists of; objects lie beside them under their own keys. */
const files = { manifest: "manifest.json", signature: "manifest.sig", publicKey: "public-key.pem" };

/** Reads the sealed evidence of a case from the vault; `keep` gets a copy of everything that is read. */
export async function fromVault(
  s3: S3Client,
  bucket: string,
  record: CaseRecord,
  keep?: string,
): Promise<SealedEvidence> {
  if (!record.manifest)
    throw new Failure(
      `the manifest of case ${record.caseId} is not closed: the case is ${record.state}`,
      "Wait until its playbook has ended: `firebreak case ID` shows where it is.",
    );
  const get = async (key: string, version?: string) => {
    try {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: version }));
      return Body?.transformToByteArray();
    } catch (error) {
      if (isNamed(error, "NoSuchKey", "NoSuchVersion", "NotFound", "MethodNotAllowed")) return undefined;
      throw error;
    }
  };
  const must = async (key: string) => {
    const bytes = await get(key);
    if (!bytes)
      throw new Failure(`${key} is not in vault ${bucket}`, "Without it nothing of the case can be verified.");
    return bytes;
  };
  const [manifest, signature, publicKey] = await Promise.all([
    must(record.manifest.key),
    must(record.manifest.signatureKey),
    must(record.manifest.publicKeyKey),
  ]);
  if (keep) {
    await save(keep, files.manifest, manifest);
    await save(keep, files.signature, signature);
    await save(keep, files.publicKey, publicKey);
  }
  return {
    manifest: parseManifest(Buffer.from(manifest).toString("utf8"), record.manifest.key),
    signature,
    publicKeyPem: Buffer.from(publicKey).toString("utf8"),
    async read(entry) {
      const bytes = await get(entry.key, entry.versionId || undefined);
      if (bytes && keep) await save(keep, entry.key, bytes);
      return bytes;
    },
  };
}

/** Reads a copy that `fromVault` kept; no network is needed. */
export async function fromFolder(folder: string): Promise<SealedEvidence> {
  const must = async (name: string) => {
    try {
      return await readFile(path.join(folder, name));
    } catch (error) {
      if (!absent(error)) throw error;
      throw new Failure(
        `${path.join(folder, name)} is missing`,
        `Make the copy with \`firebreak verify ID --save ${folder}\`.`,
      );
    }
  };
  const [manifest, signature, publicKey] = await Promise.all([
    must(files.manifest),
    must(files.signature),
    must(files.publicKey),
  ]);
  return {
    manifest: parseManifest(manifest.toString("utf8"), path.join(folder, files.manifest)),
    signature,
    publicKeyPem: publicKey.toString("utf8"),
    read: async (entry) =>
      readFile(inside(folder, entry.key)).catch((error: unknown) => {
        if (absent(error)) return undefined;
        throw error;
      }),
  };
}

function parseManifest(text: string, name: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Failure(`${name} is not JSON: it was changed or cut short`);
  }
  const manifest = value as Partial<Manifest> | null;
  if (manifest?.version !== 1 || typeof manifest.caseId !== "string" || !Array.isArray(manifest.entries))
    throw new Failure(`${name} is no manifest of version 1: it was changed, or made by a later Firebreak`);
  return manifest as Manifest;
}

async function save(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const file = inside(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, bytes);
}

/** A manifest comes from elsewhere: its keys must not lead out of the folder. */
function inside(folder: string, name: string): string {
  const file = path.resolve(folder, name);
  if (!file.startsWith(path.resolve(folder) + path.sep))
    throw new Failure(`the manifest names an object outside its folder: ${name}`);
  return file;
}

function absent(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}
