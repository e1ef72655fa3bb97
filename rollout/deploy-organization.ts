import { deployStack } from "./deploy";
import type { DeployOptions, StackPlan, StackResult, Workshop } from "./deploy";

export interface OrganizationPlan {
  master: StackPlan;
  services: StackPlan[];
}

export interface OrganizationOptions extends DeployOptions {
  /** Service accounts at a time. @default 2 */
  parallel?: number;
  onStart?: (plan: StackPlan) => void;
  onResult?: (result: StackResult) => void;
}

/**
 * Deploys the master stack, then every service stack, some at a time. A service account that fails is reported and
 * holds no other back; without the master stack nothing else is begun, since member roles trust its functions' roles.
 */
export async function deployOrganization(
  workshop: Workshop,
  plan: OrganizationPlan,
  options: OrganizationOptions = {},
): Promise<StackResult[]> {
  const results: StackResult[] = [];
  const deploy = async (one: StackPlan) => {
    options.onStart?.(one);
    const result = await deployStack(workshop, one, options);
    results.push(result);
    options.onResult?.(result);
    return result;
  };
  const master = await deploy(plan.master);
  if (!master.ok) return results;
  const waiting = [...plan.services];
  const worker = async () => {
    for (let next = waiting.shift(); next && !options.signal?.aborted; next = waiting.shift()) await deploy(next);
  };
  await Promise.all(Array.from({ length: Math.max(1, options.parallel ?? 2) }, worker));
  return results;
}
