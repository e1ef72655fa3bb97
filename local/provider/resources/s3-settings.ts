import { S3 } from "@aws-sdk/client-s3";
import type {
  BucketLifecycleConfigurationArgs,
  BucketLifecycleConfigurationState,
} from "@pulumi/aws/s3/bucketLifecycleConfiguration";
import type { BucketLoggingArgs, BucketLoggingState } from "@pulumi/aws/s3/bucketLogging";
import type { BucketOwnershipControlsArgs, BucketOwnershipControlsState } from "@pulumi/aws/s3/bucketOwnershipControls";
import type { BucketPolicyArgs, BucketPolicyState } from "@pulumi/aws/s3/bucketPolicy";
import type { BucketPublicAccessBlockArgs, BucketPublicAccessBlockState } from "@pulumi/aws/s3/bucketPublicAccessBlock";
import type { Unwrap } from "@pulumi/pulumi";
import type { Aws } from "../instance/aws";
import type { Properties } from "../protocol/values";
import { unlessGone } from "../support/errors";
import { untilPropagated } from "../support/retry";
import { hasCode } from "../support/errors";
import { defineResource, type PropertyRule, type ReadState, type ResourceDefinition } from "./definition";
import { lifecycleRules, lifecycleState } from "./s3-lifecycle";

/** How one setting of a bucket is put, read and taken away. */
interface Setting<Inputs, State> {
  readonly token: string;
  readonly properties?: Readonly<Record<string, PropertyRule>>;
  readonly supports?: readonly (keyof Inputs & string)[];
  check?: ResourceDefinition<Inputs>["check"];
  put(s3: S3, bucket: string, inputs: Inputs): Promise<unknown>;
  /** Undefined where the bucket does not have the setting. */
  get(s3: S3, bucket: string): Promise<ReadState<State> | undefined>;
  /** The bucket is gone: fine. */
  remove(s3: S3, bucket: string, state: Properties): Promise<unknown>;
}

/** A setting that is a resource of its own. Its id is the bucket's name. */
export function bucketSetting<Args extends { bucket: unknown }, State>(
  setting: Setting<Unwrap<Args>, Unwrap<State>>,
): ResourceDefinition {
  const put = (aws: Aws, bucket: string, inputs: Unwrap<Args>) =>
    // A bucket made a moment ago, or another change of its settings still under way.
    untilPropagated(
      () => setting.put(aws.client(S3), bucket, inputs),
      (error) => hasCode(error, "NoSuchBucket", "OperationAborted"),
    );
  return defineResource<Args, State>({
    token: setting.token,
    properties: { bucket: { replace: true, minLength: 1, maxLength: 63 }, ...setting.properties },
    supports: setting.supports,
    check: setting.check,
    async create(aws, inputs) {
      const bucket = String((inputs as { bucket: unknown }).bucket);
      await put(aws, bucket, inputs);
      return bucket;
    },
    async read(aws, id) {
      const found = await unlessGone(setting.get(aws.client(S3), id), "NoSuchBucket");
      return found && ({ bucket: id, ...found } as ReadState<Unwrap<State>>);
    },
    update: (aws, id, { news }) => put(aws, id, news),
    delete: (aws, id, state) => unlessGone(setting.remove(aws.client(S3), id, state), "NoSuchBucket"),
  });
}

const policy = bucketSetting<BucketPolicyArgs, BucketPolicyState>({
  token: "aws:s3/bucketPolicy:BucketPolicy",
  properties: { policy: { json: "policy" } },
  put: (s3, Bucket, inputs) =>
    untilPropagated(
      () => s3.putBucketPolicy({ Bucket, Policy: String(inputs.policy) }),
      (error) => hasCode(error, "MalformedPolicy") && error.message.includes("principal"),
    ),
  async get(s3, Bucket) {
    const found = await unlessGone(s3.getBucketPolicy({ Bucket }), "NoSuchBucketPolicy");
    return found?.Policy ? { policy: found.Policy } : undefined;
  },
  remove: (s3, Bucket) => s3.deleteBucketPolicy({ Bucket }),
});

const off = { default: false } as const;

const publicAccessBlock = bucketSetting<BucketPublicAccessBlockArgs, BucketPublicAccessBlockState>({
  token: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  properties: {
    blockPublicAcls: off,
    blockPublicPolicy: off,
    ignorePublicAcls: off,
    restrictPublicBuckets: off,
    skipDestroy: { writeOnly: true },
  },
  put: (s3, Bucket, inputs) =>
    s3.putPublicAccessBlock({
      Bucket,
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: inputs.blockPublicAcls,
        BlockPublicPolicy: inputs.blockPublicPolicy,
        IgnorePublicAcls: inputs.ignorePublicAcls,
        RestrictPublicBuckets: inputs.restrictPublicBuckets,
      },
    }),
  async get(s3, Bucket) {
    const answer = s3.getPublicAccessBlock({ Bucket });
    const found = (await unlessGone(answer, "NoSuchPublicAccessBlockConfiguration"))?.PublicAccessBlockConfiguration;
    return (
      found && {
        blockPublicAcls: found.BlockPublicAcls ?? false,
        blockPublicPolicy: found.BlockPublicPolicy ?? false,
        ignorePublicAcls: found.IgnorePublicAcls ?? false,
        restrictPublicBuckets: found.RestrictPublicBuckets ?? false,
      }
    );
  },
  remove: async (s3, Bucket, state) =>
    state["skipDestroy"] === true ? undefined : s3.deletePublicAccessBlock({ Bucket }),
});

const ownershipControls = bucketSetting<BucketOwnershipControlsArgs, BucketOwnershipControlsState>({
  token: "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  properties: {
    "rule.objectOwnership": { oneOf: ["BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced"] },
  },
  put: (s3, Bucket, { rule }) =>
    s3.putBucketOwnershipControls({
      Bucket,
      OwnershipControls: { Rules: [{ ObjectOwnership: rule.objectOwnership as "ObjectWriter" }] },
    }),
  async get(s3, Bucket) {
    const found = await unlessGone(s3.getBucketOwnershipControls({ Bucket }), "OwnershipControlsNotFoundError");
    const objectOwnership = found?.OwnershipControls?.Rules?.[0]?.ObjectOwnership;
    return objectOwnership ? { rule: { objectOwnership } } : undefined;
  },
  remove: (s3, Bucket) => unlessGone(s3.deleteBucketOwnershipControls({ Bucket }), "OwnershipControlsNotFoundError"),
});

const logging = bucketSetting<BucketLoggingArgs, BucketLoggingState>({
  token: "aws:s3/bucketLogging:BucketLogging",
  supports: ["targetBucket", "targetPrefix"],
  put: (s3, Bucket, { targetBucket, targetPrefix }) =>
    s3.putBucketLogging({
      Bucket,
      BucketLoggingStatus: { LoggingEnabled: { TargetBucket: targetBucket, TargetPrefix: targetPrefix } },
    }),
  async get(s3, Bucket) {
    const { LoggingEnabled: found } = await s3.getBucketLogging({ Bucket });
    return found && { targetBucket: found.TargetBucket, targetPrefix: found.TargetPrefix ?? "" };
  },
  remove: (s3, Bucket) => s3.putBucketLogging({ Bucket, BucketLoggingStatus: {} }),
});

const lifecycle = bucketSetting<BucketLifecycleConfigurationArgs, BucketLifecycleConfigurationState>({
  token: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  properties: {
    "rules.status": { oneOf: ["Enabled", "Disabled"] },
    "rules.id": { minLength: 1, maxLength: 255 },
    "rules.transitions.storageClass": {
      oneOf: ["GLACIER", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "DEEP_ARCHIVE", "GLACIER_IR"],
    },
  },
  put: (s3, Bucket, { rules = [] }) =>
    s3.putBucketLifecycleConfiguration({ Bucket, LifecycleConfiguration: { Rules: lifecycleRules(rules) } }),
  async get(s3, Bucket) {
    const answer = s3.getBucketLifecycleConfiguration({ Bucket });
    const found = await unlessGone(answer, "NoSuchLifecycleConfiguration");
    if (!found?.Rules?.length) return undefined;
    return {
      rules: lifecycleState(found.Rules),
      expectedBucketOwner: "",
      transitionDefaultMinimumObjectSize: found.TransitionDefaultMinimumObjectSize ?? "all_storage_classes_128K",
    };
  },
  remove: (s3, Bucket) => s3.deleteBucketLifecycle({ Bucket }),
});

/** Settings of a bucket that say who may do what, what is logged and what expires. */
export const accessSettings = [policy, publicAccessBlock, ownershipControls, logging, lifecycle];
