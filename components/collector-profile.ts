import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { collectionBucketName, collectorProfileName } from "../functions/shared/names";
import { regionsOf } from "./installation";
import type { Installation } from "./installation";
import { policyDocument, serviceTrust } from "./policy-document";
import { bucketArn } from "./private-bucket";

export interface CollectorProfileArgs {
  installation: Installation;
  accountId: string;
}

/**
 * What the Systems Manager agent calls to register, take commands and report: AmazonSSMManagedInstanceCore without
 * parameters, documents, associations and inventory, which an attacker on the machine could read or change. None of
 * these calls can be limited to a resource that is known beforehand.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/agent-and-messaging.html
 */
const agentCalls = [
  "ssm:UpdateInstanceInformation",
  "ssmmessages:CreateControlChannel",
  "ssmmessages:CreateDataChannel",
  "ssmmessages:OpenControlChannel",
  "ssmmessages:OpenDataChannel",
  "ec2messages:AcknowledgeMessage",
  "ec2messages:DeleteMessage",
  "ec2messages:FailMessage",
  "ec2messages:GetEndpoint",
  "ec2messages:GetMessages",
  "ec2messages:SendReply",
];

/** The instance profile a compromised machine gets while it is collected from: its agent, its output, nothing else. */
export class CollectorProfile extends pulumi.ComponentResource {
  declare readonly profileArn: pulumi.Output<string>;

  constructor(name: string, args: CollectorProfileArgs, opts?: pulumi.ComponentResourceOptions) {
    super("firebreak:index:CollectorProfile", name, args, opts);
    const { prefix, partition, dnsSuffix } = args.installation;
    const buckets = regionsOf(args.installation).map((region) =>
      bucketArn(partition, collectionBucketName(prefix, args.accountId, region)),
    );
    const parent = { parent: this };
    const role = new aws.iam.Role(
      `${name}-role`,
      {
        name: collectorProfileName(prefix),
        description: "Held by a compromised instance while Systems Manager collects from it",
        assumeRolePolicy: serviceTrust(`ec2.${dnsSuffix}`),
      },
      parent,
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-policy`,
      {
        name: "collect",
        role: role.name,
        policy: policyDocument([
          { Sid: "Agent", Action: agentCalls, Resource: "*" },
          {
            Sid: "PutOutput",
            Action: ["s3:PutObject", "s3:AbortMultipartUpload"],
            Resource: buckets.map((arn) => `${arn}/cases/*`),
          },
          { Sid: "AskForEncryption", Action: "s3:GetEncryptionConfiguration", Resource: buckets },
        ]),
      },
      parent,
    );
    const profile = new aws.iam.InstanceProfile(
      `${name}-profile`,
      { name: collectorProfileName(prefix), role: role.name },
      { ...parent, dependsOn: policy },
    );
    this.profileArn = profile.arn;
    this.registerOutputs({ profileArn: this.profileArn });
  }
}
