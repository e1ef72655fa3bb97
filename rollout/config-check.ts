import { describeProblems, parseConfig } from "../stacks/config";
import type { StackPlan } from "./deploy";
import { Failure, exitCodes } from "./failure";

const namespace = "firebreak:";

/**
 * Checks the config of every stack before any engine starts.
 *
 * @throws Failure that lists each fault with stack, key, value and what was expected
 */
export function checkConfig(plans: Pick<StackPlan, "stack" | "config">[]): void {
  const faults = plans.flatMap(({ stack, config }) => {
    const own = Object.entries(config)
      .filter(([key]) => key.startsWith(namespace))
      .map(([key, value]) => [key.slice(namespace.length), value] as const);
    const parsed = parseConfig(stack, Object.fromEntries(own));
    return "problems" in parsed ? [describeProblems(stack, parsed.problems)] : [];
  });
  if (faults.length === 0) return;
  throw new Failure(`the config does not fit, nothing was deployed\n${faults.join("\n")}`, undefined, exitCodes.usage);
}
