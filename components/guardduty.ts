import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** What GuardDuty watches beyond its foundations (CloudTrail, DNS and flow logs), each at a price of its own. */
export interface ProtectionPlans {
  /** Reads and writes of S3 objects. */
  s3: boolean;
  eksAuditLogs: boolean;
  /** Scans the volumes of instances with findings. */
  malware: boolean;
  /** Sign-ins to RDS databases. */
  rds: boolean;
  /** Network activity of functions. */
  lambda: boolean;
  /** Processes, files and connections, by an agent that GuardDuty installs on instances, in clusters and in Fargate. */
  runtimeMonitoring: boolean;
}

export interface GuardDutyArgs {
  /** The home region or a linked one: GuardDuty knows nothing of other regions. */
  region: string;
  /** The master account's detector there. */
  detectorId: pulumi.Input<string>;
  plans: ProtectionPlans;
}

/** https://docs.aws.amazon.com/guardduty/latest/ug/guardduty-features-activation-model.html */
const featureOf: Record<keyof ProtectionPlans, string> = {
  s3: "S3_DATA_EVENTS",
  eksAuditLogs: "EKS_AUDIT_LOGS",
  malware: "EBS_MALWARE_PROTECTION",
  rds: "RDS_LOGIN_EVENTS",
  lambda: "LAMBDA_NETWORK_LOGS",
  runtimeMonitoring: "RUNTIME_MONITORING",
};

/** Runtime monitoring comes to nothing without its agents, so that GuardDuty manages them all. */
const agents = ["EC2_AGENT_MANAGEMENT", "ECS_FARGATE_AGENT_MANAGEMENT", "EKS_ADDON_MANAGEMENT"];

/**
 * GuardDuty for the organisation in one region: on in every account, those that join later included, with the chosen
 * protection plans in all of them and in the master account itself, which the organisation's settings do not reach.
 */
export class GuardDuty extends pulumi.ComponentResource {
  declare readonly detectorId: pulumi.Output<string>;

  constructor(name: string, args: GuardDutyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("firebreak:index:GuardDuty", name, args, opts);
    const { region, detectorId, plans } = args;
    const parent = { parent: this };
    const organization = new aws.guardduty.OrganizationConfiguration(
      `${name}-organization`,
      { region, detectorId, autoEnableOrganizationMembers: "ALL" },
      parent,
    );
    for (const [plan, feature] of Object.entries(featureOf) as [keyof ProtectionPlans, string][]) {
      const on = plans[plan];
      const autoEnable = on ? "ALL" : "NONE";
      const status = on ? "ENABLED" : "DISABLED";
      const agentsOf = plan === "runtimeMonitoring" ? agents : undefined;
      new aws.guardduty.OrganizationConfigurationFeature(
        `${name}-organization-${plan}`,
        {
          region,
          detectorId,
          name: feature,
          autoEnable,
          additionalConfigurations: agentsOf?.map((agent) => ({ name: agent, autoEnable })),
        },
        { ...parent, dependsOn: organization },
      );
      new aws.guardduty.DetectorFeature(
        `${name}-${plan}`,
        {
          region,
          detectorId,
          name: feature,
          status,
          additionalConfigurations: agentsOf?.map((agent) => ({ name: agent, status })),
        },
        parent,
      );
    }
    this.detectorId = pulumi.output(detectorId);
    this.registerOutputs({ detectorId: this.detectorId });
  }
}
