import { namedError } from "./errors";

/**
 * Strict reading of untrusted JSON. A field is its object's own (`__proto__` and what is inherited never count), of
 * the expected type and bounded in length; anything else is a MalformedEvent that names the field.
 */
export type Json = Record<string, unknown>;

export function malformed(field: string, expected: string, value: unknown): Error {
  const shown = value === undefined ? "nothing" : (JSON.stringify(value) ?? typeof value).slice(0, 80);
  return namedError("MalformedEvent", `${field} must be ${expected}, not ${shown}`);
}

function own(object: Json, name: string): unknown {
  return Object.prototype.hasOwnProperty.call(object, name) ? object[name] : undefined;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function asObject(value: unknown, field: string): Json {
  if (!isObject(value)) throw malformed(field, "an object", value);
  return value;
}

export function objectField(object: Json, name: string, path: string): Json {
  return asObject(own(object, name), `${path}${name}`);
}

export function textField(object: Json, name: string, path: string, most: number): string {
  const value = own(object, name);
  if (typeof value !== "string" || value.length === 0 || value.length > most) {
    throw malformed(`${path}${name}`, `a text of 1 to ${most} characters`, value);
  }
  return value;
}

export function patternField(object: Json, name: string, path: string, pattern: RegExp, expected: string): string {
  const value = own(object, name);
  if (typeof value !== "string" || value.length > 2048 || !pattern.test(value)) {
    throw malformed(`${path}${name}`, expected, value);
  }
  return value;
}

export function numberField(object: Json, name: string, path: string, least: number, most: number): number {
  const value = own(object, name);
  if (typeof value !== "number" || !(value >= least && value <= most)) {
    throw malformed(`${path}${name}`, `a number from ${least} to ${most}`, value);
  }
  return value;
}

/** A time as ISO 8601 in UTC, whatever its offset was. */
export function timeField(object: Json, name: string, path: string): string {
  const shape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;
  const value = patternField(object, name, path, shape, "a time in ISO 8601");
  const time = new Date(value);
  if (Number.isNaN(time.getTime())) throw malformed(`${path}${name}`, "a time in ISO 8601", value);
  return time.toISOString();
}

/** A list of objects; one that is missing is empty, and what is not an object is left out. */
export function objectsOf(object: Json, name: string, most: number): Json[] {
  const value = own(object, name);
  return Array.isArray(value) ? value.slice(0, most).filter(isObject) : [];
}

/** A text that may be missing or of the wrong shape: then undefined. For hints only. */
export function hint(object: Json, name: string, pattern: RegExp): string | undefined {
  const value = own(object, name);
  return typeof value === "string" && value.length <= 2048 && pattern.test(value) ? value : undefined;
}
