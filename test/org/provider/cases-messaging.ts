import { policyFor, type ResourceCase } from "./cases";

const queue = "aws:sqs/queue:Queue";
const topic = "aws:sns/topic:Topic";
const bus = "aws:cloudwatch/eventBus:EventBus";
const rule = "aws:cloudwatch/eventRule:EventRule";
const pattern = JSON.stringify({ source: ["aws.guardduty"] });

/** Queues, topics and events. */
export const messagingCases: readonly ResourceCase[] = [
  {
    token: queue,
    prepare: async () => ({
      inputs: { visibilityTimeoutSeconds: 30, tags: { a: "1", b: "2" } },
      update: { visibilityTimeoutSeconds: 60, tags: { a: "3" } },
      replace: { name: "another-queue" },
    }),
    outputs: {
      arn: /^arn:aws:sqs:eu-central-1:222222222222:thing-[0-9a-f]{7}$/,
      url: /thing-/,
      maxMessageSize: 262144,
    },
    refused: [
      { inputs: { visibilityTimeoutSeconds: 43_201 }, says: /in the range \(0 - 43200\), got 43201/ },
      { inputs: { fifoQueue: true, name: "plain" }, says: /ends with \.fifo/ },
      { inputs: { kmsMasterKeyId: "alias/aws/sqs", sqsManagedSseEnabled: true }, says: /conflicts with/ },
      { inputs: { policy: "{" }, says: /invalid JSON policy/ },
      { inputs: { contentBasedDeduplication: true }, says: /only be set when fifoQueue/ },
    ],
  },
  {
    token: "aws:sqs/queuePolicy:QueuePolicy",
    async prepare({ make }) {
      const [one, other] = [await make(queue, {}, "one"), await make(queue, {}, "other")];
      const policy = (action: string) => policyFor("events.amazonaws.com", action, one.outputs["arn"]);
      return {
        inputs: { queueUrl: one.id, policy: policy("sqs:SendMessage") },
        update: { policy: policy("sqs:ReceiveMessage") },
        replace: { queueUrl: other.id },
      };
    },
    refused: [{ inputs: { policy: "no json" }, says: /invalid JSON policy/ }],
  },
  {
    token: "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
    async prepare({ make }) {
      const [one, other] = [await make(queue, {}, "one"), await make(queue, {}, "other")];
      return {
        inputs: { queueUrl: one.id, redriveAllowPolicy: JSON.stringify({ redrivePermission: "denyAll" }) },
        update: { redriveAllowPolicy: JSON.stringify({ redrivePermission: "allowAll" }) },
        replace: { queueUrl: other.id },
      };
    },
    refused: [{ inputs: { redriveAllowPolicy: "[" }, says: /invalid JSON/ }],
  },
  {
    token: topic,
    prepare: async () => ({
      inputs: { displayName: "Findings", tags: { a: "1" } },
      update: { displayName: "Cases", tags: { b: "2" } },
      replace: { name: "another-topic" },
    }),
    outputs: { arn: /^arn:aws:sns:eu-central-1:222222222222:thing-/, owner: "222222222222", policy: /Statement/ },
    refused: [
      { inputs: { signatureVersion: 3 }, says: /in the range \(1 - 2\)/ },
      { inputs: { httpSuccessFeedbackRoleArn: "arn:aws:iam::222222222222:role/x" }, says: /does not implement "http/ },
      { inputs: { contentBasedDeduplication: true }, says: /only be set for FIFO/ },
    ],
  },
  {
    token: "aws:scheduler/scheduleGroup:ScheduleGroup",
    prepare: async () => ({
      inputs: { name: "pages", tags: { a: "1", b: "2" } },
      update: { tags: { a: "3" } },
      replace: { name: "other-pages" },
    }),
    outputs: { arn: "arn:aws:scheduler:eu-central-1:222222222222:schedule-group/pages", state: "ACTIVE" },
    refused: [{ inputs: { name: "two words" }, says: /must match|invalid/i }],
  },
  {
    token: "aws:sns/topicPolicy:TopicPolicy",
    async prepare({ make }) {
      const [one, other] = [await make(topic, {}, "one"), await make(topic, {}, "other")];
      const policy = (sid: string) =>
        policyFor("events.amazonaws.com", "sns:Publish", one.outputs["arn"], { Sid: sid });
      return {
        inputs: { arn: one.id, policy: policy("first") },
        update: { policy: policy("second") },
        replace: { arn: other.id },
      };
    },
    outputs: { owner: "222222222222" },
    refused: [{ inputs: { policy: "{]" }, says: /invalid JSON policy/ }],
    outlives: "a topic always has a policy: deleting puts the default back",
  },
  {
    token: "aws:sns/topicSubscription:TopicSubscription",
    async prepare({ make }) {
      const [one, target, other] = [
        await make(topic, {}),
        await make(queue, {}, "one"),
        await make(queue, {}, "other"),
      ];
      return {
        inputs: { topic: one.id, protocol: "sqs", endpoint: target.outputs["arn"] },
        update: { rawMessageDelivery: true },
        replace: { endpoint: other.outputs["arn"] },
      };
    },
    outputs: { arn: /^arn:aws:sns:/, pendingConfirmation: false, ownerId: "222222222222" },
    refused: [{ inputs: { protocol: "pigeon" }, says: /expected protocol to be one of/ }],
  },
  {
    token: bus,
    prepare: async () => ({
      inputs: { description: "one", tags: { a: "1" } },
      update: { description: "two", tags: {} },
      replace: { name: "another-bus" },
    }),
    outputs: { arn: /^arn:aws:events:eu-central-1:222222222222:event-bus\/thing-/ },
    refused: [{ inputs: { name: "default" }, says: /every account has that bus/ }],
  },
  {
    token: "aws:cloudwatch/eventBusPolicy:EventBusPolicy",
    async prepare({ make }) {
      const [one, other] = [await make(bus, {}, "one"), await make(bus, {}, "other")];
      const policy = (sid: string) =>
        JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Sid: sid,
              Effect: "Allow",
              Principal: "*",
              Action: "events:PutEvents",
              Resource: one.outputs["arn"],
              Condition: { StringEquals: { "aws:PrincipalOrgID": "o-abcdefghij" } },
            },
          ],
        });
      return {
        inputs: { eventBusName: one.id, policy: policy("one") },
        update: { policy: policy("two") },
        replace: { eventBusName: other.id },
      };
    },
    refused: [{ inputs: { policy: "" }, says: /invalid JSON policy/ }],
  },
  {
    token: rule,
    async prepare({ make }) {
      const made = await make(bus, {});
      return {
        inputs: { eventBusName: made.id, eventPattern: pattern, tags: { a: "1" } },
        update: { eventPattern: JSON.stringify({ source: ["aws.securityhub"] }), state: "DISABLED", tags: {} },
        replace: { name: "another-rule" },
      };
    },
    outputs: { arn: /^arn:aws:events:eu-central-1:222222222222:rule\/thing-[0-9a-f]{7}\/thing-[0-9a-f]{7}$/ },
    refused: [
      { inputs: { eventPattern: "source" }, says: /invalid JSON/ },
      { inputs: { state: "ON" }, says: /to be one of/ },
      { inputs: { scheduleExpression: "rate(1 minute)" }, says: /default event bus/ },
    ],
  },
  {
    token: "aws:cloudwatch/eventTarget:EventTarget",
    async prepare({ make }) {
      const made = await make(rule, { eventPattern: pattern });
      const [one, other] = [await make(queue, {}, "one"), await make(queue, {}, "other")];
      return {
        inputs: {
          rule: made.id,
          arn: one.outputs["arn"],
          retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 3 },
          inputTransformer: { inputPaths: { id: "$.detail.id" }, inputTemplate: '{"id": <id>}' },
        },
        update: { arn: other.outputs["arn"], deadLetterConfig: { arn: one.outputs["arn"] } },
        replace: { targetId: "another" },
      };
    },
    outputs: { targetId: /^[0-9a-f-]{36}$/ },
    importId: ({ outputs }) => `${String(outputs["rule"])}/${String(outputs["targetId"])}`,
    refused: [
      { inputs: { retryPolicy: { maximumRetryAttempts: 186 } }, says: /retryPolicy.maximumRetryAttempts.*\(0 - 185\)/ },
      { inputs: { input: "{}" }, says: /conflicts with/ },
    ],
  },
];
