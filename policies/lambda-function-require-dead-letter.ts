import type { ResourceValidationPolicy } from "@pulumi/policy";
import { types } from "./aws-types";

/** A call that failed for good has to be somewhere, or nobody learns of it. */
export const lambdaFunctionRequireDeadLetter: ResourceValidationPolicy = {
  name: "lambda-function-require-dead-letter",
  description: "Functions put calls that failed for good into a dead-letter queue.",
  enforcementLevel: "mandatory",
  severity: "high",
  validateResource: ({ type, props }, report) => {
    // The queue's ARN is not known before it is made; that there is a target is.
    if (type !== types.function || "targetArn" in (props.deadLetterConfig ?? {})) return;
    report("Calls that fail for good are lost: set deadLetterConfig.targetArn to a queue.");
  },
};
