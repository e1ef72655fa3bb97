import type { Prepared, ResourceCase, Surroundings } from "./cases";

const administrator = "222222222222";
const gdAdmin = "aws:guardduty/organizationAdminAccount:OrganizationAdminAccount";
const hubAdmin = "aws:securityhub/organizationAdminAccount:OrganizationAdminAccount";
const detector = "aws:guardduty/detector:Detector";
const hub = "aws:securityhub/account:Account";
const aggregator = "aws:securityhub/findingAggregator:FindingAggregator";
const organization = "aws:securityhub/organizationConfiguration:OrganizationConfiguration";
const policy = "aws:securityhub/configurationPolicy:ConfigurationPolicy";

const equals = (value: string) => [{ comparison: "EQUALS", value }];
const central = {
  autoEnable: false,
  autoEnableStandards: "NONE",
  organizationConfiguration: { configurationType: "CENTRAL" },
};
const standards = (...versions: string[]) =>
  versions.map((version) => `arn:aws:securityhub:eu-central-1::standards/pci-dss/v/${version}`);
const settings = (more: object = {}) => ({
  configurationPolicy: {
    serviceEnabled: true,
    enabledStandardArns: standards("4.0.1"),
    securityControlsConfiguration: { disabledControlIdentifiers: ["EC2.10"] },
    ...more,
  },
});

async function administeredDetector({ make, manage }: Surroundings): Promise<string> {
  const made = await make(detector, {}, "detector");
  await manage(gdAdmin, { adminAccountId: administrator }, "administrator");
  return made.id;
}

async function administeredHub({ make, manage }: Surroundings): Promise<void> {
  await make(hub, { enableDefaultStandards: false }, "hub");
  await manage(hubAdmin, { adminAccountId: administrator }, "administrator");
  await make(aggregator, { linkingMode: "NO_REGIONS" }, "aggregator");
}

async function centralHub(surroundings: Surroundings): Promise<void> {
  await administeredHub(surroundings);
  await surroundings.make(organization, central, "central");
}

async function withHub({ make }: Surroundings, prepared: Prepared): Promise<Prepared> {
  await make(hub, { enableDefaultStandards: false }, "hub");
  return prepared;
}

export const detectionCases: readonly ResourceCase[] = [
  {
    token: "aws:organizations/awsServiceAccess:AwsServiceAccess",
    by: "management",
    prepare: async () => ({
      inputs: { servicePrincipal: "config.amazonaws.com" },
      replace: { servicePrincipal: "cloudtrail.amazonaws.com" },
    }),
    outputs: { dateEnabled: /^\d{4}-/ },
    refused: [{ inputs: { servicePrincipal: "config amazonaws" }, says: /servicePrincipal/ }],
  },
  {
    token: "aws:organizations/delegatedAdministrator:DelegatedAdministrator",
    by: "management",
    prepare: async () => ({
      inputs: { accountId: administrator, servicePrincipal: "config.amazonaws.com" },
      replace: { servicePrincipal: "cloudtrail.amazonaws.com" },
    }),
    outputs: { status: "ACTIVE", name: "security", arn: /:account\/o-\w+\/222222222222$/ },
    refused: [{ inputs: { accountId: "22222" }, says: /accountId/ }],
  },
  {
    token: gdAdmin,
    by: "management",
    async prepare({ make }) {
      await make(detector, {}, "detector");
      return { inputs: { adminAccountId: administrator } };
    },
    refused: [{ inputs: { adminAccountId: "security" }, says: /adminAccountId/ }],
  },
  {
    token: hubAdmin,
    by: "management",
    prepare: (surroundings) => withHub(surroundings, { inputs: { adminAccountId: administrator } }),
    refused: [{ inputs: { adminAccountId: "security" }, says: /adminAccountId/ }],
  },
  {
    token: detector,
    prepare: async () => ({
      inputs: { tags: { a: "1" } },
      update: { enable: false, findingPublishingFrequency: "ONE_HOUR", tags: { b: "2" } },
    }),
    outputs: { accountId: administrator, arn: /^arn:aws:guardduty:eu-central-1:222222222222:detector\/[0-9a-f]{32}$/ },
    refused: [
      { inputs: { findingPublishingFrequency: "DAILY" }, says: /to be one of/ },
      { inputs: { datasources: { s3Logs: { enable: true } } }, says: /datasources/ },
    ],
  },
  {
    token: "aws:guardduty/detectorFeature:DetectorFeature",
    async prepare({ make }) {
      const { id: detectorId } = await make(detector, {}, "detector");
      return {
        inputs: { detectorId, name: "S3_DATA_EVENTS", status: "DISABLED" },
        update: { status: "ENABLED" },
        replace: { name: "RDS_LOGIN_EVENTS" },
      };
    },
    refused: [
      { inputs: { name: "S4" }, says: /to be one of/ },
      { inputs: { status: "ON" }, says: /to be one of/ },
    ],
    outlives: "a feature belongs to its detector, and stays as it is",
  },
  {
    token: "aws:guardduty/organizationConfiguration:OrganizationConfiguration",
    async prepare(surroundings) {
      const detectorId = await administeredDetector(surroundings);
      return {
        inputs: { detectorId, autoEnableOrganizationMembers: "NEW" },
        update: { autoEnableOrganizationMembers: "ALL" },
      };
    },
    refused: [{ inputs: { autoEnableOrganizationMembers: "SOME" }, says: /to be one of/ }],
    outlives: "the configuration belongs to the detector, and stays as it is",
  },
  {
    token: "aws:guardduty/organizationConfigurationFeature:OrganizationConfigurationFeature",
    async prepare(surroundings) {
      const detectorId = await administeredDetector(surroundings);
      const agents = (autoEnable: string) => ({
        autoEnable,
        additionalConfigurations: [
          ...["EC2_AGENT_MANAGEMENT", "ECS_FARGATE_AGENT_MANAGEMENT", "EKS_ADDON_MANAGEMENT"].map((name) => ({
            name,
            autoEnable,
          })),
        ],
      });
      return {
        inputs: { detectorId, name: "RUNTIME_MONITORING", ...agents("NEW") },
        update: agents("ALL"),
      };
    },
    refused: [{ inputs: { autoEnable: "ENABLED" }, says: /to be one of/ }],
    outlives: "a feature belongs to its detector, and stays as it is",
  },
  {
    token: hub,
    prepare: async () => ({
      inputs: { enableDefaultStandards: false, autoEnableControls: false },
      update: { autoEnableControls: true, controlFindingGenerator: "STANDARD_CONTROL" },
      replace: { enableDefaultStandards: true },
    }),
    outputs: { arn: "arn:aws:securityhub:eu-central-1:222222222222:hub/default" },
    notImported: ["enableDefaultStandards"],
    refused: [{ inputs: { controlFindingGenerator: "BOTH" }, says: /to be one of/ }],
  },
  {
    token: "aws:securityhub/actionTarget:ActionTarget",
    prepare: (surroundings) =>
      withHub(surroundings, {
        inputs: { name: "Isolate", identifier: "IsolateInstance", description: "Isolates it" },
        update: { description: "Isolates the instance" },
        replace: { identifier: "Another" },
      }),
    outputs: { arn: "arn:aws:securityhub:eu-central-1:222222222222:action/custom/IsolateInstance" },
    refused: [{ inputs: { identifier: "isolate-instance" }, says: /identifier/ }],
  },
  {
    token: "aws:securityhub/insight:Insight",
    prepare: (surroundings) =>
      withHub(surroundings, {
        inputs: {
          filters: { severityLabels: equals("CRITICAL"), createdAts: [{ dateRange: { unit: "DAYS", value: 30 } }] },
          groupByAttribute: "ResourceId",
        },
        update: { filters: { workflowStatuses: equals("NEW") }, groupByAttribute: "AwsAccountId" },
      }),
    outputs: { arn: /:insight\/222222222222\/custom\/[0-9a-f-]{36}$/ },
    refused: [{ inputs: { filters: { malwareNames: equals("x") } }, says: /does not know the filter malwareNames/ }],
  },
  {
    token: "aws:securityhub/productSubscription:ProductSubscription",
    prepare: (surroundings) =>
      withHub(surroundings, {
        inputs: { productArn: "arn:aws:securityhub:eu-central-1::product/prowler/prowler" },
        replace: { productArn: "arn:aws:securityhub:eu-central-1::product/cloud-custodian/cloud-custodian" },
      }),
    outputs: { arn: /:product-subscription\/prowler\/prowler$/ },
    refused: [{ inputs: { productArn: "prowler" }, says: /productArn/ }],
  },
  {
    token: aggregator,
    async prepare({ make, manage }) {
      await make(hub, { enableDefaultStandards: false }, "hub");
      await manage(hubAdmin, { adminAccountId: administrator }, "administrator");
      return {
        inputs: { linkingMode: "SPECIFIED_REGIONS", specifiedRegions: ["us-east-1", "eu-west-1"] },
        update: { specifiedRegions: ["us-east-1"] },
      };
    },
    refused: [{ inputs: { linkingMode: "SOME" }, says: /to be one of/ }],
  },
  {
    token: organization,
    async prepare(surroundings) {
      await administeredHub(surroundings);
      return {
        inputs: { autoEnable: true, autoEnableStandards: "DEFAULT" },
        update: central,
      };
    },
    refused: [{ inputs: { autoEnableStandards: "ALL" }, says: /to be one of/ }],
    outlives: "an administrator has a configuration: deleting goes back to one that enables nobody",
  },
  {
    token: policy,
    async prepare(surroundings) {
      await centralHub(surroundings);
      return {
        inputs: { description: "Standards", ...settings() },
        update: settings({ enabledStandardArns: standards("3.2.1", "4.0.1") }),
      };
    },
    outputs: { arn: /:configuration-policy\/[0-9a-f-]{36}$/, name: /^thing-[0-9a-f]{7}$/ },
    refused: [{ inputs: { name: "a\nb" }, says: /name/ }],
  },
  {
    token: "aws:securityhub/configurationPolicyAssociation:ConfigurationPolicyAssociation",
    async prepare(surroundings) {
      await centralHub(surroundings);
      const one = await surroundings.make(policy, settings(), "one");
      const other = await surroundings.make(policy, settings(), "other");
      return {
        inputs: { targetId: "333333333333", policyId: one.id },
        update: { policyId: other.id },
        replace: { targetId: administrator },
      };
    },
    refused: [{ inputs: { targetId: "everybody" }, says: /targetId/ }],
  },
];
