import { GuardDuty, paginateListOrganizationAdminAccounts } from "@aws-sdk/client-guardduty";
import type {
  DetectorFeature as Feature,
  DetectorFeatureConfiguration,
  OrganizationFeatureConfiguration,
} from "@aws-sdk/client-guardduty";
import type { DetectorArgs, DetectorState } from "@pulumi/aws/guardduty/detector";
import type { DetectorFeatureArgs, DetectorFeatureState } from "@pulumi/aws/guardduty/detectorFeature";
import type {
  OrganizationAdminAccountArgs,
  OrganizationAdminAccountState,
} from "@pulumi/aws/guardduty/organizationAdminAccount";
import type {
  OrganizationConfigurationArgs,
  OrganizationConfigurationState,
} from "@pulumi/aws/guardduty/organizationConfiguration";
import type {
  OrganizationConfigurationFeatureArgs,
  OrganizationConfigurationFeatureState,
} from "@pulumi/aws/guardduty/organizationConfigurationFeature";
import type { Aws } from "../instance/aws";
import { hasCode } from "../support/errors";
import { defineResource } from "./definition";
import { defined, fromAws, toAws } from "./values";

const features = [
  ...["S3_DATA_EVENTS", "EKS_AUDIT_LOGS", "EBS_MALWARE_PROTECTION", "RDS_LOGIN_EVENTS"],
  ...["LAMBDA_NETWORK_LOGS", "RUNTIME_MONITORING", "EKS_RUNTIME_MONITORING"],
];
const agents = ["EKS_ADDON_MANAGEMENT", "ECS_FARGATE_AGENT_MANAGEMENT", "EC2_AGENT_MANAGEMENT"];
const forWhom = ["ALL", "NEW", "NONE"];
const onOrOff = ["ENABLED", "DISABLED"];

/** `aws.guardduty.Detector`: GuardDuty in one account and region. `datasources` is the older form of features. */
const detector = defineResource<DetectorArgs, DetectorState>({
  token: "aws:guardduty/detector:Detector",
  properties: {
    enable: { default: true },
    findingPublishingFrequency: { oneOf: ["FIFTEEN_MINUTES", "ONE_HOUR", "SIX_HOURS"] },
  },
  tagging: {
    tag: (aws, id, tags) => aws.client(GuardDuty).tagResource({ ResourceArn: detectorArn(aws, id), Tags: tags }),
    untag: (aws, id, keys) => aws.client(GuardDuty).untagResource({ ResourceArn: detectorArn(aws, id), TagKeys: keys }),
  },
  async create(aws, { enable, findingPublishingFrequency, tags }) {
    const { DetectorId: id = "" } = await aws.client(GuardDuty).createDetector({
      Enable: enable ?? true,
      FindingPublishingFrequency: findingPublishingFrequency as "SIX_HOURS" | undefined,
      Tags: tags,
    });
    return id;
  },
  async read(aws, id) {
    const found = await unlessNotOwned(aws.client(GuardDuty).getDetector({ DetectorId: id }));
    return (
      found && {
        accountId: aws.accountId,
        arn: detectorArn(aws, id),
        enable: found.Status === "ENABLED",
        findingPublishingFrequency: found.FindingPublishingFrequency,
        tags: found.Tags ?? {},
      }
    );
  },
  update: (aws, id, { news }) =>
    aws.client(GuardDuty).updateDetector({
      DetectorId: id,
      Enable: news.enable,
      FindingPublishingFrequency: news.findingPublishingFrequency as "SIX_HOURS" | undefined,
    }),
  delete: (aws, id) => unlessNotOwned(aws.client(GuardDuty).deleteDetector({ DetectorId: id })),
});

/** `aws.guardduty.DetectorFeature`, `<detector>/<name>`. Deleting leaves the feature as it is. */
const detectorFeature = defineResource<DetectorFeatureArgs, DetectorFeatureState>({
  token: "aws:guardduty/detectorFeature:DetectorFeature",
  properties: {
    detectorId: { replace: true },
    name: { replace: true, oneOf: features },
    status: { oneOf: onOrOff },
    additionalConfigurations: { set: true },
    "additionalConfigurations.name": { oneOf: agents },
    "additionalConfigurations.status": { oneOf: onOrOff },
  },
  async create(aws, inputs) {
    await setFeature(aws, inputs);
    return `${inputs.detectorId}/${inputs.name}`;
  },
  async read(aws, id) {
    const { detectorId, name } = partsOf(id);
    const found = await unlessNotOwned(aws.client(GuardDuty).getDetector({ DetectorId: detectorId }));
    const feature = found?.Features?.find((one) => one.Name === name);
    return (
      feature && {
        detectorId,
        name,
        status: feature.Status,
        additionalConfigurations: (feature.AdditionalConfiguration ?? []).map(({ Name, Status }) => ({
          name: Name ?? "",
          status: Status ?? "",
        })),
      }
    );
  },
  update: (aws, _id, { news }) => setFeature(aws, news),
  delete: async () => undefined,
});

/** `aws.guardduty.OrganizationAdminAccount`, made by the management account, one a region. */
const organizationAdminAccount = defineResource<OrganizationAdminAccountArgs, OrganizationAdminAccountState>({
  token: "aws:guardduty/organizationAdminAccount:OrganizationAdminAccount",
  properties: { adminAccountId: { replace: true, pattern: /^\d{12}$/ } },
  async create(aws, { adminAccountId }) {
    await aws.client(GuardDuty).enableOrganizationAdminAccount({ AdminAccountId: adminAccountId });
    return adminAccountId;
  },
  async read(aws, id) {
    const pages = paginateListOrganizationAdminAccounts({ client: aws.client(GuardDuty) }, {});
    for await (const { AdminAccounts = [] } of pages)
      if (AdminAccounts.some(({ AdminAccountId }) => AdminAccountId === id)) return { adminAccountId: id };
    return undefined;
  },
  async delete(aws, id) {
    if (await this.read(aws, id, {}))
      await aws.client(GuardDuty).disableOrganizationAdminAccount({ AdminAccountId: id });
  },
});

/** `aws.guardduty.OrganizationConfiguration`. Deleting leaves it as it is, as the real provider does. */
const organizationConfiguration = defineResource<OrganizationConfigurationArgs, OrganizationConfigurationState>({
  token: "aws:guardduty/organizationConfiguration:OrganizationConfiguration",
  properties: { detectorId: { replace: true }, autoEnableOrganizationMembers: { oneOf: forWhom } },
  async create(aws, inputs) {
    await setOrganization(aws, inputs.detectorId, inputs.autoEnableOrganizationMembers);
    return inputs.detectorId;
  },
  async read(aws, id) {
    const found = await describeOrganization(aws, id);
    return found && { detectorId: id, autoEnableOrganizationMembers: found.AutoEnableOrganizationMembers };
  },
  update: (aws, id, { news }) => setOrganization(aws, id, news.autoEnableOrganizationMembers),
  delete: async () => undefined,
});

/** `aws.guardduty.OrganizationConfigurationFeature`, `<detector>/<name>`. Deleting leaves it as it is. */
const organizationConfigurationFeature = defineResource<
  OrganizationConfigurationFeatureArgs,
  OrganizationConfigurationFeatureState
>({
  token: "aws:guardduty/organizationConfigurationFeature:OrganizationConfigurationFeature",
  properties: {
    detectorId: { replace: true },
    name: { replace: true, oneOf: features },
    autoEnable: { oneOf: forWhom },
    additionalConfigurations: { set: true },
    "additionalConfigurations.name": { oneOf: agents },
    "additionalConfigurations.autoEnable": { oneOf: forWhom },
  },
  async create(aws, inputs) {
    await setOrganizationFeature(aws, inputs);
    return `${inputs.detectorId}/${inputs.name}`;
  },
  async read(aws, id) {
    const { detectorId, name } = partsOf(id);
    const found = await describeOrganization(aws, detectorId);
    const feature = found?.Features?.find((one) => one.Name === name);
    return (
      feature && {
        detectorId,
        name,
        autoEnable: feature.AutoEnable,
        additionalConfigurations: fromAws(feature.AdditionalConfiguration ?? []),
      }
    );
  },
  update: (aws, _id, { news }) => setOrganizationFeature(aws, news),
  delete: async () => undefined,
});

export const resources = [
  detector,
  detectorFeature,
  organizationAdminAccount,
  organizationConfiguration,
  organizationConfigurationFeature,
];

function detectorArn(aws: Aws, id: string): string {
  return aws.arn("guardduty", `detector/${id}`);
}

function partsOf(id: string): { detectorId: string; name: string } {
  const [detectorId = "", name = ""] = id.split("/");
  return { detectorId, name };
}

interface FeatureInputs {
  detectorId: string;
  name?: string;
  status: string;
  additionalConfigurations?: { name: string; status: string }[];
}

function setFeature(aws: Aws, { detectorId, name, status, additionalConfigurations }: FeatureInputs) {
  const feature = { Name: name as Feature, Status: status, AdditionalConfiguration: toAws(additionalConfigurations) };
  return aws
    .client(GuardDuty)
    .updateDetector({ DetectorId: detectorId, Features: [defined(feature) as DetectorFeatureConfiguration] });
}

function setOrganization(aws: Aws, detectorId: string, members: string) {
  return aws
    .client(GuardDuty)
    .updateOrganizationConfiguration({ DetectorId: detectorId, AutoEnableOrganizationMembers: members as "ALL" });
}

interface OrganizationFeatureInputs {
  detectorId: string;
  name?: string;
  autoEnable: string;
  additionalConfigurations?: { name: string; autoEnable: string }[];
}

/** The whole configuration is written at once: what else there is goes with it, as the real provider does. */
async function setOrganizationFeature(aws: Aws, inputs: OrganizationFeatureInputs) {
  const found = await aws.client(GuardDuty).describeOrganizationConfiguration({ DetectorId: inputs.detectorId });
  const feature = defined({
    Name: inputs.name,
    AutoEnable: inputs.autoEnable,
    AdditionalConfiguration: toAws(inputs.additionalConfigurations),
  });
  await aws.client(GuardDuty).updateOrganizationConfiguration({
    DetectorId: inputs.detectorId,
    AutoEnableOrganizationMembers: found.AutoEnableOrganizationMembers,
    Features: [feature as OrganizationFeatureConfiguration],
  });
}

async function describeOrganization(aws: Aws, detectorId: string) {
  return unlessNotOwned(aws.client(GuardDuty).describeOrganizationConfiguration({ DetectorId: detectorId }));
}

/** GuardDuty says of a detector that is gone that it is not the caller's, and has no code of its own for it. */
async function unlessNotOwned<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    const said = error instanceof Error ? error.message : "";
    if (hasCode(error, "BadRequest") && /not owned by the current account|not the GuardDuty delegated/.test(said))
      return undefined;
    throw error;
  }
}
