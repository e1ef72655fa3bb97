import type { StackValidationPolicy } from "@pulumi/policy";
import { types } from "./aws-types";
import { configuring, holdsEvidence } from "./evidence";

/** Object Lock without a default retention locks only what asks for it. */
export const s3BucketRequireDefaultRetention: StackValidationPolicy = {
  name: "s3-bucket-require-default-retention",
  description: "Buckets that hold evidence lock every new object, whether or not its upload asks for it.",
  enforcementLevel: "mandatory",
  severity: "critical",
  validateStack: ({ resources }, report) => {
    for (const { type, props, urn } of resources) {
      if (type !== types.bucket || !holdsEvidence(props)) continue;
      if (configuring(resources, types.bucketLock, "bucket", urn).length === 0) {
        report("Evidence is not locked by default: add a BucketObjectLockConfiguration for the bucket.", urn);
      }
    }
  },
};
