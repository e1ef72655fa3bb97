import type { ServiceConfig } from "./config";
import { footprint } from "./footprint";
import { accountProvider, installationOf } from "./provider";

/** The stack of a service account. */
export async function service(config: ServiceConfig): Promise<Record<string, unknown>> {
  const { accountId } = config;
  const provider = accountProvider(config, accountId);
  const installation = await installationOf(config, provider);
  return { accountId, ...footprint(installation, accountId, { provider }) };
}
