import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { collectionBucketName, collectorProfileName, memberRoleName, roleArn } from "../functions/shared/names";
import type { Installation } from "./installation";
import { policyDocument, tlsOnly } from "./policy-document";
import type { PolicyStatement } from "./policy-document";
import { bucketArn } from "./private-bucket";

export interface CollectionBucketArgs {
  installation: Installation;
  /** The account whose instances are collected from. */
  accountId: string;
  /** The region they are in: Systems Manager writes to a bucket of the instance's own region. */
  region: string;
  /** Actions whose member roles read what was collected. */
  readers: string[];
}

const expiryDays = 1;

/**
 * Where Systems Manager puts the output of collection commands, in the instance's own account, until the responder has
 * copied it to the vault. What arrives here comes from a machine that may be in an attacker's hands, so the vault never
 * takes it directly; the collector puts, the action reads, and nobody else in the account does either.
 *
 * There is one in every account and region, so it relies on what S3 gives every new bucket since April 2023: encryption (SSE-S3),
 * no ACLs, no public access (https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html).
 */
export class CollectionBucket extends pulumi.ComponentResource {
  declare readonly bucket: pulumi.Output<string>;

  constructor(name: string, args: CollectionBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("firebreak:index:CollectionBucket", name, args, opts);
    const { installation, accountId, region } = args;
    const parent = { parent: this };
    const bucketName = collectionBucketName(installation.prefix, accountId, region);
    const bucket = new aws.s3.Bucket(`${name}-bucket`, { bucket: bucketName, region, forceDestroy: true }, parent);
    new aws.s3.BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      {
        bucket: bucket.id,
        region,
        rules: [
          {
            id: "collected",
            status: "Enabled",
            filter: { prefix: "" },
            expiration: { days: expiryDays },
            abortIncompleteMultipartUpload: { daysAfterInitiation: expiryDays },
          },
        ],
      },
      parent,
    );
    const policy = new aws.s3.BucketPolicy(
      `${name}-policy`,
      {
        bucket: bucket.id,
        region,
        policy: policyDocument(statements(args, bucketArn(installation.partition, bucketName))),
      },
      parent,
    );
    this.bucket = pulumi.all([bucket.bucket, policy.id]).apply(([id]) => id); // not before its policy stands
    this.registerOutputs({ bucket: this.bucket });
  }
}

function statements({ installation, accountId, readers }: CollectionBucketArgs, arn: string): PolicyStatement[] {
  const { partition, prefix } = installation;
  const nobodyBut = (sid: string, action: string[], roles: string[]): PolicyStatement => ({
    Sid: sid,
    Effect: "Deny",
    Principal: "*",
    Action: action,
    Resource: `${arn}/*`,
    Condition: { ArnNotEquals: { "aws:PrincipalArn": roles.map((role) => roleArn(partition, accountId, role)) } },
  });
  return [
    tlsOnly("s3:*", [arn, `${arn}/*`]),
    nobodyBut("OnlyCollectorPuts", ["s3:PutObject"], [collectorProfileName(prefix)]),
    nobodyBut(
      "OnlyActionsRead",
      ["s3:GetObject", "s3:GetObjectVersion"],
      readers.map((action) => memberRoleName(prefix, action)),
    ),
  ];
}
