import { Region } from "@pulumi/aws/types/enums";
import { z } from "zod";
import { detectionKeys, managementKeys } from "./detection-schema";
import { peopleKeys } from "./people-schema";

/** Every key of the `firebreak:` namespace. `expected` is what a person is told whose value does not fit. */

/** The regions that the provider knows, of the partitions that Firebreak runs in: aws, aws-cn, aws-us-gov. */
const regions = Object.values(Region).filter((name) => !/iso|eusc/.test(name)) as string[];
const region = z.string().refine((name) => regions.includes(name));
const accountId = z.string().regex(/^\d{12}$/);

/** What CloudWatch Logs takes as retention. */
const logRetentions = [30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

const oneHundredYears = 36500; // S3's own limit
const unreservedFloor = 100; // Lambda keeps this many executions for functions that reserve none

/** Keys that every stack uses. */
export const commonKeys = {
  prefix: z
    .string()
    .regex(/^(?=.{2,16}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
    .default("firebreak")
    .meta({ expected: "2 to 16 lower-case letters, digits and single hyphens, starting with a letter" }),
  organizationId: z
    .string()
    .regex(/^o-[a-z0-9]{10,32}$/)
    .meta({ expected: "the organisation's id, such as o-a1b2c3d4e5" }),
  masterAccountId: accountId.meta({ expected: "the master account's id: twelve digits, in quotes" }),
  homeRegion: region.meta({ expected: "the AWS region where cases live, such as eu-central-1" }),
  linkedRegions: z
    .array(region)
    .default([])
    .meta({ expected: "a list of AWS regions where detection also runs: each once, without the home region" }),
  externalId: z
    .string()
    .regex(/^[\w+=,.@:/-]{8,64}$/)
    .meta({ expected: "8 to 64 letters, digits or +=,.@:/-_, the same in every account of this installation" }),
  deployRole: z
    .string()
    .regex(/^[\w+=,.@-]{0,64}$/)
    .default("OrganizationAccountAccessRole")
    .meta({ expected: 'the name of a role to take in the account, or "" to use the credentials that are there' }),
  tags: z
    .record(z.string().min(1).max(128), z.string().max(256))
    .default({})
    .meta({ expected: "tags of every resource: a map from name to text" }),
};

/** Keys that only the master stack uses; a service stack checks them and lets them be. */
export const masterKeys = {
  vaultRetentionDays: z
    .int()
    .min(1)
    .max(oneHundredYears)
    .meta({ expected: `whole days, 1 to ${oneHundredYears}, for which nobody can delete evidence or shorten this` }),
  investigators: z
    .array(z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/.+$/))
    .default([])
    .meta({ expected: "ARNs of roles and users of the master account that may read evidence: a list" }),
  notificationEmails: z.array(z.email()).default([]).meta({ expected: "email addresses: a list" }),
  ...peopleKeys,
  ...detectionKeys,
  modes: z
    .record(z.string(), z.enum(["observe", "enforce"]))
    .default({})
    .meta({ expected: "a map from playbook to observe (plan and tell) or enforce (act)" }),
  logRetentionDays: z
    .int()
    .refine((days) => logRetentions.includes(days))
    .default(365)
    .meta({ expected: `days that CloudWatch Logs knows: ${logRetentions.join(", ")}` }),
  reservedConcurrency: z
    .int()
    .min(0)
    .max(unreservedFloor)
    .default(10)
    .meta({
      expected: `executions kept free for triage and for each containing function, 0 to ${unreservedFloor}; 0 in accounts whose limit is low`,
    }),
  protect: z
    .boolean()
    .default(true)
    .meta({ expected: "true, or false where vault, keys and cases may be deleted with their stack" }),
};

/** Keys that only a service stack uses. */
export const serviceKeys = {
  accountId: accountId
    .optional()
    .meta({ expected: "the service account's id: twelve digits, in quotes; not needed in a stack named service-<id>" }),
};

export const allKeys = { ...commonKeys, ...masterKeys, ...serviceKeys, ...managementKeys };
export type ConfigKey = keyof typeof allKeys;

const withoutRequired = Object.fromEntries(
  Object.entries(masterKeys).map(([key, schema]) => [key, schema.optional()]),
) as { [K in keyof typeof masterKeys]: z.ZodOptional<(typeof masterKeys)[K]> };

export const masterSchema = z.object({ ...commonKeys, ...masterKeys, ...serviceKeys });
export const serviceSchema = z.object({ ...commonKeys, ...withoutRequired, ...serviceKeys });

/** Other stacks check the keys of the master stack and let them be, so that one file may hold all values. */
export const managementSchema = z.object({ ...commonKeys, ...withoutRequired, ...serviceKeys, ...managementKeys });

type Common = z.output<z.ZodObject<typeof commonKeys>>;

/** Config of the `master` stack. */
export type MasterConfig = { kind: "master" } & Common & z.output<z.ZodObject<typeof masterKeys>>;

/** Config of a `service` stack. */
export type ServiceConfig = { kind: "service"; accountId: string } & Common;

/** Config of the `management` stack. */
export type ManagementConfig = { kind: "management" } & Common & z.output<z.ZodObject<typeof managementKeys>>;
