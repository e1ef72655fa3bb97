import { archiveOf, roleFor, someFunction, type ResourceCase } from "./cases";

const queue = "aws:sqs/queue:Queue";
const handler = (value: number) => archiveOf(`exports.handler = async () => ${value};`);

/** Functions, state machines, logs, alarms and networks. */
export const computeCases: readonly ResourceCase[] = [
  {
    token: "aws:lambda/function:Function",
    async prepare({ make }) {
      const role = await roleFor(make, "lambda.amazonaws.com");
      return {
        inputs: {
          role: role.outputs["arn"],
          runtime: "nodejs22.x",
          handler: "index.handler",
          code: handler(1),
          environment: { variables: { MODE: "observe" } },
          tracingConfig: { mode: "Active" },
          reservedConcurrentExecutions: 2,
          tags: { a: "1" },
        },
        update: { code: handler(2), timeout: 30, environment: { variables: { MODE: "enforce" } }, tags: {} },
        replace: { name: "another-function" },
      };
    },
    outputs: {
      arn: /^arn:aws:lambda:eu-central-1:222222222222:function:thing-/,
      invokeArn: /^arn:aws:apigateway:eu-central-1:lambda:path\/2015-03-31\/functions\/arn:aws:lambda:/,
      codeSha256: /=$/,
      version: "$LATEST",
      memorySize: 128,
    },
    notImported: ["code"],
    refused: [
      { inputs: { runtime: "nodejs20.x" }, says: /expected runtime to be one of/ },
      { inputs: { timeout: 901 }, says: /\(1 - 900\), got 901/ },
      { inputs: { code: undefined }, says: /exactly one of "code", "imageUri", "s3Bucket" must be specified, got 0/ },
      { inputs: { handler: undefined }, says: /must be set when packageType is Zip/ },
      { inputs: { environment: { vars: {} } }, says: /unknown key\. Examine values at 'thing\.environment\.vars'/ },
      { inputs: { role: "my-role" }, says: /must match/ },
    ],
  },
  {
    token: "aws:lambda/permission:Permission",
    async prepare({ make }) {
      const made = await someFunction(make);
      return {
        inputs: {
          function: made.id,
          action: "lambda:InvokeFunction",
          principal: "events.amazonaws.com",
          sourceArn: "arn:aws:events:eu-central-1:222222222222:rule/x",
        },
        replace: { principal: "sns.amazonaws.com", statementId: "another" },
      };
    },
    importId: ({ outputs }) => `${String(outputs["function"])}/${String(outputs["statementId"])}`,
    refused: [{ inputs: { action: "InvokeFunction" }, says: /must match/ }],
  },
  {
    token: "aws:lambda/eventSourceMapping:EventSourceMapping",
    async prepare({ make }) {
      const made = await someFunction(make);
      const source = (name: string) => make(queue, { visibilityTimeoutSeconds: 60 }, name);
      const [one, other] = [await source("one"), await source("other")];
      return {
        inputs: {
          functionName: made.outputs["arn"],
          eventSourceArn: one.outputs["arn"],
          functionResponseTypes: ["ReportBatchItemFailures"],
          scalingConfig: { maximumConcurrency: 5 },
        },
        update: { batchSize: 2, enabled: false },
        replace: { eventSourceArn: other.outputs["arn"] },
      };
    },
    outputs: { uuid: /^[0-9a-f-]{36}$/, functionArn: /^arn:aws:lambda:/ },
    refused: [{ inputs: { scalingConfig: { maximumConcurrency: 1 } }, says: /\(2 - 1000\), got 1/ }],
  },
  {
    token: "aws:lambda/functionUrl:FunctionUrl",
    async prepare({ make }) {
      const made = await someFunction(make);
      return {
        inputs: { functionName: made.id, authorizationType: "NONE" },
        update: { invokeMode: "RESPONSE_STREAM" },
      };
    },
    outputs: { functionUrl: /^https:\/\/[a-z0-9]+\.lambda-url\.eu-central-1\.on\.aws\/$/, invokeMode: "BUFFERED" },
    refused: [{ inputs: { authorizationType: "OPEN" }, says: /AWS_IAM/ }],
  },
  {
    token: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
    async prepare({ make }) {
      const made = await someFunction(make);
      const failed = await make(queue, {});
      return {
        inputs: {
          functionName: made.id,
          maximumRetryAttempts: 1,
          destinationConfig: { onFailure: { destination: failed.outputs["arn"] } },
        },
        update: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 600 },
      };
    },
    refused: [{ inputs: { maximumRetryAttempts: 3 }, says: /\(0 - 2\), got 3/ }],
  },
  {
    token: "aws:sfn/stateMachine:StateMachine",
    async prepare({ make }) {
      const role = await roleFor(make, "states.amazonaws.com");
      const definition = (value: number) =>
        JSON.stringify({ StartAt: "Only", States: { Only: { Type: "Pass", Result: value, End: true } } });
      return {
        inputs: { roleArn: role.outputs["arn"], definition: definition(1), tags: { a: "1" } },
        update: { definition: definition(2), tags: {} },
        replace: { name: "another-machine" },
      };
    },
    outputs: { arn: /stateMachine:thing-/, status: "ACTIVE", type: "STANDARD" },
    refused: [{ inputs: { definition: "StartAt" }, says: /invalid JSON/ }],
  },
  {
    token: "aws:cloudwatch/logGroup:LogGroup",
    prepare: async () => ({
      inputs: { retentionInDays: 14, tags: { a: "1" } },
      update: { retentionInDays: 0, tags: {} },
      replace: { name: "/aws/lambda/another" },
    }),
    outputs: { arn: /log-group:thing-[0-9a-f]{7}$/ },
    refused: [{ inputs: { retentionInDays: 15 }, says: /to be one of/ }],
  },
  {
    token: "aws:cloudwatch/metricAlarm:MetricAlarm",
    prepare: async () => ({
      inputs: {
        comparisonOperator: "GreaterThanThreshold",
        evaluationPeriods: 1,
        metricName: "ApproximateNumberOfMessagesVisible",
        namespace: "AWS/SQS",
        period: 60,
        statistic: "Maximum",
        threshold: 0,
        dimensions: { QueueName: "x" },
        tags: { a: "1" },
      },
      update: { threshold: 5, treatMissingData: "notBreaching", tags: {} },
      replace: { name: "another-alarm" },
    }),
    outputs: { arn: /alarm:thing-/ },
    refused: [
      { inputs: { metricName: undefined }, says: /one of `metricName` or `metricQueries`/ },
      { inputs: { comparisonOperator: ">" }, says: /to be one of/ },
    ],
  },
  {
    token: "aws:ec2/vpc:Vpc",
    prepare: async () => ({
      inputs: { cidrBlock: "10.9.0.0/16", tags: { Name: "one" } },
      update: { enableDnsHostnames: true, tags: { Name: "two" } },
      replace: { cidrBlock: "10.10.0.0/16" },
    }),
    outputs: { arn: /vpc\/vpc-/, defaultSecurityGroupId: /^sg-/, mainRouteTableId: /^rtb-/ },
    refused: [{ inputs: { cidrBlock: "10.9.0.0" }, says: /must match/ }],
  },
  {
    token: "aws:ec2/subnet:Subnet",
    async prepare({ make }) {
      const vpc = await make("aws:ec2/vpc:Vpc", { cidrBlock: "10.9.0.0/16" });
      return {
        inputs: { vpcId: vpc.id, cidrBlock: "10.9.1.0/24" },
        update: { mapPublicIpOnLaunch: true, tags: { Name: "two" } },
        replace: { cidrBlock: "10.9.2.0/24" },
      };
    },
    outputs: { arn: /subnet\/subnet-/, availabilityZone: /^eu-central-1/ },
    refused: [{ inputs: { vpcId: undefined }, says: /"vpcId" is required/ }],
  },
  {
    token: "aws:ec2/securityGroup:SecurityGroup",
    async prepare({ make }) {
      const vpc = await make("aws:ec2/vpc:Vpc", { cidrBlock: "10.9.0.0/16" });
      const ssh = (cidr: string) => ({ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: [cidr] });
      return {
        inputs: { vpcId: vpc.id, ingress: [ssh("10.0.0.0/8")], tags: { Name: "one" } },
        update: {
          ingress: [ssh("10.1.0.0/16")],
          egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
        },
        replace: { description: "another" },
      };
    },
    outputs: { arn: /security-group\/sg-/, ownerId: "222222222222", description: "Managed by Pulumi" },
    refused: [{ inputs: { ingress: [{ protocol: "tcp", fromPort: 22, toPort: 70_000 }] }, says: /\(-1 - 65535\)/ }],
  },
];
