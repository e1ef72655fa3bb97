import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { CaseRecord, CaseState, WholeCase } from "../functions/shared/case";
import { casesIndex, readWholeCase } from "../functions/shared/cases";
import type { CaseTable } from "../functions/shared/cases";
import { isNamed } from "../functions/shared/errors";
import { Failure } from "./failure";

export const caseStates: CaseState[] = [
  "open",
  "planned",
  "contained",
  "notContained",
  "gone",
  "recovered",
  "undoRefused",
];

/** The newest cases first; `state` picks some. */
export async function listCases(table: CaseTable, limit: number, state?: CaseState): Promise<CaseRecord[]> {
  const found: CaseRecord[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await table.client.send(
      new QueryCommand({
        TableName: table.table,
        IndexName: casesIndex,
        KeyConditionExpression: "listed = :case",
        ExpressionAttributeValues: { ":case": "case" },
        ScanIndexForward: false,
        ExclusiveStartKey: start,
      }),
    );
    const records = (page.Items ?? []) as CaseRecord[];
    found.push(...records.filter((record) => state === undefined || record.state === state));
    start = page.LastEvaluatedKey;
  } while (start && found.length < limit);
  return found.slice(0, limit);
}

/** How many cases are looked at for an id that is like the one asked for. */
const likeAmong = 500;

/**
 * Everything recorded of a case.
 *
 * @throws Failure that names cases with a similar id where there is no such case
 */
export async function findCase(table: CaseTable, caseId: string): Promise<WholeCase> {
  try {
    return await readWholeCase(table, caseId);
  } catch (error) {
    if (!isNamed(error, "CaseNotFound")) throw error;
    const known = await listCases(table, likeAmong);
    const like = known
      .map((record) => ({ record, distance: distance(caseId, record.caseId) }))
      .sort((a, b) => a.distance - b.distance)
      .slice(0, 3)
      .map(({ record }) => `${record.caseId} (${record.state}, ${record.finding.resource.id})`);
    throw new Failure(
      `there is no case ${caseId} in table ${table.table}`,
      like.length > 0
        ? `Most like it: ${like.join("; ")}. \`firebreak cases\` lists all.`
        : "There are no cases yet: `firebreak drill` makes one.",
    );
  }
}

/** Levenshtein's: how many letters to put in, take out or change. */
export function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + cost));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
