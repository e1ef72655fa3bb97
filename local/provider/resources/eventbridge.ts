import { EventBridge, type Target } from "@aws-sdk/client-eventbridge";
import type { EventBusArgs, EventBusState } from "@pulumi/aws/cloudwatch/eventBus";
import type { EventBusPolicyArgs, EventBusPolicyState } from "@pulumi/aws/cloudwatch/eventBusPolicy";
import type { EventRuleArgs, EventRuleState } from "@pulumi/aws/cloudwatch/eventRule";
import type { EventTargetArgs, EventTargetState } from "@pulumi/aws/cloudwatch/eventTarget";
import type { Unwrap } from "@pulumi/pulumi";
import { randomUUID } from "node:crypto";
import { unlessGone } from "../support/errors";
import { defineResource } from "./definition";
import { fromAws, tagList, tagMap, toAws } from "./values";

const gone = "ResourceNotFound";
const busName = /^[\w./-]{1,256}$/;

/** `aws.cloudwatch.EventBus`. */
export const eventBus = defineResource<EventBusArgs, EventBusState>({
  token: "aws:cloudwatch/eventBus:EventBus",
  name: { maxLength: 256 },
  properties: {
    name: { replace: true, pattern: busName },
    eventSourceName: { replace: true },
    description: { maxLength: 512 },
  },
  supports: ["deadLetterConfig", "kmsKeyIdentifier"],
  tagging: tagging(),
  check: ({ name }) =>
    name === "default" ? [{ property: "name", reason: "cannot be 'default': every account has that bus already" }] : [],
  async create(aws, { name = "", description, eventSourceName, kmsKeyIdentifier, deadLetterConfig, tags }) {
    await aws.client(EventBridge).createEventBus({
      Name: name,
      Description: description,
      EventSourceName: eventSourceName,
      KmsKeyIdentifier: kmsKeyIdentifier,
      DeadLetterConfig: toAws(deadLetterConfig),
      Tags: tagList(tags),
    });
    return name;
  },
  async read(aws, id) {
    const client = aws.client(EventBridge);
    const found = await unlessGone(client.describeEventBus({ Name: id }), gone);
    if (!found) return undefined;
    const { Tags: tags } = await client.listTagsForResource({ ResourceARN: found.Arn });
    return {
      arn: found.Arn,
      name: found.Name,
      description: found.Description,
      kmsKeyIdentifier: found.KmsKeyIdentifier,
      deadLetterConfig: found.DeadLetterConfig && { arn: found.DeadLetterConfig.Arn },
      tags: tagMap(tags),
    };
  },
  update: (aws, id, { news }) =>
    aws.client(EventBridge).updateEventBus({
      Name: id,
      Description: news.description,
      KmsKeyIdentifier: news.kmsKeyIdentifier,
      DeadLetterConfig: toAws(news.deadLetterConfig),
    }),
  delete: (aws, id) => unlessGone(aws.client(EventBridge).deleteEventBus({ Name: id }), gone),
});

/** `aws.cloudwatch.EventBusPolicy`: the whole policy of a bus. */
export const eventBusPolicy = defineResource<EventBusPolicyArgs, EventBusPolicyState>({
  token: "aws:cloudwatch/eventBusPolicy:EventBusPolicy",
  properties: {
    eventBusName: { replace: true, default: "default", pattern: busName },
    policy: { json: "policy" },
  },
  async create(aws, { eventBusName = "default", policy }) {
    await aws.client(EventBridge).putPermission({ EventBusName: eventBusName, Policy: policy });
    return eventBusName;
  },
  async read(aws, id) {
    const found = await unlessGone(aws.client(EventBridge).describeEventBus({ Name: id }), gone);
    return found?.Policy ? { eventBusName: id, policy: found.Policy } : undefined;
  },
  update: (aws, id, { news }) => aws.client(EventBridge).putPermission({ EventBusName: id, Policy: news.policy }),
  delete: (aws, id) =>
    unlessGone(aws.client(EventBridge).removePermission({ EventBusName: id, RemoveAllPermissions: true }), gone),
});

/** `aws.cloudwatch.EventRule`. Its id is `<name>` on the default bus, `<bus>/<name>` elsewhere. */
export const eventRule = defineResource<EventRuleArgs, EventRuleState>({
  token: "aws:cloudwatch/eventRule:EventRule",
  name: { maxLength: 64 },
  properties: {
    name: { replace: true, pattern: /^[\w.-]{1,64}$/ },
    namePrefix: { replace: true },
    eventBusName: { replace: true, default: "default" },
    description: { maxLength: 512 },
    eventPattern: { json: "json", maxLength: 4_096 },
    scheduleExpression: { maxLength: 256 },
    forceDestroy: { default: false, writeOnly: true },
    state: { implied: "ENABLED", oneOf: ["ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"] },
    isEnabled: { writeOnly: true },
  },
  supports: ["roleArn"],
  conflicts: [
    ["name", "namePrefix"],
    ["isEnabled", "state"],
  ],
  tagging: tagging(),
  check(inputs) {
    const failures = [];
    if (!inputs.eventPattern && !inputs.scheduleExpression) {
      failures.push({
        property: "eventPattern",
        reason: `one of "eventPattern" and "scheduleExpression" must be specified`,
      });
    }
    if (inputs.scheduleExpression && (inputs.eventBusName ?? "default") !== "default") {
      failures.push({ property: "scheduleExpression", reason: "is only supported on the default event bus" });
    }
    return failures;
  },
  async create(aws, inputs) {
    const { eventBusName = "default", name = "" } = inputs;
    await aws.client(EventBridge).putRule({ ...ruleOf(inputs), Tags: tagList(inputs.tags) });
    return eventBusName === "default" ? name : `${eventBusName}/${name}`;
  },
  async read(aws, id) {
    const client = aws.client(EventBridge);
    const found = await unlessGone(client.describeRule(ruleKey(id)), gone);
    if (!found) return undefined;
    const { Tags: tags } = await client.listTagsForResource({ ResourceARN: found.Arn });
    return {
      arn: found.Arn,
      name: found.Name,
      eventBusName: ruleKey(id).EventBusName,
      description: found.Description,
      eventPattern: found.EventPattern,
      scheduleExpression: found.ScheduleExpression,
      roleArn: found.RoleArn,
      state: found.State,
      isEnabled: found.State !== "DISABLED",
      tags: tagMap(tags),
    };
  },
  update: (aws, _id, { news }) => aws.client(EventBridge).putRule(ruleOf(news)),
  async delete(aws, id, state) {
    const client = aws.client(EventBridge);
    const { Name: Rule, EventBusName } = ruleKey(id);
    const Force = state["forceDestroy"] === true;
    if (Force) {
      const targets = await unlessGone(client.listTargetsByRule({ Rule, EventBusName }), gone);
      const Ids = (targets?.Targets ?? []).flatMap(({ Id }) => (Id ? [Id] : []));
      if (Ids.length > 0) await client.removeTargets({ Rule, EventBusName, Ids, Force });
    }
    await unlessGone(client.deleteRule({ ...ruleKey(id), Force }), gone);
  },
});

/** `aws.cloudwatch.EventTarget`. Its id is `<rule>-<target>` on the default bus, `<bus>-<rule>-<target>` elsewhere. */
export const eventTarget = defineResource<EventTargetArgs, EventTargetState>({
  token: "aws:cloudwatch/eventTarget:EventTarget",
  properties: {
    rule: { replace: true },
    eventBusName: { replace: true, default: "default" },
    targetId: { replace: true, pattern: /^[\w.-]{1,64}$/ },
    forceDestroy: { default: false, writeOnly: true },
    input: { json: "json", maxLength: 8_192 },
    inputPath: { maxLength: 256 },
    "retryPolicy.maximumEventAgeInSeconds": { min: 60, max: 86_400 },
    "retryPolicy.maximumRetryAttempts": { min: 0, max: 185 },
  },
  supports: ["arn", "roleArn", "deadLetterConfig", "inputTransformer", "sqsTarget"],
  conflicts: [["input", "inputPath", "inputTransformer"]],
  async create(aws, inputs) {
    const targetId = inputs.targetId ?? randomUUID();
    await putTarget(aws.client(EventBridge), targetId, inputs);
    const { eventBusName = "default", rule } = inputs;
    const id = eventBusName === "default" ? `${rule}-${targetId}` : `${eventBusName}-${rule}-${targetId}`;
    return { id, outputs: { targetId } };
  },
  async read(aws, id, known) {
    // An import names the three parts apart: <bus>/<rule>/<target>, or <rule>/<target>.
    const parts = id.split("/");
    const [targetId = "", rule = "", ...bus] = [...parts].reverse();
    const key = known["targetId"]
      ? {
          bus: String(known["eventBusName"] ?? "default"),
          rule: String(known["rule"]),
          targetId: String(known["targetId"]),
        }
      : { bus: bus.reverse().join("/") || "default", rule, targetId };
    const answer = aws.client(EventBridge).listTargetsByRule({ Rule: key.rule, EventBusName: key.bus });
    const found = (await unlessGone(answer, gone))?.Targets?.find(({ Id }) => Id === key.targetId);
    if (!found) return undefined;
    return {
      rule: key.rule,
      eventBusName: key.bus,
      targetId: found.Id,
      arn: found.Arn,
      roleArn: found.RoleArn,
      input: found.Input,
      inputPath: found.InputPath,
      inputTransformer: found.InputTransformer && {
        inputPaths: found.InputTransformer.InputPathsMap,
        inputTemplate: found.InputTransformer.InputTemplate ?? "",
      },
      deadLetterConfig: fromAws(found.DeadLetterConfig),
      retryPolicy: fromAws(found.RetryPolicy),
      sqsTarget: fromAws(found.SqsParameters),
    };
  },
  update: (aws, _id, { news, state }) => putTarget(aws.client(EventBridge), String(state["targetId"]), news),
  async delete(aws, _id, state) {
    const { rule, eventBusName, targetId } = state as { rule: string; eventBusName?: string; targetId: string };
    await unlessGone(
      aws.client(EventBridge).removeTargets({ Rule: rule, EventBusName: eventBusName, Ids: [targetId] }),
      gone,
    );
  },
});

function tagging() {
  return {
    tag: (
      aws: { client(type: typeof EventBridge): EventBridge },
      _id: string,
      tags: Record<string, string>,
      state: object,
    ) => aws.client(EventBridge).tagResource({ ResourceARN: (state as { arn: string }).arn, Tags: tagList(tags) }),
    untag: (aws: { client(type: typeof EventBridge): EventBridge }, _id: string, keys: string[], state: object) =>
      aws.client(EventBridge).untagResource({ ResourceARN: (state as { arn: string }).arn, TagKeys: keys }),
  };
}

function ruleOf(inputs: Unwrap<EventRuleArgs>) {
  return {
    Name: inputs.name,
    EventBusName: inputs.eventBusName,
    Description: inputs.description,
    EventPattern: inputs.eventPattern,
    ScheduleExpression: inputs.scheduleExpression,
    RoleArn: inputs.roleArn,
    State: (inputs.state ?? (inputs.isEnabled === false ? "DISABLED" : "ENABLED")) as "ENABLED",
  };
}

function ruleKey(id: string): { Name: string; EventBusName: string } {
  const slash = id.lastIndexOf("/");
  return slash < 0
    ? { Name: id, EventBusName: "default" }
    : { Name: id.slice(slash + 1), EventBusName: id.slice(0, slash) };
}

async function putTarget(client: EventBridge, targetId: string, inputs: Unwrap<EventTargetArgs>): Promise<void> {
  const transformer = inputs.inputTransformer;
  const target: Target = {
    Id: targetId,
    Arn: inputs.arn,
    RoleArn: inputs.roleArn,
    Input: inputs.input,
    InputPath: inputs.inputPath,
    InputTransformer: transformer && {
      InputPathsMap: transformer.inputPaths,
      InputTemplate: transformer.inputTemplate,
    },
    DeadLetterConfig: toAws(inputs.deadLetterConfig),
    RetryPolicy: toAws(inputs.retryPolicy),
    SqsParameters: toAws(inputs.sqsTarget),
  };
  const answer = await client.putTargets({ Rule: inputs.rule, EventBusName: inputs.eventBusName, Targets: [target] });
  const [failed] = answer.FailedEntries ?? [];
  if (failed) throw new Error(`creating EventBridge Target (${targetId}): ${failed.ErrorCode}: ${failed.ErrorMessage}`);
}
