import type { StackValidationPolicy } from "@pulumi/policy";
import { types } from "./aws-types";
import { configuring, holdsEvidence } from "./evidence";

interface EncryptionRule {
  applyServerSideEncryptionByDefault?: { sseAlgorithm?: string };
  bucketKeyEnabled?: boolean;
}

/** S3's own encryption opens for whoever may get the object; a key of one's own decides that once more. */
export const s3BucketRequireEvidenceEncryption: StackValidationPolicy = {
  name: "s3-bucket-require-evidence-encryption",
  description: "Buckets that hold evidence are encrypted under a KMS key of their own.",
  enforcementLevel: "mandatory",
  severity: "critical",
  configSchema: {
    properties: {
      requireBucketKey: { type: "boolean", default: true },
    },
  },
  validateStack: ({ resources, getConfig }, report) => {
    const { requireBucketKey } = getConfig<{ requireBucketKey: boolean }>();
    for (const { type, props, urn } of resources) {
      if (type !== types.bucket || !holdsEvidence(props)) continue;
      const configurations = configuring(resources, types.bucketEncryption, "bucket", urn);
      if (configurations.length === 0) {
        report("Evidence is not under a key: add a BucketServerSideEncryptionConfiguration for the bucket.", urn);
      }
      for (const configuration of configurations) {
        const rule: EncryptionRule = configuration.props.rules?.[0] ?? {};
        const encryption = rule.applyServerSideEncryptionByDefault ?? {};
        if (encryption.sseAlgorithm !== "aws:kms") {
          report(`Evidence is encrypted by ${encryption.sseAlgorithm ?? "nothing"}: set sseAlgorithm to aws:kms.`, urn);
        } else if (!hasKey(encryption, configuration.propertyDependencies)) {
          report("Evidence is under the account's default key: set kmsMasterKeyId to a key of its own.", urn);
        }
        if (requireBucketKey && rule.bucketKeyEnabled !== true) {
          report("Each object asks KMS anew, which costs and throttles: set bucketKeyEnabled to true.", urn);
        }
      }
    }
  },
};

/** Before its first deployment the key has no ARN yet: that the property is there is what can be known. */
function hasKey(encryption: object, dependencies: Record<string, unknown[]>): boolean {
  return "kmsMasterKeyId" in encryption || (dependencies.rules ?? []).length > 0;
}
