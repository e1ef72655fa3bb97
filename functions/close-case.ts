import { GetPublicKeyCommand, KMSClient, SignCommand } from "@aws-sdk/client-kms";
import type { ActionRecord, CaseRecord, CaseState, CaseTimes, WholeCase } from "./shared/case";
import { appendTimeline, readWholeCase, updateCase } from "./shared/cases";
import type { CaseTable } from "./shared/cases";
import { checkEndEvent } from "./shared/end-event";
import { logLine } from "./shared/log";
import { canonicalJson, manifestDigest, publicKeyPem, sealManifest } from "./shared/manifest";
import { outcomeOf } from "./shared/outcome";
import type { EndEvent, Outcome } from "./shared/outcome";
import { required, settings } from "./shared/settings";
import { caseTable, evidenceVault } from "./shared/stores";
import { storeObject } from "./shared/vault";
import type { Vault } from "./shared/vault";

export interface CloseDeps {
  table: CaseTable;
  vault: Vault;
  kms: KMSClient;
  /** ECDSA on P-256, for signing alone. */
  signingKeyArn: string;
}

/** The function that ends a case: its deployed handler. */
export function closeCaseHandler() {
  const deps: CloseDeps = {
    table: caseTable(settings()),
    vault: evidenceVault(),
    kms: new KMSClient({}),
    signingKeyArn: required("FIREBREAK_SIGNING_KEY_ARN"),
  };
  return async (event: EndEvent): Promise<{ state: CaseState }> => closeCase(event, deps);
}

/**
 * Records how a case ended and, after a response, signs its evidence. Called again it changes nothing: a manifest is
 * signed once, and undo, which collects no evidence, leaves it as it is.
 */
export async function closeCase(event: EndEvent, deps: CloseDeps): Promise<{ state: CaseState }> {
  checkEndEvent("closeCase", event);
  const started = Date.now();
  const whole = await readWholeCase(deps.table, event.caseId);
  const outcome = outcomeOf(whole, event);
  const state = event.intent === "undo" ? await endUndo(whole, outcome, deps) : await endResponse(whole, outcome, deps);
  logLine({ function: "closeCase", case: event.caseId, intent: event.intent, state, ms: Date.now() - started });
  return { state };
}

async function endResponse(whole: WholeCase, outcome: Outcome, deps: CloseDeps): Promise<CaseState> {
  const { record } = whole;
  if (record.manifest) return record.state;
  const closed = new Date().toISOString();
  const manifest = await signManifest(whole, closed, deps);
  const { state, reason } = outcome;
  // The line comes first: a crash between the two repeats a line, and never loses one.
  await appendTimeline(deps.table, record.caseId, "closed", "closeCase", reason ? `${state}: ${reason}` : state, {
    evidence: manifest.entries,
    signature: manifest.signatureKey,
  });
  await updateCase(
    deps.table,
    record.caseId,
    { state, reason, manifest },
    { closed, ...(state === "contained" ? measured(whole.actions) : {}) },
  );
  return state;
}

/** When the last containment action was done, and when the last was read back. */
function measured(actions: ActionRecord[]): Partial<CaseTimes> {
  const containment = actions.filter(({ kind }) => kind === "containment");
  const last = (times: (string | undefined)[]) =>
    times
      .filter((time) => time !== undefined)
      .sort()
      .at(-1);
  return {
    contained: last(containment.map(({ appliedAt }) => appliedAt)),
    verified: last(containment.map(({ verifiedAt }) => verifiedAt)),
  };
}

/** Stores manifest, signature and public key, so that the folder of a case can be verified with nothing else. */
async function signManifest(
  { record, evidence }: WholeCase,
  closedAt: string,
  { kms, signingKeyArn, vault }: CloseDeps,
): Promise<NonNullable<CaseRecord["manifest"]>> {
  const manifest = sealManifest(record.caseId, evidence, closedAt);
  const [{ Signature }, { PublicKey }] = await Promise.all([
    kms.send(
      new SignCommand({
        KeyId: signingKeyArn,
        Message: manifestDigest(manifest),
        MessageType: "DIGEST",
        SigningAlgorithm: "ECDSA_SHA_256",
      }),
    ),
    kms.send(new GetPublicKeyCommand({ KeyId: signingKeyArn })),
  ]);
  if (!Signature || !PublicKey) throw new Error(`KMS gave no signature or no public key for ${signingKeyArn}`);
  const folder = `cases/${record.caseId}`;
  const keys = { key: `${folder}/manifest.json`, signatureKey: `${folder}/manifest.sig` };
  const publicKeyKey = `${folder}/manifest.pem`;
  await Promise.all([
    storeObject(vault, keys.key, Buffer.from(canonicalJson(manifest)), "application/json"),
    storeObject(vault, keys.signatureKey, Signature, "application/octet-stream"),
    storeObject(vault, publicKeyKey, Buffer.from(publicKeyPem(PublicKey)), "application/x-pem-file"),
  ]);
  return { ...keys, publicKeyKey, entries: evidence.length, head: manifest.head, signedAt: closedAt };
}

async function endUndo({ record }: WholeCase, outcome: Outcome, deps: CloseDeps): Promise<CaseState> {
  const { state, reason } = outcome;
  if (record.state === state && record.reason === reason) return state;
  await appendTimeline(deps.table, record.caseId, "closed", "closeCase", reason ? `${state}: ${reason}` : state);
  const at = new Date().toISOString();
  const times = state === "recovered" ? { recovered: at } : state === "gone" ? { closed: at } : {};
  await updateCase(deps.table, record.caseId, { state, reason: reason ?? "" }, times);
  return state;
}
