import type { AwsSecurityFindingFilters } from "@aws-sdk/client-securityhub";
import type { Failure } from "../instance/config";
import { fromAws, toAws } from "./values";

/** The provider's name of each filter that is implemented here, and AWS's: the provider makes plurals of them. */
const filterNames: Readonly<Record<string, keyof AwsSecurityFindingFilters>> = {
  awsAccountIds: "AwsAccountId",
  complianceSecurityControlIds: "ComplianceSecurityControlId",
  complianceStatuses: "ComplianceStatus",
  createdAts: "CreatedAt",
  generatorIds: "GeneratorId",
  noteTexts: "NoteText",
  productNames: "ProductName",
  recordStates: "RecordState",
  resourceIds: "ResourceId",
  resourceTypes: "ResourceType",
  severityLabels: "SeverityLabel",
  updatedAts: "UpdatedAt",
  userDefinedValues: "UserDefinedFields",
  workflowStatuses: "WorkflowStatus",
};

/** Filters that are not implemented here, so that none is left out in silence. */
export function unknownFilters(filters: object | undefined): Failure[] {
  return Object.keys(filters ?? {})
    .filter((name) => !Object.hasOwn(filterNames, name))
    .map((name) => ({
      property: `filters.${name}`,
      reason: `the local provider does not know the filter ${name}: add it to local/provider/resources/securityhub-filters.ts`,
    }));
}

/** Filters as AWS names them. */
export function toFilters(filters: object | undefined): AwsSecurityFindingFilters {
  const named = Object.entries(filters ?? {}).map(([name, conditions]) => [
    filterNames[name] ?? name,
    toAws(conditions),
  ]);
  return Object.fromEntries(named) as AwsSecurityFindingFilters;
}

/** The way back from {@link toFilters}. */
export function fromFilters(filters: AwsSecurityFindingFilters | undefined): Record<string, never> {
  const names = new Map(Object.entries(filterNames).map(([name, aws]) => [aws as string, name]));
  const shown = Object.entries(filters ?? {}).map(([name, conditions]) => [
    names.get(name) ?? name,
    fromAws(conditions),
  ]);
  return Object.fromEntries(shown) as Record<string, never>;
}
