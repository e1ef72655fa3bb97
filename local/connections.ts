import { DescribeInstancesCommand } from "@aws-sdk/client-ec2";
import type { Emulator } from "./emulator";
import type { ConnectionCount } from "./instance-view";
import type { World } from "./world";

interface Connection {
  state: "established" | "closed";
  tracked: boolean;
}

/** An address that a command and control server could have (RFC 5737). */
const commandAndControl = "198.51.100.99";

/** Has malware on an instance call home over every network interface: connections that outlive a change of groups. */
export async function callHome(emulator: Emulator, world: World, instance: string): Promise<void> {
  const account = world.drillAccount.id;
  const { region } = world.layout;
  const { Reservations } = await world
    .admin(account)
    .ec2.send(new DescribeInstancesCommand({ Filters: [{ Name: "instance-id", Values: [instance] }] }));
  for (const { NetworkInterfaceId } of Reservations?.[0]?.Instances?.[0]?.NetworkInterfaces ?? []) {
    await emulator.control.call("POST", "connections", {
      account,
      region,
      networkInterfaceId: NetworkInterfaceId,
      direction: "out",
      protocol: "tcp",
      port: 443,
      remote: commandAndControl,
    });
  }
}

/** Counts the tracked connections that are still open. */
export function connectionCount(emulator: Emulator): ConnectionCount {
  return async (networkInterface) => {
    const query = new URLSearchParams({ networkInterfaceId: networkInterface });
    const { connections } = await emulator.control.call<{ connections: Connection[] }>("GET", `connections?${query}`);
    return connections.filter(({ state, tracked }) => state === "established" && tracked).length;
  };
}
