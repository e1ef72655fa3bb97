import { z } from "zod";
import { completeSeverity, type Asff } from "./finding";
import type { FieldsUpdate } from "./automation-rule";
import { shared } from "./merge";
import type { StoredFinding } from "./state";

const percent = z.number().int().min(0).max(100);
const text = z.string().min(1).max(512);

/** The fields that BatchUpdateFindings and automation rules may set. */
export const fieldsUpdate = z.object({
  Note: z.object({ Text: text, UpdatedBy: text }).optional(),
  Severity: z
    .object({
      Label: z.enum(["INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"]).optional(),
      Normalized: percent.optional(),
      Product: z.number().optional(),
    })
    .optional(),
  VerificationState: z.enum(["UNKNOWN", "TRUE_POSITIVE", "FALSE_POSITIVE", "BENIGN_POSITIVE"]).optional(),
  Confidence: percent.optional(),
  Criticality: percent.optional(),
  Types: z
    .array(z.string().regex(/^([^/]+)(\/[^/]+){0,2}$/))
    .max(50)
    .optional(),
  UserDefinedFields: z
    .record(z.string().min(1).max(128), z.string().max(1024))
    .refine((fields) => Object.keys(fields).length <= 50, { error: "expected at most 50 fields" })
    .optional(),
  Workflow: z.object({ Status: z.enum(["NEW", "NOTIFIED", "RESOLVED", "SUPPRESSED"]) }).optional(),
  RelatedFindings: z
    .array(z.object({ ProductArn: text, Id: text }))
    .max(10)
    .optional(),
});

/** @returns the finding as the customer wants it; `UpdatedAt` stays, since it is the provider's */
export function applyUpdate({ finding, customer }: StoredFinding, update: FieldsUpdate, now: Date): StoredFinding {
  const { Note, Severity, UserDefinedFields, Workflow, ...plain } = update;
  const changed: Asff = { ...finding, ...defined(plain), ProcessedAt: now.toISOString() };
  if (Note) changed.Note = { ...Note, UpdatedAt: now.toISOString() };
  if (Severity) changed.Severity = completeSeverity({ Original: finding.Severity?.Original, ...defined(Severity) });
  if (UserDefinedFields) changed.UserDefinedFields = UserDefinedFields;
  if (Workflow) {
    changed.Workflow = Workflow;
    // The older field goes along. https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_Workflow.html
    changed.WorkflowState = { NEW: "NEW", NOTIFIED: "ASSIGNED", RESOLVED: "RESOLVED", SUPPRESSED: "DEFERRED" }[
      Workflow.Status
    ];
  }
  const touched = shared.filter((field) => update[field] !== undefined);
  return { finding: changed, customer: new Set([...customer, ...touched]) };
}

const defined = <T extends object>(value: T): Partial<T> =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Partial<T>;
