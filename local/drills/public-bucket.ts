import { CreateBucketCommand, DeletePublicAccessBlockCommand, PutBucketPolicyCommand } from "@aws-sdk/client-s3";
import type { World } from "../world";
import type { Drill } from "./drill";
import { asLinkedAdministrator, linkedRegion, sendInLinkedRegion } from "./linked-region";

const rule = "s3-bucket-public-read-prohibited";
const bucketOf = ({ drillAccount }: World) => `invoices-${drillAccount.id}`;

/** AWS Config finds a bucket public. There is no playbook for it yet: evidence and a message. */
export const publicBucket: Drill = {
  name: "public-bucket",
  summary: "somebody opens a member's bucket to the world, and AWS Config says so",
  subject: bucketOf,
  ends: { by: "case", state: "reported", findings: 1 },
  async prepare({ world }) {
    const Bucket = bucketOf(world);
    const open = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `arn:aws:s3:::${Bucket}/*` }],
    };
    await asLinkedAdministrator(world, async ({ s3 }) => {
      await s3.send(new CreateBucketCommand({ Bucket })).catch((error: Error) => {
        if (error.name !== "BucketAlreadyOwnedByYou") throw error;
      });
      await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
      await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(open) }));
    });
  },
  async send({ world }) {
    const { id: account } = world.drillAccount;
    const resourceId = bucketOf(world);
    const recorded = new Date().toISOString();
    const evaluation = (complianceType: string) => ({
      evaluationResultIdentifier: {
        evaluationResultQualifier: {
          configRuleName: rule,
          resourceType: "AWS::S3::Bucket",
          resourceId,
          evaluationMode: "DETECTIVE",
        },
        orderingTimestamp: recorded,
      },
      complianceType,
      resultRecordedTime: recorded,
      configRuleInvokedTime: recorded,
      annotation: "The S3 bucket policy allows public read access.",
    });
    await sendInLinkedRegion(world, {
      source: "aws.config",
      detailType: "Config Rules Compliance Change",
      detail: {
        resourceId,
        awsRegion: linkedRegion,
        awsAccountId: account,
        configRuleName: rule,
        recordVersion: "1.0",
        configRuleARN: `arn:aws:config:${linkedRegion}:${account}:config-rule/config-rule-drill1`,
        messageType: "ComplianceChangeNotification",
        newEvaluationResult: evaluation("NON_COMPLIANT"),
        oldEvaluationResult: { ...evaluation("COMPLIANT"), annotation: undefined },
        notificationCreationTime: recorded,
        resourceType: "AWS::S3::Bucket",
      },
    });
    return `${rule}/${resourceId}/${recorded}`;
  },
};
