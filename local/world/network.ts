import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
} from "@aws-sdk/client-ec2";
import type { AccountClients } from "./clients";

/** A VPC with two subnets, and the security groups that several instances share. */
export interface Network {
  vpc: string;
  subnets: [string, string];
  groups: { web: string; admin: string; database: string };
}

const named = (type: "vpc" | "subnet" | "security-group", name: string) => [
  { ResourceType: type, Tags: [{ Key: "Name", Value: name }] },
];

export async function makeNetwork({ ec2 }: AccountClients, region: string): Promise<Network> {
  const { Vpc } = await ec2.send(
    new CreateVpcCommand({ CidrBlock: "10.20.0.0/16", TagSpecifications: named("vpc", "shop") }),
  );
  const vpc = Vpc?.VpcId ?? "";
  // Both in one zone, since an instance takes network interfaces of its own zone only.
  const subnet = async (name: string, third: number) => {
    const { Subnet } = await ec2.send(
      new CreateSubnetCommand({
        VpcId: vpc,
        CidrBlock: `10.20.${third}.0/24`,
        AvailabilityZone: `${region}a`,
        TagSpecifications: named("subnet", `shop-${name}`),
      }),
    );
    return Subnet?.SubnetId ?? "";
  };
  const group = async (name: string, description: string, port: number, cidr: string) => {
    const { GroupId } = await ec2.send(
      new CreateSecurityGroupCommand({
        GroupName: name,
        Description: description,
        VpcId: vpc,
        TagSpecifications: named("security-group", name),
      }),
    );
    await ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId,
        IpPermissions: [{ IpProtocol: "tcp", FromPort: port, ToPort: port, IpRanges: [{ CidrIp: cidr }] }],
      }),
    );
    return GroupId ?? "";
  };
  const [app, data, web, admin, database] = await Promise.all([
    subnet("app", 1),
    subnet("data", 2),
    group("web", "Web servers", 443, "0.0.0.0/0"),
    group("admin", "Administration from the office", 22, "203.0.113.0/24"),
    group("database", "Databases", 5432, "10.20.0.0/16"),
  ]);
  return { vpc, subnets: [app, data], groups: { web, admin, database } };
}
