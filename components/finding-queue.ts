import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { deadLetterQueueName, findingQueueName } from "../functions/shared/names";
import { deadLetterAlarm } from "./dead-letter-alarm";
import { incidentPatterns } from "./event-patterns";
import { physicalName } from "./installation";
import type { Installation } from "./installation";
import { policyDocument, tlsOnly } from "./policy-document";

export interface FindingQueueArgs {
  installation: Installation;
  busName: pulumi.Input<string>;
  keyArn: pulumi.Input<string>;
  topicArn: pulumi.Input<string>;
  /** Time the function that reads the queue may take. */
  readerTimeoutSeconds: number;
}

const twoWeeks = 14 * 24 * 60 * 60;

/** How often a message is tried before it is put aside, whole, as a dead letter. */
const maxReceives = 3;

/** From the bus to triage: findings wait here, and what cannot be read ends among the dead letters, with an alarm. */
export class FindingQueue extends pulumi.ComponentResource {
  declare readonly arn: pulumi.Output<string>;
  declare readonly url: pulumi.Output<string>;
  declare readonly deadLettersArn: pulumi.Output<string>;
  declare readonly deadLettersUrl: pulumi.Output<string>;

  constructor(name: string, args: FindingQueueArgs, opts?: pulumi.ComponentResourceOptions) {
    super("firebreak:index:FindingQueue", name, args, opts);
    const { installation, keyArn } = args;
    const parent = { parent: this };
    const deadLetters = new aws.sqs.Queue(
      `${name}-dead-letters`,
      {
        name: deadLetterQueueName(installation.prefix),
        messageRetentionSeconds: twoWeeks,
        kmsMasterKeyId: keyArn,
        kmsDataKeyReusePeriodSeconds: 300,
      },
      parent,
    );
    const queue = new aws.sqs.Queue(
      `${name}-queue`,
      {
        name: findingQueueName(installation.prefix),
        messageRetentionSeconds: twoWeeks,
        // Six times, as https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html asks for.
        visibilityTimeoutSeconds: 6 * args.readerTimeoutSeconds,
        kmsMasterKeyId: keyArn,
        kmsDataKeyReusePeriodSeconds: 300,
        redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: maxReceives }),
      },
      parent,
    );
    const rules = this.rules(name, args);
    const ruleArns = rules.map(({ rule }) => rule.arn);
    this.admit(`${name}-policy`, queue, ruleArns);
    this.admit(`${name}-dead-letters-policy`, deadLetters, ruleArns);
    rules.forEach(({ pattern, rule }) => {
      new aws.cloudwatch.EventTarget(
        `${name}-target-${pattern}`,
        {
          eventBusName: args.busName,
          rule: rule.name,
          targetId: "finding-queue",
          arn: queue.arn,
          deadLetterConfig: { arn: deadLetters.arn },
        },
        parent,
      );
    });
    deadLetterAlarm(
      `${name}-alarm`,
      {
        alarmName: physicalName(installation, "dead-letters"),
        queueName: deadLetters.name,
        topicArn: args.topicArn,
        what: "Findings or calls that nobody could handle wait in the dead-letter queue: read them there, then put them back",
      },
      parent,
    );
    this.arn = queue.arn;
    this.url = queue.url;
    this.deadLettersArn = deadLetters.arn;
    this.deadLettersUrl = deadLetters.url;
    this.registerOutputs({
      arn: this.arn,
      url: this.url,
      deadLettersArn: this.deadLettersArn,
      deadLettersUrl: this.deadLettersUrl,
    });
  }

  /** The members have filtered already; the same patterns here keep out what a member's changed rule would send. */
  private rules(name: string, { installation, busName }: FindingQueueArgs) {
    return incidentPatterns(installation).map(({ name: pattern, description, state, eventPattern }) => {
      const rule = new aws.cloudwatch.EventRule(
        `${name}-rule-${pattern}`,
        {
          name: physicalName(installation, pattern),
          description: `${description}, to triage`,
          eventBusName: busName,
          eventPattern: JSON.stringify(eventPattern),
          state,
        },
        { parent: this },
      );
      return { pattern, rule };
    });
  }

  private admit(name: string, queue: aws.sqs.Queue, ruleArns: pulumi.Input<string>[]): void {
    new aws.sqs.QueuePolicy(
      name,
      {
        queueUrl: queue.url,
        policy: policyDocument([
          {
            Sid: "RulesSend",
            Principal: { Service: "events.amazonaws.com" },
            Action: "sqs:SendMessage",
            Resource: queue.arn,
            Condition: { ArnEquals: { "aws:SourceArn": ruleArns } },
          },
          tlsOnly("sqs:*", queue.arn),
        ]),
      },
      { parent: this },
    );
  }
}
