import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Installation } from "./installation";
import { policyDocument } from "./policy-document";
import { evidenceTag } from "./tags";

export interface EvidenceKeyArgs {
  installation: Installation;
  /** The vault's ARN: the key serves S3 for this bucket and nothing else. */
  vaultArn: string;
  /** ARNs of the function roles that put evidence there. They can encrypt, and read nothing back. */
  writers: string[];
  /** ARN of the one role that reads evidence. */
  reader: string;
  protect: boolean;
}

/**
 * What looks after the key. Neither use nor grants are among them: whoever deploys could otherwise give the use to
 * themselves without touching the key policy, which is watched.
 */
export const keyAdministration = [
  "kms:DescribeKey",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:GetPublicKey",
  "kms:ListResourceTags",
  "kms:ListKeyPolicies",
  "kms:PutKeyPolicy",
  "kms:EnableKey",
  "kms:EnableKeyRotation",
  "kms:DisableKeyRotation",
  "kms:UpdateKeyDescription",
  "kms:CreateAlias",
  "kms:UpdateAlias",
  "kms:DeleteAlias",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:ScheduleKeyDeletion",
  "kms:CancelKeyDeletion",
];

/** The vault's own key: functions encrypt, the investigator decrypts, whoever deploys does neither. */
export class EvidenceKey extends pulumi.ComponentResource {
  declare readonly arn: pulumi.Output<string>;

  constructor(name: string, args: EvidenceKeyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("firebreak:index:EvidenceKey", name, args, opts);
    const key = new aws.kms.Key(
      `${name}-key`,
      {
        description: `${args.installation.prefix}: evidence`,
        enableKeyRotation: true,
        deletionWindowInDays: 30,
        policy: evidenceKeyPolicy(args),
        tags: evidenceTag,
      },
      { parent: this, protect: args.protect, retainOnDelete: args.protect },
    );
    this.arn = key.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

/**
 * Principals are named by condition, since a key policy that names a role which is made anew no longer holds for it.
 * With bucket keys, S3's encryption context is the bucket's ARN
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html).
 */
function evidenceKeyPolicy({ installation, vaultArn, writers, reader }: EvidenceKeyArgs) {
  const { partition, masterAccountId, homeRegion, dnsSuffix } = installation;
  const account = { AWS: `arn:${partition}:iam::${masterAccountId}:root` };
  const throughVault = {
    "kms:ViaService": `s3.${homeRegion}.${dnsSuffix}`,
    "kms:EncryptionContext:aws:s3:arn": vaultArn,
  };
  return policyDocument([
    { Sid: "Administration", Principal: account, Action: keyAdministration, Resource: "*" },
    {
      Sid: "FunctionsEncrypt",
      Principal: account,
      Action: "kms:GenerateDataKey",
      Resource: "*",
      Condition: { StringEquals: throughVault, ArnEquals: { "aws:PrincipalArn": writers } },
    },
    {
      Sid: "InvestigatorDecrypts",
      Principal: account,
      Action: "kms:Decrypt",
      Resource: "*",
      Condition: { StringEquals: throughVault, ArnEquals: { "aws:PrincipalArn": reader } },
    },
    {
      Sid: "NobodyElseDecrypts",
      Effect: "Deny",
      Principal: { AWS: "*" },
      Action: ["kms:Decrypt", "kms:ReEncrypt*", "kms:CreateGrant"],
      Resource: "*",
      Condition: { ArnNotEquals: { "aws:PrincipalArn": reader } },
    },
  ]);
}
