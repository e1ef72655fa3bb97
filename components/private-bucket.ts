import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, tlsOnly } from "./policy-document";
import type { PolicyStatement } from "./policy-document";

export interface PrivateBucketArgs {
  /** Physical name, unique in all of AWS. */
  bucketName: string;
  /** The bucket's ARN, which follows from its name; policies of others need it before it exists. */
  bucketArn: string;
  /** A KMS key; without one objects are encrypted under S3's own keys (SSE-S3). */
  keyArn?: pulumi.Input<string>;
  /** Days for which nobody, root included, can delete or shorten: compliance mode. Brings versioning. */
  complianceDays?: number;
  lifecycleRules: aws.types.input.s3.BucketLifecycleConfigurationRule[];
  /** Beside TLS only, which every bucket has. */
  statements: PolicyStatement[];
  /** Refuse to delete it, and keep it should its stack go. Otherwise its objects go with it. */
  protect: boolean;
  tags?: Record<string, string>;
}

/** A bucket that nobody can make public: TLS only, encrypted, without ACLs, aborted uploads removed. */
export class PrivateBucket extends pulumi.ComponentResource {
  declare readonly bucket: pulumi.Output<string>;
  declare readonly arn: pulumi.Output<string>;

  constructor(name: string, args: PrivateBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("firebreak:index:PrivateBucket", name, args, opts);
    const parent = { parent: this };
    const bucket = new aws.s3.Bucket(
      `${name}-bucket`,
      {
        bucket: args.bucketName,
        objectLockEnabled: args.complianceDays !== undefined,
        forceDestroy: !args.protect,
        tags: args.tags,
      },
      { ...parent, protect: args.protect, retainOnDelete: args.protect },
    );
    const closed = new aws.s3.BucketPublicAccessBlock(
      `${name}-public-access`,
      {
        bucket: bucket.id,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      parent,
    );
    new aws.s3.BucketOwnershipControls(
      `${name}-ownership`,
      { bucket: bucket.id, rule: { objectOwnership: "BucketOwnerEnforced" } },
      parent,
    );
    new aws.s3.BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      {
        bucket: bucket.id,
        rules: [
          args.keyArn
            ? {
                applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: args.keyArn },
                bucketKeyEnabled: true,
              }
            : { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
        ],
      },
      parent,
    );
    const versioning = args.complianceDays === undefined ? [] : [this.lock(name, bucket, args.complianceDays)];
    new aws.s3.BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      {
        bucket: bucket.id,
        rules: [
          {
            id: "aborted-uploads",
            status: "Enabled",
            filter: { prefix: "" },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
          },
          ...args.lifecycleRules,
        ],
      },
      { ...parent, dependsOn: versioning },
    );
    const policy = new aws.s3.BucketPolicy(
      `${name}-policy`,
      {
        bucket: bucket.id,
        policy: policyDocument([tlsOnly("s3:*", [args.bucketArn, `${args.bucketArn}/*`]), ...args.statements]),
      },
      { ...parent, dependsOn: closed }, // S3 refuses two configurations of one bucket at a time
    );
    // What uses the bucket waits until its policy stands.
    this.bucket = pulumi.all([bucket.bucket, policy.id]).apply(([id]) => id);
    this.arn = pulumi.all([bucket.arn, policy.id]).apply(([arn]) => arn);
    this.registerOutputs({ bucket: this.bucket, arn: this.arn });
  }

  private lock(name: string, bucket: aws.s3.Bucket, days: number): pulumi.Resource {
    const versioning = new aws.s3.BucketVersioning(
      `${name}-versioning`,
      { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } },
      { parent: this },
    );
    new aws.s3.BucketObjectLockConfiguration(
      `${name}-lock`,
      { bucket: bucket.id, rule: { defaultRetention: { mode: "COMPLIANCE", days } } },
      { parent: this, dependsOn: versioning },
    );
    return versioning;
  }
}

/** A bucket's ARN: S3 names are unique in a partition, so it has neither region nor account. */
export function bucketArn(partition: string, bucketName: string): string {
  return `arn:${partition}:s3:::${bucketName}`;
}
