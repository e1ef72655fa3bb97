import { randomBytes } from "node:crypto";
import { GetCommand, PutCommand, QueryCommand, TransactWriteCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { ActionRecord, CaseRecord, ManifestEntry, TimelineEntry, TimelineKind, WholeCase } from "./case";
import { isNamed, namedError } from "./errors";
import { sha256 } from "./manifest";
import { omit } from "./omit";

/**
 * The case table. One item collection a case: `case`, `action#<name>`, `timeline#<time>#<order>`,
 * `evidence#<seq>`; and one pointer an incident, which decides that the same incident makes the same case.
 */
export interface CaseTable {
  client: DynamoDBDocumentClient;
  table: string;
}

/** The index that lists cases, newest first. */
export const casesIndex = "cases";

const item = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/**
 * A line of the timeline. Its key sorts by time; what one process writes within a millisecond stays in order by the
 * process's own clock, and chance keeps lines of different processes apart.
 */
export function timelineItem(caseId: string, entry: Omit<TimelineEntry, "at"> & { at?: string }) {
  const at = entry.at ?? new Date().toISOString();
  const order = String(process.hrtime.bigint()).padStart(20, "0");
  return item({ caseId, sk: `timeline#${at}#${order}#${randomBytes(4).toString("hex")}`, ...entry, at });
}

function incidentPointer(incident: string) {
  return { caseId: `incident#${sha256(incident)}`, sk: "incident" };
}

/**
 * Opens a case by conditional write, or finds the one that answers the incident already. A case that has ended
 * (`gone`, `recovered`) answers no finding that was updated after its end: that opens a new case. One that was only
 * reported answers its own finding for good, and others about the same resource while they follow each other closely:
 * a root session is one incident, and its next use weeks later another.
 */
export async function openCase(table: CaseTable, record: CaseRecord): Promise<{ caseId: string; opened: boolean }> {
  const pointer = await readPointer(table, record.incident);
  const current = pointer ? await readCase(table, pointer) : undefined;
  if (current && !supersedes(record, current)) return { caseId: current.caseId, opened: false };
  try {
    await table.client.send(
      new TransactWriteCommand({
        TransactItems: [
          {
            Put: {
              TableName: table.table,
              Item: { ...incidentPointer(record.incident), answeredBy: record.caseId },
              ...(pointer
                ? { ConditionExpression: "answeredBy = :old", ExpressionAttributeValues: { ":old": pointer } }
                : { ConditionExpression: "attribute_not_exists(caseId)" }),
            },
          },
          {
            Put: {
              TableName: table.table,
              Item: item({ sk: "case", listed: "case", openedAt: record.times.triage, ...record }),
              ConditionExpression: "attribute_not_exists(caseId)",
            },
          },
        ],
      }),
    );
    return { caseId: record.caseId, opened: true };
  } catch (error) {
    if (!isNamed(error, "TransactionCanceledException")) throw error;
    const winner = await readPointer(table, record.incident);
    if (!winner) throw error;
    return { caseId: winner, opened: false };
  }
}

/** How long after a case was reported another finding about its resource still belongs to it. */
const oneEpisodeMs = 60 * 60 * 1000;

/** A case that only planned, in observe mode, does not hold back a response now that the mode is enforce. */
function supersedes(record: CaseRecord, current: CaseRecord): boolean {
  if (current.state === "planned" && record.mode === "enforce") return true;
  if (current.state === "reported") {
    const quietSince = Date.parse(current.times.closed ?? current.times.triage) + oneEpisodeMs;
    return record.finding.id !== current.finding.id && Date.parse(record.finding.updatedAt) > quietSince;
  }
  const ended =
    current.state === "gone"
      ? current.times.closed
      : current.state === "recovered"
        ? current.times.recovered
        : undefined;
  return ended !== undefined && record.finding.updatedAt > ended && record.caseId !== current.caseId;
}

async function readPointer(table: CaseTable, incident: string): Promise<string | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.table, Key: incidentPointer(incident), ConsistentRead: true }),
  );
  return Item?.answeredBy as string | undefined;
}

export async function readCase(table: CaseTable, caseId: string): Promise<CaseRecord> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.table, Key: { caseId, sk: "case" }, ConsistentRead: true }),
  );
  if (!Item) throw namedError("CaseNotFound", `There is no case ${caseId} in table ${table.table}`);
  return fields<CaseRecord>(Item);
}

export async function readAction(table: CaseTable, caseId: string, action: string): Promise<ActionRecord | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.table, Key: { caseId, sk: `action#${action}` }, ConsistentRead: true }),
  );
  return Item && fields<ActionRecord>(Item);
}

/** Everything recorded of a case, in order. */
export async function readWholeCase(table: CaseTable, caseId: string): Promise<WholeCase> {
  const items: Record<string, unknown>[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await table.client.send(
      new QueryCommand({
        TableName: table.table,
        KeyConditionExpression: "caseId = :id",
        ExpressionAttributeValues: { ":id": caseId },
        ConsistentRead: true,
        ExclusiveStartKey: start,
      }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start);
  const under = (prefix: string) => items.filter(({ sk }) => String(sk).startsWith(prefix));
  const record = under("case").map(fields<CaseRecord>)[0];
  if (!record) throw namedError("CaseNotFound", `There is no case ${caseId} in table ${table.table}`);
  return {
    record,
    actions: under("action#").map(fields<ActionRecord>),
    timeline: under("timeline#").map(ofCase<TimelineEntry>),
    evidence: under("evidence#").map(ofCase<ManifestEntry>),
  };
}

/** An item without what only the table needs. */
function fields<T>(item: Record<string, unknown>): T {
  return omit(item, "sk", "listed", "openedAt") as T;
}

/** Entries do not repeat their case; a manifest entry's hash covers exactly what is left. */
function ofCase<T>(item: Record<string, unknown>): T {
  return omit(item, "sk", "caseId") as T;
}

export async function appendTimeline(
  table: CaseTable,
  caseId: string,
  kind: TimelineKind,
  actor: string,
  text: string,
  data?: unknown,
): Promise<void> {
  const entry = timelineItem(caseId, { kind, actor, text, data });
  await table.client.send(new PutCommand({ TableName: table.table, Item: entry }));
}

/** Sets fields of the case itself; `times` are merged one by one. */
export async function updateCase(
  table: CaseTable,
  caseId: string,
  fields: Partial<Pick<CaseRecord, "state" | "reason" | "manifest">>,
  times: Partial<CaseRecord["times"]> = {},
): Promise<void> {
  const sets = [
    ...Object.entries(fields).map(([name, value]) => ({
      path: `#${name}`,
      names: { [`#${name}`]: name },
      name,
      value,
    })),
    ...Object.entries(times).map(([name, value]) => ({
      path: `#times.#${name}`,
      names: { "#times": "times", [`#${name}`]: name },
      name,
      value,
    })),
  ].filter(({ value }) => value !== undefined);
  await table.client.send(
    new UpdateCommand({
      TableName: table.table,
      Key: { caseId, sk: "case" },
      ConditionExpression: "attribute_exists(caseId)",
      UpdateExpression: `SET ${sets.map(({ path, name }) => `${path} = :${name}`).join(", ")}`,
      ExpressionAttributeNames: Object.assign({}, ...sets.map(({ names }) => names)),
      ExpressionAttributeValues: item(Object.fromEntries(sets.map(({ name, value }) => [`:${name}`, value]))),
    }),
  );
}

/** Counts a further finding about the same incident. */
export async function countFinding(table: CaseTable, caseId: string): Promise<void> {
  await table.client.send(
    new UpdateCommand({
      TableName: table.table,
      Key: { caseId, sk: "case" },
      ConditionExpression: "attribute_exists(caseId)",
      UpdateExpression: "ADD seen :one",
      ExpressionAttributeValues: { ":one": 1 },
    }),
  );
}

/**
 * Writes what an action did together with its line on the timeline, or neither. `before` is kept from the first
 * write: a retry that sees a half-changed resource must not replace what undo has to put back.
 */
export async function recordAction(
  table: CaseTable,
  record: Partial<ActionRecord> & Pick<ActionRecord, "caseId" | "action" | "status">,
  entry: Omit<TimelineEntry, "at">,
): Promise<void> {
  const { caseId, action, ...fields } = item(record);
  const names = Object.keys(fields);
  const once = new Set(["before", "changes", "blastRadius", "plannedAt"]);
  const values = names.map((name) =>
    once.has(name) ? `#${name} = if_not_exists(#${name}, :${name})` : `#${name} = :${name}`,
  );
  await table.client.send(
    new TransactWriteCommand({
      TransactItems: [
        {
          Update: {
            TableName: table.table,
            Key: { caseId, sk: `action#${action}` },
            UpdateExpression: `SET #action = :action, ${values.join(", ")}`,
            ExpressionAttributeNames: {
              "#action": "action",
              ...Object.fromEntries(names.map((name) => [`#${name}`, name])),
            },
            ExpressionAttributeValues: {
              ":action": action,
              ...Object.fromEntries(names.map((name) => [`:${name}`, fields[name as keyof typeof fields]])),
            },
          },
        },
        { Put: { TableName: table.table, Item: timelineItem(caseId, entry) } },
      ],
    }),
  );
}

/** The chain's last entry, or undefined before the first. */
export async function lastEvidence(table: CaseTable, caseId: string): Promise<ManifestEntry | undefined> {
  const { Items } = await table.client.send(
    new QueryCommand({
      TableName: table.table,
      KeyConditionExpression: "caseId = :id AND begins_with(sk, :evidence)",
      ExpressionAttributeValues: { ":id": caseId, ":evidence": "evidence#" },
      ConsistentRead: true,
      ScanIndexForward: false,
      Limit: 1,
    }),
  );
  return Items?.[0] && ofCase<ManifestEntry>(Items[0]);
}

/** Appends an entry to the chain; false if another writer took its place first. */
export async function putEvidence(table: CaseTable, caseId: string, entry: ManifestEntry): Promise<boolean> {
  try {
    await table.client.send(
      new PutCommand({
        TableName: table.table,
        Item: item({ caseId, sk: `evidence#${String(entry.seq).padStart(6, "0")}`, ...entry }),
        ConditionExpression: "attribute_not_exists(sk)",
      }),
    );
    return true;
  } catch (error) {
    if (isNamed(error, "ConditionalCheckFailedException")) return false;
    throw error;
  }
}
