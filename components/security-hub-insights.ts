import type * as aws from "@pulumi/aws";

/** A question that Security Hub keeps answering: which findings, counted by what. */
export interface InsightDefinition {
  filters: aws.types.input.securityhub.InsightFilters;
  groupByAttribute: string;
}

const is = (value: string) => ({ comparison: "EQUALS", value });
const active = { recordStates: [is("ACTIVE")] };
const open = { ...active, workflowStatuses: [is("NEW"), is("NOTIFIED")] };

/** How notes begin that Firebreak leaves on findings it does not act on, for an approved exception. */
export const exceptionNotePrefix = "Firebreak exception";

/**
 * Custom insights, by the name that follows the prefix. An insight cannot ask for findings *older* than a date through
 * the provider (its date range is always "the last n days"), so stale findings are those that nobody has taken up,
 * counted by account.
 */
export const insights: Readonly<Record<string, InsightDefinition>> = {
  "roles-with-critical-findings": {
    filters: { ...active, resourceTypes: [is("AwsIamRole")], severityLabels: [is("CRITICAL")] },
    groupByAttribute: "ResourceId",
  },
  "accounts-by-critical-findings": {
    filters: { ...open, severityLabels: [is("CRITICAL")] },
    groupByAttribute: "AwsAccountId",
  },
  "findings-not-taken-up": {
    filters: {
      ...active,
      workflowStatuses: [is("NEW")],
      severityLabels: [is("MEDIUM"), is("HIGH"), is("CRITICAL")],
    },
    groupByAttribute: "AwsAccountId",
  },
  "findings-under-exception": {
    filters: {
      ...active,
      workflowStatuses: [is("SUPPRESSED")],
      noteTexts: [{ comparison: "PREFIX", value: exceptionNotePrefix }],
    },
    groupByAttribute: "ResourceId",
  },
};
