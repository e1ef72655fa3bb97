import { randomBytes } from "node:crypto";
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { linkedRegions } from "../regions";
import type { World } from "../world";
import { accessRoleName, assumed, connect } from "../world/clients";
import type { AccountClients } from "../world";

/** The linked region that drills happen in. */
export const linkedRegion = linkedRegions[0] ?? "us-east-1";

/** An event of an AWS service. */
export interface ServiceEvent {
  source: string;
  detailType: string;
  detail: object;
  resources?: string[];
}

/** Sends an event to the drill account's own bus in the linked region, as a service does. @throws where it is not taken */
export async function sendInLinkedRegion(world: World, event: ServiceEvent): Promise<void> {
  const root = { accessKeyId: world.drillAccount.id, secretAccessKey: "root" };
  const { events, destroy } = connect({ endpoint: world.endpoint, region: linkedRegion }, root);
  try {
    const { Entries } = await events.send(
      new PutEventsCommand({
        Entries: [
          {
            Time: new Date(),
            Source: event.source,
            DetailType: event.detailType,
            Detail: JSON.stringify(event.detail),
            Resources: event.resources ?? [],
          },
        ],
      }),
    );
    const failed = Entries?.find(({ ErrorCode }) => ErrorCode);
    if (failed) throw Object.assign(new Error(failed.ErrorMessage ?? "no reason given"), { name: failed.ErrorCode });
  } finally {
    destroy();
  }
}

/** Does something as the drill account's administrator in the linked region. */
export async function asLinkedAdministrator(
  world: World,
  act: (clients: AccountClients) => Promise<void>,
): Promise<void> {
  const place = { endpoint: world.endpoint, region: linkedRegion };
  const pipeline = connect(place, world.pipeline);
  const role = `arn:aws:iam::${world.drillAccount.id}:role/${accessRoleName}`;
  const clients = connect(place, assumed(pipeline, role, "administrator"));
  try {
    await act(clients);
  } finally {
    for (const one of [clients, pipeline]) one.destroy();
  }
}

/** An id as GuardDuty and CloudTrail make them. */
export function randomId(): string {
  return randomBytes(16).toString("hex");
}
