import { SecurityHub, paginateListOrganizationAdminAccounts } from "@aws-sdk/client-securityhub";
import type { AutoEnableStandards, Policy, Target } from "@aws-sdk/client-securityhub";
import type { ConfigurationPolicyArgs, ConfigurationPolicyState } from "@pulumi/aws/securityhub/configurationPolicy";
import type {
  ConfigurationPolicyAssociationArgs,
  ConfigurationPolicyAssociationState,
} from "@pulumi/aws/securityhub/configurationPolicyAssociation";
import type { FindingAggregatorArgs, FindingAggregatorState } from "@pulumi/aws/securityhub/findingAggregator";
import type {
  OrganizationAdminAccountArgs,
  OrganizationAdminAccountState,
} from "@pulumi/aws/securityhub/organizationAdminAccount";
import type {
  OrganizationConfigurationArgs,
  OrganizationConfigurationState,
} from "@pulumi/aws/securityhub/organizationConfiguration";
import type { Unwrap } from "@pulumi/pulumi";
import type { Aws } from "../instance/aws";
import { unlessGone } from "../support/errors";
import { defineResource } from "./definition";

/** Where Security Hub, its administrator or central configuration is off, all of this is gone. */
const off = ["InvalidAccess", "ResourceNotFound", "AccessDenied"];

/** `aws.securityhub.OrganizationAdminAccount`, made by the management account, one a region. */
const organizationAdminAccount = defineResource<OrganizationAdminAccountArgs, OrganizationAdminAccountState>({
  token: "aws:securityhub/organizationAdminAccount:OrganizationAdminAccount",
  properties: { adminAccountId: { replace: true, pattern: /^\d{12}$/ } },
  async create(aws, { adminAccountId }) {
    await aws.client(SecurityHub).enableOrganizationAdminAccount({ AdminAccountId: adminAccountId });
    return adminAccountId;
  },
  async read(aws, id) {
    const pages = paginateListOrganizationAdminAccounts({ client: aws.client(SecurityHub) }, {});
    for await (const { AdminAccounts = [] } of pages)
      if (AdminAccounts.some(({ AccountId }) => AccountId === id)) return { adminAccountId: id };
    return undefined;
  },
  async delete(aws, id) {
    if (await this.read(aws, id, {}))
      await aws.client(SecurityHub).disableOrganizationAdminAccount({ AdminAccountId: id });
  },
});

/** `aws.securityhub.OrganizationConfiguration`. Deleting goes back to local configuration that enables nobody. */
const organizationConfiguration = defineResource<OrganizationConfigurationArgs, OrganizationConfigurationState>({
  token: "aws:securityhub/organizationConfiguration:OrganizationConfiguration",
  properties: {
    autoEnableStandards: { oneOf: ["NONE", "DEFAULT"] },
    "organizationConfiguration.configurationType": { oneOf: ["CENTRAL", "LOCAL"] },
  },
  supports: ["autoEnable", "organizationConfiguration"],
  async create(aws, inputs) {
    await setOrganization(aws, inputs);
    return aws.accountId;
  },
  async read(aws) {
    const found = await unlessGone(aws.client(SecurityHub).describeOrganizationConfiguration({}), ...off);
    const type = found?.OrganizationConfiguration?.ConfigurationType;
    return (
      found && {
        autoEnable: found.AutoEnable,
        autoEnableStandards: found.AutoEnableStandards,
        organizationConfiguration: type && { configurationType: type },
      }
    );
  },
  update: (aws, _id, { news }) => setOrganization(aws, news),
  delete: (aws) =>
    unlessGone(
      setOrganization(aws, { autoEnable: false, organizationConfiguration: { configurationType: "LOCAL" } }),
      ...off,
    ),
});

/** `aws.securityhub.FindingAggregator`, in the home region. */
const findingAggregator = defineResource<FindingAggregatorArgs, FindingAggregatorState>({
  token: "aws:securityhub/findingAggregator:FindingAggregator",
  properties: {
    linkingMode: { oneOf: ["ALL_REGIONS", "ALL_REGIONS_EXCEPT_SPECIFIED", "SPECIFIED_REGIONS", "NO_REGIONS"] },
    specifiedRegions: { set: true },
  },
  async create(aws, { linkingMode, specifiedRegions }) {
    const made = await aws
      .client(SecurityHub)
      .createFindingAggregator({ RegionLinkingMode: linkingMode, Regions: specifiedRegions });
    return made.FindingAggregatorArn ?? "";
  },
  async read(aws, id) {
    const work = aws.client(SecurityHub).getFindingAggregator({ FindingAggregatorArn: id });
    const found = await unlessGone(work, ...off);
    return found && { arn: id, linkingMode: found.RegionLinkingMode, specifiedRegions: found.Regions ?? [] };
  },
  update: (aws, id, { news }) =>
    aws.client(SecurityHub).updateFindingAggregator({
      FindingAggregatorArn: id,
      RegionLinkingMode: news.linkingMode,
      Regions: news.specifiedRegions,
    }),
  delete: (aws, id) =>
    unlessGone(aws.client(SecurityHub).deleteFindingAggregator({ FindingAggregatorArn: id }), ...off),
});

/** `aws.securityhub.ConfigurationPolicy`. Custom parameters of controls are not implemented here. */
const configurationPolicy = defineResource<ConfigurationPolicyArgs, ConfigurationPolicyState>({
  token: "aws:securityhub/configurationPolicy:ConfigurationPolicy",
  name: { maxLength: 128 },
  properties: {
    name: { pattern: /^[\w .!*/-]{1,128}$/ },
    description: { maxLength: 512 },
    "configurationPolicy.enabledStandardArns": { set: true },
    "configurationPolicy.securityControlsConfiguration.disabledControlIdentifiers": { set: true },
    "configurationPolicy.securityControlsConfiguration.enabledControlIdentifiers": { set: true },
  },
  supports: ["configurationPolicy"],
  check: ({ configurationPolicy: policy }) =>
    policy?.securityControlsConfiguration?.securityControlCustomParameters
      ? [
          {
            property: "configurationPolicy.securityControlsConfiguration.securityControlCustomParameters",
            reason: "the local provider does not know custom parameters of controls",
          },
        ]
      : [],
  async create(aws, inputs) {
    const made = await aws.client(SecurityHub).createConfigurationPolicy(policyOf(inputs));
    return made.Id ?? "";
  },
  async read(aws, id) {
    const work = aws.client(SecurityHub).getConfigurationPolicy({ Identifier: id });
    const found = await unlessGone(work, ...off);
    const hub = found?.ConfigurationPolicy?.SecurityHub;
    return (
      found &&
      hub && {
        arn: found.Arn,
        name: found.Name,
        description: found.Description,
        configurationPolicy: {
          serviceEnabled: hub.ServiceEnabled ?? false,
          enabledStandardArns: hub.EnabledStandardIdentifiers ?? [],
          securityControlsConfiguration: hub.SecurityControlsConfiguration && {
            disabledControlIdentifiers: hub.SecurityControlsConfiguration.DisabledSecurityControlIdentifiers ?? [],
            enabledControlIdentifiers: hub.SecurityControlsConfiguration.EnabledSecurityControlIdentifiers ?? [],
          },
        },
      }
    );
  },
  update: (aws, id, { news }) =>
    aws.client(SecurityHub).updateConfigurationPolicy({ Identifier: id, ...policyOf(news) }),
  delete: (aws, id) => unlessGone(aws.client(SecurityHub).deleteConfigurationPolicy({ Identifier: id }), ...off),
});

/** `aws.securityhub.ConfigurationPolicyAssociation`. Its id is the target's. */
const configurationPolicyAssociation = defineResource<
  ConfigurationPolicyAssociationArgs,
  ConfigurationPolicyAssociationState
>({
  token: "aws:securityhub/configurationPolicyAssociation:ConfigurationPolicyAssociation",
  properties: { targetId: { replace: true, pattern: /^(\d{12}|r-[a-z0-9]{4,32}|ou-[a-z0-9]{4,32}-[a-z0-9]{8,32})$/ } },
  supports: ["policyId"],
  async create(aws, { policyId, targetId }) {
    await associate(aws, policyId, targetId);
    return targetId;
  },
  async read(aws, id) {
    const work = aws.client(SecurityHub).getConfigurationPolicyAssociation({ Target: targetOf(id) });
    const found = await unlessGone(work, ...off);
    return found?.AssociationType === "APPLIED" ? { policyId: found.ConfigurationPolicyId, targetId: id } : undefined;
  },
  update: (aws, id, { news }) => associate(aws, news.policyId, id),
  delete: (aws, id, { policyId }) =>
    unlessGone(
      aws.client(SecurityHub).startConfigurationPolicyDisassociation({
        ConfigurationPolicyIdentifier: String(policyId),
        Target: targetOf(id),
      }),
      ...off,
    ),
});

export const resources = [
  organizationAdminAccount,
  organizationConfiguration,
  findingAggregator,
  configurationPolicy,
  configurationPolicyAssociation,
];

function setOrganization(aws: Aws, inputs: Unwrap<OrganizationConfigurationArgs>) {
  const { autoEnable, autoEnableStandards, organizationConfiguration: organization } = inputs;
  return aws.client(SecurityHub).updateOrganizationConfiguration({
    AutoEnable: autoEnable,
    AutoEnableStandards: autoEnableStandards as AutoEnableStandards | undefined,
    OrganizationConfiguration: organization && { ConfigurationType: organization.configurationType as "CENTRAL" },
  });
}

function policyOf({ name = "", description, configurationPolicy: policy }: Unwrap<ConfigurationPolicyArgs>) {
  const controls = policy.securityControlsConfiguration;
  const hub = {
    ServiceEnabled: policy.serviceEnabled,
    EnabledStandardIdentifiers: policy.enabledStandardArns,
    SecurityControlsConfiguration: controls && {
      DisabledSecurityControlIdentifiers: controls.disabledControlIdentifiers,
      EnabledSecurityControlIdentifiers: controls.enabledControlIdentifiers,
    },
  };
  return { Name: name, Description: description, ConfigurationPolicy: { SecurityHub: hub } as Policy };
}

function associate(aws: Aws, policyId: string, targetId: string) {
  return aws.client(SecurityHub).startConfigurationPolicyAssociation({
    ConfigurationPolicyIdentifier: policyId,
    Target: targetOf(targetId),
  });
}

function targetOf(id: string): Target {
  if (id.startsWith("r-")) return { RootId: id };
  return id.startsWith("ou-") ? { OrganizationalUnitId: id } : { AccountId: id };
}
