import type { Json } from "../../service";
import type { ResourceKind } from "./types";

interface Where {
  partition: string;
  account: string;
  region: string;
}

const tags = [1, 2].map((index) => ({
  key: `GeneratedFindingInstaceTag${index}`,
  value: `GeneratedFindingInstaceValue${index}`,
}));
const since = 1_513_612_692;

/** The resource of a sample finding, with the placeholders that GuardDuty's samples have (its spelling too). */
export function sampleResource(kind: ResourceKind, where: Where): Json {
  switch (kind) {
    case "instance":
      return { resourceType: "Instance", instanceDetails: instanceDetails() };
    case "container":
      return { resourceType: "Container", instanceDetails: instanceDetails(), containerDetails };
    case "accessKey":
      return { resourceType: "AccessKey", accessKeyDetails: accessKey("GeneratedFinding") };
    case "bucket":
      return {
        resourceType: "S3Bucket",
        accessKeyDetails: accessKey("GeneratedFinding"),
        s3BucketDetails: [bucket(where)],
      };
    case "eks":
      return {
        resourceType: "EKSCluster",
        eksClusterDetails: {
          name: "GeneratedFindingEKSClusterName",
          arn: `arn:${where.partition}:eks:${where.region}:${where.account}:cluster/GeneratedFindingEKSClusterName`,
          vpcId: "GeneratedFindingEKSClusterVpcId",
          status: "ACTIVE",
          tags,
          createdAt: since,
        },
        kubernetesDetails: {
          kubernetesUserDetails: {
            username: "GeneratedFindingUserName",
            uid: "GeneratedFindingUID",
            groups: ["GeneratedFindingUserGroup"],
          },
          kubernetesWorkloadDetails: null,
        },
      };
    case "rds":
      return {
        resourceType: "RDSDBInstance",
        rdsDbInstanceDetails: {
          dbInstanceIdentifier: "GeneratedFindingDBInstanceId",
          engine: "GeneratedFindingEngine",
          engineVersion: "GeneratedFindingEngineVersion",
          dbClusterIdentifier: "GeneratedFindingDBClusterId",
          dbInstanceArn: `arn:${where.partition}:rds:${where.region}:${where.account}:db:GeneratedFindingDBInstanceId`,
          tags,
        },
        rdsDbUserDetails: {
          user: "GeneratedFindingUserName",
          application: "GeneratedFindingApplicationName",
          database: "GeneratedFindingDatabaseName",
          ssl: "GeneratedFindingSSLValue",
          authMethod: "GeneratedFindingAuthMethod",
        },
      };
    case "lambda":
      return {
        resourceType: "Lambda",
        lambdaDetails: {
          functionArn: `arn:${where.partition}:lambda:${where.region}:${where.account}:function:GeneratedFindingFunctionName`,
          functionName: "GeneratedFindingFunctionName",
          description: "GeneratedFindingFunctionDescription",
          lastModifiedAt: since,
          revisionId: "GeneratedFindingRevisionId",
          functionVersion: "$LATEST",
          role: `arn:${where.partition}:iam::${where.account}:role/GeneratedFindingRole`,
          tags,
        },
      };
    case "sequence":
      return { resourceType: "AttackSequence" };
  }
}

const instanceDetails = () => ({
  instanceId: "i-99999999",
  instanceType: "m3.xlarge",
  outpostArn: null,
  launchTime: "2016-08-02T02:05:06.000Z",
  platform: null,
  productCodes: [
    { productCodeId: "GeneratedFindingProductCodeId", productCodeType: "GeneratedFindingProductCodeType" },
  ],
  iamInstanceProfile: {
    arn: "arn:aws:iam::012345678910:instance-profile/GeneratedFindingInstanceProfileName",
    id: "GeneratedFindingInstanceProfileId",
  },
  networkInterfaces: [
    {
      ipv6Addresses: [],
      networkInterfaceId: "eni-bfcffe88",
      privateDnsName: "GeneratedFindingPrivateDnsName",
      privateIpAddress: "10.0.0.1",
      privateIpAddresses: [{ privateDnsName: "GeneratedFindingPrivateName", privateIpAddress: "10.0.0.1" }],
      subnetId: "GeneratedFindingSubnetId",
      vpcId: "GeneratedFindingVPCId",
      securityGroups: [{ groupName: "GeneratedFindingSecurityGroupName", groupId: "GeneratedFindingSecurityId" }],
      publicDnsName: "GeneratedFindingPublicDNSName",
      publicIp: "198.51.100.0",
    },
  ],
  tags,
  instanceState: "running",
  availabilityZone: "GeneratedFindingInstaceAvailabilityZone",
  imageId: "ami-99999999",
  imageDescription: "GeneratedFindingInstaceImageDescription",
});

const containerDetails = {
  id: "abcdefg1234567",
  name: "GeneratedFindingContainerName",
  containerRuntime: "docker",
  image: "GeneratedFindingContainerImageUri",
  imagePrefix: "GeneratedFindingContainerImagePrefix",
};

const accessKey = (prefix: string) => ({
  accessKeyId: `${prefix}AccessKeyId`,
  principalId: `${prefix}PrincipalId`,
  userType: "IAMUser",
  userName: `${prefix}UserName`,
});

const bucket = ({ partition }: Where) => ({
  arn: `arn:${partition}:s3:::bucketName`,
  name: "bucketName",
  type: "Destination",
  createdAt: since,
  owner: { id: "CanonicalId of Owner" },
  tags: [{ key: "foo", value: "bar" }],
  defaultServerSideEncryption: {
    encryptionType: "SSEAlgorithm",
    kmsMasterKeyArn: "arn:aws:kms:region:123456789012:key/key-id",
  },
  publicAccess: {
    permissionConfiguration: {
      bucketLevelPermissions: {
        accessControlList: { allowsPublicReadAccess: false, allowsPublicWriteAccess: false },
        bucketPolicy: { allowsPublicReadAccess: false, allowsPublicWriteAccess: false },
        blockPublicAccess: {
          ignorePublicAcls: false,
          restrictPublicBuckets: false,
          blockPublicAcls: false,
          blockPublicPolicy: false,
        },
      },
      accountLevelPermissions: {
        blockPublicAccess: {
          ignorePublicAcls: false,
          restrictPublicBuckets: false,
          blockPublicAcls: false,
          blockPublicPolicy: false,
        },
      },
    },
    effectivePermission: "NOT_PUBLIC",
  },
});
