import * as pulumi from "@pulumi/pulumi";
import { describeProblems, parseConfig } from "./config";
import type { ManagementConfig, MasterConfig, ServiceConfig } from "./config";

const namespace = "firebreak";

/**
 * The running stack's config.
 *
 * @throws pulumi.RunError that lists every problem with key, value and what is expected
 */
export function readConfig(stack: string): ManagementConfig | MasterConfig | ServiceConfig {
  const config = new pulumi.Config(namespace);
  const values: Record<string, string | undefined> = {};
  for (const qualified of Object.keys(pulumi.runtime.allConfig())) {
    const [space, key] = qualified.split(/:(.*)/s);
    if (space === namespace && key) values[key] = config.get(key);
  }
  const result = parseConfig(stack, values);
  if ("problems" in result) throw new pulumi.RunError(describeProblems(stack, result.problems));
  return result.ok;
}
