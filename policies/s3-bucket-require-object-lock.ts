import type { ResourceValidationPolicy } from "@pulumi/policy";
import { types } from "./aws-types";
import { holdsEvidence } from "./evidence";

/** Evidence that can be deleted is none: its bucket has Object Lock from its making on, since it cannot come later. */
export const s3BucketRequireObjectLock: ResourceValidationPolicy = {
  name: "s3-bucket-require-object-lock",
  description: "Buckets that hold evidence have Object Lock, and no Object Lock is weaker than compliance mode.",
  enforcementLevel: "mandatory",
  severity: "critical",
  configSchema: {
    properties: {
      minimumDays: { type: "number", default: 1, minimum: 1 },
    },
  },
  validateResource: ({ type, props, getConfig }, report) => {
    if (type === types.bucket && holdsEvidence(props) && props.objectLockEnabled !== true) {
      report("The bucket holds evidence that can be deleted: set objectLockEnabled to true when it is made.");
    }
    if (type !== types.bucketLock) return;
    const { minimumDays } = getConfig<{ minimumDays: number }>();
    const retention = props.rule?.defaultRetention;
    if (!retention) {
      report("New objects are not locked: give the rule a defaultRetention.");
      return;
    }
    if (retention.mode !== "COMPLIANCE") {
      report(`Mode ${retention.mode} lets people with permission delete: set the mode to COMPLIANCE.`);
    }
    const days = retention.days ?? (retention.years ?? 0) * 365;
    if (days < minimumDays) {
      report(`Objects are locked for ${days} days: set at least ${minimumDays} days.`);
    }
  },
};
