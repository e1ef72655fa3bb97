import type { FindingResource } from "./finding";
import type { Place } from "./place-fields";
import { arnPattern } from "./place-fields";

/**
 * ASFF's names of resource types for those that CloudFormation, AWS Config and OCSF use. A type that is not here keeps
 * its own name. https://docs.aws.amazon.com/securityhub/latest/userguide/asff-resources.html
 */
const asffTypes: Record<string, string> = {
  "AWS::EC2::Instance": "AwsEc2Instance",
  "AWS::EC2::SecurityGroup": "AwsEc2SecurityGroup",
  "AWS::EC2::Volume": "AwsEc2Volume",
  "AWS::ECS::Cluster": "AwsEcsCluster",
  "AWS::EKS::Cluster": "AwsEksCluster",
  "AWS::IAM::AccessKey": "AwsIamAccessKey",
  "AWS::IAM::Role": "AwsIamRole",
  "AWS::IAM::User": "AwsIamUser",
  "AWS::Lambda::Function": "AwsLambdaFunction",
  "AWS::RDS::DBInstance": "AwsRdsDbInstance",
  "AWS::S3::Bucket": "AwsS3Bucket",
  "AWS::Account": "AwsAccount",
  "AWS::::Account": "AwsAccount",
};

function asffType(type: string): string {
  return Object.prototype.hasOwnProperty.call(asffTypes, type) ? (asffTypes[type] as string) : type;
}

/** The account as a whole: what a finding is about that names no resource in it. */
export function accountResource({ partition, account }: Place): FindingResource {
  return { type: "AwsAccount", id: account, arn: `arn:${partition}:iam::${account}:root` };
}

/**
 * A resource by whatever a source calls it: an ARN, `AWS::IAM::AccessKey:AKIA…`, or the id itself. Sources that report
 * the same finding name its resource differently; from here on it is called the same.
 */
export function resourceNamed(type: string, name: string, place: Place): FindingResource {
  const known = asffType(type);
  if (known === "AwsAccount") return accountResource(place);
  const isArn = arnPattern.test(name);
  const id = isArn || name.startsWith("AWS::") ? (name.split(/[:/]/).at(-1) ?? name) : name;
  return { type: known, id: id || name, arn: isArn ? name : knownArn(known, id, place) };
}

function knownArn(type: string, id: string, { partition, account, region }: Place): string {
  if (type === "AwsEc2Instance") return `arn:${partition}:ec2:${region}:${account}:instance/${id}`;
  if (type === "AwsEc2SecurityGroup") return `arn:${partition}:ec2:${region}:${account}:security-group/${id}`;
  if (type === "AwsS3Bucket") return `arn:${partition}:s3:::${id}`;
  return "";
}
