const hub = "arn:{partition}:securityhub:{region}:{account}:hub/default";

/** Operations that AWS checks against no resource. */
const unspecific = new Set([
  ...["BatchGetAutomationRules", "BatchUpdateAutomationRules", "BatchDeleteAutomationRules", "CreateAutomationRule"],
  ...["ListAutomationRules", "CreateConfigurationPolicy", "ListConfigurationPolicies"],
  ...["ListConfigurationPolicyAssociations", "BatchGetConfigurationPolicyAssociations"],
  ...["CreateFindingAggregator", "ListFindingAggregators", "EnableOrganizationAdminAccount"],
  ...["DisableOrganizationAdminAccount", "ListOrganizationAdminAccounts", "DescribeOrganizationConfiguration"],
]);

/**
 * The ARN that IAM checks: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecurityhub.html
 * BatchImportFindings is checked against the product of the findings, here of the first one.
 */
export function resource(operation: string, params: Record<string, string>, body: Record<string, unknown>): string {
  const arn = Object.entries(params).find(([name]) => name.endsWith("Arn"))?.[1];
  if (operation.endsWith("FindingAggregator") && (arn ?? body.FindingAggregatorArn))
    return arn ?? String(body.FindingAggregatorArn);
  if (operation.endsWith("TagResource") || operation.endsWith("UntagResource") || operation === "ListTagsForResource")
    return arn ?? "*";
  if (operation === "BatchImportFindings") return productOf(body) ?? "*";
  if (unspecific.has(operation)) return "*";
  const policy = params.Identifier ?? body.ConfigurationPolicyIdentifier;
  if (operation.includes("ConfigurationPolicy"))
    return typeof policy === "string" && policy.startsWith("arn:")
      ? policy
      : `arn:{partition}:securityhub:{region}:{account}:configuration-policy/${String(policy ?? "*")}`;
  return hub;
}

function productOf({ Findings }: Record<string, unknown>): string | undefined {
  const [first] = Array.isArray(Findings) ? (Findings as ({ ProductArn?: unknown } | null)[]) : [];
  return typeof first?.ProductArn === "string" ? first.ProductArn : undefined;
}
