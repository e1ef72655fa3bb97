import { DescribeInstancesCommand, paginateDescribeNetworkInterfaces } from "@aws-sdk/client-ec2";
import type { EC2Client, Instance, NetworkInterface } from "@aws-sdk/client-ec2";
import type { Target } from "./action";
import { isNamed, namedError, resourceGone } from "./errors";

/** The instance a finding is about. */
export function instanceId(target: Target): string {
  const { type, id } = target.finding.resource;
  if (type !== "AwsEc2Instance") throw namedError("InvalidRequest", `${id} is an ${type}, not an AwsEc2Instance`);
  return id;
}

/**
 * Reads an instance. An instance that is terminated or on its way there counts as gone: it can no longer be
 * changed, and EC2 forgets it within the hour.
 *
 * @throws ResourceGone
 */
export async function readInstance(ec2: EC2Client, id: string): Promise<Instance> {
  const { Reservations } = await ec2
    .send(new DescribeInstancesCommand({ InstanceIds: [id] }))
    .catch((error: unknown) => {
      throw isNamed(error, "InvalidInstanceID.NotFound") ? resourceGone(id) : error;
    });
  const instance = Reservations?.flatMap((one) => one.Instances ?? []).find((one) => one.InstanceId === id);
  const state = instance?.State?.Name;
  if (!instance || state === "terminated" || state === "shutting-down") throw resourceGone(id);
  return instance;
}

/** Network interfaces by one filter, all pages, in a stable order. */
export async function networkInterfaces(ec2: EC2Client, filter: string, values: string[]): Promise<NetworkInterface[]> {
  if (values.length === 0) return [];
  const found: NetworkInterface[] = [];
  const pages = paginateDescribeNetworkInterfaces({ client: ec2 }, { Filters: [{ Name: filter, Values: values }] });
  for await (const page of pages) found.push(...(page.NetworkInterfaces ?? []));
  return found.sort((a, b) => ((a.NetworkInterfaceId ?? "") < (b.NetworkInterfaceId ?? "") ? -1 : 1));
}

export function groupIds(networkInterface: NetworkInterface): string[] {
  return (networkInterface.Groups ?? []).flatMap(({ GroupId }) => (GroupId ? [GroupId] : [])).sort();
}

/** Whether two lists hold the same values, in whatever order. */
export function sameValues(a: string[], b: string[]): boolean {
  return a.length === b.length && a.every((one) => b.includes(one));
}

/** A list for people: the first ten, and how many more there are. */
export function listed(values: string[]): string {
  const shown = values.slice(0, 10).join(", ");
  return values.length > 10 ? `${shown} and ${values.length - 10} more` : shown;
}
