import { DescribeInstanceInformationCommand } from "@aws-sdk/client-ssm";
import type { AccountClients } from "./clients";

const pollMs = 200;
const registrationLimitMs = 30_000;

/** Waits until the agents of these instances have registered with Systems Manager. */
export async function agentsRegistered({ ssm }: AccountClients, instances: string[]): Promise<void> {
  const deadline = Date.now() + registrationLimitMs;
  for (;;) {
    const { InstanceInformationList } = await ssm.send(new DescribeInstanceInformationCommand({ MaxResults: 50 }));
    const online = (InstanceInformationList ?? []).filter(({ PingStatus }) => PingStatus === "Online");
    const missing = instances.filter((id) => !online.some(({ InstanceId }) => InstanceId === id));
    if (missing.length === 0) return;
    if (Date.now() > deadline) throw new Error(`Systems Manager does not manage ${missing.join(", ")}`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
