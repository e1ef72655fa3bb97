import { z } from "zod";
import { parse } from "../../input";
import { invalidInput } from "../errors";
import type { Asff } from "../finding";
import {
  booleanTest,
  dateTest,
  ipTest,
  isNegative,
  keywordTest,
  mapTest,
  numberTest,
  stringTest,
  type Test,
} from "./conditions";
import { filterFields, valuesAt, type FieldKind } from "./fields";

/** Where filters are used: automation rules have comparisons that GetFindings and insights have not. */
export type FilterUse = "findings" | "rule";

const text = z.string().regex(/\S/, "expected text that is not blank");
const strings = ["EQUALS", "PREFIX", "NOT_EQUALS", "PREFIX_NOT_EQUALS"] as const;
const maps = ["EQUALS", "NOT_EQUALS"] as const;
const contains = ["CONTAINS", "NOT_CONTAINS"] as const;
const number = z.number().optional();
const days = z.object({
  Value: z.number().int().min(0),
  Unit: z.literal("DAYS"),
  Comparison: z.enum(["WITHIN", "OLDER_THAN"]).optional(),
});

const shapes = (use: FilterUse) => ({
  string: z.object({ Value: text, Comparison: z.enum(use === "rule" ? [...strings, ...contains] : strings) }),
  map: z.object({ Key: text, Value: text, Comparison: z.enum(use === "rule" ? [...maps, ...contains] : maps) }),
  number: z.object({ Eq: number, Gt: number, Gte: number, Lt: number, Lte: number }),
  date: z
    .object({ Start: text.optional(), End: text.optional(), DateRange: days.optional() })
    .refine((one) => (one.DateRange ? !one.Start && !one.End : one.Start !== undefined || one.End !== undefined), {
      error: "expected Start and End, or DateRange",
    }),
  ip: z.object({ Cidr: z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()], "expected a CIDR block") }),
  keyword: z.object({ Value: text }),
  boolean: z.object({ Value: z.boolean() }),
});
const shapesOf: Record<FilterUse, Record<FieldKind, z.ZodType>> = {
  findings: shapes("findings"),
  rule: shapes("rule"),
};

/** At most so many attributes, and so many values for one. */
const attributeLimit = 10;
const valueLimit = 20;

/**
 * Compiles filters. @returns whether a finding passes all of them
 * @throws InvalidInputException that names the attribute, its value and what was expected
 */
export function matcher(filters: unknown, now: () => Date, use: FilterUse = "findings"): (finding: Asff) => boolean {
  const given = parse(z.record(z.string(), z.unknown()).nullish(), filters, invalidInput) ?? {};
  const entries = Object.entries(given).filter(([, value]) => Array.isArray(value) && value.length > 0);
  if (use === "findings" && entries.length > attributeLimit)
    throw invalidInput(`Invalid parameter Filters: at most ${attributeLimit} attributes, found ${entries.length}`);
  const tests = entries.map(([name, value]) => {
    const field = filterFields.get(name);
    if (!field) throw invalidInput(`Invalid parameter Filters: findings have no attribute ${name} to filter by`);
    const list = parse(z.object({ [name]: z.array(shapesOf[use][field.kind]).max(valueLimit) }), given, invalidInput);
    refuseMixture(name, value as { Comparison?: string }[]);
    return { path: field.path, test: testOf(field.kind, list[name] as never[], now) };
  });
  return (finding) => tests.every(({ path, test }) => test(valuesAt(finding, path)));
}

function testOf(kind: FieldKind, filters: never[], now: () => Date): Test {
  switch (kind) {
    case "string":
      return stringTest(filters);
    case "map":
      return mapTest(filters);
    case "number":
      return numberTest(filters);
    case "date":
      return dateTest(filters, now);
    case "ip":
      return ipTest(filters);
    case "keyword":
      return keywordTest(filters);
    case "boolean":
      return booleanTest(filters);
  }
}

/** @throws InvalidInputException where comparisons of one attribute contradict each other, as Security Hub says */
function refuseMixture(name: string, filters: { Comparison?: string }[]): void {
  const used = new Set(filters.map(({ Comparison }) => Comparison ?? ""));
  const equalAndNot = used.has("EQUALS") && [...used].some(isNegative);
  const containing = contains.filter((one) => used.has(one));
  if (equalAndNot || (containing.length > 0 && used.size > 1))
    throw invalidInput(`Invalid parameter Filters.${name}: ${[...used].join(" and ")} cannot be combined`);
}
