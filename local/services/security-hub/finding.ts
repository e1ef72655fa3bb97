/** A finding in the AWS Security Finding Format, as far as the handlers look into it; the rest is kept as it came. */
export interface Asff {
  [field: string]: unknown;
  SchemaVersion: string;
  Id: string;
  ProductArn: string;
  GeneratorId: string;
  AwsAccountId: string;
  Region?: string;
  Types?: string[];
  CreatedAt: string;
  UpdatedAt: string;
  Title: string;
  Description: string;
  Severity?: Severity;
  Confidence?: number;
  Criticality?: number;
  RelatedFindings?: { Id: string; ProductArn: string }[];
  Resources: { [field: string]: unknown; Type: string; Id: string }[];
  ProductFields?: Record<string, string>;
  UserDefinedFields?: Record<string, string>;
  Compliance?: { [field: string]: unknown; Status?: string };
  Workflow?: { Status: string };
  RecordState?: string;
  Note?: { Text: string; UpdatedBy: string; UpdatedAt: string };
  FindingProviderFields?: {
    Severity?: Severity;
    Types?: string[];
    Confidence?: number;
    Criticality?: number;
    RelatedFindings?: { Id: string; ProductArn: string }[];
  };
}

export interface Severity {
  Label?: string;
  Normalized?: number;
  Product?: number;
  Original?: string;
}

/** Lowest normalised severity of each label. https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_Severity.html */
const normalized: Record<string, number> = { INFORMATIONAL: 0, LOW: 1, MEDIUM: 40, HIGH: 70, CRITICAL: 90 };

/** @returns the severity with both label and number, each from the other where it is missing; the label decides */
export function completeSeverity(severity: Severity): Severity {
  const label = severity.Label ?? labelOf(severity.Normalized ?? 0);
  const number = severity.Normalized;
  const fits = number !== undefined && labelOf(number) === label;
  return { ...severity, Label: label, Normalized: fits ? number : (normalized[label] ?? 0) };
}

function labelOf(number: number): string {
  const [label] = Object.entries(normalized)
    .filter(([, lowest]) => number >= lowest)
    .at(-1) ?? ["INFORMATIONAL"];
  return label;
}

/** What Security Hub knows a finding by, within one account and region. */
export const keyOf = ({ Id, ProductArn }: { Id: string; ProductArn: string }) => `${ProductArn}\n${Id}`;
