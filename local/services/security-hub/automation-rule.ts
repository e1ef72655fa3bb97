import type { Asff } from "./finding";

/** What a rule does to findings that meet its criteria. */
export interface FieldsUpdate {
  Note?: { Text: string; UpdatedBy: string };
  Severity?: { Label?: string; Normalized?: number; Product?: number };
  VerificationState?: string;
  Confidence?: number;
  Criticality?: number;
  Types?: string[];
  UserDefinedFields?: Record<string, string>;
  Workflow?: { Status: string };
  RelatedFindings?: { Id: string; ProductArn: string }[];
}

/** A rule of the administrator, applied to findings as they are imported. */
export interface AutomationRule {
  RuleArn: string;
  RuleStatus: "ENABLED" | "DISABLED";
  RuleOrder: number;
  RuleName: string;
  Description: string;
  IsTerminal: boolean;
  Criteria: Record<string, unknown>;
  Actions: { Type: "FINDING_FIELDS_UPDATE"; FindingFieldsUpdate: FieldsUpdate }[];
  CreatedAt: Date;
  UpdatedAt: Date;
  CreatedBy: string;
  tags: Record<string, string>;
  /** The criteria, compiled. */
  meets(finding: Asff): boolean;
}
