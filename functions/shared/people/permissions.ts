import type { Statement } from "../action";

/** ARNs that the pager's functions act on; whole, but for the placeholders of Statement. */
export interface PagerResources {
  tableArn: string;
  topicArns: string[];
  /** Secrets with the URLs of webhooks; often none. */
  secretArns: string[];
  linkKeyArn: string;
  /** `arn:…:schedule/<group>/*` */
  schedulesArn: string;
  schedulerRoleArn: string;
}

export function pageStatements(of: PagerResources): Statement[] {
  const { tableArn, topicArns, secretArns, linkKeyArn, schedulesArn, schedulerRoleArn } = of;
  return [
    {
      sid: "Cases",
      actions: ["dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem"],
      resources: [tableArn],
    },
    ...(topicArns.length > 0 ? [{ sid: "Page", actions: ["sns:Publish"], resources: topicArns }] : []),
    ...(secretArns.length > 0
      ? [{ sid: "Webhooks", actions: ["secretsmanager:GetSecretValue"], resources: secretArns }]
      : []),
    { sid: "SignLinks", actions: ["kms:GenerateMac"], resources: [linkKeyArn] },
    { sid: "LaterStages", actions: ["scheduler:CreateSchedule"], resources: [schedulesArn] },
    {
      sid: "StartedByScheduler",
      actions: ["iam:PassRole"],
      resources: [schedulerRoleArn],
      conditions: { StringEquals: { "iam:PassedToService": "scheduler.amazonaws.com" } },
    },
    {
      // The organisation's id and its management account are not known here.
      sid: "NameAccount",
      actions: ["organizations:DescribeAccount"],
      resources: ["arn:{partition}:organizations::*:account/o-*/*"],
    },
  ];
}

export function acknowledgeStatements({ tableArn, linkKeyArn, schedulesArn }: PagerResources): Statement[] {
  return [
    {
      sid: "Cases",
      actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
      resources: [tableArn],
    },
    { sid: "CheckLinks", actions: ["kms:VerifyMac"], resources: [linkKeyArn] },
    { sid: "Silence", actions: ["scheduler:DeleteSchedule"], resources: [schedulesArn] },
  ];
}
