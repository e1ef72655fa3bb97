import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { GuardDuty } from "../components/guardduty";
import { regionalName, regionsOf } from "../components/installation";
import type { Installation } from "../components/installation";
import { SecurityHub } from "../components/security-hub";
import type { MasterConfig } from "./config";

/**
 * Detection in every account and region, from the master account.
 *
 * @throws pulumi.RunError where the master account is not yet administrator, naming the stack that makes it one
 */
export async function detection(config: MasterConfig, installation: Installation, provider: aws.Provider) {
  const opts = { provider };
  for (const region of regionsOf(installation)) {
    const detectorId = await detectorIn(region, provider);
    const name = regionalName(installation, "guardduty", region);
    new GuardDuty(name, { region, detectorId, plans: config.guardDuty }, opts);
  }
  const { standards, disabledControls } = config.securityHub;
  const rootId = await rootOf(provider);
  const hub = new SecurityHub("security-hub", { installation, rootId, standards, disabledControls }, opts);
  return { findingAggregatorArn: hub.aggregatorArn, insightArns: hub.insightArns };
}

async function detectorIn(region: string, provider: aws.Provider): Promise<string> {
  try {
    return (await aws.guardduty.getDetector({ region }, { provider })).id;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new pulumi.RunError(
      `GuardDuty is not on in ${region} of the master account; deploy the stack management first (${reason})`,
    );
  }
}

/** The root, which AWS shows to the management account and to delegated administrators only. */
async function rootOf(provider: aws.Provider): Promise<string> {
  const { roots = [] } = await aws.organizations.getOrganization({}, { provider });
  const root = roots[0]?.id;
  if (root) return root;
  throw new pulumi.RunError(
    "AWS Organizations shows no root to the master account, which is no delegated administrator; " +
      "deploy the stack management first",
  );
}
