import { CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import type { AccountClients, Credentials } from "./clients";

export const analystUserName = "analyst";

/** ARN of the person in the master account who looks at cases, undoes and verifies. */
export function analystArn(masterAccount: string): string {
  return `arn:aws:iam::${masterAccount}:user/${analystUserName}`;
}

/** Makes that person: may work on cases and take the investigator role, and can change nothing else. */
export async function makeAnalyst(master: AccountClients, account: string, prefix: string): Promise<Credentials> {
  const { iam } = master;
  const allow = (Sid: string, Action: string[], Resource: string | string[]) => ({
    Sid,
    Effect: "Allow",
    Action,
    Resource,
  });
  const table = `arn:aws:dynamodb:*:${account}:table/${prefix}-cases`;
  const statements = [
    allow(
      "WorkOnCases",
      ["dynamodb:Query", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
      [table, `${table}/index/*`],
    ),
    allow(
      "StartAndFollow",
      ["states:StartExecution", "states:DescribeExecution", "states:ListExecutions", "states:GetExecutionHistory"],
      [`arn:aws:states:*:${account}:stateMachine:${prefix}-*`, `arn:aws:states:*:${account}:execution:${prefix}-*`],
    ),
    allow("UndoOneAction", ["lambda:InvokeFunction"], `arn:aws:lambda:*:${account}:function:${prefix}-*`),
    allow("ReadEvidence", ["sts:AssumeRole"], `arn:aws:iam::${account}:role/${prefix}-investigator`),
    allow("UseKeys", ["kms:Verify", "kms:Decrypt", "kms:GenerateDataKey"], `arn:aws:kms:*:${account}:key/*`),
    allow(
      "SeeQueues",
      ["sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
      `arn:aws:sqs:*:${account}:${prefix}-*`,
    ),
  ];
  await iam.send(new CreateUserCommand({ UserName: analystUserName }));
  await iam.send(
    new PutUserPolicyCommand({
      UserName: analystUserName,
      PolicyName: "analyse",
      PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
    }),
  );
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: analystUserName }));
  if (!AccessKey?.AccessKeyId || !AccessKey.SecretAccessKey)
    throw new Error(`IAM made no access key for ${analystUserName}`);
  return { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
}
