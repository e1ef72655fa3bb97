import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { stateMachineName } from "../functions/shared/names";
import { compilePlaybook } from "../playbooks/compile";
import type { Playbook } from "../playbooks/playbook";
import { physicalName } from "./installation";
import type { Installation } from "./installation";
import { policyDocument, serviceTrust } from "./policy-document";
import type { PolicyStatement } from "./policy-document";

export interface PlaybookMachineArgs {
  installation: Installation;
  playbook: Playbook;
  /** ARNs of the functions of its actions, by action. */
  actionArns: Record<string, pulumi.Output<string>>;
  notifyArn: pulumi.Output<string>;
  /** Of the pager; not there where nobody is to be paged. */
  pageArn?: pulumi.Output<string>;
  closeArn: pulumi.Output<string>;
  keyArn: pulumi.Input<string>;
  topicArn: pulumi.Input<string>;
  logRetentionDays: number;
}

/** A playbook's state machine, which calls its own functions and nothing else; people hear of executions that fail. */
export class PlaybookMachine extends pulumi.ComponentResource {
  declare readonly arn: pulumi.Output<string>;

  constructor(name: string, args: PlaybookMachineArgs, opts?: pulumi.ComponentResourceOptions) {
    super("firebreak:index:PlaybookMachine", name, { installation: args.installation }, opts);
    const { installation, playbook } = args;
    const { prefix, partition, masterAccountId } = installation;
    const parent = { parent: this };
    const physical = stateMachineName(prefix, playbook.name);
    const logGroup = new aws.cloudwatch.LogGroup(
      `${name}-log`,
      { name: `/aws/vendedlogs/states/${physical}`, retentionInDays: args.logRetentionDays, kmsKeyId: args.keyArn },
      parent,
    );
    const role = new aws.iam.Role(
      `${name}-role`,
      {
        name: physicalName(installation, `machine-${playbook.name}`),
        description: `Runs the playbook: ${playbook.title}`,
        assumeRolePolicy: serviceTrust("states.amazonaws.com", masterAccountId),
      },
      parent,
    );
    const { actionArns, notifyArn, pageArn, closeArn } = args;
    const functions = pulumi
      .all([pulumi.all(actionArns), notifyArn, pageArn, closeArn])
      .apply(([actions, notify, page, close]) => ({ actions, notify, page, close }));
    const policy = new aws.iam.RolePolicy(
      `${name}-policy`,
      {
        name: "machine",
        role: role.name,
        policy: policyDocument(
          needs(
            functions.apply(({ actions, notify, page, close }) => [
              ...Object.values(actions),
              notify,
              ...(page ? [page] : []),
              close,
            ]),
          ),
        ),
      },
      parent,
    );
    const machine = new aws.sfn.StateMachine(
      `${name}-machine`,
      {
        name: physical,
        type: "STANDARD",
        roleArn: role.arn,
        definition: functions.apply((arns) => JSON.stringify(compilePlaybook(playbook, { partition, ...arns }))),
        loggingConfiguration: {
          level: "ALL",
          includeExecutionData: true,
          logDestination: pulumi.interpolate`${logGroup.arn}:*`,
        },
        tracingConfiguration: { enabled: true },
      },
      { ...parent, dependsOn: policy }, // Step Functions asks at once whether the role may log
    );
    for (const [metric, what] of Object.entries(alarms)) {
      new aws.cloudwatch.MetricAlarm(
        `${name}-alarm-${metric}`,
        {
          name: physicalName(installation, `${playbook.name}-${metric}`),
          alarmDescription: `${playbook.title}: ${what}`,
          namespace: "AWS/States",
          metricName: metric,
          dimensions: { StateMachineArn: machine.arn },
          statistic: "Sum",
          period: 60,
          evaluationPeriods: 1,
          comparisonOperator: "GreaterThanThreshold",
          threshold: 0,
          treatMissingData: "notBreaching",
          alarmActions: [args.topicArn],
        },
        parent,
      );
    }
    this.arn = machine.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

const alarms = {
  ExecutionsFailed: "an execution failed; its case is not contained",
  ExecutionsTimedOut: "an execution took longer than it may; its case may not be contained",
};

/** Delivery of logs and traces takes no resource (https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html). */
function needs(functionArns: pulumi.Output<string[]>): PolicyStatement[] {
  return [
    { Sid: "OwnFunctions", Action: "lambda:InvokeFunction", Resource: functionArns },
    {
      Sid: "OwnLog",
      Action: [
        "logs:CreateLogDelivery",
        "logs:GetLogDelivery",
        "logs:UpdateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:DescribeResourcePolicies",
        "logs:DescribeLogGroups",
      ],
      Resource: "*",
    },
    {
      Sid: "OwnTrace",
      Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"],
      Resource: "*",
    },
  ];
}
