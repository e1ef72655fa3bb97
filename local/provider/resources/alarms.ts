import { CloudWatch, type PutMetricAlarmInput } from "@aws-sdk/client-cloudwatch";
import type { MetricAlarmArgs, MetricAlarmState } from "@pulumi/aws/cloudwatch/metricAlarm";
import type { Unwrap } from "@pulumi/pulumi";
import type { Aws } from "../instance/aws";
import { unlessGone } from "../support/errors";
import { defineResource } from "./definition";
import { tagList, tagMap, toAws } from "./values";

/** `aws.cloudwatch.MetricAlarm`. */
export const metricAlarm = defineResource<MetricAlarmArgs, MetricAlarmState>({
  token: "aws:cloudwatch/metricAlarm:MetricAlarm",
  name: { maxLength: 255 },
  properties: {
    name: { replace: true, minLength: 1, maxLength: 255 },
    actionsEnabled: { default: true },
    comparisonOperator: {
      oneOf: [
        "GreaterThanOrEqualToThreshold",
        "GreaterThanThreshold",
        "LessThanThreshold",
        "LessThanOrEqualToThreshold",
        "LessThanLowerOrGreaterThanUpperThreshold",
        "LessThanLowerThreshold",
        "GreaterThanUpperThreshold",
      ],
    },
    statistic: { oneOf: ["SampleCount", "Average", "Sum", "Minimum", "Maximum"] },
    treatMissingData: { default: "missing", oneOf: ["breaching", "notBreaching", "ignore", "missing"] },
    alarmDescription: { maxLength: 1_024 },
    evaluationPeriods: { min: 1 },
    datapointsToAlarm: { min: 1 },
    alarmActions: { set: true },
    okActions: { set: true },
    insufficientDataActions: { set: true },
    metricQueries: { set: true },
  },
  supports: [
    "dimensions",
    "extendedStatistic",
    "metricName",
    "namespace",
    "period",
    "threshold",
    "thresholdMetricId",
    "unit",
  ],
  conflicts: [
    ["statistic", "extendedStatistic"],
    ["metricName", "metricQueries"],
    ["threshold", "thresholdMetricId"],
  ],
  tagging: {
    tag: (aws, id, tags) => aws.client(CloudWatch).tagResource({ ResourceARN: arnOf(aws, id), Tags: tagList(tags) }),
    untag: (aws, id, keys) => aws.client(CloudWatch).untagResource({ ResourceARN: arnOf(aws, id), TagKeys: keys }),
  },
  check(inputs) {
    if (!inputs.metricName && !inputs.metricQueries?.length) {
      return [
        { property: "metricName", reason: "one of `metricName` or `metricQueries` must be set for a metric alarm" },
      ];
    }
    if (inputs.metricName && !inputs.statistic && !inputs.extendedStatistic) {
      return [{ property: "statistic", reason: "one of `statistic` or `extendedStatistic` must be set" }];
    }
    return [];
  },
  async create(aws, inputs) {
    await aws.client(CloudWatch).putMetricAlarm({ ...alarmOf(inputs), Tags: tagList(inputs.tags) });
    return inputs.name ?? "";
  },
  async read(aws, id) {
    const client = aws.client(CloudWatch);
    const found = (await client.describeAlarms({ AlarmNames: [id], AlarmTypes: ["MetricAlarm"] })).MetricAlarms?.[0];
    if (!found) return undefined;
    const { Tags: tags } = await client.listTagsForResource({ ResourceARN: arnOf(aws, id) });
    return {
      arn: found.AlarmArn,
      name: found.AlarmName,
      actionsEnabled: found.ActionsEnabled,
      alarmActions: found.AlarmActions,
      alarmDescription: found.AlarmDescription,
      comparisonOperator: found.ComparisonOperator,
      datapointsToAlarm: found.DatapointsToAlarm,
      dimensions: found.Dimensions?.length
        ? Object.fromEntries(found.Dimensions.map(({ Name = "", Value = "" }) => [Name, Value]))
        : undefined,
      evaluateLowSampleCountPercentiles: found.EvaluateLowSampleCountPercentile ?? "",
      evaluationPeriods: found.EvaluationPeriods,
      extendedStatistic: found.ExtendedStatistic,
      insufficientDataActions: found.InsufficientDataActions,
      metricName: found.MetricName,
      namespace: found.Namespace,
      okActions: found.OKActions,
      period: found.Period,
      statistic: found.Statistic,
      threshold: found.Threshold,
      thresholdMetricId: found.ThresholdMetricId,
      treatMissingData: found.TreatMissingData ?? "missing",
      unit: found.Unit,
      tags: tagMap(tags),
    };
  },
  update: (aws, _id, { news }) => aws.client(CloudWatch).putMetricAlarm(alarmOf(news)),
  delete: (aws, id) => unlessGone(aws.client(CloudWatch).deleteAlarms({ AlarmNames: [id] }), "ResourceNotFound"),
});

function alarmOf(inputs: Unwrap<MetricAlarmArgs>): PutMetricAlarmInput {
  return {
    AlarmName: inputs.name,
    ActionsEnabled: inputs.actionsEnabled,
    AlarmActions: inputs.alarmActions?.map(String),
    AlarmDescription: inputs.alarmDescription,
    ComparisonOperator: inputs.comparisonOperator as PutMetricAlarmInput["ComparisonOperator"],
    DatapointsToAlarm: inputs.datapointsToAlarm,
    Dimensions: Object.entries(inputs.dimensions ?? {}).map(([Name, Value]) => ({ Name, Value })),
    EvaluationPeriods: inputs.evaluationPeriods,
    ExtendedStatistic: inputs.extendedStatistic,
    InsufficientDataActions: inputs.insufficientDataActions?.map(String),
    MetricName: inputs.metricName,
    Metrics: inputs.metricQueries?.map(({ metric, ...query }) => ({
      ...toAws<{ Id: string }>(query),
      ...(metric
        ? {
            MetricStat: {
              Metric: {
                MetricName: metric.metricName,
                Namespace: metric.namespace,
                Dimensions: Object.entries(metric.dimensions ?? {}).map(([Name, Value]) => ({ Name, Value })),
              },
              Period: metric.period,
              Stat: metric.stat,
            },
          }
        : {}),
    })),
    Namespace: inputs.namespace,
    OKActions: inputs.okActions?.map(String),
    Period: inputs.period,
    Statistic: inputs.statistic as PutMetricAlarmInput["Statistic"],
    Threshold: inputs.threshold,
    ThresholdMetricId: inputs.thresholdMetricId,
    TreatMissingData: inputs.treatMissingData,
    Unit: inputs.unit as PutMetricAlarmInput["Unit"],
  };
}

function arnOf(aws: Aws, name: string): string {
  return aws.arn("cloudwatch", `alarm:${name}`);
}
