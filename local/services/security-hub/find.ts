import { z } from "zod";
import { parse } from "../input";
import { page } from "../page";
import type { Operations } from "../service";
import { invalidInput } from "./errors";
import { filterFields, valuesAt } from "./filters/fields";
import { matcher } from "./filters/matcher";
import type { Asff } from "./finding";
import type { HubState } from "./state";
import { hubOf, visibleFindings } from "./visible";

const input = z.object({
  Filters: z.unknown().optional(),
  SortCriteria: z
    .array(z.object({ Field: z.string().min(1), SortOrder: z.enum(["asc", "desc"]).optional() }))
    .optional(),
  MaxResults: z.number().int().nullish(),
  NextToken: z.string().nullish(),
});
type SortCriteria = NonNullable<z.infer<typeof input>["SortCriteria"]>;

/** Findings on a page where the caller does not say. */
const usualPage = 10;
const largestPage = 100;

/** https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_GetFindings.html */
export function findOperations(state: HubState): Operations {
  return {
    GetFindings(call) {
      hubOf(state, call);
      const { Filters, SortCriteria = [], MaxResults, NextToken } = parse(input, call.body, invalidInput);
      const matches = matcher(Filters, state.context.now);
      const found = sorted(visibleFindings(state, call).filter(matches), SortCriteria);
      const { items, nextToken } = page(found, {
        size: MaxResults ?? undefined,
        token: NextToken,
        max: largestPage,
        usual: usualPage,
        of: [Filters, SortCriteria],
        invalid: invalidInput,
      });
      return { Findings: items, NextToken: nextToken };
    },
  };
}

/** Sorted by each criterion in turn; without any, the latest first. */
function sorted(findings: Asff[], criteria: SortCriteria): Asff[] {
  const rules = (criteria.length > 0 ? criteria : [{ Field: "UpdatedAt", SortOrder: "desc" as const }]).map(
    ({ Field, SortOrder = "asc" }) => ({ path: pathOf(Field), way: SortOrder === "asc" ? 1 : -1 }),
  );
  return findings.sort((a, b) => {
    for (const { path, way } of rules) {
      const order = compare(valuesAt(a, path)[0], valuesAt(b, path)[0]);
      if (order !== 0) return order * way;
    }
    return a.Id.localeCompare(b.Id);
  });
}

/** Sort fields are named as filters are, or as the finding has them. */
const pathOf = (field: string) => filterFields.get(field)?.path ?? field;

function compare(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a ?? "").localeCompare(String(b ?? ""));
}
