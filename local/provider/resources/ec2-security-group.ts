import { EC2, type IpPermission } from "@aws-sdk/client-ec2";
import type { SecurityGroupArgs, SecurityGroupState } from "@pulumi/aws/ec2/securityGroup";
import type { Unwrap } from "@pulumi/pulumi";
import type { Aws } from "../instance/aws";
import { unlessGone } from "../support/errors";
import { isDeepStrictEqual } from "node:util";
import { defineResource } from "./definition";
import { ec2Tagging, tagSpecification } from "./ec2-tags";
import { tagMap } from "./values";

const gone = ["InvalidGroup.NotFound", "InvalidGroupId.Malformed"] as const;
type Rule = NonNullable<Unwrap<SecurityGroupArgs>["ingress"]>[number];

/** `aws.ec2.SecurityGroup`, with its rules inline. */
export const securityGroup = defineResource<SecurityGroupArgs, SecurityGroupState>({
  token: "aws:ec2/securityGroup:SecurityGroup",
  name: { maxLength: 255 },
  properties: {
    name: { replace: true, maxLength: 255 },
    namePrefix: { replace: true, maxLength: 100 },
    vpcId: { replace: true },
    description: { replace: true, default: "Managed by Pulumi", minLength: 1, maxLength: 255 },
    revokeRulesOnDelete: { default: false, writeOnly: true },
    ingress: { set: true },
    egress: { set: true },
    "ingress.fromPort": { min: -1, max: 65_535 },
    "ingress.toPort": { min: -1, max: 65_535 },
    "egress.fromPort": { min: -1, max: 65_535 },
    "egress.toPort": { min: -1, max: 65_535 },
  },
  conflicts: [["name", "namePrefix"]],
  tagging: ec2Tagging,
  check: ({ name }) =>
    name?.startsWith("sg-")
      ? [{ property: "name", reason: `invalid value for name (cannot begin with sg-): ${name}` }]
      : [],
  async create(aws, { name, description, vpcId, tags }) {
    const { GroupId: id = "" } = await aws.client(EC2).createSecurityGroup({
      GroupName: name,
      Description: description,
      VpcId: vpcId,
      TagSpecifications: tagSpecification("security-group", tags),
    });
    return id;
  },
  /** From what is there, which includes AWS's rule that lets everything out: egress is what the program says. */
  async settle(aws, id, { ingress, egress }) {
    const { SecurityGroups: groups } = await aws.client(EC2).describeSecurityGroups({ GroupIds: [id] });
    const rules = (permissions: IpPermission[] | undefined) => permissions?.map((one) => ruleState(one, id)) ?? [];
    await setRules(aws, id, "ingress", rules(groups?.[0]?.IpPermissions), ingress ?? []);
    await setRules(aws, id, "egress", rules(groups?.[0]?.IpPermissionsEgress), egress ?? []);
  },
  async read(aws, id) {
    const answer = aws.client(EC2).describeSecurityGroups({ GroupIds: [id] });
    const found = (await unlessGone(answer, ...gone))?.SecurityGroups?.[0];
    if (!found) return undefined;
    return {
      arn: found.SecurityGroupArn ?? aws.arn("ec2", `security-group/${id}`),
      name: found.GroupName,
      description: found.Description,
      vpcId: found.VpcId,
      ownerId: found.OwnerId,
      ingress: (found.IpPermissions ?? []).map((permission) => ruleState(permission, id)),
      egress: (found.IpPermissionsEgress ?? []).map((permission) => ruleState(permission, id)),
      tags: tagMap(found.Tags),
    };
  },
  async update(aws, id, { news, olds, changed }) {
    if (changed("ingress")) await setRules(aws, id, "ingress", olds.ingress ?? [], news.ingress ?? []);
    if (changed("egress")) await setRules(aws, id, "egress", olds.egress ?? [], news.egress ?? []);
  },
  async delete(aws, id, state) {
    if (state["revokeRulesOnDelete"] === true) {
      await setRules(aws, id, "ingress", (state["ingress"] as Rule[] | undefined) ?? [], []);
      await setRules(aws, id, "egress", (state["egress"] as Rule[] | undefined) ?? [], []);
    }
    await unlessGone(aws.client(EC2).deleteSecurityGroup({ GroupId: id }), ...gone);
  },
});

/** Authorises what is new before it revokes what is gone, so that nothing wanted is cut in between. */
async function setRules(
  aws: Aws,
  id: string,
  direction: "ingress" | "egress",
  before: readonly Rule[],
  after: readonly Rule[],
): Promise<void> {
  const ec2 = aws.client(EC2);
  const [old, wanted] = [before.map((rule) => permissionOf(rule, id)), after.map((rule) => permissionOf(rule, id))];
  const missing = (from: IpPermission[], others: IpPermission[]) =>
    from.filter((permission) => !others.some((other) => isDeepStrictEqual(other, permission)));
  const [added, removed] = [missing(wanted, old), missing(old, wanted)];
  if (added.length > 0) {
    const rules = { GroupId: id, IpPermissions: added };
    await (direction === "ingress"
      ? ec2.authorizeSecurityGroupIngress(rules)
      : ec2.authorizeSecurityGroupEgress(rules));
  }
  if (removed.length > 0) {
    const rules = { GroupId: id, IpPermissions: removed };
    await unlessGone<unknown>(
      direction === "ingress" ? ec2.revokeSecurityGroupIngress(rules) : ec2.revokeSecurityGroupEgress(rules),
      "InvalidPermission.NotFound",
    );
  }
}

function permissionOf(rule: Rule, self: string): IpPermission {
  const Description = rule.description || undefined;
  const groups = [...(rule.securityGroups ?? []), ...(rule.self ? [self] : [])];
  const all = rule.protocol === "-1" || rule.protocol.toLowerCase() === "all";
  return {
    IpProtocol: all ? "-1" : rule.protocol.toLowerCase(),
    ...(all ? {} : { FromPort: rule.fromPort, ToPort: rule.toPort }),
    IpRanges: rule.cidrBlocks?.map((CidrIp) => ({ CidrIp, Description })),
    Ipv6Ranges: rule.ipv6CidrBlocks?.map((CidrIpv6) => ({ CidrIpv6, Description })),
    PrefixListIds: rule.prefixListIds?.map((PrefixListId) => ({ PrefixListId, Description })),
    UserIdGroupPairs: groups.length > 0 ? groups.map((GroupId) => ({ GroupId, Description })) : undefined,
  };
}

function ruleState(permission: IpPermission, self: string): Rule {
  const groups = (permission.UserIdGroupPairs ?? []).flatMap(({ GroupId }) => (GroupId ? [GroupId] : []));
  const described = [
    ...(permission.IpRanges ?? []),
    ...(permission.Ipv6Ranges ?? []),
    ...(permission.PrefixListIds ?? []),
    ...(permission.UserIdGroupPairs ?? []),
  ];
  const list = (values: (string | undefined)[] | undefined) => {
    const given = (values ?? []).filter((value): value is string => Boolean(value));
    return given.length > 0 ? given : undefined;
  };
  const rule: Rule = {
    protocol: permission.IpProtocol ?? "-1",
    fromPort: permission.FromPort ?? 0,
    toPort: permission.ToPort ?? 0,
    description: described.find(({ Description }) => Description)?.Description,
    cidrBlocks: list(permission.IpRanges?.map(({ CidrIp }) => CidrIp)),
    ipv6CidrBlocks: list(permission.Ipv6Ranges?.map(({ CidrIpv6 }) => CidrIpv6)),
    prefixListIds: list(permission.PrefixListIds?.map(({ PrefixListId }) => PrefixListId)),
    securityGroups: list(groups.filter((group) => group !== self)),
    self: groups.includes(self) ? true : undefined,
  };
  return rule;
}
