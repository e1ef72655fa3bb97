import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { physicalName } from "./installation";
import type { Installation } from "./installation";
import { policyDocument, tlsOnly } from "./policy-document";
import type { PolicyStatement } from "./policy-document";

export interface NotificationTopicArgs {
  installation: Installation;
  keyArn: pulumi.Input<string>;
  /** Who is told by email. Each has to confirm the message that SNS sends first. */
  emails: string[];
}

/** Name of the topic. */
export function notificationTopicName(installation: Installation): string {
  return physicalName(installation, "notifications");
}

/** ARN of the topic, known to every account before it exists. */
export function notificationTopicArn(installation: Installation): string {
  const { partition, homeRegion, masterAccountId } = installation;
  return `arn:${partition}:sns:${homeRegion}:${masterAccountId}:${notificationTopicName(installation)}`;
}

/** How people are told: of cases, by the functions; of faults, by alarms of any account of the organisation. */
export class NotificationTopic extends pulumi.ComponentResource {
  declare readonly arn: pulumi.Output<string>;

  constructor(name: string, args: NotificationTopicArgs, opts?: pulumi.ComponentResourceOptions) {
    super("firebreak:index:NotificationTopic", name, args, opts);
    const { installation, keyArn, emails } = args;
    const parent = { parent: this };
    const topic = new aws.sns.Topic(
      `${name}-topic`,
      { name: notificationTopicName(installation), kmsMasterKeyId: keyArn },
      parent,
    );
    new aws.sns.TopicPolicy(
      `${name}-policy`,
      {
        arn: topic.arn,
        policy: policyDocument([
          {
            Sid: "AccountByIam",
            Principal: { AWS: `arn:${installation.partition}:iam::${installation.masterAccountId}:root` },
            Action: ["sns:Publish", "sns:Subscribe", "sns:GetTopicAttributes"],
            Resource: topic.arn,
          },
          alarmStatement(installation, topic.arn),
          tlsOnly("sns:Publish", topic.arn),
        ]),
      },
      parent,
    );
    for (const email of emails) {
      new aws.sns.TopicSubscription(
        `${name}-email-${email}`,
        { topic: topic.arn, protocol: "email", endpoint: email },
        parent,
      );
    }
    this.arn = topic.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

/** Lets alarms of this installation in any account publish; an alarm reaches topics of its own region only. */
export function alarmStatement(installation: Installation, topicArn: pulumi.Input<string>): PolicyStatement {
  const { partition, homeRegion, prefix, organizationId } = installation;
  return {
    Sid: "AlarmsOfOrganization",
    Principal: { Service: "cloudwatch.amazonaws.com" },
    Action: "sns:Publish",
    Resource: topicArn,
    Condition: {
      StringEquals: { "aws:SourceOrgID": organizationId },
      ArnLike: { "aws:SourceArn": `arn:${partition}:cloudwatch:${homeRegion}:*:alarm:${prefix}-*` },
    },
  };
}
