import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { functionName, functionRoleName } from "../functions/shared/names";
import type { Installation } from "./installation";
import { policyDocument, serviceTrust } from "./policy-document";
import type { PolicyStatement } from "./policy-document";
import { handlerEntry } from "./serialize-handler";

/** What every function of the response is given, whatever it does. */
export interface FunctionSurroundings {
  installation: Installation;
  /** Key of logs, queues, topic and table. */
  keyArn: pulumi.Input<string>;
  /** Queue for calls that failed for good. */
  deadLettersArn: pulumi.Input<string>;
  logRetentionDays: number;
  /** Environment variables; never a secret. */
  environment: Record<string, pulumi.Input<string>>;
}

export interface ResponseFunctionArgs {
  surroundings: FunctionSurroundings;
  /** camelCase; part of the names of function and role. */
  functionName: string;
  description: string;
  code: pulumi.Input<pulumi.asset.Archive>;
  /** What its role may do in the master account, beside logging and its dead letters. */
  statements: pulumi.Input<PolicyStatement[]>;
  timeoutSeconds: number;
  memoryMb: number;
  /** Executions kept free for it alone; 0 for none. */
  reservedConcurrency: number;
}

/** ARN of a function's role, known before it exists: member roles and key policies name it. */
export function functionRoleArn({ partition, masterAccountId, prefix }: Installation, name: string): string {
  return `arn:${partition}:iam::${masterAccountId}:role/${functionRoleName(prefix, name)}`;
}

/** A Lambda function with a role and an encrypted log of its own. */
export abstract class ResponseFunction extends pulumi.ComponentResource {
  declare readonly arn: pulumi.Output<string>;
  declare readonly functionName: pulumi.Output<string>;

  protected constructor(
    type: string,
    name: string,
    args: ResponseFunctionArgs,
    opts: pulumi.ComponentResourceOptions | undefined,
  ) {
    super(type, name, {}, opts);
    const parent = { parent: this };
    const { surroundings } = args;
    const physical = functionName(surroundings.installation.prefix, args.functionName);
    const logGroup = new aws.cloudwatch.LogGroup(
      `${name}-log`,
      {
        name: `/aws/lambda/${physical}`,
        retentionInDays: surroundings.logRetentionDays,
        kmsKeyId: surroundings.keyArn,
      },
      parent,
    );
    const role = new aws.iam.Role(
      `${name}-role`,
      {
        name: functionRoleName(surroundings.installation.prefix, args.functionName),
        description: args.description,
        assumeRolePolicy: serviceTrust("lambda.amazonaws.com"),
      },
      parent,
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-policy`,
      {
        name: "function",
        role: role.name,
        policy: pulumi
          .output(args.statements)
          .apply((statements) => policyDocument([...ownNeeds(surroundings, logGroup.arn), ...statements])),
      },
      parent,
    );
    const lambda = new aws.lambda.Function(
      `${name}-function`,
      {
        name: physical,
        description: args.description,
        role: role.arn,
        runtime: "nodejs22.x",
        architectures: ["arm64"],
        handler: handlerEntry,
        code: args.code,
        memorySize: args.memoryMb,
        timeout: args.timeoutSeconds,
        reservedConcurrentExecutions: args.reservedConcurrency > 0 ? args.reservedConcurrency : undefined,
        deadLetterConfig: { targetArn: surroundings.deadLettersArn },
        tracingConfig: { mode: "Active" },
        loggingConfig: { logFormat: "Text", logGroup: logGroup.name },
        environment: { variables: surroundings.environment },
      },
      { ...parent, dependsOn: policy }, // Lambda asks at once whether the role may send dead letters
    );
    this.arn = lambda.arn;
    this.functionName = lambda.name;
    this.registerOutputs({ arn: this.arn, functionName: this.functionName });
  }
}

/** X-Ray's calls take no resource (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html). */
function ownNeeds({ keyArn, deadLettersArn }: FunctionSurroundings, logArn: pulumi.Output<string>): PolicyStatement[] {
  return [
    {
      Sid: "OwnLog",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: pulumi.interpolate`${logArn}:*`,
    },
    { Sid: "OwnTrace", Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], Resource: "*" },
    { Sid: "OwnDeadLetters", Action: "sqs:SendMessage", Resource: deadLettersArn },
    { Sid: "OperationsKey", Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: keyArn },
  ];
}
