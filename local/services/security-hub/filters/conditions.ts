import { BlockList, isIPv6 } from "node:net";

/** A test of all values that a field has in one finding. */
export type Test = (values: unknown[]) => boolean;

interface Compared {
  Value?: string;
  Comparison?: string;
}

/**
 * Text: what says how it is joins by OR, what says how it is not joins by AND; `PREFIX` goes before the negative ones.
 * https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_StringFilter.html
 */
export function stringTest(filters: Compared[]): Test {
  const positive = filters.filter(({ Comparison }) => !isNegative(Comparison));
  const negative = filters.filter(({ Comparison }) => isNegative(Comparison));
  return (values) => {
    const texts = values.map(String);
    const wanted = positive.length === 0 || positive.some((filter) => texts.some((one) => compares(one, filter)));
    return wanted && negative.every((filter) => !texts.some((one) => compares(one, filter)));
  };
}

/** Values of a map by key: the same joins as for text. */
export function mapTest(filters: (Compared & { Key?: string })[]): Test {
  const positive = filters.filter(({ Comparison }) => !isNegative(Comparison));
  const negative = filters.filter(({ Comparison }) => isNegative(Comparison));
  const holds = (maps: Record<string, unknown>[], filter: Compared & { Key?: string }) =>
    maps.some(
      (one) => filter.Key !== undefined && one[filter.Key] !== undefined && compares(String(one[filter.Key]), filter),
    );
  return (values) => {
    const maps = values as Record<string, unknown>[];
    const wanted = positive.length === 0 || positive.some((filter) => holds(maps, filter));
    return wanted && negative.every((filter) => !holds(maps, filter));
  };
}

export const isNegative = (comparison = "") => comparison.includes("NOT_");

function compares(text: string, { Value = "", Comparison = "" }: Compared): boolean {
  if (Comparison.startsWith("PREFIX")) return text.startsWith(Value);
  if (Comparison.endsWith("CONTAINS")) return text.includes(Value);
  return text === Value;
}

interface NumberFilter {
  Eq?: number;
  Gt?: number;
  Gte?: number;
  Lt?: number;
  Lte?: number;
}

/** Numbers: the bounds of one filter join by AND, filters by OR. */
export const numberTest =
  (filters: NumberFilter[]): Test =>
  (values) =>
    filters.some(({ Eq, Gt, Gte, Lt, Lte }) =>
      values.some(
        (value) =>
          typeof value === "number" &&
          (Eq === undefined || value === Eq) &&
          (Gt === undefined || value > Gt) &&
          (Gte === undefined || value >= Gte) &&
          (Lt === undefined || value < Lt) &&
          (Lte === undefined || value <= Lte),
      ),
    );

export interface DateFilter {
  Start?: string;
  End?: string;
  DateRange?: { Value: number; Unit: "DAYS"; Comparison?: "WITHIN" | "OLDER_THAN" };
}

const dayMs = 24 * 3600 * 1000;

/** Times: from a start to an end, or within (or older than) so many days before now. */
export const dateTest =
  (filters: DateFilter[], now: () => Date): Test =>
  (values) =>
    filters.some(({ Start, End, DateRange }) =>
      values.some((value) => {
        const time = Date.parse(String(value));
        if (Number.isNaN(time)) return false;
        if (DateRange) {
          const edge = now().getTime() - DateRange.Value * dayMs;
          return DateRange.Comparison === "OLDER_THAN" ? time < edge : time >= edge;
        }
        return (!Start || time >= Date.parse(Start)) && (!End || time <= Date.parse(End));
      }),
    );

/** Addresses in any of the blocks. @throws where a block is none */
export function ipTest(filters: { Cidr?: string }[]): Test {
  const blocks = new BlockList();
  for (const { Cidr = "" } of filters) {
    const [address = "", prefix] = Cidr.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    blocks.addSubnet(address, prefix === undefined ? (family === "ipv6" ? 128 : 32) : Number(prefix), family);
  }
  return (values) => values.some((value) => blocks.check(String(value), isIPv6(String(value)) ? "ipv6" : "ipv4"));
}

/** A word anywhere in the finding. */
export const keywordTest =
  (filters: { Value?: string }[]): Test =>
  (values) => {
    const text = JSON.stringify(values).toLowerCase();
    return filters.some(({ Value = "" }) => text.includes(Value.toLowerCase()));
  };

export const booleanTest =
  (filters: { Value?: boolean }[]): Test =>
  (values) =>
    filters.some(({ Value }) => (values[0] ?? false) === Value);
