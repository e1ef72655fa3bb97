import * as aws from "@pulumi/aws";
import type { Installation } from "../components/installation";
import { roleArn } from "../functions/shared/names";
import type { ManagementConfig, MasterConfig, ServiceConfig } from "./config";
import { partitionOf } from "./partition";

type StackConfig = ManagementConfig | MasterConfig | ServiceConfig;

/**
 * The provider of a stack: one account, one region. Refuses to work in any other account, whatever credentials are
 * there, since a stack deployed into the wrong account would answer its incidents.
 */
export function accountProvider(config: StackConfig, accountId: string, name = "account"): aws.Provider {
  const { prefix, homeRegion, deployRole, tags } = config;
  return new aws.Provider(name, {
    region: homeRegion as aws.Region,
    allowedAccountIds: [accountId],
    assumeRoles: deployRole
      ? [{ roleArn: roleArn(partitionOf(homeRegion), accountId, deployRole), sessionName: `${prefix}-deploy` }]
      : undefined,
    defaultTags: { tags: { ...tags, "firebreak:installation": prefix } },
  });
}

/** What the components of this stack agree on. */
export async function installationOf(config: StackConfig, provider: aws.Provider): Promise<Installation> {
  const { prefix, homeRegion, linkedRegions, masterAccountId, organizationId, externalId } = config;
  const { partition, dnsSuffix } = await aws.getPartition({}, { provider });
  return { prefix, partition, dnsSuffix, homeRegion, linkedRegions, masterAccountId, organizationId, externalId };
}
