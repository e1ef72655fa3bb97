/** By which names the several services say that an S3 bucket is public. */

/** AWS Config's managed rules. https://docs.aws.amazon.com/config/latest/developerguide/managed-rules-by-aws-config.html */
export const publicBucketRules = ["s3-bucket-public-read-prohibited", "s3-bucket-public-write-prohibited"] as const;

/** Security Hub's controls. https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html */
export const publicBucketControls = ["S3.2", "S3.3"] as const;

/**
 * Prowler's checks, as its ASFF output names them in `GeneratorId`.
 * https://github.com/prowler-cloud/prowler/tree/master/prowler/providers/aws/services/s3
 */
export const publicBucketGenerators = [
  "prowler-s3_bucket_public_access",
  "prowler-s3_bucket_public_list_acl",
  "prowler-s3_bucket_public_write_acl",
  "prowler-s3_bucket_policy_public_write_access",
] as const;
