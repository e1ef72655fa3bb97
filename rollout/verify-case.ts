import { createHash, createPublicKey } from "node:crypto";
import { VerifyCommand } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { isNamed, messageOf } from "../functions/shared/errors";
import { manifestDigest, verifyManifest } from "../functions/shared/manifest";
import type { ManifestVerdict } from "../functions/shared/manifest";
import { roleArn, signingKeyAlias } from "../functions/shared/names";
import { findCase } from "./case-list";
import { fromFolder, fromVault } from "./evidence-source";
import type { SealedEvidence } from "./evidence-source";
import { Failure } from "./failure";
import type { Installation } from "./installation";

/** What `firebreak verify` answers. */
export interface CaseVerdict extends ManifestVerdict {
  caseId: string;
  closedAt: string;
  /** Head of the chain: equal heads, equal evidence. */
  head: string;
  /** SHA-256 of the public key (SubjectPublicKeyInfo), to be compared with one that is known. */
  publicKey: string;
  /** Where the evidence was read. */
  from: string;
  /** Whether the installation's own KMS key confirmed the signature; only asked of the vault. */
  confirmedByKms?: boolean;
}

/** Verifies a saved copy with nothing but what is in it. */
export async function verifyFolder(caseId: string, folder: string): Promise<CaseVerdict> {
  const sealed = await fromFolder(folder);
  if (sealed.manifest.caseId !== caseId)
    throw new Failure(`${folder} holds the evidence of case ${sealed.manifest.caseId}, not of ${caseId}`);
  return verdict(sealed, folder);
}

/** Verifies a case from the vault, read in the investigator role, and asks KMS whether the signature is its own. */
export async function verifyVault(installation: Installation, caseId: string, keep?: string): Promise<CaseVerdict> {
  const { record } = await findCase(installation.table, caseId);
  const s3 = await investigatorS3(installation);
  try {
    const sealed = await fromVault(s3, installation.vaultBucket, record, keep);
    const found = await verdict(sealed, `s3://${installation.vaultBucket}`);
    if (sealed.manifest.caseId !== caseId)
      return { ...found, verified: false, broken: "manifest.json", reason: `it is of case ${sealed.manifest.caseId}` };
    if (!found.verified) return found;
    if (!(await signedByInstallation(installation, sealed))) {
      const reason = `the key ${signingKeyAlias(installation.prefix)} of account ${installation.account} did not sign it`;
      return { ...found, verified: false, broken: "manifest.json", reason, confirmedByKms: false };
    }
    return { ...found, confirmedByKms: true };
  } finally {
    s3.destroy();
  }
}

async function verdict(sealed: SealedEvidence, from: string): Promise<CaseVerdict> {
  const { manifest, signature, publicKeyPem, read } = sealed;
  let publicKey: string;
  try {
    const der = createPublicKey(publicKeyPem).export({ type: "spki", format: "der" });
    publicKey = createHash("sha256").update(der).digest("hex");
  } catch (error) {
    throw new Failure(`public-key.pem is no public key: ${messageOf(error)}`);
  }
  const found = await verifyManifest(manifest, signature, publicKeyPem, read);
  return { caseId: manifest.caseId, ...found, closedAt: manifest.closedAt, head: manifest.head, publicKey, from };
}

/** The role with which people read evidence: whoever deploys or operates cannot. */
export function investigatorRole({ partition, account, prefix }: Installation): string {
  return roleArn(partition, account, `${prefix}-investigator`);
}

async function investigatorS3(installation: Installation): Promise<S3Client> {
  const settings = {
    region: installation.region,
    forcePathStyle: Boolean(process.env.AWS_ENDPOINT_URL),
    // The manifest's own hash is checked, and says which object it is that does not hold.
    responseChecksumValidation: "WHEN_REQUIRED" as const,
  };
  const role = investigatorRole(installation);
  if (installation.caller.includes(`:assumed-role/${role.split("/").at(-1)}/`)) return new S3Client(settings);
  const sts = new STSClient({ region: installation.region });
  try {
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({ RoleArn: role, RoleSessionName: "firebreak-verify", DurationSeconds: 3600 }),
    );
    return new S3Client({
      ...settings,
      credentials: {
        accessKeyId: Credentials?.AccessKeyId ?? "",
        secretAccessKey: Credentials?.SecretAccessKey ?? "",
        sessionToken: Credentials?.SessionToken,
      },
    });
  } catch (error) {
    if (!isNamed(error, "AccessDenied", "AccessDeniedException")) throw error;
    throw new Failure(
      `${installation.caller} may not take ${role}: ${messageOf(error)}`,
      "Evidence is read in that role only. Have sts:AssumeRole on it allowed to you; roles that deploy never are.",
    );
  } finally {
    sts.destroy();
  }
}

async function signedByInstallation({ kms, prefix }: Installation, sealed: SealedEvidence): Promise<boolean> {
  try {
    const { SignatureValid } = await kms.send(
      new VerifyCommand({
        KeyId: signingKeyAlias(prefix),
        Message: manifestDigest(sealed.manifest),
        MessageType: "DIGEST",
        Signature: sealed.signature,
        SigningAlgorithm: "ECDSA_SHA_256",
      }),
    );
    return SignatureValid === true;
  } catch (error) {
    if (isNamed(error, "KMSInvalidSignatureException")) return false;
    throw error;
  }
}
