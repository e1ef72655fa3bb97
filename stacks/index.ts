import { readConfig } from "./read-config";
import { management } from "./management";
import { master } from "./master";
import { service } from "./service";

/**
 * The program of every stack, chosen by the stack's name: `management`, `master`, `service` or `service-<account id>`.
 *
 * @returns the stack's outputs
 * @throws if the name is none of these, or the config does not fit
 */
export async function program(stackName: string): Promise<Record<string, unknown>> {
  const config = readConfig(stackName);
  if (config.kind === "management") return management(config);
  return config.kind === "master" ? master(config) : service(config);
}
