import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { readCase, timelineItem } from "../cases";
import type { CaseTable } from "../cases";
import { isNamed } from "../errors";

/** Who acknowledged a case, and when (ISO 8601, UTC). */
export interface Acknowledgement {
  by: string;
  at: string;
}

/**
 * Puts the acknowledgement on case and timeline, both or neither. The first one counts: whoever comes later is told
 * who has the case.
 */
export async function acknowledgeCase(
  { client, table }: CaseTable,
  caseId: string,
  wanted: Acknowledgement & { how: string },
): Promise<Acknowledgement & { first: boolean }> {
  const { by, at, how } = wanted;
  const entry = timelineItem(caseId, { kind: "acknowledged", actor: by, text: `acknowledged ${how}`, at });
  try {
    await client.send(
      new TransactWriteCommand({
        TransactItems: [
          {
            Update: {
              TableName: table,
              Key: { caseId, sk: "case" },
              ConditionExpression: "attribute_exists(caseId) AND attribute_not_exists(acknowledgedBy)",
              UpdateExpression: "SET #by = :by, #times.#acknowledged = :at",
              ExpressionAttributeNames: { "#by": "acknowledgedBy", "#times": "times", "#acknowledged": "acknowledged" },
              ExpressionAttributeValues: { ":by": by, ":at": at },
            },
          },
          { Put: { TableName: table, Item: entry } },
        ],
      }),
    );
    return { by, at, first: true };
  } catch (error) {
    if (!isNamed(error, "TransactionCanceledException")) throw error;
    const { acknowledgedBy, times } = await readCase({ client, table }, caseId);
    if (!acknowledgedBy || !times.acknowledged) throw error; // cancelled for another reason: tried again
    return { by: acknowledgedBy, at: times.acknowledged, first: false };
  }
}
