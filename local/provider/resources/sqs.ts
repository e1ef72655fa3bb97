import { SQS, type QueueAttributeName } from "@aws-sdk/client-sqs";
import type { QueueArgs, QueueState } from "@pulumi/aws/sqs/queue";
import type { QueuePolicyArgs, QueuePolicyState } from "@pulumi/aws/sqs/queuePolicy";
import type { RedriveAllowPolicyArgs, RedriveAllowPolicyState } from "@pulumi/aws/sqs/redriveAllowPolicy";
import type { Unwrap } from "@pulumi/pulumi";
import type { Aws } from "../instance/aws";
import { unlessGone } from "../support/errors";
import { defineResource } from "./definition";
import { booleanOf, numberOf } from "./values";

const gone = ["QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"] as const;

/** Queue attributes by the property that sets them. */
const attributes = {
  contentBasedDeduplication: "ContentBasedDeduplication",
  deduplicationScope: "DeduplicationScope",
  delaySeconds: "DelaySeconds",
  fifoThroughputLimit: "FifoThroughputLimit",
  kmsDataKeyReusePeriodSeconds: "KmsDataKeyReusePeriodSeconds",
  kmsMasterKeyId: "KmsMasterKeyId",
  maxMessageSize: "MaximumMessageSize",
  messageRetentionSeconds: "MessageRetentionPeriod",
  policy: "Policy",
  receiveWaitTimeSeconds: "ReceiveMessageWaitTimeSeconds",
  redriveAllowPolicy: "RedriveAllowPolicy",
  redrivePolicy: "RedrivePolicy",
  sqsManagedSseEnabled: "SqsManagedSseEnabled",
  visibilityTimeoutSeconds: "VisibilityTimeout",
} as const satisfies Partial<Record<keyof QueueArgs, QueueAttributeName>>;

const queue = defineResource<QueueArgs, QueueState>({
  token: "aws:sqs/queue:Queue",
  name: { maxLength: 80, suffix: (inputs) => (inputs["fifoQueue"] === true ? ".fifo" : "") },
  properties: {
    name: { replace: true, pattern: /^[\w-]{1,80}(\.fifo)?$/ },
    namePrefix: { replace: true },
    fifoQueue: { replace: true, default: false },
    contentBasedDeduplication: { default: false },
    deduplicationScope: { oneOf: ["messageGroup", "queue"] },
    fifoThroughputLimit: { oneOf: ["perQueue", "perMessageGroupId"] },
    delaySeconds: { default: 0, min: 0, max: 900 },
    kmsDataKeyReusePeriodSeconds: { min: 60, max: 86_400 },
    maxMessageSize: { default: 262_144, min: 1_024, max: 1_048_576 },
    messageRetentionSeconds: { default: 345_600, min: 60, max: 1_209_600 },
    receiveWaitTimeSeconds: { default: 0, min: 0, max: 20 },
    visibilityTimeoutSeconds: { default: 30, min: 0, max: 43_200 },
    policy: { json: "policy" },
    redrivePolicy: { json: "json" },
    redriveAllowPolicy: { json: "json" },
  },
  supports: ["kmsMasterKeyId", "sqsManagedSseEnabled"],
  conflicts: [
    ["name", "namePrefix"],
    ["kmsMasterKeyId", "sqsManagedSseEnabled"],
  ],
  tagging: {
    tag: (aws, id, tags) => aws.client(SQS).tagQueue({ QueueUrl: id, Tags: tags }),
    untag: (aws, id, keys) => aws.client(SQS).untagQueue({ QueueUrl: id, TagKeys: keys }),
  },
  check(inputs) {
    const failures = [];
    if (inputs.fifoQueue && inputs.name && !inputs.name.endsWith(".fifo")) {
      failures.push({
        property: "name",
        reason: `invalid queue name: ${inputs.name}: a FIFO queue's name ends with .fifo`,
      });
    }
    for (const property of ["contentBasedDeduplication", "deduplicationScope", "fifoThroughputLimit"] as const) {
      if (inputs[property] && !inputs.fifoQueue) {
        failures.push({ property, reason: `${property} can only be set when fifoQueue is true` });
      }
    }
    return failures;
  },
  async create(aws, inputs) {
    const attributes = { ...attributesOf(inputs), ...(inputs.fifoQueue ? { FifoQueue: "true" } : {}) };
    const { QueueUrl: url = "" } = await aws
      .client(SQS)
      .createQueue({ QueueName: inputs.name, Attributes: attributes, tags: inputs.tags });
    return url;
  },
  async read(aws, id) {
    const found = await readAttributes(aws, id);
    if (!found) return undefined;
    const { Tags: tags } = await aws.client(SQS).listQueueTags({ QueueUrl: id });
    return {
      arn: found.QueueArn,
      url: id,
      name: id.split("/").at(-1),
      contentBasedDeduplication: booleanOf(found.ContentBasedDeduplication) ?? false,
      deduplicationScope: found.DeduplicationScope ?? "",
      delaySeconds: numberOf(found.DelaySeconds),
      fifoQueue: booleanOf(found.FifoQueue) ?? false,
      fifoThroughputLimit: found.FifoThroughputLimit ?? "",
      kmsDataKeyReusePeriodSeconds: numberOf(found.KmsDataKeyReusePeriodSeconds) ?? 300,
      kmsMasterKeyId: found.KmsMasterKeyId,
      maxMessageSize: numberOf(found.MaximumMessageSize),
      messageRetentionSeconds: numberOf(found.MessageRetentionPeriod),
      policy: found.Policy ?? "",
      receiveWaitTimeSeconds: numberOf(found.ReceiveMessageWaitTimeSeconds),
      redriveAllowPolicy: found.RedriveAllowPolicy ?? "",
      redrivePolicy: found.RedrivePolicy ?? "",
      sqsManagedSseEnabled: booleanOf(found.SqsManagedSseEnabled) ?? false,
      tags,
      visibilityTimeoutSeconds: numberOf(found.VisibilityTimeout),
    };
  },
  async update(aws, id, { news, changed }) {
    const properties = (Object.keys(attributes) as (keyof typeof attributes)[]).filter((property) => changed(property));
    if (properties.length === 0) return;
    // An attribute that is no longer wanted is set to nothing, which for SQS is its default.
    const cleared = Object.fromEntries(properties.map((property) => [attributes[property], ""]));
    const all = attributesOf(news);
    const wanted = Object.fromEntries(Object.keys(cleared).map((name) => [name, all[name] ?? ""]));
    await aws.client(SQS).setQueueAttributes({ QueueUrl: id, Attributes: wanted });
  },
  delete: (aws, id) => unlessGone(aws.client(SQS).deleteQueue({ QueueUrl: id }), ...gone),
});

const queuePolicy = defineResource<QueuePolicyArgs, QueuePolicyState>({
  token: "aws:sqs/queuePolicy:QueuePolicy",
  properties: { queueUrl: { replace: true }, policy: { json: "policy" } },
  async create(aws, { queueUrl, policy }) {
    await aws.client(SQS).setQueueAttributes({ QueueUrl: queueUrl, Attributes: { Policy: String(policy) } });
    return queueUrl;
  },
  async read(aws, id) {
    const policy = (await readAttributes(aws, id))?.Policy;
    return policy ? { policy, queueUrl: id } : undefined;
  },
  update: (aws, id, { news }) =>
    aws.client(SQS).setQueueAttributes({ QueueUrl: id, Attributes: { Policy: String(news.policy) } }),
  delete: (aws, id) =>
    unlessGone(aws.client(SQS).setQueueAttributes({ QueueUrl: id, Attributes: { Policy: "" } }), ...gone),
});

const redriveAllowPolicy = defineResource<RedriveAllowPolicyArgs, RedriveAllowPolicyState>({
  token: "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
  properties: { queueUrl: { replace: true }, redriveAllowPolicy: { json: "json" } },
  async create(aws, { queueUrl, redriveAllowPolicy: policy }) {
    await aws.client(SQS).setQueueAttributes({ QueueUrl: queueUrl, Attributes: { RedriveAllowPolicy: policy } });
    return queueUrl;
  },
  async read(aws, id) {
    const policy = (await readAttributes(aws, id))?.RedriveAllowPolicy;
    return policy ? { redriveAllowPolicy: policy, queueUrl: id } : undefined;
  },
  update: (aws, id, { news }) =>
    aws.client(SQS).setQueueAttributes({ QueueUrl: id, Attributes: { RedriveAllowPolicy: news.redriveAllowPolicy } }),
  delete: (aws, id) =>
    unlessGone(aws.client(SQS).setQueueAttributes({ QueueUrl: id, Attributes: { RedriveAllowPolicy: "" } }), ...gone),
});

/** Everything in `aws.sqs` that Firebreak uses. */
export const resources = [queue, queuePolicy, redriveAllowPolicy];

async function readAttributes(aws: Aws, url: string) {
  const answer = aws.client(SQS).getQueueAttributes({ QueueUrl: url, AttributeNames: ["All"] });
  return (await unlessGone(answer, ...gone))?.Attributes;
}

function attributesOf(inputs: Unwrap<QueueArgs>): Record<string, string> {
  const set: Record<string, string> = {};
  for (const [property, name] of Object.entries(attributes)) {
    const value = inputs[property as keyof typeof attributes];
    const fifoOnly = name === "ContentBasedDeduplication" && !inputs.fifoQueue; // AWS refuses even `false` elsewhere
    if (value !== undefined && !fifoOnly) set[name] = String(value);
  }
  return set;
}
