import type { ResourceCase, Surroundings } from "./cases";

const bucket = "aws:s3/bucket:Bucket";
const key = "aws:kms/key:Key";

async function twoBuckets({ make }: Surroundings): Promise<[string, string]> {
  return [(await make(bucket, {}, "one")).id, (await make(bucket, {}, "other")).id];
}

function denyPlainText(name: string, sid: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: sid,
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
}

/** Buckets, objects, tables and parameters. */
export const storageCases: readonly ResourceCase[] = [
  {
    token: bucket,
    prepare: async () => ({
      inputs: { tags: { a: "1" } },
      update: { forceDestroy: true, tags: { a: "2", b: "3" } },
      replace: { bucket: "another-firebreak-bucket" },
    }),
    outputs: {
      arn: /^arn:aws:s3:::thing-[0-9a-f]{7}$/,
      bucketDomainName: /^thing-[0-9a-f]{7}\.s3\.amazonaws\.com$/,
      bucketRegionalDomainName: /s3\.eu-central-1\.amazonaws\.com$/,
      objectLockEnabled: false,
    },
    refused: [
      { inputs: { bucket: "Upper_Case" }, says: /must match/ },
      { inputs: { versioning: { enabled: true } }, says: /does not implement "versioning"/ },
    ],
  },
  {
    token: "aws:s3/bucketVersioning:BucketVersioning",
    async prepare(surroundings) {
      const [one, other] = await twoBuckets(surroundings);
      return {
        inputs: { bucket: one, versioningConfiguration: { status: "Enabled" } },
        update: { versioningConfiguration: { status: "Suspended" } },
        replace: { bucket: other },
      };
    },
    refused: [
      { inputs: { versioningConfiguration: { status: "On" } }, says: /versioningConfiguration\.status to be one of/ },
      { inputs: { versioningConfiguration: {} }, says: /"status" is required/ },
    ],
    outlives: "versioning can be suspended, not taken away",
  },
  {
    token: "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    async prepare({ make }) {
      const locked = (name: string) => make(bucket, { objectLockEnabled: true }, name);
      const [one, other] = [await locked("one"), await locked("other")];
      const retention = (days: number) => ({ defaultRetention: { mode: "COMPLIANCE", days } });
      return {
        inputs: { bucket: one.id, rule: retention(1) },
        update: { rule: retention(2) },
        replace: { bucket: other.id },
      };
    },
    refused: [
      {
        inputs: { rule: { defaultRetention: { mode: "FOREVER", days: 1 } } },
        says: /one of \["COMPLIANCE" "GOVERNANCE"\]/,
      },
      { inputs: { rule: { defaultRetention: { mode: "COMPLIANCE" } } }, says: /exactly one of `days` and `years`/ },
      { inputs: { rule: { defaultRetention: { mode: "COMPLIANCE", days: 0 } } }, says: /at least \(1\), got 0/ },
    ],
    outlives: "a bucket with Object Lock keeps it: deleting takes the default retention away",
  },
  {
    token: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    async prepare(surroundings) {
      const [one, other] = await twoBuckets(surroundings);
      const made = await surroundings.make(key, {});
      const kms = { sseAlgorithm: "aws:kms", kmsMasterKeyId: made.outputs["arn"] };
      return {
        inputs: { bucket: one, rules: [{ applyServerSideEncryptionByDefault: kms, bucketKeyEnabled: true }] },
        update: { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
        replace: { bucket: other },
      };
    },
    refused: [
      {
        inputs: { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "ROT13" } }] },
        says: /rules\[0\]\.applyServerSideEncryptionByDefault\.sseAlgorithm to be one of/,
      },
    ],
    outlives: "S3 encrypts every bucket: deleting leaves SSE-S3",
  },
  {
    token: "aws:s3/bucketPolicy:BucketPolicy",
    async prepare(surroundings) {
      const [one, other] = await twoBuckets(surroundings);
      return {
        inputs: { bucket: one, policy: denyPlainText(one, "first") },
        update: { policy: denyPlainText(one, "second") },
        replace: { bucket: other },
      };
    },
    refused: [{ inputs: { policy: "{'a': 1}" }, says: /invalid JSON policy/ }],
  },
  {
    token: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    async prepare(surroundings) {
      const [one, other] = await twoBuckets(surroundings);
      return {
        inputs: { bucket: one, blockPublicAcls: true },
        update: { blockPublicPolicy: true, restrictPublicBuckets: true },
        replace: { bucket: other },
      };
    },
    outputs: { ignorePublicAcls: false },
    refused: [{ inputs: { blockPublicAcls: "perhaps" }, says: /expected boolean type, got "perhaps" of type string/ }],
  },
  {
    token: "aws:s3/bucketLogging:BucketLogging",
    async prepare(surroundings) {
      const [one, other] = await twoBuckets(surroundings);
      return {
        inputs: { bucket: one, targetBucket: other, targetPrefix: "a/" },
        update: { targetPrefix: "b/" },
        replace: { bucket: other },
      };
    },
    refused: [{ inputs: { targetPrefix: undefined }, says: /"targetPrefix" is required/ }],
  },
  {
    token: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    async prepare(surroundings) {
      const [one, other] = await twoBuckets(surroundings);
      const rule = (days: number) => ({
        id: "expire",
        status: "Enabled",
        filter: { prefix: "logs/" },
        expiration: { days },
        noncurrentVersionExpiration: { noncurrentDays: 7 },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 3 },
      });
      return { inputs: { bucket: one, rules: [rule(30)] }, update: { rules: [rule(60)] }, replace: { bucket: other } };
    },
    refused: [{ inputs: { rules: [{ id: "x", status: "enabled" }] }, says: /rules\[0\]\.status to be one of/ }],
  },
  {
    token: "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    async prepare(surroundings) {
      const [one, other] = await twoBuckets(surroundings);
      return {
        inputs: { bucket: one, rule: { objectOwnership: "BucketOwnerPreferred" } },
        update: { rule: { objectOwnership: "BucketOwnerEnforced" } },
        replace: { bucket: other },
      };
    },
    refused: [{ inputs: { rule: { objectOwnership: "Me" } }, says: /rule\.objectOwnership to be one of/ }],
  },
  {
    token: "aws:s3/bucketObjectv2:BucketObjectv2",
    async prepare(surroundings) {
      const [one, other] = await twoBuckets(surroundings);
      return {
        inputs: { bucket: one, key: "a/b.txt", content: "hello", contentType: "text/plain", tags: { a: "1" } },
        update: { content: "goodbye", tags: {} },
        replace: { bucket: other },
      };
    },
    outputs: { etag: "5d41402abc4b2a76b9719d911017c592", arn: /a\/b\.txt$/, storageClass: "STANDARD" },
    notImported: ["content"],
    refused: [{ inputs: { contentBase64: "aGk=" }, says: /conflicts with/ }],
  },
  {
    token: "aws:dynamodb/table:Table",
    prepare: async () => ({
      inputs: {
        attributes: [
          { name: "pk", type: "S" },
          { name: "kind", type: "S" },
        ],
        hashKey: "pk",
        billingMode: "PAY_PER_REQUEST",
        globalSecondaryIndexes: [{ name: "byKind", hashKey: "kind", projectionType: "ALL" }],
        pointInTimeRecovery: { enabled: true },
        ttl: { attributeName: "expires", enabled: true },
        tags: { a: "1" },
      },
      update: {
        globalSecondaryIndexes: [{ name: "byKind2", hashKey: "kind", projectionType: "KEYS_ONLY" }],
        streamEnabled: true,
        streamViewType: "NEW_IMAGE",
        deletionProtectionEnabled: false,
        pointInTimeRecovery: { enabled: false },
        tags: {},
      },
      replace: { hashKey: "kind", rangeKey: "pk" },
    }),
    outputs: { arn: /table\/thing-/, tableClass: "STANDARD", deletionProtectionEnabled: false },
    refused: [
      { inputs: { hashKey: "other" }, says: /"other" is a key without an attribute/ },
      { inputs: { globalSecondaryIndexes: [] }, says: /Unused attributes: \["kind"\]/ },
      { inputs: { billingMode: "FREE" }, says: /to be one of \["PROVISIONED" "PAY_PER_REQUEST"\]/ },
      { inputs: { billingMode: "PROVISIONED" }, says: /must be set when billingMode is PROVISIONED/ },
      { inputs: { attributes: [{ name: "pk", type: "X" }] }, says: /attributes\[0\]\.type to be one of/ },
    ],
  },
  {
    token: "aws:ssm/parameter:Parameter",
    prepare: async () => ({
      inputs: { name: "/firebreak/test", type: "SecureString", value: "one", tags: { a: "1" } },
      update: { value: "two", description: "changed", tags: {} },
      replace: { name: "/firebreak/other" },
    }),
    outputs: { arn: /parameter\/firebreak\/test$/, version: 1 },
    refused: [{ inputs: { type: "Number" }, says: /to be one of/ }],
  },
];
