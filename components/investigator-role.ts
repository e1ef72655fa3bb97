import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { roleArn, vaultBucketName } from "../functions/shared/names";
import { physicalName } from "./installation";
import type { Installation } from "./installation";
import { policyDocument } from "./policy-document";
import type { PolicyStatement } from "./policy-document";
import { bucketArn } from "./private-bucket";

export interface InvestigatorRoleArgs {
  installation: Installation;
  /**
   * ARNs of the master account's roles and users that may take it. Empty: whoever that account's IAM lets,
   * except the role that deploys.
   */
  investigators: string[];
  /** Role that deploys, which must not read evidence; empty where deployment runs with ambient credentials. */
  deployRole: string;
  evidenceKeyArn: pulumi.Input<string>;
}

/** ARN of the role with which people read evidence, known before it exists. */
export function investigatorRoleArn(installation: Installation): string {
  return roleArn(installation.partition, installation.masterAccountId, roleName(installation));
}

function roleName(installation: Installation): string {
  return physicalName(installation, "investigator");
}

/** For people: reads evidence, and nothing else. */
export class InvestigatorRole extends pulumi.ComponentResource {
  declare readonly arn: pulumi.Output<string>;

  constructor(name: string, args: InvestigatorRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("firebreak:index:InvestigatorRole", name, args, opts);
    const { installation } = args;
    const { prefix, partition, masterAccountId, homeRegion } = installation;
    const vault = bucketArn(partition, vaultBucketName(prefix, masterAccountId, homeRegion));
    const role = new aws.iam.Role(
      `${name}-role`,
      {
        name: roleName(installation),
        description: "Reads the evidence of incidents",
        assumeRolePolicy: policyDocument(trust(args)),
        maxSessionDuration: 4 * 60 * 60,
      },
      { parent: this },
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-policy`,
      {
        name: "read-evidence",
        role: role.name,
        policy: policyDocument([
          {
            Sid: "ReadEvidence",
            Action: ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectRetention"],
            Resource: `${vault}/*`,
          },
          { Sid: "ListEvidence", Action: ["s3:ListBucket", "s3:ListBucketVersions"], Resource: vault },
          { Sid: "DecryptEvidence", Action: "kms:Decrypt", Resource: args.evidenceKeyArn },
        ]),
      },
      { parent: this },
    );
    this.arn = pulumi.all([role.arn, policy.id]).apply(([arn]) => arn);
    this.registerOutputs({ arn: this.arn });
  }
}

function trust({ installation, investigators, deployRole }: InvestigatorRoleArgs): PolicyStatement[] {
  const { partition, masterAccountId, organizationId } = installation;
  const account = `arn:${partition}:iam::${masterAccountId}:root`;
  const people: PolicyStatement = {
    Sid: "Investigators",
    Principal: { AWS: account },
    Action: "sts:AssumeRole",
    Condition: {
      StringEquals: { "aws:PrincipalOrgID": organizationId },
      ...(investigators.length > 0 ? { ArnEquals: { "aws:PrincipalArn": investigators } } : {}),
    },
  };
  if (!deployRole) return [people];
  return [
    people,
    {
      Sid: "NotWhoDeploys",
      Effect: "Deny",
      Principal: { AWS: "*" },
      Action: "sts:AssumeRole",
      Condition: { ArnEquals: { "aws:PrincipalArn": roleArn(partition, masterAccountId, deployRole) } },
    },
  ];
}
