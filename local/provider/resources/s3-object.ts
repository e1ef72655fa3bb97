import { S3, type ObjectLockMode, type ServerSideEncryption } from "@aws-sdk/client-s3";
import type { BucketObjectv2Args, BucketObjectv2State } from "@pulumi/aws/s3/bucketObjectv2";
import type { Unwrap } from "@pulumi/pulumi";
import type { Aws } from "../instance/aws";
import { isArchive, isAsset } from "../protocol/values";
import { archiveBytes, assetBytes } from "../support/archive";
import { unlessGone } from "../support/errors";
import { defineResource } from "./definition";
import { objectVersions } from "./s3-versions";
import { tagMap } from "./values";

/** `aws.s3.BucketObjectv2`. Its id is `<bucket>/<key>`. */
export const bucketObject = defineResource<BucketObjectv2Args, BucketObjectv2State>({
  token: "aws:s3/bucketObjectv2:BucketObjectv2",
  name: { property: "key", maxLength: 1_024 },
  properties: {
    bucket: { replace: true },
    key: { replace: true, minLength: 1, maxLength: 1_024 },
    forceDestroy: { default: false, writeOnly: true },
    content: { writeOnly: true },
    contentBase64: { writeOnly: true },
    source: { writeOnly: true },
    sourceHash: { writeOnly: true },
    serverSideEncryption: { oneOf: ["AES256", "aws:fsx", "aws:kms", "aws:kms:dsse"] },
    objectLockMode: { oneOf: ["GOVERNANCE", "COMPLIANCE"] },
    objectLockLegalHoldStatus: { oneOf: ["ON", "OFF"] },
  },
  supports: [
    ...(["bucketKeyEnabled", "cacheControl", "contentDisposition", "contentEncoding", "contentLanguage"] as const),
    ...(["contentType", "kmsKeyId", "metadata", "objectLockRetainUntilDate"] as const),
  ],
  conflicts: [["content", "contentBase64", "source"]],
  tagging: { tag: changeTags, untag: changeTags },
  async create(aws, inputs) {
    await put(aws, inputs);
    return `${String(inputs.bucket)}/${inputs.key}`;
  },
  async read(aws, id) {
    const { Bucket, Key } = partsOf(id);
    const s3 = aws.client(S3);
    const found = await unlessGone(s3.headObject({ Bucket, Key }), "NotFound", "NoSuchKey", "NoSuchBucket");
    if (!found) return undefined;
    const tags = await s3.getObjectTagging({ Bucket, Key });
    return {
      arn: `arn:${aws.partition}:s3:::${id}`,
      bucket: Bucket,
      key: Key,
      acl: "private",
      bucketKeyEnabled: found.BucketKeyEnabled ?? false,
      cacheControl: found.CacheControl,
      checksumCrc32: found.ChecksumCRC32 ?? "",
      checksumCrc32c: found.ChecksumCRC32C ?? "",
      checksumCrc64nvme: found.ChecksumCRC64NVME ?? "",
      checksumSha1: found.ChecksumSHA1 ?? "",
      checksumSha256: found.ChecksumSHA256 ?? "",
      contentDisposition: found.ContentDisposition,
      contentEncoding: found.ContentEncoding,
      contentLanguage: found.ContentLanguage,
      contentType: found.ContentType ?? "",
      etag: found.ETag?.replaceAll('"', "") ?? "",
      kmsKeyId: found.SSEKMSKeyId ?? "",
      metadata: found.Metadata && Object.keys(found.Metadata).length > 0 ? found.Metadata : undefined,
      objectLockLegalHoldStatus: found.ObjectLockLegalHoldStatus,
      objectLockMode: found.ObjectLockMode,
      objectLockRetainUntilDate: found.ObjectLockRetainUntilDate?.toISOString().replace(/\.\d+Z$/, "Z"),
      serverSideEncryption: found.ServerSideEncryption ?? "AES256",
      storageClass: found.StorageClass ?? "STANDARD",
      versionId: found.VersionId ?? "",
      tags: tagMap(tags.TagSet),
    };
  },
  update: (aws, _id, { news }) => put(aws, news),
  async delete(aws, id, state) {
    const { Bucket, Key } = partsOf(id);
    const client = aws.client(S3);
    const force = state["forceDestroy"] === true ? true : undefined;
    const versions: string[] = [];
    const collect = async () => {
      for await (const page of objectVersions(client, Bucket, Key)) {
        for (const version of page) if (version.Key === Key && version.VersionId) versions.push(version.VersionId);
      }
    };
    await unlessGone(collect(), "NoSuchBucket");
    if (versions.length === 0) await unlessGone(client.deleteObject({ Bucket, Key }), "NoSuchBucket", "NoSuchKey");
    for (const VersionId of versions) {
      await client.deleteObject({ Bucket, Key, VersionId, BypassGovernanceRetention: force });
    }
  },
});

async function put(aws: Aws, inputs: Unwrap<BucketObjectv2Args>): Promise<void> {
  await aws.client(S3).putObject({
    Bucket: String(inputs.bucket),
    Key: inputs.key,
    Body: await bodyOf(inputs),
    BucketKeyEnabled: inputs.bucketKeyEnabled,
    CacheControl: inputs.cacheControl,
    ContentDisposition: inputs.contentDisposition,
    ContentEncoding: inputs.contentEncoding,
    ContentLanguage: inputs.contentLanguage,
    ContentType: inputs.contentType,
    Metadata: inputs.metadata,
    ObjectLockLegalHoldStatus: inputs.objectLockLegalHoldStatus as "ON" | undefined,
    ObjectLockMode: inputs.objectLockMode as ObjectLockMode | undefined,
    ObjectLockRetainUntilDate: inputs.objectLockRetainUntilDate
      ? new Date(inputs.objectLockRetainUntilDate)
      : undefined,
    ServerSideEncryption: (inputs.serverSideEncryption ?? (inputs.kmsKeyId ? "aws:kms" : undefined)) as
      ServerSideEncryption | undefined,
    SSEKMSKeyId: inputs.kmsKeyId,
    Tagging: inputs.tags ? new URLSearchParams(inputs.tags).toString() : undefined,
  });
}

async function bodyOf(inputs: Unwrap<BucketObjectv2Args>): Promise<Uint8Array> {
  const source: unknown = inputs.source;
  if (isAsset(source)) return assetBytes(source);
  if (isArchive(source)) return archiveBytes(source);
  if (inputs.contentBase64 !== undefined) return Buffer.from(inputs.contentBase64, "base64");
  return Buffer.from(inputs.content ?? "");
}

/** An object's tags are put whole; this changes what is there. */
async function changeTags(aws: Aws, id: string, change: Record<string, string> | string[]): Promise<void> {
  const s3 = aws.client(S3);
  const current = tagMap((await s3.getObjectTagging(partsOf(id))).TagSet);
  const removed = Array.isArray(change) ? change : [];
  const kept = Object.entries(current).filter(([key]) => !removed.includes(key));
  const tags = { ...Object.fromEntries(kept), ...(Array.isArray(change) ? {} : change) };
  const TagSet = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  await s3.putObjectTagging({ ...partsOf(id), Tagging: { TagSet } });
}

function partsOf(id: string): { Bucket: string; Key: string } {
  const slash = id.indexOf("/");
  return { Bucket: id.slice(0, slash), Key: id.slice(slash + 1) };
}
