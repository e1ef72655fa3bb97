import { AdministratorDetection } from "../components/administrator-detection";
import { DelegatedAdministration } from "../components/delegated-administration";
import type { ManagementConfig } from "./config";
import { accountProvider, installationOf } from "./provider";

/**
 * The stack of the management account, deployed before all others and destroyed after them. It makes the master account
 * the organisation's administrator of detection; nothing of Firebreak runs in the management account.
 */
export async function management(config: ManagementConfig): Promise<Record<string, unknown>> {
  const { managementAccountId, managementRole, masterAccountId } = config;
  const master = accountProvider(config, masterAccountId, "master");
  const provider = accountProvider({ ...config, deployRole: managementRole }, managementAccountId);
  const installation = await installationOf(config, provider);
  const detection = new AdministratorDetection("administrator", { installation }, { provider: master });
  const delegation = new DelegatedAdministration("delegation", { installation, detection }, { provider });
  return {
    accountId: managementAccountId,
    administrator: masterAccountId,
    services: delegation.services,
    detectorIds: detection.detectorIds,
  };
}
