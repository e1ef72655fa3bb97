import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  ModifyNetworkInterfaceAttributeCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from "@aws-sdk/client-ec2";
import type { Instance, IpPermission, SecurityGroup } from "@aws-sdk/client-ec2";

import { account, awsError, instance } from "./fixtures";
import { mocked } from "./mocked";

interface Interface {
  vpc: string;
  groups: string[];
  instance: string;
}

/** Instances, interfaces and groups that answer as EC2 does, as far as isolation looks at them. */
export interface World {
  instance: Instance | undefined;
  interfaces: Record<string, Interface>;
  groups: Record<string, SecurityGroup>;
  /** Calls by name, in order. */
  calls: string[];
}

const open: IpPermission[] = [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }];

export function group(id: string, name: string, vpc: string, rules: Partial<SecurityGroup> = {}): SecurityGroup {
  return {
    GroupId: id,
    GroupName: name,
    VpcId: vpc,
    OwnerId: account,
    IpPermissions: [],
    IpPermissionsEgress: [],
    ...rules,
  };
}

export function untracked(id: string, vpc: string): SecurityGroup {
  const both = [...open, { IpProtocol: "-1", Ipv6Ranges: [{ CidrIpv6: "::/0" }] }];
  return group(id, "fb-untracked", vpc, { IpPermissions: both, IpPermissionsEgress: both });
}

/** One instance with two interfaces in one VPC and one in another. */
export function newWorld(): World {
  return {
    instance: { InstanceId: instance, State: { Name: "running" } },
    interfaces: {
      "eni-1": { vpc: "vpc-1", groups: ["sg-web", "sg-ssh"], instance },
      "eni-2": { vpc: "vpc-1", groups: ["sg-web"], instance },
      "eni-3": { vpc: "vpc-2", groups: ["sg-db"], instance },
      "eni-9": { vpc: "vpc-1", groups: ["sg-web"], instance: "i-0000000000000000f" },
    },
    groups: {
      "sg-web": group("sg-web", "web", "vpc-1"),
      "sg-ssh": group("sg-ssh", "ssh", "vpc-1"),
      "sg-db": group("sg-db", "db", "vpc-2"),
    },
    calls: [],
  };
}

/** Firebreak's groups, as an earlier case left them. */
export function withGroups(world: World): World {
  for (const vpc of ["vpc-1", "vpc-2"]) {
    world.groups[`sg-q-${vpc}`] = group(`sg-q-${vpc}`, "fb-quarantine", vpc);
    world.groups[`sg-u-${vpc}`] = untracked(`sg-u-${vpc}`, vpc);
  }
  return world;
}

/** Makes every EC2 client answer from a world. */
export function serve(world: World) {
  const mock = mocked(EC2Client);
  const on = (name: string) => world.calls.push(name);
  mock.on(DescribeInstancesCommand).callsFake(async () => {
    on("DescribeInstances");
    if (!world.instance) throw awsError("InvalidInstanceID.NotFound");
    return { Reservations: [{ Instances: [world.instance] }] };
  });
  mock.on(DescribeNetworkInterfacesCommand).callsFake(async ({ Filters }) => {
    on("DescribeNetworkInterfaces");
    const { Name, Values } = Filters[0] as { Name: string; Values: string[] };
    const found = Object.entries(world.interfaces).filter(([id, one]) => {
      if (Name === "attachment.instance-id") return Values.includes(one.instance);
      if (Name === "group-id") return one.groups.some((sg) => Values.includes(sg));
      return Values.includes(id);
    });
    return {
      NetworkInterfaces: found.map(([id, one]) => ({
        NetworkInterfaceId: id,
        VpcId: one.vpc,
        Groups: one.groups.map((GroupId) => ({ GroupId })),
        Attachment: { InstanceId: one.instance },
      })),
    };
  });
  mock.on(DescribeSecurityGroupsCommand).callsFake(async ({ Filters }) => {
    on("DescribeSecurityGroups");
    const { Name, Values } = Filters[0] as { Name: string; Values: string[] };
    const key = Name === "group-name" ? "GroupName" : "GroupId";
    return { SecurityGroups: Object.values(world.groups).filter((one) => Values.includes(one[key] ?? "")) };
  });
  mock.on(ModifyNetworkInterfaceAttributeCommand).callsFake(async ({ NetworkInterfaceId, Groups }) => {
    on(`Modify ${NetworkInterfaceId} ${Groups.join()}`);
    (world.interfaces[NetworkInterfaceId] as Interface).groups = Groups;
    return {};
  });
  mock.on(CreateSecurityGroupCommand).callsFake(async ({ GroupName, VpcId }) => {
    on(`Create ${GroupName} ${VpcId}`);
    const id = `sg-new-${Object.keys(world.groups).length}`;
    world.groups[id] = group(id, GroupName, VpcId, { IpPermissionsEgress: open });
    return { GroupId: id };
  });
  rules(world, mock);
  return mock;
}

function rules(world: World, mock: ReturnType<typeof mocked>) {
  type Side = "IpPermissions" | "IpPermissionsEgress";
  const change = (side: Side, edit: (now: IpPermission[], asked: IpPermission[]) => IpPermission[]) => {
    return async ({ GroupId, IpPermissions }: { GroupId: string; IpPermissions: IpPermission[] }) => {
      const group = world.groups[GroupId] as SecurityGroup;
      group[side] = edit(group[side] ?? [], IpPermissions);
      return {};
    };
  };
  mock.on(RevokeSecurityGroupIngressCommand).callsFake(change("IpPermissions", () => []));
  mock.on(RevokeSecurityGroupEgressCommand).callsFake(change("IpPermissionsEgress", () => []));
  mock.on(AuthorizeSecurityGroupIngressCommand).callsFake(change("IpPermissions", (now, asked) => [...now, ...asked]));
  mock
    .on(AuthorizeSecurityGroupEgressCommand)
    .callsFake(change("IpPermissionsEgress", (now, asked) => [...now, ...asked]));
}
