import { z } from "zod";
import type { ServiceError } from "./errors";
import type { Call } from "./service";

/** Checks what a caller sent. @throws what `invalid` makes, with the parameter's path and what was expected */
export function parse<T extends z.ZodType>(schema: T, value: unknown, invalid: (message: string) => ServiceError) {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw invalid(`Invalid parameter ${issue?.path.join(".") || "input"}: ${issue?.message ?? "not valid"}`);
}

export const tagsSchema = z.record(z.string().min(1).max(128), z.string().max(256));
export const accountId = z.string().regex(/^\d{12}$/, "expected an account id of 12 digits");

/** A whole number from the query string. */
export function integerQuery(call: Call, name: string): number | undefined {
  const text = call.query.get(name);
  return text === null || text === "" ? undefined : Number(text);
}
