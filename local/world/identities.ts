import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateAccessKeyCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  CreateUserCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { BucketLocationConstraint } from "@aws-sdk/client-s3";
import type { AccountClients } from "./clients";

const everyBucketRead = (bucket: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: ["s3:GetObject"], Resource: `arn:aws:s3:::${bucket}/*` }],
  });

/** An instance profile with a role of the same name. Systems Manager manages an instance only if its role lets it. */
export async function makeProfile(
  { iam }: AccountClients,
  name: string,
  options: { managed: boolean; bucket: string },
): Promise<void> {
  const trust = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
  };
  await Promise.all([
    iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) })),
    iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: name })),
  ]);
  await Promise.all([
    iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: name, RoleName: name })),
    iam.send(
      new PutRolePolicyCommand({
        RoleName: name,
        PolicyName: "read-catalogue",
        PolicyDocument: everyBucketRead(options.bucket),
      }),
    ),
    options.managed
      ? iam.send(
          new AttachRolePolicyCommand({
            RoleName: name,
            PolicyArn: "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
          }),
        )
      : undefined,
  ]);
}

/** People with access keys, as every account that has lived for a while has them. */
export async function makeUsers({ iam }: AccountClients, bucket: string): Promise<void> {
  await Promise.all(
    ["ada", "deployer"].map(async (name) => {
      await iam.send(new CreateUserCommand({ UserName: name }));
      await iam.send(
        new PutUserPolicyCommand({ UserName: name, PolicyName: "work", PolicyDocument: everyBucketRead(bucket) }),
      );
      await iam.send(new CreateAccessKeyCommand({ UserName: name }));
    }),
  );
}

export async function makeBucket({ s3 }: AccountClients, bucket: string, region: string): Promise<void> {
  await s3.send(
    new CreateBucketCommand({
      Bucket: bucket,
      ...(region === "us-east-1"
        ? {}
        : { CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint } }),
    }),
  );
  await s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: "catalogue.json", Body: "[]", ContentType: "application/json" }),
  );
}
