import type { Json } from "../service";
import type { GuardDutyFinding } from "./state";

/** Where each purpose of GuardDuty's finding types stands among ASFF's types. */
const namespaces: Record<string, string> = {
  AttackSequence: "TTPs",
  Backdoor: "TTPs/Command and Control",
  Behavior: "Unusual Behaviors/VM",
  CredentialAccess: "TTPs/Credential Access",
  CryptoCurrency: "TTPs/Command and Control",
  DefenseEvasion: "TTPs/Defense Evasion",
  Discovery: "TTPs/Discovery",
  Execution: "TTPs/Execution",
  Exfiltration: "TTPs/Exfiltration",
  Impact: "TTPs/Impact",
  InitialAccess: "TTPs/Initial Access",
  PenTest: "TTPs",
  Persistence: "TTPs/Persistence",
  Policy: "TTPs",
  PrivilegeEscalation: "TTPs/Privilege Escalation",
  Recon: "TTPs/Discovery",
  Stealth: "TTPs/Defense Evasion",
  Trojan: "TTPs/Command and Control",
  UnauthorizedAccess: "TTPs",
};

/**
 * A GuardDuty finding as it goes to Security Hub.
 * https://docs.aws.amazon.com/guardduty/latest/ug/securityhub-integration.html
 */
export function asffOf(finding: GuardDutyFinding) {
  const { type, accountId, region, severity, service } = finding;
  const partition = String(finding.partition);
  const namespace = namespaces[type.split(":")[0] ?? ""] ?? "TTPs";
  const productArn = `arn:${partition}:securityhub:${region}::product/aws/guardduty`;
  const text = (field: string, max: number) => String(finding[field]).slice(0, max);
  return {
    SchemaVersion: "2018-10-08",
    Id: finding.arn,
    ProductArn: productArn,
    GeneratorId: `arn:${partition}:guardduty:${region}:${accountId}:detector/${String(service.detectorId)}`,
    AwsAccountId: accountId,
    Types: [`${namespace}/${type.replace(/\//g, "-")}`],
    FirstObservedAt: String(service.eventFirstSeen),
    LastObservedAt: String(service.eventLastSeen),
    CreatedAt: String(finding.createdAt),
    UpdatedAt: finding.updatedAt,
    Severity: { Product: severity, Label: label(severity), Normalized: Math.round(severity * 10) },
    Title: text("title", 256),
    Description: text("description", 1024),
    SourceUrl: `https://${region}.console.aws.amazon.com/guardduty/home?region=${region}#/findings?macros=current&fId=${finding.id}`,
    ProductFields: Object.fromEntries(flat("aws/guardduty/service", service).slice(0, 47)),
    Resources: resources(finding, partition),
    RecordState: service.archived ? "ARCHIVED" : "ACTIVE",
    Sample: String(finding.title).startsWith("[SAMPLE]"),
  };
}

/** https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html */
function label(severity: number): string {
  if (severity >= 9) return "CRITICAL";
  if (severity >= 7) return "HIGH";
  return severity >= 4 ? "MEDIUM" : "LOW";
}

function flat(path: string, value: unknown): [string, string][] {
  if (value === null || value === undefined || typeof value !== "object") return [[path, String(value ?? "")]];
  return Object.entries(value).flatMap(([key, one]) => flat(`${path}/${key}`, one));
}

type Details = Record<string, Json | undefined>;

function resources({ resource, region, accountId }: GuardDutyFinding, Partition: string) {
  const { instanceDetails: instance, accessKeyDetails: key, eksClusterDetails: cluster, ...rest } = resource as Details;
  const at = { Partition, Region: region };
  const found: ({ Type: string; Id: string } & Json)[] = [];
  if (instance)
    found.push({
      Type: "AwsEc2Instance",
      Id: `arn:${Partition}:ec2:${region}:${accountId}:instance/${String(instance.instanceId)}`,
      ...at,
      Tags: tagsOf(instance.tags),
      Details: { AwsEc2Instance: instanceDetails(instance) },
    });
  for (const bucket of (rest.s3BucketDetails ?? []) as Json[])
    found.push({ Type: "AwsS3Bucket", Id: String(bucket.arn), ...at, Tags: tagsOf(bucket.tags) });
  if (key)
    found.push({
      Type: "AwsIamAccessKey",
      Id: `AWS::IAM::AccessKey:${String(key.accessKeyId)}`,
      ...at,
      Details: {
        AwsIamAccessKey: { PrincipalId: key.principalId, PrincipalName: key.userName, PrincipalType: key.userType },
      },
    });
  if (cluster) found.push({ Type: "AwsEksCluster", Id: String(cluster.arn), ...at });
  if (rest.rdsDbInstanceDetails)
    found.push({ Type: "AwsRdsDbInstance", Id: String(rest.rdsDbInstanceDetails.dbInstanceArn), ...at });
  if (rest.lambdaDetails) found.push({ Type: "AwsLambdaFunction", Id: String(rest.lambdaDetails.functionArn), ...at });
  return found.length > 0 ? found : [{ Type: "AwsAccount", Id: `AWS::::Account:${accountId}`, ...at }];
}

const tagsOf = (tags: unknown) =>
  Object.fromEntries(((tags ?? []) as { key: string; value: string }[]).map(({ key, value }) => [key, value]));

function instanceDetails(instance: Json): Json {
  const [first] = (instance.networkInterfaces ?? []) as Json[];
  const profile = instance.iamInstanceProfile as { arn?: string } | null | undefined;
  return {
    Type: instance.instanceType,
    ImageId: instance.imageId,
    LaunchedAt: instance.launchTime,
    IpV4Addresses: [first?.publicIp, first?.privateIpAddress].filter(Boolean),
    ...(first ? { VpcId: first.vpcId, SubnetId: first.subnetId } : {}),
    ...(profile?.arn ? { IamInstanceProfileArn: profile.arn } : {}),
  };
}
