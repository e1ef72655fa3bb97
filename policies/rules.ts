import type { Policies } from "@pulumi/policy";
import { iamRoleRequireTrustedOrganization } from "./iam-role-require-trusted-organization";
import { lambdaFunctionRequireDeadLetter } from "./lambda-function-require-dead-letter";
import { lambdaFunctionRequireLogRetention } from "./lambda-function-require-log-retention";
import { lambdaFunctionRequireSupportedRuntime } from "./lambda-function-require-supported-runtime";
import { lambdaFunctionRequireTimeout } from "./lambda-function-require-timeout";
import { s3BucketRequireDefaultRetention } from "./s3-bucket-require-default-retention";
import { s3BucketRequireEvidenceEncryption } from "./s3-bucket-require-evidence-encryption";
import { s3BucketRequireObjectLock } from "./s3-bucket-require-object-lock";

/** Every rule of the pack. */
export const rules: Policies = [
  iamRoleRequireTrustedOrganization,
  lambdaFunctionRequireDeadLetter,
  lambdaFunctionRequireLogRetention,
  lambdaFunctionRequireSupportedRuntime,
  lambdaFunctionRequireTimeout,
  s3BucketRequireDefaultRetention,
  s3BucketRequireEvidenceEncryption,
  s3BucketRequireObjectLock,
];
