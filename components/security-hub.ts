import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { physicalName, regionsOf } from "./installation";
import type { Installation } from "./installation";
import { insights } from "./security-hub-insights";
import type { Standard } from "./security-hub-standards";

export interface SecurityHubArgs {
  installation: Installation;
  /** The organisation's root, `r-…`: the policy is for everything below it. */
  rootId: pulumi.Input<string>;
  standards: Standard[];
  /** Ids of controls that no account is checked for, such as `EC2.10`. */
  disabledControls: string[];
}

/**
 * Security Hub CSPM for the organisation, by central configuration from the home region: every account has it on, there
 * and in the linked regions, with the same standards, and findings of all regions arrive in the home region. The order
 * is AWS's: aggregator, central configuration, policy, association
 * (https://docs.aws.amazon.com/securityhub/latest/userguide/start-central-configuration.html).
 */
export class SecurityHub extends pulumi.ComponentResource {
  declare readonly aggregatorArn: pulumi.Output<string>;
  declare readonly policyId: pulumi.Output<string>;
  /** By name, without the prefix. */
  declare readonly insightArns: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: SecurityHubArgs, opts?: pulumi.ComponentResourceOptions) {
    super("firebreak:index:SecurityHub", name, args, opts);
    const { installation, rootId } = args;
    const parent = { parent: this };
    const { linkedRegions } = installation;
    const aggregator = new aws.securityhub.FindingAggregator(
      `${name}-aggregator`,
      linkedRegions.length > 0
        ? { linkingMode: "SPECIFIED_REGIONS", specifiedRegions: linkedRegions }
        : { linkingMode: "NO_REGIONS" },
      parent,
    );
    const central = new aws.securityhub.OrganizationConfiguration(
      `${name}-organization`,
      {
        autoEnable: false,
        autoEnableStandards: "NONE",
        organizationConfiguration: { configurationType: "CENTRAL" },
      },
      { ...parent, dependsOn: aggregator },
    );
    const policy = new aws.securityhub.ConfigurationPolicy(
      `${name}-policy`,
      {
        name: physicalName(installation, "standards"),
        description: "Security Hub in every account, with the same standards",
        configurationPolicy: {
          serviceEnabled: true,
          enabledStandardArns: standardArns(args),
          securityControlsConfiguration: { disabledControlIdentifiers: args.disabledControls },
        },
      },
      { ...parent, dependsOn: central },
    );
    new aws.securityhub.ConfigurationPolicyAssociation(
      `${name}-association`,
      { policyId: policy.id, targetId: rootId },
      parent,
    );
    const { partition } = installation;
    for (const region of regionsOf(installation)) {
      // What `prowler` exports in its ASFF format, for accounts that are imported from here.
      const productArn = `arn:${partition}:securityhub:${region}::product/prowler/prowler`;
      new aws.securityhub.ProductSubscription(`${name}-prowler-${region}`, { region, productArn }, parent);
    }
    const made = Object.entries(insights).map(([insight, definition]) => {
      const resource = new aws.securityhub.Insight(
        `${name}-insight-${insight}`,
        { name: physicalName(installation, insight), ...definition },
        parent,
      );
      return [insight, resource.arn] as const;
    });
    this.aggregatorArn = aggregator.arn;
    this.policyId = policy.id;
    this.insightArns = pulumi.output(Object.fromEntries(made));
    this.registerOutputs({
      aggregatorArn: this.aggregatorArn,
      policyId: this.policyId,
      insightArns: this.insightArns,
    });
  }
}

function standardArns({ installation, standards }: SecurityHubArgs): string[] {
  const { partition, homeRegion } = installation;
  return standards.map((standard) => `arn:${partition}:securityhub:${homeRegion}::standards/${standard}`);
}
