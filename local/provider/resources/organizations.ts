import {
  Organizations,
  paginateListAWSServiceAccessForOrganization,
  paginateListDelegatedAdministrators,
} from "@aws-sdk/client-organizations";
import type { AwsServiceAccessArgs, AwsServiceAccessState } from "@pulumi/aws/organizations/awsServiceAccess";
import type {
  DelegatedAdministratorArgs,
  DelegatedAdministratorState,
} from "@pulumi/aws/organizations/delegatedAdministrator";
import { unlessGone } from "../support/errors";
import { defineResource } from "./definition";

const servicePrincipal = { replace: true, pattern: /^[\w+=,.@-]{1,128}$/ };

/** `aws.organizations.AwsServiceAccess`: trusted access of one service. Its id is the service principal. */
const awsServiceAccess = defineResource<AwsServiceAccessArgs, AwsServiceAccessState>({
  token: "aws:organizations/awsServiceAccess:AwsServiceAccess",
  properties: { servicePrincipal },
  async create(aws, inputs) {
    await aws.client(Organizations).enableAWSServiceAccess({ ServicePrincipal: inputs.servicePrincipal });
    return inputs.servicePrincipal;
  },
  async read(aws, id) {
    const pages = paginateListAWSServiceAccessForOrganization({ client: aws.client(Organizations) }, {});
    for await (const { EnabledServicePrincipals = [] } of pages) {
      const found = EnabledServicePrincipals.find(({ ServicePrincipal }) => ServicePrincipal === id);
      if (found) return { servicePrincipal: id, dateEnabled: found.DateEnabled?.toISOString() };
    }
    return undefined;
  },
  delete: (aws, id) => aws.client(Organizations).disableAWSServiceAccess({ ServicePrincipal: id }),
});

/** `aws.organizations.DelegatedAdministrator`. Its id is `<account>/<service principal>`. */
const delegatedAdministrator = defineResource<DelegatedAdministratorArgs, DelegatedAdministratorState>({
  token: "aws:organizations/delegatedAdministrator:DelegatedAdministrator",
  properties: { accountId: { replace: true, pattern: /^\d{12}$/ }, servicePrincipal },
  async create(aws, { accountId, servicePrincipal: service }) {
    await aws.client(Organizations).registerDelegatedAdministrator({ AccountId: accountId, ServicePrincipal: service });
    return `${accountId}/${service}`;
  },
  async read(aws, id) {
    const [accountId, service] = id.split("/");
    const pages = paginateListDelegatedAdministrators(
      { client: aws.client(Organizations) },
      { ServicePrincipal: service },
    );
    for await (const { DelegatedAdministrators = [] } of pages) {
      const found = DelegatedAdministrators.find(({ Id }) => Id === accountId);
      if (!found) continue;
      return {
        accountId,
        servicePrincipal: service,
        arn: found.Arn,
        name: found.Name,
        email: found.Email,
        status: found.Status,
        joinedMethod: found.JoinedMethod,
        joinedTimestamp: found.JoinedTimestamp?.toISOString(),
        delegationEnabledDate: found.DelegationEnabledDate?.toISOString(),
      };
    }
    return undefined;
  },
  delete(aws, id) {
    const [accountId, service] = id.split("/");
    const gone = aws
      .client(Organizations)
      .deregisterDelegatedAdministrator({ AccountId: accountId, ServicePrincipal: service });
    return unlessGone(gone, "AccountNotRegistered");
  },
});

export const resources = [awsServiceAccess, delegatedAdministrator];
