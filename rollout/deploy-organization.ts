import { deployStack } from "./deploy";
import type { DeployOptions, StackPlan, StackResult, Workshop } from "./deploy";

export interface OrganizationPlan {
  /** Left out where the master account is administrator of detection already. */
  management?: StackPlan;
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
 * Deploys the management stack, the master stack, then every service stack, some at a time. A service account that
 * fails is reported and holds no other back; without the management stack the master account administers nothing, and
 * without the master stack nothing else is begun, since member roles trust its functions' roles.
 */
export async function deployOrganization(
  workshop: Workshop,
  plan: OrganizationPlan,
  options: OrganizationOptions = {},
): Promise<StackResult[]> {
  const results: StackResult[] = [];
  const finish = (result: StackResult) => {
    results.push(result);
    options.onResult?.(result);
  };
  for (const first of plan.management ? [plan.management, plan.master] : [plan.master]) {
    options.onStart?.(first);
    const result = await deployStack(workshop, first, options);
    finish(result);
    if (!result.ok) return results;
  }

  const waiting = [...plan.services];
  const failed: { plan: StackPlan; result: StackResult }[] = [];
  const worker = async () => {
    for (let next = waiting.shift(); next && !options.signal?.aborted; next = waiting.shift()) {
      options.onStart?.(next);
      const result = await deployStack(workshop, next, options);
      if (result.ok || result.interrupted) finish(result);
      else failed.push({ plan: next, result });
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, options.parallel ?? 2) }, worker));
  for (const result of await judged(workshop, failed, options)) finish(result);
  return results;
}

/**
 * Programs that run side by side in one process share its unhandled rejections: the Automation API takes one
 * program's for every other's that runs just then. So where several failed, each is deployed again on its own; what
 * fails then is its own fault, and a stack that was only near another's failure has nothing left to do.
 */
async function judged(
  workshop: Workshop,
  failed: { plan: StackPlan; result: StackResult }[],
  options: OrganizationOptions,
): Promise<StackResult[]> {
  if (failed.length <= 1 || options.signal?.aborted) return failed.map(({ result }) => result);
  const results: StackResult[] = [];
  for (const { plan } of failed) results.push(await deployStack(workshop, plan, options));
  return results;
}
