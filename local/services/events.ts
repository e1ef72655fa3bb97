import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import type { Json } from "./service";

/** An event of an AWS service for the default bus of one account and region. */
export interface ServiceEvent {
  account: string;
  region: string;
  source: string;
  detailType: string;
  resources: string[];
  detail: Json;
}

/** Takes an event for delivery; what becomes of it is not the caller's business, as on AWS. */
export type Emit = (event: ServiceEvent) => void;

/** What PutEvents takes at once: so many entries, and so many characters of detail in all. */
const batchSize = 10;
const batchCharacters = 240_000;
/** How often a delivery is tried before it is given up, and the first pause, which doubles. */
const attempts = 5;
const firstPauseMs = 50;
/** Events that may wait for one bus. */
const queueLimit = 100_000;

interface Queue {
  waiting: PutEventsRequestEntry[];
  client: EventBridgeClient;
  running: Promise<void> | undefined;
}

/**
 * Puts events on the emulator's buses, in order for each bus, as root of the bus's account: the emulator lets root
 * stand in for AWS's services, which alone may send `aws.*` sources.
 */
export function eventSender(options: {
  endpoint: string;
  credentials(account: string): { accessKeyId: string; secretAccessKey: string };
  log(line: string): void;
}) {
  const queues = new Map<string, Queue>();
  const queueOf = (account: string, region: string) => {
    const key = `${account}/${region}`;
    const known = queues.get(key);
    if (known) return known;
    const { endpoint } = options;
    const client = new EventBridgeClient({
      endpoint,
      region,
      credentials: options.credentials(account),
      maxAttempts: 1,
    });
    const queue: Queue = { waiting: [], client, running: undefined };
    queues.set(key, queue);
    return queue;
  };
  const emit: Emit = (event) => {
    const queue = queueOf(event.account, event.region);
    if (queue.waiting.length >= queueLimit) {
      options.log(`event lost: ${queueLimit} wait for the bus of ${event.account} in ${event.region}`);
      return;
    }
    queue.waiting.push({
      Source: event.source,
      DetailType: event.detailType,
      Resources: event.resources,
      Detail: JSON.stringify(event.detail),
      Time: new Date(),
    });
    queue.running ??= drain(queue, options.log).finally(() => (queue.running = undefined));
  };
  return {
    emit,
    /** Waits until nothing is under way. */
    async settled() {
      for (let running = active(queues); running.length > 0; running = active(queues)) await Promise.all(running);
    },
    destroy() {
      for (const { client } of queues.values()) client.destroy();
    },
  };
}

const active = (queues: Map<string, Queue>) => [...queues.values()].flatMap(({ running }) => running ?? []);

async function drain(queue: Queue, log: (line: string) => void): Promise<void> {
  // What the same request emits goes out together.
  await Promise.resolve();
  while (queue.waiting.length > 0) {
    let batch = takeBatch(queue.waiting);
    for (let attempt = 1; batch.length > 0; attempt++) {
      const { refused, reason } = await put(queue.client, batch);
      batch = refused;
      if (batch.length === 0) break;
      if (attempt === attempts) {
        log(`${batch.length} events lost, refused ${attempts} times: ${reason}`);
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, firstPauseMs * 2 ** (attempt - 1)));
    }
  }
}

function takeBatch(waiting: PutEventsRequestEntry[]): PutEventsRequestEntry[] {
  let characters = 0;
  let size = 0;
  for (const { Detail = "" } of waiting.slice(0, batchSize)) {
    characters += Detail.length;
    if (size > 0 && characters > batchCharacters) break;
    size++;
  }
  return waiting.splice(0, size);
}

async function put(client: EventBridgeClient, batch: PutEventsRequestEntry[]) {
  try {
    const { Entries = [] } = await client.send(new PutEventsCommand({ Entries: batch }));
    const reason = Entries.find(({ ErrorCode }) => ErrorCode)?.ErrorMessage ?? "no reason given";
    return { refused: batch.filter((_, index) => Entries[index]?.ErrorCode), reason };
  } catch (error) {
    return { refused: batch, reason: error instanceof Error ? error.message : String(error) };
  }
}
