import type { MFADelete, ObjectLockRetentionMode, ServerSideEncryption } from "@aws-sdk/client-s3";
import type {
  BucketObjectLockConfigurationArgs,
  BucketObjectLockConfigurationState,
} from "@pulumi/aws/s3/bucketObjectLockConfiguration";
import type {
  BucketServerSideEncryptionConfigurationArgs,
  BucketServerSideEncryptionConfigurationState,
} from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration";
import type { BucketVersioningArgs, BucketVersioningState } from "@pulumi/aws/s3/bucketVersioning";
import { unlessGone } from "../support/errors";
import { bucketSetting } from "./s3-settings";

const versioning = bucketSetting<BucketVersioningArgs, BucketVersioningState>({
  token: "aws:s3/bucketVersioning:BucketVersioning",
  properties: {
    "versioningConfiguration.status": { oneOf: ["Enabled", "Suspended", "Disabled"] },
    "versioningConfiguration.mfaDelete": { oneOf: ["Enabled", "Disabled"] },
    mfa: { writeOnly: true },
  },
  async put(s3, Bucket, { versioningConfiguration: wanted, mfa }) {
    // "Disabled" is for a bucket that never had versions: there is nothing to put.
    if (wanted.status === "Disabled") return;
    await s3.putBucketVersioning({
      Bucket,
      MFA: mfa,
      VersioningConfiguration: {
        Status: wanted.status as "Enabled",
        MFADelete: wanted.mfaDelete as MFADelete | undefined,
      },
    });
  },
  async get(s3, Bucket) {
    const found = await s3.getBucketVersioning({ Bucket });
    return { versioningConfiguration: { status: found.Status ?? "Disabled", mfaDelete: found.MFADelete ?? "" } };
  },
  /** Versioning can be suspended, not taken away; Object Lock does not even let it be suspended. */
  async remove(s3, Bucket) {
    if ((await s3.getBucketVersioning({ Bucket })).Status !== "Enabled") return;
    const suspended = s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Suspended" } });
    await unlessGone(suspended, "InvalidBucketState");
  },
});

const objectLock = bucketSetting<BucketObjectLockConfigurationArgs, BucketObjectLockConfigurationState>({
  token: "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
  properties: {
    objectLockEnabled: { replace: true, default: "Enabled", oneOf: ["Enabled"] },
    "rule.defaultRetention.mode": { oneOf: ["COMPLIANCE", "GOVERNANCE"] },
    "rule.defaultRetention.days": { min: 1 },
    "rule.defaultRetention.years": { min: 1 },
    token: { writeOnly: true },
  },
  supports: ["rule"],
  check({ rule }) {
    const retention = rule?.defaultRetention;
    if (!retention || (retention.days === undefined) !== (retention.years === undefined)) return [];
    return [{ property: "rule.defaultRetention", reason: "exactly one of `days` and `years` must be specified" }];
  },
  put: (s3, Bucket, { rule, token }) =>
    s3.putObjectLockConfiguration({
      Bucket,
      Token: token,
      ObjectLockConfiguration: {
        ObjectLockEnabled: "Enabled",
        Rule: rule && {
          DefaultRetention: {
            Mode: rule.defaultRetention.mode as ObjectLockRetentionMode | undefined,
            Days: rule.defaultRetention.days,
            Years: rule.defaultRetention.years,
          },
        },
      },
    }),
  async get(s3, Bucket) {
    const answer = s3.getObjectLockConfiguration({ Bucket });
    const found = (await unlessGone(answer, "ObjectLockConfigurationNotFoundError"))?.ObjectLockConfiguration;
    if (!found) return undefined;
    const retention = found.Rule?.DefaultRetention;
    return {
      objectLockEnabled: found.ObjectLockEnabled,
      rule: retention && {
        defaultRetention: { mode: retention.Mode, days: retention.Days, years: retention.Years },
      },
    };
  },
  /** What can be taken away is the default retention: a locked bucket stays locked, and so do its objects. */
  remove: (s3, Bucket) =>
    s3.putObjectLockConfiguration({ Bucket, ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" } }),
});

const encryption = bucketSetting<
  BucketServerSideEncryptionConfigurationArgs,
  BucketServerSideEncryptionConfigurationState
>({
  token: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  properties: {
    rules: { set: true },
    "rules.applyServerSideEncryptionByDefault.sseAlgorithm": {
      oneOf: ["AES256", "aws:fsx", "aws:kms", "aws:kms:dsse"],
    },
  },
  put: (s3, Bucket, { rules }) =>
    s3.putBucketEncryption({
      Bucket,
      ServerSideEncryptionConfiguration: {
        Rules: rules.map((rule) => ({
          BucketKeyEnabled: rule.bucketKeyEnabled,
          ApplyServerSideEncryptionByDefault: rule.applyServerSideEncryptionByDefault && {
            SSEAlgorithm: rule.applyServerSideEncryptionByDefault.sseAlgorithm as ServerSideEncryption,
            KMSMasterKeyID: rule.applyServerSideEncryptionByDefault.kmsMasterKeyId,
          },
        })),
      },
    }),
  async get(s3, Bucket) {
    const answer = s3.getBucketEncryption({ Bucket });
    const found = await unlessGone(answer, "ServerSideEncryptionConfigurationNotFoundError");
    const rules = found?.ServerSideEncryptionConfiguration?.Rules;
    return (
      rules && {
        rules: rules.map((rule) => ({
          bucketKeyEnabled: rule.BucketKeyEnabled ?? false,
          applyServerSideEncryptionByDefault: rule.ApplyServerSideEncryptionByDefault && {
            sseAlgorithm: rule.ApplyServerSideEncryptionByDefault.SSEAlgorithm ?? "",
            kmsMasterKeyId: rule.ApplyServerSideEncryptionByDefault.KMSMasterKeyID,
          },
        })),
      }
    );
  },
  remove: (s3, Bucket) => s3.deleteBucketEncryption({ Bucket }),
});

/** Settings of a bucket that keep its objects: versions, locks, encryption. */
export const protectionSettings = [versioning, objectLock, encryption];
