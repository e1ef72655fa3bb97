import { createHash } from "node:crypto";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import type { Evidence } from "./action";
import type { ManifestEntry } from "./case";
import { lastEvidence, putEvidence } from "./cases";
import type { CaseTable } from "./cases";
import { chainStart, hashEntry } from "./manifest";

/** The evidence vault: S3 with Object Lock in compliance mode, under a KMS key of its own. */
export interface Vault {
  s3: S3Client;
  bucket: string;
  keyArn: string;
  retentionDays: number;
}

const dayMs = 24 * 60 * 60 * 1000;
const mostWriters = 20;

/** Stores one object, locked until its retention ends; S3 itself refuses bytes that do not have the given hash. */
export async function storeObject(vault: Vault, key: string, body: Uint8Array, contentType: string) {
  const digest = createHash("sha256").update(body).digest();
  const retainUntil = new Date(Date.now() + vault.retentionDays * dayMs);
  const { VersionId } = await vault.s3.send(
    new PutObjectCommand({
      Bucket: vault.bucket,
      Key: key,
      Body: body,
      ContentType: contentType,
      ChecksumSHA256: digest.toString("base64"),
      ServerSideEncryption: "aws:kms",
      SSEKMSKeyId: vault.keyArn,
      ObjectLockMode: "COMPLIANCE",
      ObjectLockRetainUntilDate: retainUntil,
    }),
  );
  return { versionId: VersionId ?? "", sha256: digest.toString("hex"), retainUntil: retainUntil.toISOString() };
}

/** Stores a piece of evidence and appends it to the case's manifest, after whatever other collectors appended. */
export async function storeEvidence(
  vault: Vault,
  table: CaseTable,
  caseId: string,
  collector: string,
  evidence: Evidence,
): Promise<ManifestEntry> {
  const body = typeof evidence.body === "string" ? Buffer.from(evidence.body) : evidence.body;
  const key = `cases/${caseId}/${collector}/${evidence.name}`;
  const stored = await storeObject(vault, key, body, evidence.contentType);
  const collectedAt = new Date().toISOString();
  for (let attempt = 0; attempt < mostWriters; attempt++) {
    const last = await lastEvidence(table, caseId);
    const link = {
      seq: (last?.seq ?? 0) + 1,
      key,
      ...stored,
      size: body.length,
      contentType: evidence.contentType,
      source: evidence.source,
      collector,
      collectedAt,
      previous: last?.hash ?? chainStart(caseId),
    };
    const entry = { ...link, hash: hashEntry(link) };
    if (await putEvidence(table, caseId, entry)) return entry;
  }
  throw new Error(`${key} is stored, but ${mostWriters} others appended to the manifest of ${caseId} first: try again`);
}
