import { Struct } from "google-protobuf/google/protobuf/struct_pb";

/** Property values as they travel: plain JSON with a few marked strings and objects. */
export type Properties = Record<string, unknown>;

/** What the engine sends in a preview for a value that is not known yet (sdk/go/common/resource/plugin/rpc.go). */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** An unknown number, bool, array, asset, archive or object has a mark of its own; all of them mean the same here. */
const unknownValues = new Set([
  unknownValue,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const assetSignature = "c44067f5952c0a294b673a41bacd8c17";
const archiveSignature = "0def7320c3a5731c473e5ecbe6d01bc7";

/** An asset as the engine sends it: exactly one of text, path and uri, and the hash of its content. */
export interface Asset {
  readonly hash?: string;
  readonly text?: string;
  readonly path?: string;
  readonly uri?: string;
}

/** An archive: exactly one of assets, path and uri. */
export interface Archive {
  readonly hash?: string;
  readonly assets?: Readonly<Record<string, unknown>>;
  readonly path?: string;
  readonly uri?: string;
}

export function fromStruct(struct: Struct | undefined): Properties {
  return (struct?.toJavaScript() ?? {}) as Properties;
}

/** Undefined members are left out: the protocol has no word for them. */
export function toStruct(properties: Properties): Struct {
  return Struct.fromJavaScript(withoutUndefined(properties) as Parameters<typeof Struct.fromJavaScript>[0]);
}

export function isUnknown(value: unknown): boolean {
  return typeof value === "string" && unknownValues.has(value);
}

/** True where the value or anything inside it is unknown. */
export function hasUnknown(value: unknown): boolean {
  if (isUnknown(value)) return true;
  return isContainer(value) && Object.values(value).some(hasUnknown);
}

export function secret(value: unknown): Properties {
  return { [signatureKey]: secretSignature, value };
}

/** The value with nothing marked secret any more, all the way down. */
export function revealed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revealed);
  if (!isRecord(value)) return value;
  if (signatureOf(value) === secretSignature) return revealed(value["value"]);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, revealed(member)]));
}

export function isAsset(value: unknown): value is Asset {
  return signatureOf(value) === assetSignature;
}

export function isArchive(value: unknown): value is Archive {
  return signatureOf(value) === archiveSignature;
}

/** Null and undefined, which the engine uses alike. */
export function isUnset(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

export function isContainer(value: unknown): value is Record<string, unknown> | unknown[] {
  return typeof value === "object" && value !== null;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return isContainer(value) && !Array.isArray(value);
}

function signatureOf(value: unknown): unknown {
  return isRecord(value) ? value[signatureKey] : undefined;
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => (item === undefined ? null : withoutUndefined(item)));
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(kept.map(([key, member]) => [key, withoutUndefined(member)]));
}
