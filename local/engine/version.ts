/** The Pulumi engine that is installed or built where none is on PATH; go/go.mod pins the same version. */
export const ENGINE_VERSION = "3.250.0";

/**
 * The oldest engine on PATH that is used: that of the pinned @pulumi/pulumi, since Pulumi tests an SDK with the engine
 * of its own release and later ones.
 */
export const MINIMUM_ENGINE_VERSION = "3.230.0";

/** What a version number's parts are compared as: major, minor, patch. */
export type Version = readonly [number, number, number];

/**
 * Finds the first version number in a tool's answer: `v3.250.0`, `go version go1.26 linux/amd64`, `3.260.0-alpha.1`.
 * A missing patch is 0, a pre-release tag is left aside; undefined where there is no version number.
 */
export function parseVersion(text: string): Version | undefined {
  const match = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] : undefined;
}

/** Whether `version` is `minimum` or later. */
export function isAtLeast(version: Version, minimum: Version): boolean {
  for (const part of [0, 1, 2] as const) {
    if (version[part] !== minimum[part]) return version[part] > minimum[part];
  }
  return true;
}

/** `[3, 250, 0]` as `3.250.0`. */
export function formatVersion(version: Version): string {
  return version.join(".");
}
