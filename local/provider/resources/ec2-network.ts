import { EC2, type Tenancy } from "@aws-sdk/client-ec2";
import type { SubnetArgs, SubnetState } from "@pulumi/aws/ec2/subnet";
import type { VpcArgs, VpcState } from "@pulumi/aws/ec2/vpc";
import { unlessGone } from "../support/errors";
import { defineResource } from "./definition";
import { ec2Tagging, tagSpecification } from "./ec2-tags";
import { tagMap } from "./values";

const vpcGone = "InvalidVpcID.NotFound";
const subnetGone = "InvalidSubnetID.NotFound";
const cidr = /^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/;

/** `aws.ec2.Vpc`, IPv4 only. */
export const vpc = defineResource<VpcArgs, VpcState>({
  token: "aws:ec2/vpc:Vpc",
  properties: {
    cidrBlock: { replace: true, pattern: cidr },
    instanceTenancy: { default: "default", oneOf: ["default", "dedicated"] },
    enableDnsSupport: { default: true },
  },
  supports: ["enableDnsHostnames"],
  tagging: ec2Tagging,
  check: ({ cidrBlock }) =>
    cidrBlock ? [] : [{ property: "cidrBlock", reason: `one of "cidrBlock" and "ipv4IpamPoolId" must be specified` }],
  async create(aws, { cidrBlock, instanceTenancy, tags }) {
    const { Vpc: made } = await aws.client(EC2).createVpc({
      CidrBlock: cidrBlock,
      InstanceTenancy: instanceTenancy as Tenancy,
      TagSpecifications: tagSpecification("vpc", tags),
    });
    return made?.VpcId ?? "";
  },
  async settle(aws, id, { enableDnsHostnames, enableDnsSupport }) {
    const ec2 = aws.client(EC2);
    if (enableDnsSupport === false) await ec2.modifyVpcAttribute({ VpcId: id, EnableDnsSupport: { Value: false } });
    if (enableDnsHostnames) await ec2.modifyVpcAttribute({ VpcId: id, EnableDnsHostnames: { Value: true } });
  },
  async read(aws, id) {
    const ec2 = aws.client(EC2);
    const found = (await unlessGone(ec2.describeVpcs({ VpcIds: [id] }), vpcGone))?.Vpcs?.[0];
    if (!found) return undefined;
    const ofVpc = { Filters: [{ Name: "vpc-id", Values: [id] }] };
    const [hostnames, support, groups, acls, routes] = await Promise.all([
      ec2.describeVpcAttribute({ VpcId: id, Attribute: "enableDnsHostnames" }),
      ec2.describeVpcAttribute({ VpcId: id, Attribute: "enableDnsSupport" }),
      ec2.describeSecurityGroups(ofVpc),
      ec2.describeNetworkAcls(ofVpc),
      ec2.describeRouteTables(ofVpc),
    ]);
    const main = routes.RouteTables?.find(({ Associations }) => Associations?.some(({ Main }) => Main))?.RouteTableId;
    return {
      arn: aws.arn("ec2", `vpc/${id}`),
      cidrBlock: found.CidrBlock,
      defaultNetworkAclId: acls.NetworkAcls?.find(({ IsDefault }) => IsDefault)?.NetworkAclId ?? "",
      defaultRouteTableId: main ?? "",
      defaultSecurityGroupId: groups.SecurityGroups?.find(({ GroupName }) => GroupName === "default")?.GroupId ?? "",
      dhcpOptionsId: found.DhcpOptionsId,
      enableDnsHostnames: hostnames.EnableDnsHostnames?.Value ?? false,
      enableDnsSupport: support.EnableDnsSupport?.Value ?? true,
      enableNetworkAddressUsageMetrics: false,
      instanceTenancy: found.InstanceTenancy,
      ipv6AssociationId: "",
      ipv6CidrBlock: "",
      ipv6CidrBlockNetworkBorderGroup: "",
      mainRouteTableId: main ?? "",
      ownerId: found.OwnerId ?? aws.accountId,
      tags: tagMap(found.Tags),
    };
  },
  async update(aws, id, { news, changed }) {
    const ec2 = aws.client(EC2);
    if (changed("enableDnsSupport")) {
      await ec2.modifyVpcAttribute({ VpcId: id, EnableDnsSupport: { Value: news.enableDnsSupport } });
    }
    if (changed("enableDnsHostnames")) {
      await ec2.modifyVpcAttribute({ VpcId: id, EnableDnsHostnames: { Value: news.enableDnsHostnames ?? false } });
    }
    if (changed("instanceTenancy")) await ec2.modifyVpcTenancy({ VpcId: id, InstanceTenancy: "default" });
  },
  delete: (aws, id) => unlessGone(aws.client(EC2).deleteVpc({ VpcId: id }), vpcGone),
});

/** `aws.ec2.Subnet`, IPv4 only. */
export const subnet = defineResource<SubnetArgs, SubnetState>({
  token: "aws:ec2/subnet:Subnet",
  properties: {
    vpcId: { replace: true },
    cidrBlock: { replace: true, pattern: cidr },
    availabilityZone: { replace: true },
    mapPublicIpOnLaunch: { default: false },
  },
  tagging: ec2Tagging,
  check: ({ cidrBlock }) =>
    cidrBlock ? [] : [{ property: "cidrBlock", reason: `"cidrBlock" must be specified for an IPv4 subnet` }],
  async create(aws, { vpcId, cidrBlock, availabilityZone, tags }) {
    const { Subnet: made } = await aws.client(EC2).createSubnet({
      VpcId: vpcId,
      CidrBlock: cidrBlock,
      AvailabilityZone: availabilityZone,
      TagSpecifications: tagSpecification("subnet", tags),
    });
    return made?.SubnetId ?? "";
  },
  async settle(aws, id, { mapPublicIpOnLaunch }) {
    if (!mapPublicIpOnLaunch) return;
    await aws.client(EC2).modifySubnetAttribute({ SubnetId: id, MapPublicIpOnLaunch: { Value: true } });
  },
  async read(aws, id) {
    const answer = aws.client(EC2).describeSubnets({ SubnetIds: [id] });
    const found = (await unlessGone(answer, subnetGone))?.Subnets?.[0];
    if (!found) return undefined;
    return {
      arn: found.SubnetArn ?? aws.arn("ec2", `subnet/${id}`),
      vpcId: found.VpcId,
      cidrBlock: found.CidrBlock,
      availabilityZone: found.AvailabilityZone,
      availabilityZoneId: found.AvailabilityZoneId,
      ipv6CidrBlock: "",
      ipv6CidrBlockAssociationId: "",
      mapPublicIpOnLaunch: found.MapPublicIpOnLaunch ?? false,
      ownerId: found.OwnerId ?? aws.accountId,
      privateDnsHostnameTypeOnLaunch: found.PrivateDnsNameOptionsOnLaunch?.HostnameType ?? "ip-name",
      tags: tagMap(found.Tags),
    };
  },
  update: (aws, id, { news }) =>
    aws.client(EC2).modifySubnetAttribute({ SubnetId: id, MapPublicIpOnLaunch: { Value: news.mapPublicIpOnLaunch } }),
  delete: (aws, id) => unlessGone(aws.client(EC2).deleteSubnet({ SubnetId: id }), subnetGone),
});
