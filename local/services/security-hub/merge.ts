import { completeSeverity, type Asff } from "./finding";
import type { StoredFinding } from "./state";

/** Fields that belong to the customer alone: an import never changes them once the finding is there. */
const customersOwn = ["Note", "UserDefinedFields", "VerificationState", "Workflow", "WorkflowState"];
/** Fields that follow the provider until the customer sets them. */
export const shared = ["Confidence", "Criticality", "RelatedFindings", "Severity", "Types"] as const;

interface Origin {
  region: string;
  accountName: string | undefined;
  product: string;
  company: string;
  now: Date;
}

/** A finding as it is kept when it comes for the first time. */
export function created(imported: Asff, origin: Origin): StoredFinding {
  const finding = provided(imported, origin);
  return {
    finding: {
      ...finding,
      RecordState: finding.RecordState ?? "ACTIVE",
      Workflow: finding.Workflow ?? { Status: "NEW" },
      WorkflowState: finding.WorkflowState ?? "NEW",
    },
    customer: new Set(),
  };
}

/**
 * A finding that is there already, with what its provider says now.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html
 * @returns nothing where the provider's update is no newer than what is kept
 */
export function updated(known: StoredFinding, imported: Asff, origin: Origin): StoredFinding | undefined {
  const before = known.finding;
  if (Date.parse(imported.UpdatedAt) <= Date.parse(before.UpdatedAt)) return undefined;
  const finding = provided(imported, origin);
  const kept = [...customersOwn, ...shared.filter((field) => known.customer.has(field))];
  for (const field of kept) {
    if (before[field] === undefined) delete finding[field];
    else finding[field] = before[field];
  }
  finding.RecordState ??= "ACTIVE";
  if (reopened(before, finding)) Object.assign(finding, { Workflow: { Status: "NEW" }, WorkflowState: "NEW" });
  return { finding, customer: known.customer };
}

/** https://docs.aws.amazon.com/securityhub/latest/userguide/findings-workflow-status.html */
function reopened(before: Asff, after: Asff): boolean {
  if (!["NOTIFIED", "RESOLVED"].includes(before.Workflow?.Status ?? "")) return false;
  const revived = before.RecordState === "ARCHIVED" && after.RecordState === "ACTIVE";
  const failed = before.Compliance?.Status === "PASSED" && !["PASSED", undefined].includes(after.Compliance?.Status);
  return revived || failed;
}

/** What Security Hub makes of a provider's finding: provider fields and top-level ones from each other, and its own. */
function provided(imported: Asff, origin: Origin): Asff {
  const given = imported.FindingProviderFields ?? {};
  const finding: Asff = {
    ...imported,
    Region: origin.region,
    ProductName: imported.ProductName ?? origin.product,
    CompanyName: imported.CompanyName ?? origin.company,
    ProcessedAt: origin.now.toISOString(),
    ...(origin.accountName ? { AwsAccountName: origin.accountName } : {}),
  };
  for (const field of shared) {
    const value = given[field] ?? imported[field];
    if (value === undefined) continue;
    finding[field] = value as never;
  }
  finding.Severity = completeSeverity({ ...imported.Severity, ...given.Severity });
  finding.Types ??= [];
  const { Label, Original } = finding.Severity;
  finding.FindingProviderFields = {
    ...Object.fromEntries(shared.flatMap((field) => (finding[field] === undefined ? [] : [[field, finding[field]]]))),
    Severity: { Label, ...(Original ? { Original } : {}) },
  };
  finding.ProductFields = {
    ...imported.ProductFields,
    "aws/securityhub/FindingId": `${imported.ProductArn}/${imported.Id}`,
    "aws/securityhub/ProductName": String(finding.ProductName),
    "aws/securityhub/CompanyName": String(finding.CompanyName),
  };
  return finding;
}
