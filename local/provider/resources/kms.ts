import { KMS, type KeySpec, type KeyUsageType } from "@aws-sdk/client-kms";
import type { AliasArgs, AliasState } from "@pulumi/aws/kms/alias";
import type { KeyArgs, KeyState } from "@pulumi/aws/kms/key";
import type { Aws } from "../instance/aws";
import { hasCode, unlessGone } from "../support/errors";
import { untilPropagated } from "../support/retry";
import { defineResource } from "./definition";

/** Keys that are not symmetric encryption keys have no rotation. */
const symmetric = "SYMMETRIC_DEFAULT";

const key = defineResource<KeyArgs, KeyState>({
  token: "aws:kms/key:Key",
  properties: {
    customerMasterKeySpec: {
      replace: true,
      default: symmetric,
      oneOf: [
        symmetric,
        ...["RSA_2048", "RSA_3072", "RSA_4096", "ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "ECC_SECG_P256K1"],
        ...["HMAC_224", "HMAC_256", "HMAC_384", "HMAC_512", "SM2"],
      ],
    },
    keyUsage: {
      replace: true,
      default: "ENCRYPT_DECRYPT",
      oneOf: ["ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT"],
    },
    multiRegion: { replace: true },
    description: { maxLength: 8_192 },
    deletionWindowInDays: { min: 7, max: 30, writeOnly: true },
    rotationPeriodInDays: { min: 90, max: 2_560 },
    bypassPolicyLockoutSafetyCheck: { default: false, writeOnly: true },
    enableKeyRotation: { default: false },
    isEnabled: { default: true },
    policy: { json: "policy" },
  },
  tagging: {
    tag: (aws, id, tags) =>
      aws.client(KMS).tagResource({
        KeyId: id,
        Tags: Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
      }),
    untag: (aws, id, keys) => aws.client(KMS).untagResource({ KeyId: id, TagKeys: keys }),
  },
  check: ({ enableKeyRotation, customerMasterKeySpec }) =>
    enableKeyRotation && customerMasterKeySpec !== symmetric
      ? [
          {
            property: "enableKeyRotation",
            reason: `key rotation needs a ${symmetric} key, got ${customerMasterKeySpec}`,
          },
        ]
      : [],
  async create(aws, inputs) {
    const kms = aws.client(KMS);
    const { KeyMetadata: made } = await untilPropagated(
      () =>
        kms.createKey({
          Description: inputs.description,
          KeySpec: inputs.customerMasterKeySpec as KeySpec,
          KeyUsage: inputs.keyUsage as KeyUsageType,
          MultiRegion: inputs.multiRegion,
          Policy: inputs.policy,
          BypassPolicyLockoutSafetyCheck: inputs.bypassPolicyLockoutSafetyCheck,
          Tags: Object.entries(inputs.tags ?? {}).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
        }),
      (error) => hasCode(error, "MalformedPolicyDocument"), // names a principal made a moment ago
    );
    return made?.KeyId ?? "";
  },
  async settle(aws, id, inputs) {
    await rotate(aws, id, inputs.enableKeyRotation === true, inputs.rotationPeriodInDays);
    if (inputs.isEnabled === false) await aws.client(KMS).disableKey({ KeyId: id });
  },
  async read(aws, id) {
    const kms = aws.client(KMS);
    const found = (await unlessGone(kms.describeKey({ KeyId: id }), "NotFound"))?.KeyMetadata;
    if (!found || found.KeyState === "PendingDeletion" || found.KeyState === "PendingReplicaDeletion") return undefined;
    const rotates = found.KeySpec === symmetric && found.Origin !== "EXTERNAL" && found.KeyState !== "Disabled";
    const [policy, tags, rotation] = await Promise.all([
      kms.getKeyPolicy({ KeyId: id, PolicyName: "default" }),
      kms.listResourceTags({ KeyId: id }),
      rotates ? kms.getKeyRotationStatus({ KeyId: id }) : undefined,
    ]);
    const own = (tags.Tags ?? []).filter(({ TagKey = "" }) => !TagKey.startsWith("aws:"));
    return {
      arn: found.Arn,
      keyId: found.KeyId,
      description: found.Description ?? "",
      customerMasterKeySpec: found.KeySpec,
      keyUsage: found.KeyUsage,
      multiRegion: found.MultiRegion ?? false,
      isEnabled: found.Enabled,
      policy: policy.Policy ?? "",
      enableKeyRotation: rotation?.KeyRotationEnabled ?? false,
      rotationPeriodInDays: rotation?.KeyRotationEnabled ? (rotation.RotationPeriodInDays ?? 365) : 0,
      tags: Object.fromEntries(own.map(({ TagKey = "", TagValue = "" }) => [TagKey, TagValue])),
    };
  },
  async update(aws, id, { news, changed }) {
    const kms = aws.client(KMS);
    if (changed("isEnabled") && news.isEnabled !== false) await kms.enableKey({ KeyId: id });
    if (changed("description")) await kms.updateKeyDescription({ KeyId: id, Description: news.description ?? "" });
    if (changed("policy") && news.policy) {
      const BypassPolicyLockoutSafetyCheck = news.bypassPolicyLockoutSafetyCheck;
      await kms.putKeyPolicy({ KeyId: id, PolicyName: "default", Policy: news.policy, BypassPolicyLockoutSafetyCheck });
    }
    if (changed("enableKeyRotation", "rotationPeriodInDays")) {
      await rotate(aws, id, news.enableKeyRotation === true, news.rotationPeriodInDays, true);
    }
    if (changed("isEnabled") && news.isEnabled === false) await kms.disableKey({ KeyId: id });
  },
  /** A key is never deleted at once: it is scheduled, after 30 days unless told, and counts as gone from then on. */
  delete: (aws, id, state) =>
    unlessGone(
      aws.client(KMS).scheduleKeyDeletion({
        KeyId: id,
        PendingWindowInDays: typeof state["deletionWindowInDays"] === "number" ? state["deletionWindowInDays"] : 30,
      }),
      "NotFound",
      "KMSInvalidState",
    ),
});

const alias = defineResource<AliasArgs, AliasState>({
  token: "aws:kms/alias:Alias",
  name: { maxLength: 256 },
  properties: {
    name: { replace: true, pattern: /^alias\/[\w/-]+$/ },
    namePrefix: { replace: true },
  },
  supports: ["targetKeyId"],
  conflicts: [["name", "namePrefix"]],
  async create(aws, { name = "", targetKeyId }) {
    await aws.client(KMS).createAlias({ AliasName: name, TargetKeyId: targetKeyId });
    return name;
  },
  async read(aws, id, known) {
    const found = (await unlessGone(aws.client(KMS).describeKey({ KeyId: id }), "NotFound"))?.KeyMetadata;
    if (!found) return undefined;
    // A target given as an ARN stays one.
    const byArn = String(known["targetKeyId"]).startsWith("arn:");
    return {
      name: id,
      arn: aws.arn("kms", id),
      targetKeyId: byArn ? found.Arn : found.KeyId,
      targetKeyArn: found.Arn,
    };
  },
  update: (aws, id, { news }) => aws.client(KMS).updateAlias({ AliasName: id, TargetKeyId: news.targetKeyId }),
  delete: (aws, id) => unlessGone(aws.client(KMS).deleteAlias({ AliasName: id }), "NotFound"),
});

/** Everything in `aws.kms` that Firebreak uses. */
export const resources = [key, alias];

async function rotate(aws: Aws, id: string, on: boolean, period?: number, wasOn = false): Promise<void> {
  const kms = aws.client(KMS);
  if (on) await kms.enableKeyRotation({ KeyId: id, RotationPeriodInDays: period });
  else if (wasOn) await kms.disableKeyRotation({ KeyId: id });
}
