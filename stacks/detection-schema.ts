import { z } from "zod";
import { standards } from "../components/security-hub-standards";

const onOrOff = z.boolean();

/** Config keys of detection in the master stack. */
export const detectionKeys = {
  guardDuty: z
    .strictObject({
      s3: onOrOff.default(true),
      eksAuditLogs: onOrOff.default(true),
      malware: onOrOff.default(true),
      rds: onOrOff.default(true),
      lambda: onOrOff.default(true),
      runtimeMonitoring: onOrOff.default(false),
    })
    .prefault({})
    .meta({
      expected: "protection plans, each true or false: s3, eksAuditLogs, malware, rds, lambda, runtimeMonitoring",
    }),
  securityHub: z
    .strictObject({
      standards: z.array(z.enum(standards)).default(["aws-foundational-security-best-practices/v/1.0.0"]),
      disabledControls: z.array(z.string().regex(/^[A-Z][A-Za-z0-9]*\.\d+$/)).default([]),
    })
    .prefault({})
    .meta({
      expected: `standards: a list of ${standards.join(", ")}; and disabledControls: a list of control ids such as EC2.10`,
    }),
};

/** Config keys of the management stack alone. */
export const managementKeys = {
  managementAccountId: z
    .string()
    .regex(/^\d{12}$/)
    .meta({ expected: "the management account's id: twelve digits, in quotes" }),
  managementRole: z
    .string()
    .regex(/^[\w+=,.@-]{0,64}$/)
    .default("")
    .meta({
      expected: 'the name of a role to take in the management account, or "" to use the credentials that are there',
    }),
};
