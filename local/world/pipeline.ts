import { CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { accessRoleName } from "./clients";
import type { AccountClients, Credentials } from "./clients";

export const pipelineUserName = "pipeline";

/**
 * Makes the identity that deploys: a user in the management account that may read the organisation, take the
 * access role of its accounts and delegate the administration of services, and nothing else. Root makes it, and deploys nothing itself.
 */
export async function makePipeline(management: AccountClients): Promise<Credentials> {
  const { iam } = management;
  await iam.send(new CreateUserCommand({ UserName: pipelineUserName }));
  const policy = {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "TakeAccessRoles",
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Resource: `arn:aws:iam::*:role/${accessRoleName}`,
      },
      {
        Sid: "ReadOrganization",
        Effect: "Allow",
        Action: ["organizations:Describe*", "organizations:List*"],
        Resource: "*",
      },
      {
        Sid: "DelegateAdministration",
        Effect: "Allow",
        Action: [
          "organizations:EnableAWSServiceAccess",
          "organizations:DisableAWSServiceAccess",
          "organizations:RegisterDelegatedAdministrator",
          "organizations:DeregisterDelegatedAdministrator",
          ...["guardduty", "securityhub"].flatMap((service) => [
            `${service}:EnableOrganizationAdminAccount`,
            `${service}:DisableOrganizationAdminAccount`,
            `${service}:ListOrganizationAdminAccounts`,
          ]),
        ],
        Resource: "*",
      },
    ],
  };
  await iam.send(
    new PutUserPolicyCommand({
      UserName: pipelineUserName,
      PolicyName: "deploy",
      PolicyDocument: JSON.stringify(policy),
    }),
  );
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: pipelineUserName }));
  if (!AccessKey?.AccessKeyId || !AccessKey.SecretAccessKey)
    throw new Error(`IAM made no access key for ${pipelineUserName}`);
  return { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
}
