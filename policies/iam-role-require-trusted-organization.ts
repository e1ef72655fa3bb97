import type { PolicyProviderResource, ResourceValidationPolicy } from "@pulumi/policy";
import { types } from "./aws-types";
import { accountOf, allowing, many, mustEqual, trusted } from "./trust-policy";
import type { TrustStatement } from "./trust-policy";

/** Whoever takes a role belongs to the organisation and, from another account, knows the external id. */
export const iamRoleRequireTrustedOrganization: ResourceValidationPolicy = {
  name: "iam-role-require-trusted-organization",
  description: "Roles trust principals of the organisation only, and those of other accounts only with an external id.",
  enforcementLevel: "mandatory",
  severity: "critical",
  configSchema: {
    properties: {
      organizations: {
        type: "array",
        items: { type: "string", pattern: "^o-[a-z0-9]{10,32}$" },
        default: [],
      },
    },
  },
  validateResource: ({ type, props, provider, getConfig }, report) => {
    if (type !== types.role) return;
    const { organizations } = getConfig<{ organizations: string[] }>();
    const own = ownAccount(provider);
    for (const statement of allowing(props.assumeRolePolicy)) {
      const { aws, federated } = trusted(statement);
      const sid = statement.Sid ?? "without a Sid";
      for (const principal of federated) {
        report(`Statement ${sid} trusts ${principal}, which is outside the organisation: take it out.`);
      }
      if (aws.length === 0) continue;
      checkOrganization(statement, sid, organizations, report);
      const strangers = aws.filter((principal) => own === undefined || accountOf(principal) !== own);
      if (strangers.length > 0 && mustEqual(statement, "sts:ExternalId").length === 0) {
        report(
          `Statement ${sid} trusts ${strangers.join(", ")} without an external id: add the condition StringEquals sts:ExternalId.`,
        );
      }
    }
  },
};

function checkOrganization(
  statement: TrustStatement,
  sid: string,
  organizations: string[],
  report: (message: string) => void,
): void {
  const required = mustEqual(statement, "aws:PrincipalOrgID");
  if (required.length === 0) {
    report(
      `Statement ${sid} trusts principals of any organisation: add the condition StringEquals aws:PrincipalOrgID.`,
    );
  }
  for (const organization of required) {
    if (organizations.length === 0 || organizations.includes(organization)) continue;
    report(
      `Statement ${sid} trusts organisation ${organization}: set aws:PrincipalOrgID to ${organizations.join(" or ")}.`,
    );
  }
}

/** The account that the role is made in, where its provider is bound to one; else every principal is a stranger. */
function ownAccount(provider: PolicyProviderResource | undefined): string | undefined {
  const allowed: unknown = provider?.props.allowedAccountIds;
  const ids = many(typeof allowed === "string" ? (JSON.parse(allowed) as string[]) : (allowed as string[] | undefined));
  return ids.length === 1 ? ids[0] : undefined;
}
