import { GenerateMacCommand, VerifyMacCommand } from "@aws-sdk/client-kms";
import type { KMSClient } from "@aws-sdk/client-kms";
import { isNamed } from "../errors";

/** What a link says: its bearer, paged as `contact`, acknowledges one case, and no other, until it expires. */
export interface AcknowledgeLink {
  caseId: string;
  contact: string;
  /** Seconds since 1970. */
  expires: number;
}

/** As long as the longest escalation: a page that is read late can still be answered. */
export const linkLifetimeSeconds = 24 * 60 * 60;

/** What is signed; the first word keeps the key's signatures apart from any other use of it. */
function text({ caseId, contact, expires }: AcknowledgeLink): Uint8Array {
  return Buffer.from(["acknowledge", caseId, contact, String(expires)].join("\n"));
}

/** @param base the acknowledging function's URL */
export async function signLink(
  base: string,
  link: AcknowledgeLink,
  { kms, keyArn }: { kms: KMSClient; keyArn: string },
): Promise<string> {
  const { Mac } = await kms.send(
    new GenerateMacCommand({ KeyId: keyArn, MacAlgorithm: "HMAC_SHA_256", Message: text(link) }),
  );
  if (!Mac) throw new Error(`KMS made no code with ${keyArn}`);
  const query = new URLSearchParams({
    case: link.caseId,
    contact: link.contact,
    expires: String(link.expires),
    mac: Buffer.from(Mac).toString("base64url"),
  });
  return `${base}?${query.toString()}`;
}

/**
 * Reads a link's query.
 *
 * @returns why it is refused, in words that tell nothing about cases; or the link. KMS is asked last, and only about
 * what has the right shape: whoever finds the URL cannot run up a bill with it.
 */
export async function readLink(
  query: Record<string, string | undefined>,
  now: Date,
  { kms, keyArn }: { kms: KMSClient; keyArn: string },
): Promise<{ link: AcknowledgeLink } | { refused: string }> {
  const { case: caseId = "", contact = "", expires = "", mac = "" } = query;
  const whole =
    /^c-[\w-]{1,60}$/.test(caseId) &&
    /^[a-z][a-z0-9-]{0,31}$/.test(contact) &&
    /^\d{1,12}$/.test(expires) &&
    /^[\w-]{43}$/.test(mac);
  if (!whole) return { refused: "This link is not whole. Open it again from the page you got." };
  const link = { caseId, contact, expires: Number(expires) };
  if (link.expires * 1000 <= now.getTime()) return { refused: "This link has expired." };
  const valid = await kms
    .send(
      new VerifyMacCommand({
        KeyId: keyArn,
        MacAlgorithm: "HMAC_SHA_256",
        Message: text(link),
        Mac: Buffer.from(mac, "base64url"),
      }),
    )
    .then(({ MacValid }) => MacValid === true)
    .catch((error: unknown) => {
      if (isNamed(error, "KMSInvalidMacException")) return false;
      throw error;
    });
  return valid ? { link } : { refused: "This link is not one of ours, or was changed on its way." };
}
