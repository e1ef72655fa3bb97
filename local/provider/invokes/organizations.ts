import { Organizations, paginateListAccounts, paginateListRoots, type Account } from "@aws-sdk/client-organizations";
import { hasCode } from "../support/errors";
import type { InvokeDefinition } from "./definition";

/** `aws.organizations.getOrganization`. */
export const organizationsInvokes: readonly InvokeDefinition[] = [
  {
    token: "aws:organizations/getOrganization:getOrganization",
    async run(aws) {
      const client = aws.client(Organizations);
      const { Organization: organization = {} } = await client.describeOrganization({});
      const own = {
        id: organization.Id,
        arn: organization.Arn,
        featureSet: organization.FeatureSet,
        masterAccountArn: organization.MasterAccountArn,
        masterAccountEmail: organization.MasterAccountEmail,
        masterAccountId: organization.MasterAccountId,
      };
      const accounts: Account[] = [];
      try {
        for await (const page of paginateListAccounts({ client }, {})) accounts.push(...(page.Accounts ?? []));
      } catch (error) {
        // Members may not list the rest, unless one is a delegated administrator.
        if (organization.MasterAccountId !== aws.accountId && hasCode(error, "AccessDenied")) return own;
        throw error;
      }
      const roots: unknown[] = [];
      for await (const page of paginateListRoots({ client }, {})) {
        for (const root of page.Roots ?? []) {
          const policyTypes = (root.PolicyTypes ?? []).map(({ Status, Type }) => ({ status: Status, type: Type }));
          roots.push({ id: root.Id, arn: root.Arn, name: root.Name, policyTypes });
        }
      }
      const all = accounts.map(describe);
      const master = all.find(({ id }) => id === organization.MasterAccountId);
      return {
        ...own,
        accounts: all,
        masterAccountName: master?.name,
        nonMasterAccounts: all.filter(({ id }) => id !== organization.MasterAccountId),
        roots,
      };
    },
  },
];

function describe({ Arn: arn, Email: email, Id: id, Name: name, Status: status, State: state }: Account) {
  return { arn, email, id, name, status, state };
}
