import { readConfig } from "./read-config";
import { master } from "./master";
import { service } from "./service";

/**
 * The program of every stack, chosen by the stack's name: `master`, `service` or `service-<account id>`.
 *
 * @returns the stack's outputs
 * @throws if the name is none of these, or the config does not fit
 */
export async function program(stackName: string): Promise<Record<string, unknown>> {
  const config = readConfig(stackName);
  return config.kind === "master" ? master(config) : service(config);
}
