import { GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { deadLetterQueueName } from "../functions/shared/names";
import type { Installation } from "../rollout/installation";

/** An event that nothing could be made of. */
export interface DeadLetter {
  body: string;
  /** Why triage set it aside; absent where the queue itself did. */
  reason?: string;
}

/** What lies in the dead-letter queue; it is looked at and left there. */
export async function deadLetters({ prefix, region }: Pick<Installation, "prefix" | "region">): Promise<DeadLetter[]> {
  const sqs = new SQSClient({ region });
  try {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: deadLetterQueueName(prefix) }));
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: 0,
        MessageAttributeNames: ["All"],
      }),
    );
    return (Messages ?? []).map(({ Body, MessageAttributes }) => ({
      body: Body ?? "",
      ...(MessageAttributes?.reason?.StringValue ? { reason: MessageAttributes.reason.StringValue } : {}),
    }));
  } finally {
    sqs.destroy();
  }
}
