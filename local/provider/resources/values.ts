/** A number out of an answer that gives it as text; undefined where there is none. */
export function numberOf(value: string | number | undefined): number | undefined {
  return value === undefined || value === "" ? undefined : Number(value);
}

/** A flag out of an answer that gives it as text. */
export function booleanOf(value: string | undefined): boolean | undefined {
  return value === undefined ? undefined : value.toLowerCase() === "true";
}

/** `{ a: "b" }` from `[{ Key: "a", Value: "b" }]`; tags that AWS itself sets are left out. */
export function tagMap(tags: readonly { Key?: string; Value?: string }[] | undefined): Record<string, string> {
  const own = (tags ?? []).filter(({ Key = "" }) => Key !== "" && !Key.startsWith("aws:"));
  return Object.fromEntries(own.map(({ Key = "", Value = "" }) => [Key, Value]));
}

/** `[{ Key: "a", Value: "b" }]` from `{ a: "b" }`. */
export function tagList(tags: Readonly<Record<string, string>> | undefined): { Key: string; Value: string }[] {
  return Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
}

/** An object without its undefined members: the SDK's serializers and comparisons take them for values. */
export function defined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}

/** `{ maxAge: 1 }` to `{ MaxAge: 1 }`, all the way down: most AWS structures are the SDK's with capitals. */
export function toAws<T>(value: unknown): T {
  return rename(value, (key) => key.charAt(0).toUpperCase() + key.slice(1)) as T;
}

/** The way back from {@link toAws}. */
export function fromAws<T>(value: unknown): T {
  return rename(value, (key) => key.charAt(0).toLowerCase() + key.slice(1)) as T;
}

function rename(value: unknown, change: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => rename(item, change));
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  const kept = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(kept.map(([key, member]) => [change(key), rename(member, change)]));
}
