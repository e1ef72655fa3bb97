import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Installation } from "./installation";
import { alarmStatement, notificationTopicName } from "./notification-topic";
import { policyDocument, tlsOnly } from "./policy-document";

export interface LinkedNotificationsArgs {
  installation: Installation;
  /** The linked region. */
  region: string;
  /** Who is told by email, as in the home region; each has to confirm for each region. */
  emails: string[];
  /** Refuse to delete its key, and keep it should its stack go. */
  protect: boolean;
}

/**
 * Where the organisation's alarms of one linked region reach people: an alarm sends to topics of its own region only
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html), and those alarms are about
 * the way home being broken, so they must not have to take it. A topic that alarms publish to needs a key whose policy
 * admits CloudWatch (https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html): one for a linked region, in the
 * master account alone.
 */
export class LinkedNotifications extends pulumi.ComponentResource {
  declare readonly topicArn: pulumi.Output<string>;

  constructor(name: string, args: LinkedNotificationsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("firebreak:index:LinkedNotifications", name, args, opts);
    const { installation, region, protect } = args;
    const parent = { parent: this };
    const key = new aws.kms.Key(
      `${name}-key`,
      {
        region,
        description: `${installation.prefix}: alarms of ${region}`,
        enableKeyRotation: true,
        deletionWindowInDays: 30,
        policy: keyPolicy(installation),
      },
      { ...parent, protect, retainOnDelete: protect },
    );
    const topic = new aws.sns.Topic(
      `${name}-topic`,
      { name: notificationTopicName(installation), region, kmsMasterKeyId: key.arn },
      parent,
    );
    const policy = new aws.sns.TopicPolicy(
      `${name}-policy`,
      {
        arn: topic.arn,
        region,
        policy: policyDocument([
          alarmStatement({ ...installation, homeRegion: region }, topic.arn),
          tlsOnly("sns:Publish", topic.arn),
        ]),
      },
      parent,
    );
    for (const email of args.emails) {
      new aws.sns.TopicSubscription(
        `${name}-email-${email}`,
        { topic: topic.arn, region, protocol: "email", endpoint: email },
        parent,
      );
    }
    this.topicArn = pulumi.all([topic.arn, policy.id]).apply(([arn]) => arn);
    this.registerOutputs({ topicArn: this.topicArn });
  }
}

function keyPolicy({ partition, masterAccountId }: Installation): pulumi.Output<string> {
  return policyDocument([
    {
      Sid: "AccountByIam",
      Principal: { AWS: `arn:${partition}:iam::${masterAccountId}:root` },
      Action: "kms:*",
      Resource: "*",
    },
    {
      Sid: "Alarms",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
      Resource: "*",
    },
  ]);
}
