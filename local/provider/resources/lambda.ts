import { Lambda, type FunctionUrlAuthType } from "@aws-sdk/client-lambda";
import type { EventSourceMappingArgs, EventSourceMappingState } from "@pulumi/aws/lambda/eventSourceMapping";
import type {
  FunctionEventInvokeConfigArgs,
  FunctionEventInvokeConfigState,
} from "@pulumi/aws/lambda/functionEventInvokeConfig";
import type { PermissionArgs, PermissionState } from "@pulumi/aws/lambda/permission";
import type { Unwrap } from "@pulumi/pulumi";
import { hasCode, unlessGone } from "../support/errors";
import { untilPropagated, waitFor } from "../support/retry";
import { defineResource } from "./definition";
import { lambdaFunction } from "./lambda-function";
import { functionUrl } from "./lambda-url";
import { booleanOf, fromAws, toAws } from "./values";

const gone = "ResourceNotFound";

const permission = defineResource<PermissionArgs, PermissionState>({
  token: "aws:lambda/permission:Permission",
  name: { property: "statementId", maxLength: 100 },
  properties: {
    action: { pattern: /^lambda:(\*|[A-Za-z]+)$/ },
    functionUrlAuthType: { oneOf: ["AWS_IAM", "NONE"] },
    sourceAccount: { pattern: /^\d{12}$/ },
    statementId: { pattern: /^[\w-]{1,100}$/ },
  },
  supports: [
    ...([
      "eventSourceToken",
      "function",
      "invokedViaFunctionUrl",
      "principal",
      "principalOrgId",
      "qualifier",
      "sourceArn",
    ] as const),
    "statementIdPrefix",
  ],
  conflicts: [["statementId", "statementIdPrefix"]],
  async create(aws, inputs) {
    await untilPropagated(
      () =>
        aws.client(Lambda).addPermission({
          FunctionName: String(inputs.function),
          StatementId: inputs.statementId,
          Action: inputs.action,
          Principal: inputs.principal,
          PrincipalOrgID: inputs.principalOrgId,
          SourceArn: inputs.sourceArn,
          SourceAccount: inputs.sourceAccount,
          EventSourceToken: inputs.eventSourceToken,
          Qualifier: inputs.qualifier,
          FunctionUrlAuthType: inputs.functionUrlAuthType as FunctionUrlAuthType | undefined,
          InvokedViaFunctionUrl: inputs.invokedViaFunctionUrl,
        }),
      (error) => hasCode(error, gone, "InvalidParameterValue") && /principal|not found/i.test(error.message),
    );
    return inputs.statementId ?? "";
  },
  async read(aws, id, known) {
    // An import names both: <function>/<statement>.
    const [imported, statement] = id.includes("/") ? id.split("/") : [String(known["function"]), id];
    const Qualifier = typeof known["qualifier"] === "string" ? known["qualifier"] : undefined;
    const answer = await unlessGone(aws.client(Lambda).getPolicy({ FunctionName: imported, Qualifier }), gone);
    const policy = JSON.parse(answer?.Policy ?? "{}") as { Statement?: Statement[] };
    const found = policy.Statement?.find(({ Sid }) => Sid === statement);
    if (!found) return undefined;
    return {
      function: imported,
      statementId: statement,
      action: Array.isArray(found.Action) ? found.Action[0] : found.Action,
      principal:
        typeof found.Principal === "string" ? found.Principal : (found.Principal.Service ?? found.Principal.AWS),
      qualifier: Qualifier,
      sourceArn: condition(found, "AWS:SourceArn"),
      sourceAccount: condition(found, "AWS:SourceAccount"),
      principalOrgId: condition(found, "aws:PrincipalOrgID"),
      eventSourceToken: condition(found, "lambda:EventSourceToken"),
      functionUrlAuthType: condition(found, "lambda:FunctionUrlAuthType"),
      invokedViaFunctionUrl: booleanOf(condition(found, "lambda:InvokedViaFunctionUrl")),
    };
  },
  delete: (aws, id, state) =>
    unlessGone(
      aws.client(Lambda).removePermission({
        FunctionName: String(state["function"]),
        StatementId: id,
        Qualifier: typeof state["qualifier"] === "string" ? state["qualifier"] : undefined,
      }),
      gone,
    ),
});

const eventSourceMapping = defineResource<EventSourceMappingArgs, EventSourceMappingState>({
  token: "aws:lambda/eventSourceMapping:EventSourceMapping",
  properties: {
    eventSourceArn: { replace: true },
    startingPosition: { replace: true, oneOf: ["AT_TIMESTAMP", "LATEST", "TRIM_HORIZON"] },
    enabled: { default: true },
    batchSize: { implied: 10, min: 1, max: 10_000 },
    maximumBatchingWindowInSeconds: { implied: 0, min: 0, max: 300 },
    maximumRetryAttempts: { min: -1, max: 10_000 },
    maximumRecordAgeInSeconds: { min: -1, max: 604_800 },
    functionResponseTypes: { set: true, oneOf: ["ReportBatchItemFailures"] },
    "scalingConfig.maximumConcurrency": { min: 2, max: 1_000 },
  },
  supports: ["bisectBatchOnFunctionError", "destinationConfig", "filterCriteria", "functionName", "kmsKeyArn"],
  tagging: {
    tag: (aws, _id, tags, state) => aws.client(Lambda).tagResource({ Resource: String(state["arn"]), Tags: tags }),
    untag: (aws, _id, keys, state) =>
      aws.client(Lambda).untagResource({ Resource: String(state["arn"]), TagKeys: keys }),
  },
  async create(aws, inputs) {
    const made = await untilPropagated(
      () =>
        aws.client(Lambda).createEventSourceMapping({
          ...mappingOf(inputs),
          EventSourceArn: inputs.eventSourceArn,
          StartingPosition: inputs.startingPosition as "LATEST" | undefined,
          Tags: inputs.tags,
        }),
      // The function's role may not have its permissions on the source yet.
      (error) => hasCode(error, "InvalidParameterValue") && /role|permission/i.test(error.message),
    );
    return made.UUID ?? "";
  },
  async read(aws, id) {
    const found = await unlessGone(aws.client(Lambda).getEventSourceMapping({ UUID: id }), gone);
    if (!found || found.State === "Deleting") return undefined;
    const tags = await aws
      .client(Lambda)
      .listTags({ Resource: found.EventSourceMappingArn ?? aws.arn("lambda", `event-source-mapping:${id}`) });
    return {
      arn: found.EventSourceMappingArn ?? aws.arn("lambda", `event-source-mapping:${id}`),
      uuid: found.UUID,
      eventSourceArn: found.EventSourceArn,
      functionArn: found.FunctionArn,
      functionName: found.FunctionArn,
      batchSize: found.BatchSize,
      bisectBatchOnFunctionError: found.BisectBatchOnFunctionError,
      destinationConfig: fromAws(found.DestinationConfig),
      enabled: found.State !== "Disabled" && found.State !== "Disabling",
      filterCriteria: fromAws(found.FilterCriteria),
      functionResponseTypes: found.FunctionResponseTypes,
      lastModified: found.LastModified?.toISOString(),
      lastProcessingResult: found.LastProcessingResult ?? "",
      maximumBatchingWindowInSeconds: found.MaximumBatchingWindowInSeconds,
      maximumRecordAgeInSeconds: found.MaximumRecordAgeInSeconds ?? 0,
      maximumRetryAttempts: found.MaximumRetryAttempts ?? 0,
      parallelizationFactor: found.ParallelizationFactor ?? 0,
      scalingConfig: fromAws(found.ScalingConfig),
      startingPosition: found.StartingPosition,
      state: found.State,
      stateTransitionReason: found.StateTransitionReason ?? "",
      tags: tags.Tags,
    };
  },
  update: (aws, id, { news }) => aws.client(Lambda).updateEventSourceMapping({ UUID: id, ...mappingOf(news) }),
  async delete(aws, id) {
    const lambda = aws.client(Lambda);
    if (!(await unlessGone(lambda.deleteEventSourceMapping({ UUID: id }), gone))) return;
    await waitFor(async () =>
      (await unlessGone(lambda.getEventSourceMapping({ UUID: id }), gone)) ? undefined : true,
    );
  },
});

const functionEventInvokeConfig = defineResource<FunctionEventInvokeConfigArgs, FunctionEventInvokeConfigState>({
  token: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
  properties: {
    functionName: { replace: true },
    qualifier: { replace: true },
    maximumEventAgeInSeconds: { implied: 21_600, min: 60, max: 21_600 },
    maximumRetryAttempts: { default: 2, min: 0, max: 2 },
  },
  supports: ["destinationConfig"],
  async create(aws, inputs) {
    await aws.client(Lambda).putFunctionEventInvokeConfig(invokeConfigOf(inputs));
    return inputs.qualifier ? `${inputs.functionName}:${inputs.qualifier}` : inputs.functionName;
  },
  async read(aws, id, known) {
    const Qualifier = typeof known["qualifier"] === "string" ? known["qualifier"] : undefined;
    const functionName = Qualifier ? id.slice(0, -Qualifier.length - 1) : id;
    const answer = aws.client(Lambda).getFunctionEventInvokeConfig({ FunctionName: functionName, Qualifier });
    const found = await unlessGone(answer, gone);
    if (!found) return undefined;
    return {
      functionName,
      qualifier: Qualifier,
      destinationConfig: fromAws(found.DestinationConfig),
      maximumEventAgeInSeconds: found.MaximumEventAgeInSeconds,
      maximumRetryAttempts: found.MaximumRetryAttempts,
    };
  },
  update: (aws, _id, { news }) => aws.client(Lambda).putFunctionEventInvokeConfig(invokeConfigOf(news)),
  delete: (aws, _id, state) =>
    unlessGone(
      aws.client(Lambda).deleteFunctionEventInvokeConfig({
        FunctionName: String(state["functionName"]),
        Qualifier: typeof state["qualifier"] === "string" ? state["qualifier"] : undefined,
      }),
      gone,
    ),
});

/** Everything in `aws.lambda` that Firebreak uses. */
export const resources = [lambdaFunction, permission, eventSourceMapping, functionEventInvokeConfig, functionUrl];

interface Statement {
  readonly Sid?: string;
  readonly Action: string | string[];
  readonly Principal: string | { readonly Service?: string; readonly AWS?: string };
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

function condition(statement: Statement, key: string): string | undefined {
  for (const test of Object.values(statement.Condition ?? {})) {
    for (const [name, value] of Object.entries(test)) if (name.toLowerCase() === key.toLowerCase()) return value;
  }
  return undefined;
}

function mappingOf(inputs: Unwrap<EventSourceMappingArgs>) {
  return {
    FunctionName: inputs.functionName,
    Enabled: inputs.enabled,
    BatchSize: inputs.batchSize,
    BisectBatchOnFunctionError: inputs.bisectBatchOnFunctionError,
    DestinationConfig: toAws<object | undefined>(inputs.destinationConfig),
    FilterCriteria: toAws<object | undefined>(inputs.filterCriteria),
    FunctionResponseTypes: inputs.functionResponseTypes as "ReportBatchItemFailures"[] | undefined,
    KMSKeyArn: inputs.kmsKeyArn,
    MaximumBatchingWindowInSeconds: inputs.maximumBatchingWindowInSeconds,
    MaximumRecordAgeInSeconds: inputs.maximumRecordAgeInSeconds,
    MaximumRetryAttempts: inputs.maximumRetryAttempts,
    ScalingConfig: toAws<object | undefined>(inputs.scalingConfig),
  };
}

function invokeConfigOf(inputs: Unwrap<FunctionEventInvokeConfigArgs>) {
  return {
    FunctionName: inputs.functionName,
    Qualifier: inputs.qualifier,
    DestinationConfig: toAws<object | undefined>(inputs.destinationConfig),
    MaximumEventAgeInSeconds: inputs.maximumEventAgeInSeconds,
    MaximumRetryAttempts: inputs.maximumRetryAttempts,
  };
}
