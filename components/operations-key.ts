import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Installation } from "./installation";
import { policyDocument } from "./policy-document";

export interface OperationsKeyArgs {
  installation: Installation;
  /** Refuse to delete it, and keep it should its stack go. */
  protect: boolean;
}

/**
 * The key of what Firebreak runs on: queues, topic, table and logs, all in the master account's home region.
 * One for them all, since a key costs about 1 USD a month; evidence has a key of its own.
 */
export class OperationsKey extends pulumi.ComponentResource {
  declare readonly arn: pulumi.Output<string>;

  constructor(name: string, args: OperationsKeyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("firebreak:index:OperationsKey", name, args, opts);
    const { installation, protect } = args;
    const key = new aws.kms.Key(
      `${name}-key`,
      {
        description: `${installation.prefix}: queues, topic, table and logs of incident response`,
        enableKeyRotation: true,
        deletionWindowInDays: 30,
        policy: operationsKeyPolicy(installation),
      },
      { parent: this, protect, retainOnDelete: protect },
    );
    this.arn = key.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

/**
 * The account's identities by IAM, and the services that put something encrypted on nobody's behalf but their own:
 * EventBridge into the queues (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html),
 * CloudWatch alarms into the topic (https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html), and Logs. SQS
 * and SNS themselves use a key with the permission of whoever sends and receives. What EventBridge and alarms may
 * reach is limited by the policies of queues and topic.
 */
function operationsKeyPolicy({ partition, masterAccountId, homeRegion, dnsSuffix, prefix }: Installation) {
  const use = ["kms:Decrypt", "kms:GenerateDataKey*"];
  return policyDocument([
    {
      Sid: "AccountByIam",
      Principal: { AWS: `arn:${partition}:iam::${masterAccountId}:root` },
      Action: "kms:*",
      Resource: "*",
    },
    {
      Sid: "EventsAndAlarms",
      Principal: { Service: ["events.amazonaws.com", "cloudwatch.amazonaws.com"] },
      Action: use,
      Resource: "*",
    },
    {
      Sid: "Logs",
      Principal: { Service: `logs.${homeRegion}.${dnsSuffix}` },
      Action: [...use, "kms:Encrypt", "kms:ReEncrypt*", "kms:DescribeKey"],
      Resource: "*",
      Condition: {
        ArnLike: {
          "kms:EncryptionContext:aws:logs:arn": [
            `arn:${partition}:logs:${homeRegion}:${masterAccountId}:log-group:/aws/lambda/${prefix}-*`,
            `arn:${partition}:logs:${homeRegion}:${masterAccountId}:log-group:/aws/vendedlogs/states/${prefix}-*`,
          ],
        },
      },
    },
  ]);
}
