export type FieldKind = "string" | "number" | "date" | "ip" | "map" | "boolean" | "keyword";

export interface FilterField {
  kind: FieldKind;
  /** Dotted path in the finding, through lists; empty for the whole of it. */
  path: string;
}

const table = `
string ProductArn AwsAccountId Id GeneratorId Region Title Description SourceUrl ProductName CompanyName AwsAccountName VerificationState WorkflowState RecordState
string Type=Types SeverityLabel=Severity.Label RecommendationText=Remediation.Recommendation.Text
date FirstObservedAt LastObservedAt CreatedAt UpdatedAt
number Confidence Criticality SeverityProduct=Severity.Product SeverityNormalized=Severity.Normalized
map ProductFields UserDefinedFields ResourceTags=Resources.Tags ResourceDetailsOther=Resources.Details.Other
string MalwareName=Malware.Name MalwareType=Malware.Type MalwarePath=Malware.Path MalwareState=Malware.State
string NetworkDirection=Network.Direction NetworkProtocol=Network.Protocol NetworkSourceDomain=Network.SourceDomain NetworkSourceMac=Network.SourceMac NetworkDestinationDomain=Network.DestinationDomain
ip NetworkSourceIpV4=Network.SourceIpV4 NetworkSourceIpV6=Network.SourceIpV6 NetworkDestinationIpV4=Network.DestinationIpV4 NetworkDestinationIpV6=Network.DestinationIpV6
number NetworkSourcePort=Network.SourcePort NetworkDestinationPort=Network.DestinationPort ProcessPid=Process.Pid ProcessParentPid=Process.ParentPid
string ProcessName=Process.Name ProcessPath=Process.Path
date ProcessLaunchedAt=Process.LaunchedAt ProcessTerminatedAt=Process.TerminatedAt
string ThreatIntelIndicatorType=ThreatIntelIndicators.Type ThreatIntelIndicatorValue=ThreatIntelIndicators.Value ThreatIntelIndicatorCategory=ThreatIntelIndicators.Category ThreatIntelIndicatorSource=ThreatIntelIndicators.Source ThreatIntelIndicatorSourceUrl=ThreatIntelIndicators.SourceUrl
date ThreatIntelIndicatorLastObservedAt=ThreatIntelIndicators.LastObservedAt
string ResourceType=Resources.Type ResourceId=Resources.Id ResourcePartition=Resources.Partition ResourceRegion=Resources.Region ResourceApplicationName=Resources.ApplicationName ResourceApplicationArn=Resources.ApplicationArn
string ResourceAwsEc2InstanceType=Resources.Details.AwsEc2Instance.Type ResourceAwsEc2InstanceImageId=Resources.Details.AwsEc2Instance.ImageId ResourceAwsEc2InstanceKeyName=Resources.Details.AwsEc2Instance.KeyName ResourceAwsEc2InstanceIamInstanceProfileArn=Resources.Details.AwsEc2Instance.IamInstanceProfileArn ResourceAwsEc2InstanceVpcId=Resources.Details.AwsEc2Instance.VpcId ResourceAwsEc2InstanceSubnetId=Resources.Details.AwsEc2Instance.SubnetId
ip ResourceAwsEc2InstanceIpV4Addresses=Resources.Details.AwsEc2Instance.IpV4Addresses ResourceAwsEc2InstanceIpV6Addresses=Resources.Details.AwsEc2Instance.IpV6Addresses
date ResourceAwsEc2InstanceLaunchedAt=Resources.Details.AwsEc2Instance.LaunchedAt ResourceAwsIamAccessKeyCreatedAt=Resources.Details.AwsIamAccessKey.CreatedAt ResourceContainerLaunchedAt=Resources.Details.Container.LaunchedAt
string ResourceAwsS3BucketOwnerId=Resources.Details.AwsS3Bucket.OwnerId ResourceAwsS3BucketOwnerName=Resources.Details.AwsS3Bucket.OwnerName
string ResourceAwsIamAccessKeyUserName=Resources.Details.AwsIamAccessKey.UserName ResourceAwsIamAccessKeyPrincipalName=Resources.Details.AwsIamAccessKey.PrincipalName ResourceAwsIamAccessKeyStatus=Resources.Details.AwsIamAccessKey.Status ResourceAwsIamUserUserName=Resources.Details.AwsIamUser.UserName
string ResourceContainerName=Resources.Details.Container.Name ResourceContainerImageId=Resources.Details.Container.ImageId ResourceContainerImageName=Resources.Details.Container.ImageName
string ComplianceStatus=Compliance.Status ComplianceSecurityControlId=Compliance.SecurityControlId ComplianceAssociatedStandardsId=Compliance.AssociatedStandards.StandardsId ComplianceSecurityControlParametersName=Compliance.SecurityControlParameters.Name ComplianceSecurityControlParametersValue=Compliance.SecurityControlParameters.Value
string WorkflowStatus=Workflow.Status RelatedFindingsProductArn=RelatedFindings.ProductArn RelatedFindingsId=RelatedFindings.Id NoteText=Note.Text NoteUpdatedBy=Note.UpdatedBy
date NoteUpdatedAt=Note.UpdatedAt
string VulnerabilitiesExploitAvailable=Vulnerabilities.ExploitAvailable VulnerabilitiesFixAvailable=Vulnerabilities.FixAvailable
number FindingProviderFieldsConfidence=FindingProviderFields.Confidence FindingProviderFieldsCriticality=FindingProviderFields.Criticality
string FindingProviderFieldsRelatedFindingsId=FindingProviderFields.RelatedFindings.Id FindingProviderFieldsRelatedFindingsProductArn=FindingProviderFields.RelatedFindings.ProductArn FindingProviderFieldsSeverityLabel=FindingProviderFields.Severity.Label FindingProviderFieldsSeverityOriginal=FindingProviderFields.Severity.Original FindingProviderFieldsTypes=FindingProviderFields.Types
boolean Sample
keyword Keyword=
`;

/**
 * Fields that findings can be filtered and grouped by, and where the finding has them.
 * https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFindingFilters.html
 */
export const filterFields: ReadonlyMap<string, FilterField> = new Map(
  table
    .trim()
    .split("\n")
    .flatMap((line) => {
      const [kind, ...names] = line.split(" ") as [FieldKind, ...string[]];
      return names.map((entry): [string, FilterField] => {
        const [name = "", path = name] = entry.split("=");
        return [name, { kind, path }];
      });
    }),
);

/** Every value under a dotted path, through lists. */
export function valuesAt(value: unknown, path: string): unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((one) => valuesAt(one, path));
  if (path === "") return [value];
  const [head = "", ...rest] = path.split(".");
  return typeof value === "object" ? valuesAt((value as Record<string, unknown>)[head], rest.join(".")) : [];
}
