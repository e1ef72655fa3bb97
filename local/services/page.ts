import { createHash } from "node:crypto";
import type { ServiceError } from "./errors";

interface PageRequest {
  /** Asked for; AWS refuses what is outside `1..max`. */
  size: number | undefined;
  token: string | null | undefined;
  max: number;
  /** Page size where none is asked for. @default `max` */
  usual?: number;
  /** What the list depends on: a token is good for the same request only. */
  of?: unknown;
  invalid(message: string): ServiceError;
}

/** @returns one page of a list and the token for the next one, if there is one */
export function page<T>(all: readonly T[], request: PageRequest): { items: T[]; nextToken?: string } {
  const { max, usual = max, invalid } = request;
  const size = request.size ?? usual;
  if (!Number.isInteger(size) || size < 1 || size > max)
    throw invalid(`Invalid parameter MaxResults: expected a whole number from 1 to ${max}, found ${request.size}`);
  const mark = createHash("sha256")
    .update(JSON.stringify(request.of ?? null))
    .digest("hex")
    .slice(0, 16);
  const start = request.token ? startOf(request.token, mark, invalid) : 0;
  const end = start + size;
  return {
    items: all.slice(start, end),
    ...(end < all.length ? { nextToken: Buffer.from(`${mark}:${end}`).toString("base64url") } : {}),
  };
}

function startOf(token: string, mark: string, invalid: (message: string) => ServiceError): number {
  const [of, start] = Buffer.from(token, "base64url").toString().split(":");
  if (of !== mark || !/^\d+$/.test(start ?? ""))
    throw invalid("Invalid parameter NextToken: it is not of this request");
  return Number(start);
}
