import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheDir } from "../../engine/cache";
import { deriveProviderSchema, deriveSchema, sdkFolder } from "./derive";
import type { PropertySchema, ResourceSchema } from "./types";

/** Raise when the shape or meaning of what is cached changes. */
const cacheFormat = 1;

const loaded = new Map<string, unknown>();

/** The schema of a resource type: from memory, from the cache outside the checkout, else derived and cached. */
export function loadSchema(token: string): ResourceSchema {
  return cached(token, () => deriveSchema(token));
}

/** The arguments of the provider itself. */
export function loadProviderSchema(): Readonly<Record<string, PropertySchema>> {
  return cached("pulumi:providers:aws", deriveProviderSchema);
}

/** The version of the installed `@pulumi/aws`, which the provider reports as its own. */
export function sdkVersion(): string {
  return cachedVersion();
}

const cachedVersion = once(() => {
  const manifest = JSON.parse(readFileSync(join(sdkFolder(), "package.json"), "utf8")) as { version: string };
  return manifest.version;
});

function cached<T>(key: string, derive: () => T): T {
  const known = loaded.get(key);
  if (known) return known as T;
  const file = join(schemaFolder(), `${key.replace(/[:/]/g, "-")}.json`);
  const value = readJson<T>(file) ?? store(file, derive());
  loaded.set(key, value);
  return value;
}

function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as T;
  } catch {
    return undefined; // not there, or cut short by a full disk: derived again
  }
}

/** Written aside and renamed, so that two processes starting at once never read half a file. */
function store<T>(file: string, value: T): T {
  const draft = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(draft, JSON.stringify(value));
    renameSync(draft, file);
  } catch {
    return value; // a cache that cannot be written costs time, not correctness
  }
  return value;
}

function schemaFolder(): string {
  return join(cacheDir(), `aws-schema-${sdkVersion()}-${cacheFormat}`);
}

function once<T>(make: () => T): () => T {
  let value: { readonly made: T } | undefined;
  return () => (value ??= { made: make() }).made;
}
