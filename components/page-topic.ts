import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { physicalName } from "./installation";
import type { Installation } from "./installation";
import { policyDocument, tlsOnly } from "./policy-document";

export interface PageTopicArgs {
  installation: Installation;
  keyArn: pulumi.Input<string>;
  contact: string;
  channel: "email" | "sms";
  /** Email address, or phone number in E.164. */
  endpoint: string;
  /** ARN of the role of the function that pages. */
  publisher: string;
}

/** What the ARN of every contact's topic begins with; `<contact>-<channel>` follows. */
export function pageTopicArnPrefix(installation: Installation): string {
  const { partition, homeRegion, masterAccountId } = installation;
  return `arn:${partition}:sns:${homeRegion}:${masterAccountId}:${physicalName(installation, "page-")}`;
}

/**
 * One channel of one contact. A topic of its own, since publishing to a phone number takes permission to publish to
 * anything: this way the pager reaches its contacts and nobody else, and no function knows a number.
 */
export class PageTopic extends pulumi.ComponentResource {
  declare readonly arn: pulumi.Output<string>;

  constructor(name: string, args: PageTopicArgs, opts?: pulumi.ComponentResourceOptions) {
    super("firebreak:index:PageTopic", name, args, opts);
    const { installation, keyArn, contact, channel, endpoint, publisher } = args;
    const parent = { parent: this };
    const topic = new aws.sns.Topic(
      `${name}-topic`,
      { name: physicalName(installation, `page-${contact}-${channel}`), kmsMasterKeyId: keyArn },
      parent,
    );
    new aws.sns.TopicPolicy(
      `${name}-policy`,
      {
        arn: topic.arn,
        policy: policyDocument([
          {
            Sid: "PagerPublishes",
            Principal: { AWS: `arn:${installation.partition}:iam::${installation.masterAccountId}:root` },
            Action: "sns:Publish",
            Resource: topic.arn,
            Condition: { ArnEquals: { "aws:PrincipalArn": publisher } },
          },
          tlsOnly("sns:Publish", topic.arn),
        ]),
      },
      parent,
    );
    new aws.sns.TopicSubscription(`${name}-endpoint`, { topic: topic.arn, protocol: channel, endpoint }, parent);
    this.arn = topic.arn;
    this.registerOutputs({ arn: this.arn });
  }
}
