import { SNS } from "@aws-sdk/client-sns";
import type { TopicArgs, TopicState } from "@pulumi/aws/sns/topic";
import type { TopicPolicyArgs, TopicPolicyState } from "@pulumi/aws/sns/topicPolicy";
import type { TopicSubscriptionArgs, TopicSubscriptionState } from "@pulumi/aws/sns/topicSubscription";
import type { Aws } from "../instance/aws";
import { unlessGone } from "../support/errors";
import { defineResource } from "./definition";
import { booleanOf, numberOf, tagList, tagMap } from "./values";

/** Topic attributes by the property that sets them. */
const topicAttributes = {
  contentBasedDeduplication: "ContentBasedDeduplication",
  deliveryPolicy: "DeliveryPolicy",
  displayName: "DisplayName",
  kmsMasterKeyId: "KmsMasterKeyId",
  policy: "Policy",
  signatureVersion: "SignatureVersion",
  tracingConfig: "TracingConfig",
} as const satisfies Partial<Record<keyof TopicArgs, string>>;

const subscriptionAttributes = {
  deliveryPolicy: "DeliveryPolicy",
  filterPolicy: "FilterPolicy",
  filterPolicyScope: "FilterPolicyScope",
  rawMessageDelivery: "RawMessageDelivery",
  redrivePolicy: "RedrivePolicy",
  subscriptionRoleArn: "SubscriptionRoleArn",
} as const satisfies Partial<Record<keyof TopicSubscriptionArgs, string>>;

const topic = defineResource<TopicArgs, TopicState>({
  token: "aws:sns/topic:Topic",
  name: { maxLength: 256, suffix: (inputs) => (inputs["fifoTopic"] === true ? ".fifo" : "") },
  properties: {
    name: { replace: true, pattern: /^[\w-]{1,256}(\.fifo)?$/ },
    namePrefix: { replace: true },
    fifoTopic: { replace: true, default: false },
    contentBasedDeduplication: { default: false },
    signatureVersion: { min: 1, max: 2 },
    tracingConfig: { oneOf: ["Active", "PassThrough"] },
    deliveryPolicy: { json: "json" },
    policy: { json: "policy" },
  },
  supports: ["displayName", "kmsMasterKeyId"],
  conflicts: [["name", "namePrefix"]],
  tagging: {
    tag: (aws, id, tags) => aws.client(SNS).tagResource({ ResourceArn: id, Tags: tagList(tags) }),
    untag: (aws, id, keys) => aws.client(SNS).untagResource({ ResourceArn: id, TagKeys: keys }),
  },
  check: ({ fifoTopic, contentBasedDeduplication, name }) => {
    if (contentBasedDeduplication && !fifoTopic) {
      return [
        {
          property: "contentBasedDeduplication",
          reason: "content based deduplication can only be set for FIFO topics",
        },
      ];
    }
    if (Boolean(fifoTopic) === Boolean(name?.endsWith(".fifo") ?? fifoTopic)) return [];
    return [{ property: "name", reason: `invalid topic name: ${name}: .fifo goes with fifoTopic, and only with it` }];
  },
  async create(aws, inputs) {
    const attributes = attributesOf(topicAttributes, inputs);
    if (!inputs.fifoTopic) delete attributes["ContentBasedDeduplication"];
    const { TopicArn: arn = "" } = await aws.client(SNS).createTopic({
      Name: inputs.name,
      Attributes: { ...attributes, ...(inputs.fifoTopic ? { FifoTopic: "true" } : {}) },
      Tags: tagList(inputs.tags),
    });
    return arn;
  },
  async read(aws, id) {
    const found = await attributesOfTopic(aws, id);
    if (!found) return undefined;
    const { Tags: tags } = await aws.client(SNS).listTagsForResource({ ResourceArn: id });
    return {
      arn: id,
      name: id.split(":").at(-1),
      owner: found["Owner"],
      policy: found["Policy"] ?? "",
      displayName: found["DisplayName"],
      deliveryPolicy: found["DeliveryPolicy"],
      kmsMasterKeyId: found["KmsMasterKeyId"],
      fifoTopic: booleanOf(found["FifoTopic"]) ?? false,
      contentBasedDeduplication: booleanOf(found["ContentBasedDeduplication"]) ?? false,
      signatureVersion: numberOf(found["SignatureVersion"]) ?? 0,
      tracingConfig: found["TracingConfig"] ?? "",
      beginningArchiveTime: found["BeginningArchiveTime"] ?? "",
      fifoThroughputScope: found["FifoThroughputScope"] ?? "",
      tags: tagMap(tags),
    };
  },
  async update(aws, id, { news, changed }) {
    for (const [property, name] of Object.entries(topicAttributes)) {
      if (!changed(property as keyof typeof topicAttributes)) continue;
      const value = news[property as keyof typeof topicAttributes];
      await aws.client(SNS).setTopicAttributes({
        TopicArn: id,
        AttributeName: name,
        AttributeValue: value === undefined ? "" : String(value),
      });
    }
  },
  delete: (aws, id) => unlessGone(aws.client(SNS).deleteTopic({ TopicArn: id }), "NotFound"),
});

const topicPolicy = defineResource<TopicPolicyArgs, TopicPolicyState>({
  token: "aws:sns/topicPolicy:TopicPolicy",
  properties: { arn: { replace: true }, policy: { json: "policy" } },
  async create(aws, { arn, policy }) {
    await setPolicy(aws, arn, String(policy));
    return arn;
  },
  async read(aws, id) {
    const found = await attributesOfTopic(aws, id);
    return found?.["Policy"] ? { arn: id, policy: found["Policy"], owner: found["Owner"] } : undefined;
  },
  update: (aws, id, { news }) => setPolicy(aws, id, String(news.policy)),
  /** A topic always has a policy: the real provider puts AWS's default back. */
  delete: (aws, id, state) =>
    unlessGone(setPolicy(aws, id, defaultPolicy(id, String(state["owner"] ?? aws.accountId))), "NotFound"),
});

const topicSubscription = defineResource<TopicSubscriptionArgs, TopicSubscriptionState>({
  token: "aws:sns/topicSubscription:TopicSubscription",
  properties: {
    topic: { replace: true },
    endpoint: { replace: true },
    protocol: {
      replace: true,
      oneOf: ["application", "email", "email-json", "firehose", "http", "https", "lambda", "sms", "sqs"],
    },
    confirmationTimeoutInMinutes: { default: 1, writeOnly: true },
    endpointAutoConfirms: { default: false, writeOnly: true },
    rawMessageDelivery: { default: false },
    filterPolicyScope: { oneOf: ["MessageAttributes", "MessageBody"] },
    filterPolicy: { json: "json" },
    redrivePolicy: { json: "json" },
    deliveryPolicy: { json: "json" },
  },
  supports: ["subscriptionRoleArn"],
  async create(aws, inputs) {
    const attributes = attributesOf(subscriptionAttributes, inputs);
    if (!inputs.rawMessageDelivery) delete attributes["RawMessageDelivery"];
    const { SubscriptionArn: arn = "" } = await aws.client(SNS).subscribe({
      TopicArn: String(inputs.topic),
      Protocol: inputs.protocol,
      Endpoint: inputs.endpoint,
      Attributes: attributes,
      ReturnSubscriptionArn: true,
    });
    return arn;
  },
  async read(aws, id) {
    const answer = aws.client(SNS).getSubscriptionAttributes({ SubscriptionArn: id });
    const found = (await unlessGone(answer, "NotFound"))?.Attributes;
    if (!found) return undefined;
    return {
      arn: id,
      topic: found["TopicArn"],
      protocol: found["Protocol"],
      endpoint: found["Endpoint"],
      ownerId: found["Owner"],
      pendingConfirmation: booleanOf(found["PendingConfirmation"]) ?? false,
      confirmationWasAuthenticated: booleanOf(found["ConfirmationWasAuthenticated"]) ?? false,
      rawMessageDelivery: booleanOf(found["RawMessageDelivery"]) ?? false,
      filterPolicy: found["FilterPolicy"],
      filterPolicyScope: found["FilterPolicy"] ? (found["FilterPolicyScope"] ?? "MessageAttributes") : "",
      redrivePolicy: found["RedrivePolicy"],
      deliveryPolicy: found["DeliveryPolicy"],
      subscriptionRoleArn: found["SubscriptionRoleArn"],
    };
  },
  async update(aws, id, { news, changed }) {
    for (const [property, name] of Object.entries(subscriptionAttributes)) {
      if (!changed(property as keyof typeof subscriptionAttributes)) continue;
      const value = news[property as keyof typeof subscriptionAttributes];
      await aws.client(SNS).setSubscriptionAttributes({
        SubscriptionArn: id,
        AttributeName: name,
        // "{}" is how a policy is taken away
        AttributeValue: value === undefined ? (name.endsWith("Policy") ? "{}" : "") : String(value),
      });
    }
  },
  delete: (aws, id) => unlessGone(aws.client(SNS).unsubscribe({ SubscriptionArn: id }), "NotFound"),
});

/** Everything in `aws.sns` that Firebreak uses. */
export const resources = [topic, topicPolicy, topicSubscription];

function setPolicy(aws: Aws, arn: string, policy: string) {
  return aws.client(SNS).setTopicAttributes({ TopicArn: arn, AttributeName: "Policy", AttributeValue: policy });
}

async function attributesOfTopic(aws: Aws, arn: string): Promise<Record<string, string> | undefined> {
  return (await unlessGone(aws.client(SNS).getTopicAttributes({ TopicArn: arn }), "NotFound"))?.Attributes;
}

function attributesOf(names: Readonly<Record<string, string>>, inputs: object): Record<string, string> {
  const values = inputs as Record<string, unknown>;
  const given = Object.entries(names).filter(([property]) => values[property] !== undefined);
  return Object.fromEntries(given.map(([property, name]) => [name, String(values[property])]));
}

/** What SNS gives a new topic. */
function defaultPolicy(arn: string, owner: string): string {
  const actions = ["AddPermission", "DeleteTopic", "GetTopicAttributes", "ListSubscriptionsByTopic", "Publish"];
  return JSON.stringify({
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: [...actions, "RemovePermission", "SetTopicAttributes", "Subscribe"].map((action) => `SNS:${action}`),
        Resource: arn,
        Condition: { StringEquals: { "AWS:SourceOwner": owner } },
      },
    ],
  });
}
