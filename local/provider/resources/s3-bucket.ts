import { S3, type BucketLocationConstraint } from "@aws-sdk/client-s3";
import type { BucketArgs, BucketState } from "@pulumi/aws/s3/bucket";
import type { Aws } from "../instance/aws";
import { dnsSuffixOf } from "../instance/aws";
import { unlessGone } from "../support/errors";
import { defineResource } from "./definition";
import { objectVersions } from "./s3-versions";
import { tagList, tagMap } from "./values";

/** The region that has no location constraint. */
const classicRegion = "us-east-1";

/**
 * `aws.s3.Bucket`. Its settings are resources of their own (`BucketVersioning`, …); the deprecated arguments that set
 * them on the bucket itself are refused.
 */
export const bucket = defineResource<BucketArgs, BucketState>({
  token: "aws:s3/bucket:Bucket",
  name: { property: "bucket", maxLength: 63, lowerCase: true },
  properties: {
    bucket: { replace: true, pattern: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/ },
    bucketPrefix: { replace: true, maxLength: 37 },
    objectLockEnabled: { replace: true },
    forceDestroy: { default: false, writeOnly: true },
  },
  conflicts: [["bucket", "bucketPrefix"]],
  tagging: { tag: changeTags, untag: changeTags },
  async create(aws, { bucket: name = "", objectLockEnabled }) {
    await aws.client(S3).createBucket({
      Bucket: name,
      ObjectLockEnabledForBucket: objectLockEnabled,
      CreateBucketConfiguration:
        aws.region === classicRegion ? undefined : { LocationConstraint: aws.region as BucketLocationConstraint },
    });
    return name;
  },
  async settle(aws, id, { tags }) {
    if (tags && Object.keys(tags).length > 0) {
      await aws.client(S3).putBucketTagging({ Bucket: id, Tagging: { TagSet: tagList(tags) } });
    }
  },
  async read(aws, id) {
    const s3 = aws.client(S3);
    const found = await unlessGone(s3.headBucket({ Bucket: id }), "NotFound", "NoSuchBucket");
    if (!found) return undefined;
    const [tags, lock] = await Promise.all([
      unlessGone(s3.getBucketTagging({ Bucket: id }), "NoSuchTagSet"),
      unlessGone(s3.getObjectLockConfiguration({ Bucket: id }), "ObjectLockConfigurationNotFoundError"),
    ]);
    const suffix = dnsSuffixOf(aws.partition);
    return {
      arn: `arn:${aws.partition}:s3:::${id}`,
      bucket: id,
      bucketRegion: aws.region,
      bucketDomainName: `${id}.s3.${suffix}`,
      bucketRegionalDomainName: `${id}.s3.${aws.region}.${suffix}`,
      bucketNamespace: "global",
      objectLockEnabled: lock?.ObjectLockConfiguration?.ObjectLockEnabled === "Enabled",
      tags: tagMap(tags?.TagSet),
    };
  },
  update: async () => undefined, // what is left is forceDestroy, which is for the end
  async delete(aws, id, state) {
    const s3 = aws.client(S3);
    if (state["forceDestroy"] === true) await unlessGone(empty(aws, id), "NoSuchBucket");
    await unlessGone(s3.deleteBucket({ Bucket: id }), "NoSuchBucket");
  },
});

/** S3 has no call for one tag: the set is read, changed and put back whole. */
async function changeTags(aws: Aws, id: string, change: Record<string, string> | string[]): Promise<void> {
  const s3 = aws.client(S3);
  const current = tagMap((await unlessGone(s3.getBucketTagging({ Bucket: id }), "NoSuchTagSet"))?.TagSet);
  const removed = Array.isArray(change) ? change : [];
  const kept = Object.entries(current).filter(([key]) => !removed.includes(key));
  const tags = { ...Object.fromEntries(kept), ...(Array.isArray(change) ? {} : change) };
  await (Object.keys(tags).length > 0
    ? s3.putBucketTagging({ Bucket: id, Tagging: { TagSet: tagList(tags) } })
    : s3.deleteBucketTagging({ Bucket: id }));
}

/** Deletes every version and delete marker. Objects locked in governance mode go too; in compliance mode they stay. */
async function empty(aws: Aws, name: string): Promise<void> {
  const client = aws.client(S3);
  const lock = await unlessGone(
    client.getObjectLockConfiguration({ Bucket: name }),
    "ObjectLockConfigurationNotFoundError",
  );
  for await (const Objects of objectVersions(client, name)) {
    const { Errors: errors = [] } = await client.deleteObjects({
      Bucket: name,
      Delete: { Objects, Quiet: true },
      BypassGovernanceRetention: lock ? true : undefined,
    });
    const [first] = errors;
    if (first) {
      throw new Error(
        `emptying S3 Bucket (${name}): ${errors.length} object versions cannot be deleted, the first is ` +
          `"${first.Key}" (${first.VersionId}): ${first.Code}: ${first.Message}`,
      );
    }
  }
}
