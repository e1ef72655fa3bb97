import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { forwarderRoleName } from "../functions/shared/names";
import { deadLetterAlarm } from "./dead-letter-alarm";
import { findingPatterns } from "./event-patterns";
import { findingBusArn } from "./finding-bus";
import { physicalName } from "./installation";
import type { Installation } from "./installation";
import { notificationTopicArn } from "./notification-topic";
import { policyDocument, serviceTrust, tlsOnly } from "./policy-document";

export interface ForwardFindingsArgs {
  installation: Installation;
  /** The account whose findings these are; the master account forwards its own as well. */
  accountId: string;
}

/**
 * From an account's default bus to the master account's bus. What cannot be delivered stays here, where the
 * account's own log of it is, and the master account's people are told. The queue is encrypted under SQS's own
 * key, since a KMS key in each of thousands of accounts would cost more than all the rest.
 */
export class ForwardFindings extends pulumi.ComponentResource {
  declare readonly ruleArns: pulumi.Output<string[]>;

  constructor(name: string, args: ForwardFindingsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("firebreak:index:ForwardFindings", name, args, opts);
    const { installation, accountId } = args;
    const parent = { parent: this };
    const busArn = findingBusArn(installation);
    const role = new aws.iam.Role(
      `${name}-role`,
      {
        name: forwarderRoleName(installation.prefix),
        description: "Forwards findings to the master account's bus",
        assumeRolePolicy: serviceTrust("events.amazonaws.com", accountId),
      },
      parent,
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-policy`,
      {
        name: "forward",
        role: role.name,
        policy: policyDocument([{ Sid: "Forward", Action: "events:PutEvents", Resource: busArn }]),
      },
      parent,
    );
    const deadLetters = new aws.sqs.Queue(
      `${name}-dead-letters`,
      {
        name: physicalName(installation, "forward-dead-letters"),
        messageRetentionSeconds: 14 * 24 * 60 * 60,
        sqsManagedSseEnabled: true,
      },
      parent,
    );
    const rules = Object.entries(findingPatterns).map(([pattern, eventPattern]) => {
      const rule = new aws.cloudwatch.EventRule(
        `${name}-rule-${pattern}`,
        {
          name: physicalName(installation, `forward-${pattern}`),
          description: "Findings that start an incident, to the master account",
          eventPattern: JSON.stringify(eventPattern),
        },
        parent,
      );
      new aws.cloudwatch.EventTarget(
        `${name}-target-${pattern}`,
        {
          rule: rule.name,
          targetId: "master-bus",
          arn: busArn,
          roleArn: role.arn,
          deadLetterConfig: { arn: deadLetters.arn },
        },
        { ...parent, dependsOn: policy },
      );
      return rule;
    });
    new aws.sqs.QueuePolicy(
      `${name}-dead-letters-policy`,
      {
        queueUrl: deadLetters.url,
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
        topicArn: notificationTopicArn(installation),
        what: `Findings of account ${accountId} could not be delivered to the master account`,
      },
      parent,
    );
    this.ruleArns = pulumi.all(rules.map((rule) => rule.arn));
    this.registerOutputs({ ruleArns: this.ruleArns });
  }
}
