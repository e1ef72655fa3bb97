import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";

import type { CaseTable } from "../../functions/shared/cases";
import { awsError, connection } from "./fixtures";
import { mocked } from "./mocked";

type Item = Record<string, unknown>;

interface Write {
  Item?: Item;
  Key?: Item;
  ConditionExpression?: string;
  UpdateExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Item;
}

/** The case table in memory, with as much of DynamoDB's expressions as the table's code uses. */
export function fakeTable(): { table: CaseTable; items: Map<string, Item> } {
  const items = new Map<string, Item>();
  const keyOf = ({ caseId, sk }: Item) => `${String(caseId)}|${String(sk)}`;
  const mock = mocked(DynamoDBDocumentClient);
  const write = (one: Write) => {
    const key = keyOf(one.Item ?? one.Key ?? {});
    const now = items.get(key);
    if (!holds(one, now)) throw awsError("ConditionalCheckFailedException");
    return () => items.set(key, one.Item ? structuredClone(one.Item) : updated(one, now ?? { ...one.Key }));
  };
  mock.on(GetCommand).callsFake(async ({ Key }: { Key: Item }) => ({ Item: structuredClone(items.get(keyOf(Key))) }));
  mock.on(PutCommand).callsFake(async (one: Write) => {
    write(one)();
    return {};
  });
  mock.on(UpdateCommand).callsFake(async (one: Write) => {
    write(one)();
    return {};
  });
  mock.on(TransactWriteCommand).callsFake(async ({ TransactItems }: { TransactItems: Record<string, Write>[] }) => {
    try {
      const writes = TransactItems.flatMap((one) => Object.values(one)).map(write);
      for (const commit of writes) commit();
    } catch {
      throw awsError("TransactionCanceledException");
    }
    return {};
  });
  mock.on(QueryCommand).callsFake(async (query) => {
    const values = query.ExpressionAttributeValues as Record<string, string>;
    const found = [...items.values()]
      .filter(({ caseId, sk }) => caseId === values[":id"] && String(sk).startsWith(values[":evidence"] ?? ""))
      .sort((a, b) => (String(a.sk) < String(b.sk) ? -1 : 1));
    if (query.ScanIndexForward === false) found.reverse();
    return { Items: structuredClone(found.slice(0, query.Limit ?? found.length)) };
  });
  return { table: { client: DynamoDBDocumentClient.from(new DynamoDBClient(connection)), table: "fb-cases" }, items };
}

function holds({ ConditionExpression: condition, ExpressionAttributeValues: values }: Write, now: Item | undefined) {
  if (!condition) return true;
  if (condition.startsWith("attribute_not_exists")) return now === undefined;
  if (condition.endsWith("attribute_not_exists(acknowledgedBy)")) return now !== undefined && !now.acknowledgedBy;
  if (condition.startsWith("attribute_exists")) return now !== undefined;
  if (condition === "answeredBy = :old") return now?.answeredBy === values?.[":old"];
  throw new Error(`The fake table does not know the condition ${condition}`);
}

function updated(one: Write, now: Item): Item {
  const { UpdateExpression = "", ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = one;
  const item = structuredClone(now);
  if (UpdateExpression.startsWith("ADD ")) {
    const [, name = "", value = ""] = UpdateExpression.split(" ");
    item[name] = Number(item[name] ?? 0) + Number(values[value]);
    return item;
  }
  for (const assignment of UpdateExpression.replace(/^SET /, "").split(/, (?=#)/)) {
    const [target = "", source = ""] = assignment.split(" = ");
    const path = target.split(".").map((part) => names[part] ?? part);
    const last = path.pop() as string;
    const holder = path.reduce<Item>((at, part) => at[part] as Item, item);
    const value = values[(/:\w+/.exec(source) ?? [""])[0]];
    if (!(source.startsWith("if_not_exists") && holder[last] !== undefined)) holder[last] = value;
  }
  return item;
}
