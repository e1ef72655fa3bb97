import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** Tells people of the first message that nobody could handle, and again when none is left. */
export function deadLetterAlarm(
  name: string,
  args: {
    alarmName: string;
    queueName: pulumi.Input<string>;
    /** In the queue's region: an alarm reaches topics of its own region only. */
    topicArn: pulumi.Input<string>;
    what: string;
    /** The queue's region. @default the provider's */
    region?: string;
  },
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.MetricAlarm {
  return new aws.cloudwatch.MetricAlarm(
    name,
    {
      name: args.alarmName,
      region: args.region,
      alarmDescription: args.what,
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: args.queueName },
      statistic: "Maximum",
      period: 60,
      evaluationPeriods: 1,
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      treatMissingData: "notBreaching",
      alarmActions: [args.topicArn],
      okActions: [args.topicArn],
    },
    opts,
  );
}
