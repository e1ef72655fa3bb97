import { createHash, randomBytes } from "node:crypto";
import type { NameRule } from "../resources/definition";
import type { Properties } from "../protocol/values";

/** Pulumi's `autonaming` setting for one resource, as it arrives with a check. */
export interface NamingRequest {
  readonly mode: "propose" | "enforce" | "disable";
  readonly proposedName: string;
}

/** Hex digits after the logical name, as in the real provider. */
const suffixDigits = 7;

/**
 * A name for a resource the program gave none.
 *
 * @param seed the engine's, so that a retried check gives the same name; random where there is none
 * @throws Error where the name does not fit, or autonaming is off
 */
export function autoName(
  rule: NameRule,
  logicalName: string,
  inputs: Properties,
  seed: Uint8Array,
  request?: NamingRequest,
): string {
  if (request?.mode === "disable") throw new Error("autonaming is disabled: give this resource a name.");
  const suffix = rule.suffix?.(inputs) ?? "";
  if (request?.mode === "enforce") return request.proposedName;
  const digits = createHash("sha256")
    .update(seed.length > 0 ? seed : randomBytes(16))
    .digest("hex")
    .slice(0, suffixDigits);
  const base = request?.mode === "propose" ? request.proposedName : `${logicalName}-${digits}`;
  const name = (rule.lowerCase ? base.toLowerCase() : base) + suffix;
  if (name.length > rule.maxLength) {
    throw new Error(
      `failed to auto-generate a value: the name "${name}" is longer than ${rule.maxLength} characters. ` +
        `Give the resource a shorter logical name, or set "${rule.property ?? "name"}".`,
    );
  }
  return name;
}

/** The inputs with a name made from the prefix, where the program gave a prefix only. */
export function withPrefixedName(rule: NameRule | undefined, inputs: Properties): Properties {
  const property = rule?.property ?? "name";
  const prefix = inputs[`${property}Prefix`];
  if (!rule || typeof prefix !== "string" || inputs[property] !== undefined) return inputs;
  const unique = `${Date.now()}${randomBytes(6).readUIntBE(0, 6)}`.slice(0, 26);
  return { ...inputs, [property]: prefix + unique + (rule.suffix?.(inputs) ?? "") };
}
