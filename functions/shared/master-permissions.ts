import type { Statement } from "./action";
import { memberRoleName } from "./names";

/**
 * What each function's own role may do in the master account. Logs, traces and the function's dead-letter queue are
 * the component's, since they are the same for every function. ARNs are whole, but for the placeholders of Statement.
 */
export interface MasterResources {
  prefix: string;
  tableArn: string;
  vaultBucketArn: string;
  /** Key of the vault's objects. */
  vaultKeyArn: string;
  /** Key of the case table, queues and topic, where they have a key of the installation's own. */
  dataKeyArn?: string;
}

function table(tableArn: string, actions: string[]): Statement {
  return { sid: "Cases", actions: actions.map((action) => `dynamodb:${action}`), resources: [tableArn] };
}

function vault({ vaultBucketArn, vaultKeyArn }: MasterResources): Statement[] {
  return [
    {
      sid: "StoreEvidence",
      actions: ["s3:PutObject", "s3:PutObjectRetention"],
      resources: [`${vaultBucketArn}/cases/*`],
    },
    { sid: "EncryptEvidence", actions: ["kms:GenerateDataKey"], resources: [vaultKeyArn] },
  ];
}

function dataKey({ dataKeyArn }: MasterResources): Statement[] {
  if (!dataKeyArn) return [];
  return [{ sid: "Data", actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [dataKeyArn] }];
}

/** The function of one action: its records, its evidence, and its role in every member account. */
export function responderStatements(resources: MasterResources, action: string): Statement[] {
  return [
    table(resources.tableArn, ["GetItem", "Query", "PutItem", "UpdateItem"]),
    ...vault(resources),
    {
      sid: "ActInMember",
      actions: ["sts:AssumeRole"],
      resources: [`arn:{partition}:iam::*:role/${memberRoleName(resources.prefix, action)}`],
    },
    ...dataKey(resources),
  ];
}

export function triageStatements(
  resources: MasterResources,
  of: { queueArn: string; deadLetterQueueArn: string; stateMachineArns: string[] },
): Statement[] {
  return [
    table(resources.tableArn, ["GetItem", "PutItem", "UpdateItem"]),
    {
      sid: "ReadFindings",
      actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
      resources: [of.queueArn],
    },
    { sid: "SetAside", actions: ["sqs:SendMessage"], resources: [of.deadLetterQueueArn] },
    { sid: "Respond", actions: ["states:StartExecution"], resources: of.stateMachineArns },
    ...dataKey(resources),
  ];
}

export function notifyStatements(resources: MasterResources, of: { topicArn: string }): Statement[] {
  return [
    table(resources.tableArn, ["Query", "PutItem", "UpdateItem"]),
    { sid: "Tell", actions: ["sns:Publish"], resources: [of.topicArn] },
    {
      // The organisation's id and its management account are not known here.
      sid: "NameAccount",
      actions: ["organizations:DescribeAccount"],
      resources: ["arn:{partition}:organizations::*:account/o-*/*"],
    },
    ...dataKey(resources),
  ];
}

export function closeCaseStatements(resources: MasterResources, of: { signingKeyArn: string }): Statement[] {
  return [
    table(resources.tableArn, ["Query", "PutItem", "UpdateItem"]),
    ...vault(resources),
    { sid: "SignManifest", actions: ["kms:Sign", "kms:GetPublicKey"], resources: [of.signingKeyArn] },
    ...dataKey(resources),
  ];
}
