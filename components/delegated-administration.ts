import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { regionsOf } from "./installation";
import type { Installation } from "./installation";

export interface DelegatedAdministrationArgs {
  installation: Installation;
  /** Detection in the master account: comes before its delegation, and stays until that is gone. */
  detection?: pulumi.Resource;
}

/** Services whose administrator is registered with AWS Organizations alone, once for all regions. */
const registered = {
  config: "config.amazonaws.com",
  "config-setup": "config-multiaccountsetup.amazonaws.com",
  "access-analyzer": "access-analyzer.amazonaws.com",
};

/**
 * Makes the master account administrator of the detection services, from the management account: service access
 * first, then the administrator; removed the other way round, since without service access nobody can remove an
 * administrator any more. GuardDuty, Security Hub, Inspector and Detective have one administrator a region
 * (https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_organizations.html). Being administrator of any service,
 * the master account may also read who the organisation's accounts are.
 *
 * Removing it takes service access from every one of these services, whoever enabled it.
 */
export class DelegatedAdministration extends pulumi.ComponentResource {
  declare readonly services: pulumi.Output<string[]>;

  constructor(name: string, args: DelegatedAdministrationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("firebreak:index:DelegatedAdministration", name, { installation: args.installation }, opts);
    const { installation, detection } = args;
    const accountId = installation.masterAccountId;
    const parent = { parent: this };
    const services: string[] = [];
    const accessTo = (service: string, servicePrincipal: string) => {
      services.push(servicePrincipal);
      const access = new aws.organizations.AwsServiceAccess(`${name}-access-${service}`, { servicePrincipal }, parent);
      // Named by each child: that of a component orders what is made, and leaves open what is removed first.
      return { ...parent, dependsOn: detection ? [access, detection] : access };
    };
    for (const [service, servicePrincipal] of Object.entries(registered)) {
      const delegate = { accountId, servicePrincipal };
      new aws.organizations.DelegatedAdministrator(`${name}-${service}`, delegate, accessTo(service, servicePrincipal));
    }
    const cloudTrail = accessTo("cloudtrail", "cloudtrail.amazonaws.com");
    new aws.cloudtrail.OrganizationDelegatedAdminAccount(`${name}-cloudtrail`, { accountId }, cloudTrail);
    const guardDuty = accessTo("guardduty", "guardduty.amazonaws.com");
    const securityHub = accessTo("securityhub", "securityhub.amazonaws.com");
    const inspector = accessTo("inspector", "inspector2.amazonaws.com");
    const detective = accessTo("detective", "detective.amazonaws.com");
    for (const region of regionsOf(installation)) {
      const admin = { region, adminAccountId: accountId };
      new aws.guardduty.OrganizationAdminAccount(`${name}-guardduty-${region}`, admin, guardDuty);
      new aws.securityhub.OrganizationAdminAccount(`${name}-securityhub-${region}`, admin, securityHub);
      new aws.inspector2.DelegatedAdminAccount(`${name}-inspector-${region}`, { region, accountId }, inspector);
      new aws.detective.OrganizationAdminAccount(`${name}-detective-${region}`, { region, accountId }, detective);
    }
    this.services = pulumi.output(services);
    this.registerOutputs({ services: this.services });
  }
}
