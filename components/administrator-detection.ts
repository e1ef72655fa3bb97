import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { regionsOf } from "./installation";
import type { Installation } from "./installation";

export interface AdministratorDetectionArgs {
  installation: Installation;
}

/**
 * GuardDuty and Security Hub, on in the master account in every region. It comes before the delegation and goes after
 * it: making an account administrator turns both on in it, outside of any stack, and they cannot be turned off in an
 * administrator. What it does for the organisation is the master stack's.
 */
export class AdministratorDetection extends pulumi.ComponentResource {
  declare readonly detectorIds: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: AdministratorDetectionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("firebreak:index:AdministratorDetection", name, args, opts);
    const parent = { parent: this };
    const detectors = regionsOf(args.installation).map((region) => {
      // Central configuration chooses the standards.
      new aws.securityhub.Account(`${name}-hub-${region}`, { region, enableDefaultStandards: false }, parent);
      const detector = new aws.guardduty.Detector(
        `${name}-detector-${region}`,
        { region, enable: true, findingPublishingFrequency: "FIFTEEN_MINUTES" },
        parent,
      );
      return [region, detector.id] as const;
    });
    this.detectorIds = pulumi.output(Object.fromEntries(detectors));
    this.registerOutputs({ detectorIds: this.detectorIds });
  }
}
