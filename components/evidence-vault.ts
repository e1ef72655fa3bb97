import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { vaultBucketName } from "../functions/shared/names";
import { EvidenceKey } from "./evidence-key";
import { physicalName } from "./installation";
import type { Installation } from "./installation";
import type { PolicyStatement } from "./policy-document";
import { bucketArn, PrivateBucket } from "./private-bucket";
import { evidenceTag } from "./tags";

export interface EvidenceVaultArgs {
  installation: Installation;
  /**
   * Days for which nobody, root included, can delete an object or shorten this. A commitment of money: what is
   * stored is paid for until then.
   */
  retentionDays: number;
  /** ARNs of the function roles that put evidence there. */
  writers: string[];
  /** ARN of the one role that reads evidence. */
  reader: string;
  /** Refuse to delete vault and key, and keep them should their stack go. */
  protect: boolean;
}

const logRetentionDays = 400; // more than a year: a question about who read evidence may come late

/** Where evidence lies: locked in compliance mode, encrypted under a key of its own, read by one role, every access logged. */
export class EvidenceVault extends pulumi.ComponentResource {
  declare readonly bucket: pulumi.Output<string>;
  declare readonly arn: pulumi.Output<string>;
  declare readonly keyArn: pulumi.Output<string>;

  constructor(name: string, args: EvidenceVaultArgs, opts?: pulumi.ComponentResourceOptions) {
    super("firebreak:index:EvidenceVault", name, args, opts);
    const { installation, retentionDays, writers, reader, protect } = args;
    const { prefix, partition, masterAccountId, homeRegion } = installation;
    const parent = { parent: this };
    const bucketName = vaultBucketName(prefix, masterAccountId, homeRegion);
    const vaultArn = bucketArn(partition, bucketName);

    const key = new EvidenceKey(`${name}-key`, { installation, vaultArn, writers, reader, protect }, parent);
    const logs = this.accessLog(name, args, vaultArn);
    const vault = new PrivateBucket(
      `${name}-objects`,
      {
        bucketName,
        bucketArn: vaultArn,
        keyArn: key.arn,
        complianceDays: retentionDays,
        lifecycleRules: [
          {
            id: "replaced-versions",
            status: "Enabled",
            filter: { prefix: "" },
            noncurrentVersionExpiration: { noncurrentDays: retentionDays },
          },
        ],
        statements: [...onlyUnderKey(vaultArn, key.arn), onlyReadBy(vaultArn, reader)],
        protect,
        tags: evidenceTag,
      },
      parent,
    );
    new aws.s3.BucketLogging(
      `${name}-logging`,
      { bucket: vault.bucket, targetBucket: logs.bucket, targetPrefix: "vault/" },
      parent,
    );
    this.bucket = vault.bucket;
    this.arn = vault.arn;
    this.keyArn = key.arn;
    this.registerOutputs({ bucket: this.bucket, arn: this.arn, keyArn: this.keyArn });
  }

  /** S3 delivers access logs to buckets encrypted with SSE-S3 only (https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html). */
  private accessLog(name: string, { installation, protect }: EvidenceVaultArgs, vaultArn: string): PrivateBucket {
    const { masterAccountId, homeRegion, partition } = installation;
    const bucketName = physicalName(installation, `evidence-log-${masterAccountId}-${homeRegion}`);
    const arn = bucketArn(partition, bucketName);
    return new PrivateBucket(
      `${name}-log`,
      {
        bucketName,
        bucketArn: arn,
        lifecycleRules: [
          { id: "old-logs", status: "Enabled", filter: { prefix: "" }, expiration: { days: logRetentionDays } },
        ],
        statements: [
          {
            Sid: "VaultAccessLog",
            Principal: { Service: "logging.s3.amazonaws.com" },
            Action: "s3:PutObject",
            Resource: `${arn}/vault/*`,
            Condition: {
              ArnEquals: { "aws:SourceArn": vaultArn },
              StringEquals: { "aws:SourceAccount": masterAccountId },
            },
          },
        ],
        protect,
      },
      { parent: this },
    );
  }
}

/**
 * An upload that asks for another encryption or key is refused. One that asks for none gets the bucket's default,
 * which is this key; the parts of a multipart upload never say (so absence must not be refused).
 */
function onlyUnderKey(vaultArn: string, keyArn: pulumi.Input<string>): PolicyStatement[] {
  const refuse = {
    Effect: "Deny" as const,
    Principal: "*" as const,
    Action: "s3:PutObject",
    Resource: `${vaultArn}/*`,
  };
  const algorithm = "s3:x-amz-server-side-encryption";
  const keyId = "s3:x-amz-server-side-encryption-aws-kms-key-id";
  return [
    {
      ...refuse,
      Sid: "NoOtherEncryption",
      Condition: { StringNotEquals: { [algorithm]: "aws:kms" }, Null: { [algorithm]: "false" } },
    },
    {
      ...refuse,
      Sid: "NoOtherKey",
      Condition: { StringNotEquals: { [keyId]: keyArn }, Null: { [keyId]: "false" } },
    },
  ];
}

function onlyReadBy(vaultArn: string, reader: string): PolicyStatement {
  return {
    Sid: "OnlyInvestigatorReads",
    Effect: "Deny",
    Principal: "*",
    Action: ["s3:GetObject", "s3:GetObjectVersion"],
    Resource: `${vaultArn}/*`,
    Condition: { ArnNotEquals: { "aws:PrincipalArn": reader } },
  };
}
