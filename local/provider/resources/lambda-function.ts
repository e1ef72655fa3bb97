import {
  Lambda,
  type Architecture,
  type CreateFunctionCommandInput,
  type FunctionConfiguration,
} from "@aws-sdk/client-lambda";
import type { FunctionArgs, FunctionState } from "@pulumi/aws/lambda/function";
import type { Unwrap } from "@pulumi/pulumi";
import type { Aws } from "../instance/aws";
import { isArchive } from "../protocol/values";
import { archiveBytes } from "../support/archive";
import { hasCode, unlessGone } from "../support/errors";
import { untilPropagated, waitFor } from "../support/retry";
import { defineResource, each } from "./definition";
import { fromAws, toAws } from "./values";

const gone = "ResourceNotFound";

/** What a new function, or an update of one, may be set to. */
type Configuration = Omit<CreateFunctionCommandInput, "Code" | "Tags" | "FunctionName" | "Publish" | "PackageType">;

/** Inputs that UpdateFunctionConfiguration sets. */
const configured = [
  ...([
    "deadLetterConfig",
    "description",
    "environment",
    "ephemeralStorage",
    "handler",
    "kmsKeyArn",
    "layers",
  ] as const),
  ...([
    "loggingConfig",
    "memorySize",
    "role",
    "runtime",
    "snapStart",
    "timeout",
    "tracingConfig",
    "vpcConfig",
  ] as const),
] as const satisfies readonly (keyof FunctionArgs)[];

/** Inputs that UpdateFunctionCode sets. */
const coded = ["architectures", "code", "imageUri", "s3Bucket", "s3Key", "s3ObjectVersion", "sourceCodeHash"] as const;

/** `aws.lambda.Function`. */
export const lambdaFunction = defineResource<FunctionArgs, FunctionState>({
  token: "aws:lambda/function:Function",
  name: { maxLength: 64 },
  properties: {
    name: { replace: true, pattern: /^[\w-]{1,64}$/ },
    packageType: { replace: true, default: "Zip", oneOf: ["Zip", "Image"] },
    memorySize: { default: 128, min: 128, max: 10_240 },
    timeout: { default: 3, min: 1, max: 900 },
    reservedConcurrentExecutions: { default: -1, min: -1 },
    publish: { default: false, writeOnly: true },
    skipDestroy: { default: false, writeOnly: true },
    description: { maxLength: 256 },
    architectures: { set: true, oneOf: ["x86_64", "arm64"] },
    runtime: { oneOf: creatableRuntimes() },
    "tracingConfig.mode": { oneOf: ["Active", "PassThrough"] },
    "ephemeralStorage.size": { min: 512, max: 10_240 },
    "loggingConfig.logFormat": { oneOf: ["JSON", "Text"] },
    role: { pattern: /^arn:[^:]+:iam::\d{12}:role\/.+$/ },
    ...each(["code", "s3Bucket", "s3Key", "s3ObjectVersion", "imageUri", "sourceCodeHash"], { writeOnly: true }),
  },
  supports: [...configured],
  exactlyOneOf: [["code", "imageUri", "s3Bucket"]],
  tagging: {
    tag: (aws, _id, tags, state) => aws.client(Lambda).tagResource({ Resource: String(state["arn"]), Tags: tags }),
    untag: (aws, _id, keys, state) =>
      aws.client(Lambda).untagResource({ Resource: String(state["arn"]), TagKeys: keys }),
  },
  check(inputs) {
    if (inputs.packageType === "Image") return [];
    return (["handler", "runtime"] as const)
      .filter((property) => !inputs[property])
      .map((property) => ({ property, reason: `${property} must be set when packageType is Zip` }));
  },
  async create(aws, inputs) {
    const lambda = aws.client(Lambda);
    const Code = await codeOf(inputs);
    const made = await untilPropagated(
      () =>
        lambda.createFunction({
          ...configurationOf(inputs),
          FunctionName: inputs.name,
          PackageType: inputs.packageType as "Zip",
          Architectures: inputs.architectures as Architecture[] | undefined,
          Publish: inputs.publish,
          Code,
          Tags: inputs.tags,
        }),
      // A role made a moment ago may be unknown to Lambda, or not yet assumable by it.
      (error) => hasCode(error, "InvalidParameterValue") && /role|assumed|KMS/.test(error.message),
    );
    return made.FunctionName ?? inputs.name ?? "";
  },
  async settle(aws, id, inputs) {
    await settled(aws, id);
    await reserve(aws, id, inputs.reservedConcurrentExecutions ?? -1, false);
  },
  async read(aws, id, known) {
    const lambda = aws.client(Lambda);
    const found = await unlessGone(lambda.getFunction({ FunctionName: id }), gone);
    if (!found?.Configuration) return undefined;
    const tags = Object.entries(found.Tags ?? {}).filter(([key]) => !key.startsWith("aws:"));
    return {
      ...stateOf(aws, found.Configuration),
      reservedConcurrentExecutions: found.Concurrency?.ReservedConcurrentExecutions ?? -1,
      sourceCodeHash:
        typeof known["sourceCodeHash"] === "string" ? known["sourceCodeHash"] : found.Configuration.CodeSha256,
      tags: Object.fromEntries(tags),
    };
  },
  async update(aws, id, { news, changed }) {
    const lambda = aws.client(Lambda);
    if (changed(...configured)) {
      await untilPropagated(
        () => lambda.updateFunctionConfiguration({ FunctionName: id, ...configurationOf(news, true) }),
        (error) => hasCode(error, "InvalidParameterValue") && /role|assumed|KMS/.test(error.message),
      );
      await settled(aws, id);
    }
    if (changed(...coded)) {
      const Architectures = news.architectures as Architecture[] | undefined;
      await lambda.updateFunctionCode({ FunctionName: id, Architectures, ...(await codeOf(news)) });
      await settled(aws, id);
    }
    if (changed("reservedConcurrentExecutions")) await reserve(aws, id, news.reservedConcurrentExecutions ?? -1, true);
    if (news.publish) await lambda.publishVersion({ FunctionName: id });
  },
  async delete(aws, id, state) {
    if (state["skipDestroy"] === true) return;
    await unlessGone(aws.client(Lambda).deleteFunction({ FunctionName: id }), gone);
  },
});

/** Runtimes that can still be created or updated (docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html, 2026-11). */
function creatableRuntimes(): string[] {
  const node = ["nodejs22.x", "nodejs24.x"];
  const python = ["python3.10", "python3.11", "python3.12", "python3.13", "python3.14"];
  const others = ["java8.al2", "java11", "java17", "java21", "java25", "dotnet8", "dotnet10", "ruby3.3", "ruby3.4"];
  return [...node, ...python, ...others, "provided.al2", "provided.al2023"];
}

function configurationOf(inputs: Unwrap<FunctionArgs>, clearing = false): Configuration {
  // In an update, what is left out stays as it is: what the program no longer says has to be set to nothing.
  const none = clearing ? {} : undefined;
  const vpc = inputs.vpcConfig;
  return {
    Role: inputs.role,
    Handler: inputs.handler,
    Runtime: inputs.runtime as Configuration["Runtime"],
    Description: inputs.description ?? (clearing ? "" : undefined),
    MemorySize: inputs.memorySize,
    Timeout: inputs.timeout,
    Environment: inputs.environment
      ? { Variables: inputs.environment.variables ?? {} }
      : clearing
        ? { Variables: {} }
        : none,
    DeadLetterConfig: inputs.deadLetterConfig ? toAws(inputs.deadLetterConfig) : none,
    TracingConfig: toAws(inputs.tracingConfig),
    EphemeralStorage: inputs.ephemeralStorage ? { Size: inputs.ephemeralStorage.size } : undefined,
    LoggingConfig: toAws(inputs.loggingConfig),
    KMSKeyArn: inputs.kmsKeyArn ?? (clearing ? "" : undefined),
    Layers: inputs.layers ?? (clearing ? [] : undefined),
    SnapStart: toAws(inputs.snapStart),
    VpcConfig: vpc && {
      SubnetIds: vpc.subnetIds,
      SecurityGroupIds: vpc.securityGroupIds,
      Ipv6AllowedForDualStack: vpc.ipv6AllowedForDualStack,
    },
  };
}

async function codeOf(inputs: Unwrap<FunctionArgs>) {
  const code: unknown = inputs.code;
  if (isArchive(code)) return { ZipFile: await archiveBytes(code) };
  if (inputs.imageUri) return { ImageUri: inputs.imageUri };
  return { S3Bucket: inputs.s3Bucket, S3Key: inputs.s3Key, S3ObjectVersion: inputs.s3ObjectVersion };
}

function stateOf(aws: Aws, found: FunctionConfiguration): Partial<Unwrap<FunctionState>> {
  const arn = (found.FunctionArn ?? "").replace(/:\$LATEST$/, "");
  const invoke = (target: string) =>
    `arn:${aws.partition}:apigateway:${aws.region}:lambda:path/2015-03-31/functions/${target}/invocations`;
  return {
    arn,
    name: found.FunctionName,
    invokeArn: invoke(arn),
    responseStreamingInvokeArn: invoke(arn)
      .replace("2015-03-31", "2021-11-15")
      .replace(/invocations$/, "response-streaming-invocations"),
    qualifiedArn: `${arn}:${found.Version ?? "$LATEST"}`,
    qualifiedInvokeArn: invoke(`${arn}:${found.Version ?? "$LATEST"}`),
    version: found.Version,
    lastModified: found.LastModified,
    role: found.Role,
    handler: found.Handler,
    runtime: found.Runtime,
    description: found.Description,
    memorySize: found.MemorySize,
    timeout: found.Timeout,
    packageType: found.PackageType ?? "Zip",
    architectures: found.Architectures ?? ["x86_64"],
    codeSha256: found.CodeSha256,
    sourceCodeSize: found.CodeSize,
    kmsKeyArn: found.KMSKeyArn,
    layers: found.Layers?.map(({ Arn = "" }) => Arn),
    environment: found.Environment?.Variables && { variables: found.Environment.Variables },
    deadLetterConfig: found.DeadLetterConfig?.TargetArn ? { targetArn: found.DeadLetterConfig.TargetArn } : undefined,
    tracingConfig: { mode: found.TracingConfig?.Mode ?? "PassThrough" },
    ephemeralStorage: { size: found.EphemeralStorage?.Size ?? 512 },
    loggingConfig: found.LoggingConfig
      ? fromAws(found.LoggingConfig)
      : { logFormat: "Text", logGroup: `/aws/lambda/${found.FunctionName}` },
    signingJobArn: found.SigningJobArn ?? "",
    signingProfileVersionArn: found.SigningProfileVersionArn ?? "",
  };
}

/** Changes of a function are done one after the other: each waits until the one before has taken effect. */
async function settled(aws: Aws, id: string): Promise<void> {
  await waitFor(async () => {
    const found = await aws.client(Lambda).getFunctionConfiguration({ FunctionName: id });
    if (found.State === "Failed" || found.LastUpdateStatus === "Failed") {
      throw new Error(
        `function ${id} failed: ${found.StateReason ?? found.LastUpdateStatusReason ?? "no reason given"}`,
      );
    }
    const busy = found.State === "Pending" || found.LastUpdateStatus === "InProgress";
    return busy ? undefined : found;
  });
}

async function reserve(aws: Aws, id: string, reserved: number, wasSet: boolean): Promise<void> {
  const lambda = aws.client(Lambda);
  if (reserved >= 0) {
    await lambda.putFunctionConcurrency({ FunctionName: id, ReservedConcurrentExecutions: reserved });
  } else if (wasSet) {
    await lambda.deleteFunctionConcurrency({ FunctionName: id });
  }
}
