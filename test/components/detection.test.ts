import { expect } from "chai";
import { AdministratorDetection } from "../../components/administrator-detection";
import { DelegatedAdministration } from "../../components/delegated-administration";
import { GuardDuty } from "../../components/guardduty";
import type { Installation } from "../../components/installation";
import { SecurityHub } from "../../components/security-hub";
import { ofType, only, settled, startMocks } from "../support/pulumi-mocks";

const installation: Installation = {
  prefix: "firebreak",
  partition: "aws",
  dnsSuffix: "amazonaws.com",
  homeRegion: "eu-central-1",
  linkedRegions: ["us-east-1"],
  masterAccountId: "111122223333",
  organizationId: "o-a1b2c3d4e5",
  externalId: "firebreak-test-1",
};
const regions = ["eu-central-1", "us-east-1"];
const plans = { s3: true, eksAuditLogs: true, malware: true, rds: true, lambda: true, runtimeMonitoring: false };

describe("detection", () => {
  beforeEach(() => startMocks());

  it("is on in the administrator in every region, without standards of its own", async () => {
    new AdministratorDetection("administrator", { installation });
    await settled();
    expect(ofType("aws:guardduty/detector:Detector").map(({ inputs }) => inputs.region)).to.have.members(regions);
    const hubs = ofType("aws:securityhub/account:Account");
    expect(hubs.map(({ inputs }) => inputs.region)).to.have.members(regions);
    expect(hubs.map(({ inputs }) => inputs.enableDefaultStandards)).to.deep.equal([false, false]);
  });

  it("is delegated with service access for each service, per region where AWS asks for it", async () => {
    new DelegatedAdministration("delegation", { installation });
    await settled();
    const access = ofType("aws:organizations/awsServiceAccess:AwsServiceAccess");
    expect(access.map(({ inputs }) => inputs.servicePrincipal)).to.have.members(
      [
        ...["access-analyzer", "cloudtrail", "config", "config-multiaccountsetup"],
        ...["detective", "guardduty", "inspector2", "securityhub"],
      ].map((service) => `${service}.amazonaws.com`),
    );
    const registered = ofType("aws:organizations/delegatedAdministrator:DelegatedAdministrator");
    expect(registered.map(({ inputs }) => inputs.accountId)).to.deep.equal(Array(3).fill("111122223333"));
    for (const type of [
      "aws:guardduty/organizationAdminAccount:OrganizationAdminAccount",
      "aws:securityhub/organizationAdminAccount:OrganizationAdminAccount",
      "aws:inspector2/delegatedAdminAccount:DelegatedAdminAccount",
      "aws:detective/organizationAdminAccount:OrganizationAdminAccount",
    ])
      expect(
        ofType(type).map(({ inputs }) => inputs.region),
        type,
      ).to.have.members(regions);
  });

  it("has GuardDuty on in every account with each plan as it is set, the administrator's too", async () => {
    new GuardDuty("guardduty", { region: "us-east-1", detectorId: "d1", plans: { ...plans, rds: false } });
    await settled();
    expect(only("aws:guardduty/organizationConfiguration:OrganizationConfiguration").inputs).to.include({
      region: "us-east-1",
      autoEnableOrganizationMembers: "ALL",
    });
    const set = (type: string, property: string) =>
      Object.fromEntries(ofType(type).map(({ inputs }) => [inputs.name, inputs[property]]));
    const organization = "aws:guardduty/organizationConfigurationFeature:OrganizationConfigurationFeature";
    expect(set(organization, "autoEnable")).to.deep.equal({
      S3_DATA_EVENTS: "ALL",
      EKS_AUDIT_LOGS: "ALL",
      EBS_MALWARE_PROTECTION: "ALL",
      RDS_LOGIN_EVENTS: "NONE",
      LAMBDA_NETWORK_LOGS: "ALL",
      RUNTIME_MONITORING: "NONE",
    });
    const own = set("aws:guardduty/detectorFeature:DetectorFeature", "status");
    expect(own).to.include({ S3_DATA_EVENTS: "ENABLED", RDS_LOGIN_EVENTS: "DISABLED", RUNTIME_MONITORING: "DISABLED" });
  });

  it("has all agents of runtime monitoring managed, since it sees nothing without them", async () => {
    new GuardDuty("guardduty", {
      region: "us-east-1",
      detectorId: "d1",
      plans: { ...plans, runtimeMonitoring: true },
    });
    await settled();
    const { inputs } = only("aws:guardduty/detectorFeature:DetectorFeature", "guardduty-runtimeMonitoring");
    expect(inputs.additionalConfigurations).to.have.deep.members(
      ["EC2_AGENT_MANAGEMENT", "ECS_FARGATE_AGENT_MANAGEMENT", "EKS_ADDON_MANAGEMENT"].map((name) => ({
        name,
        status: "ENABLED",
      })),
    );
  });

  const hub = async (more: Partial<Installation> = {}) => {
    new SecurityHub("hub", {
      installation: { ...installation, ...more },
      rootId: "r-a1b2",
      standards: ["nist-800-53/v/5.0.0"],
      disabledControls: ["EC2.10"],
    });
    await settled();
  };

  it("has Security Hub configured centrally, for everything below the root, with the chosen standards", async () => {
    await hub();
    expect(only("aws:securityhub/organizationConfiguration:OrganizationConfiguration").inputs).to.deep.include({
      autoEnable: false,
      autoEnableStandards: "NONE",
      organizationConfiguration: { configurationType: "CENTRAL" },
    });
    expect(only("aws:securityhub/configurationPolicy:ConfigurationPolicy").inputs.configurationPolicy).to.deep.equal({
      serviceEnabled: true,
      enabledStandardArns: ["arn:aws:securityhub:eu-central-1::standards/nist-800-53/v/5.0.0"],
      securityControlsConfiguration: { disabledControlIdentifiers: ["EC2.10"] },
    });
    expect(
      only("aws:securityhub/configurationPolicyAssociation:ConfigurationPolicyAssociation").inputs.targetId,
    ).to.equal("r-a1b2");
  });

  it("gathers the findings of linked regions, of no others, and of none where none is linked", async () => {
    await hub();
    expect(only("aws:securityhub/findingAggregator:FindingAggregator").inputs).to.deep.include({
      linkingMode: "SPECIFIED_REGIONS",
      specifiedRegions: ["us-east-1"],
    });
    await startMocks();
    await hub({ linkedRegions: [] });
    expect(only("aws:securityhub/findingAggregator:FindingAggregator").inputs.linkingMode).to.equal("NO_REGIONS");
  });

  it("takes Prowler's findings in every region", async () => {
    await hub();
    const products = ofType("aws:securityhub/productSubscription:ProductSubscription");
    expect(products.map(({ inputs }) => inputs.productArn)).to.have.members(
      regions.map((region) => `arn:aws:securityhub:${region}::product/prowler/prowler`),
    );
  });

  it("answers which roles have critical findings", async () => {
    await hub();
    expect(only("aws:securityhub/insight:Insight", "hub-insight-roles-with-critical-findings").inputs).to.deep.include({
      name: "firebreak-roles-with-critical-findings",
      groupByAttribute: "ResourceId",
      filters: {
        recordStates: [{ comparison: "EQUALS", value: "ACTIVE" }],
        resourceTypes: [{ comparison: "EQUALS", value: "AwsIamRole" }],
        severityLabels: [{ comparison: "EQUALS", value: "CRITICAL" }],
      },
    });
  });
});
