import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { deadLetterAlarm } from "./dead-letter-alarm";
import type { ForwardedPattern } from "./event-patterns";
import { findingBusArn } from "./finding-bus";
import { physicalName } from "./installation";
import type { Installation } from "./installation";
import { notificationTopicArn } from "./notification-topic";
import { policyDocument, tlsOnly } from "./policy-document";

export interface ForwardFindingsArgs {
  installation: Installation;
  /** The account whose findings these are; the master account forwards its own as well. */
  accountId: string;
  /** The region whose default bus is listened to. */
  region: string;
  /** One rule for each: they are multiplied by accounts and regions. */
  patterns: ForwardedPattern[];
  roleArn: pulumi.Input<string>;
}

/**
 * From an account's default bus in one region to the master account's bus in the home region. What cannot be delivered
 * stays here, where the account's own log of it is, and the master account's people are told. The queue is encrypted
 * under SQS's own key, since a KMS key in each of thousands of accounts would cost more than all the rest. Rule, queue
 * and alarm have to be in one region (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html).
 */
export class ForwardFindings extends pulumi.ComponentResource {
  declare readonly ruleArns: pulumi.Output<string[]>;

  constructor(name: string, args: ForwardFindingsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("firebreak:index:ForwardFindings", name, { ...args, patterns: args.patterns.map((one) => one.name) }, opts);
    const { installation, accountId, region } = args;
    const parent = { parent: this };
    const deadLetters = new aws.sqs.Queue(
      `${name}-dead-letters`,
      {
        name: physicalName(installation, "forward-dead-letters"),
        region,
        messageRetentionSeconds: 14 * 24 * 60 * 60,
        sqsManagedSseEnabled: true,
      },
      parent,
    );
    const rules = args.patterns.map(({ name: pattern, description, state, eventPattern }) => {
      const rule = new aws.cloudwatch.EventRule(
        `${name}-rule-${pattern}`,
        {
          name: physicalName(installation, `forward-${pattern}`),
          region,
          description: `${description}, to the master account`,
          eventPattern: JSON.stringify(eventPattern),
          state,
        },
        parent,
      );
      new aws.cloudwatch.EventTarget(
        `${name}-target-${pattern}`,
        {
          rule: rule.name,
          region,
          targetId: "master-bus",
          arn: findingBusArn(installation),
          roleArn: args.roleArn,
          deadLetterConfig: { arn: deadLetters.arn },
        },
        parent,
      );
      return rule;
    });
    new aws.sqs.QueuePolicy(
      `${name}-dead-letters-policy`,
      {
        queueUrl: deadLetters.url,
        region,
        policy: policyDocument([
          {
            Sid: "RulesSend",
            Principal: { Service: "events.amazonaws.com" },
            Action: "sqs:SendMessage",
            Resource: deadLetters.arn,
            Condition: { ArnEquals: { "aws:SourceArn": rules.map((rule) => rule.arn) } },
          },
          tlsOnly("sqs:*", deadLetters.arn),
        ]),
      },
      parent,
    );
    deadLetterAlarm(
      `${name}-alarm`,
      {
        alarmName: physicalName(installation, "forward-dead-letters"),
        queueName: deadLetters.name,
        topicArn: notificationTopicArn({ ...installation, homeRegion: region }),
        what: `Findings of account ${accountId} in ${region} could not be delivered to the master account`,
        region,
      },
      parent,
    );
    this.ruleArns = pulumi.all(rules.map((rule) => rule.arn));
    this.registerOutputs({ ruleArns: this.ruleArns });
  }
}
