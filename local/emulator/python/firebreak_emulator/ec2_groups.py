"""Security groups, where ministack is laxer than EC2: duplicate and missing rules, groups in use, filters."""

from ministack.services import ec2

from . import ec2_connections

FAMILIES = ("IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs")


def install() -> None:
    actions = ec2._ACTION_MAP
    ec2._parse_ip_permissions = _one_rule_a_range(ec2._parse_ip_permissions)
    ec2._sg_xml = _grouped(ec2._sg_xml)
    for direction, key in (("Ingress", "IpPermissions"), ("Egress", "IpPermissionsEgress")):
        authorize, revoke = f"AuthorizeSecurityGroup{direction}", f"RevokeSecurityGroup{direction}"
        actions[authorize] = _authorize(actions[authorize], key)
        actions[revoke] = _revoke(actions[revoke], key)
    actions["CreateSecurityGroup"] = _create(actions["CreateSecurityGroup"])
    actions["DeleteSecurityGroup"] = _delete(actions["DeleteSecurityGroup"])
    actions["DescribeSecurityGroups"] = _describe(actions["DescribeSecurityGroups"])


def _one_rule_a_range(parse):
    """EC2 keeps each range of a permission as a rule of its own, with its own id."""

    def parsed(params, prefix):
        rules = []
        for permission in parse(params, prefix):
            base = {k: v for k, v in permission.items() if k not in FAMILIES}
            empty = {family: [] for family in FAMILIES}
            split = [{**base, **empty, family: [entry]} for family in FAMILIES for entry in permission.get(family, [])]
            rules += split or [permission]
        return rules

    return parsed


def _grouped(render):
    """EC2 shows rules of the same protocol and ports as one permission."""

    def merged(rules):
        shown: dict[tuple, dict] = {}
        for rule in rules:
            key = (rule["IpProtocol"], rule.get("FromPort"), rule.get("ToPort"))
            into = shown.setdefault(key, {**rule, **{family: [] for family in FAMILIES}})
            for family in FAMILIES:
                into[family] += rule.get(family, [])
        return list(shown.values())

    def rendered(group):
        return render({**group, "IpPermissions": merged(group["IpPermissions"]),
                       "IpPermissionsEgress": merged(group["IpPermissionsEgress"])})

    return rendered


def _named(p):
    group_id = ec2._p(p, "GroupId")
    group = ec2._security_groups.get(group_id)
    if group is None:
        return None, ec2._error("InvalidGroup.NotFound", f"The security group '{group_id}' does not exist", 400)
    return group, None


def _words(rule: dict) -> str:
    peers = [e.get("CidrIp") or e.get("CidrIpv6") or e.get("GroupId") or e.get("PrefixListId")
             for family in FAMILIES for e in rule.get(family, [])]
    return f"peer: {', '.join(map(str, peers))}, {rule['IpProtocol']}, from port: {rule.get('FromPort', -1)}, " \
           f"to port: {rule.get('ToPort', -1)}"


def _authorize(operation, key: str):
    def authorize(p):
        group, problem = _named(p)
        if problem:
            return problem
        for rule in ec2._parse_ip_permissions(p, "IpPermissions"):
            if any(ec2._rules_match(rule, present) for present in group[key]):
                return ec2._error("InvalidPermission.Duplicate",
                                  f'the specified rule "{_words(rule)}, ALLOW" already exists', 400)
            for pair in rule.get("UserIdGroupPairs", []):
                if pair.get("GroupId") and pair["GroupId"] not in ec2._security_groups:
                    return ec2._error("InvalidGroup.NotFound",
                                      f"The security group '{pair['GroupId']}' does not exist", 400)
        return _settled(operation(p))

    return authorize


def _revoke(operation, key: str):
    def revoke(p):
        group, problem = _named(p)
        if problem:
            return problem
        for rule in ec2._parse_ip_permissions(p, "IpPermissions"):
            if not any(ec2._rules_match(rule, present) for present in group[key]):
                return ec2._error("InvalidPermission.NotFound",
                                  "The specified rule does not exist in this security group.", 400)
        return _settled(operation(p))

    return revoke


def _settled(answer):
    ec2_connections.settle()
    return answer


def _create(operation):
    def create(p):
        vpc_id = ec2._p(p, "VpcId")
        if vpc_id and vpc_id not in ec2._vpcs:
            return ec2._error("InvalidVpcID.NotFound", f"The vpc ID '{vpc_id}' does not exist", 400)
        if not ec2._p(p, "GroupDescription"):
            return ec2._error("MissingParameter", "The request must contain the parameter GroupDescription", 400)
        return operation(p)

    return create


def _delete(operation):
    def delete(p):
        group_id = ec2._p(p, "GroupId")
        used = any(group_id in [g["GroupId"] for g in i["Groups"]] for i in ec2._network_interfaces.values())
        named = any(pair.get("GroupId") == group_id
                    for other in ec2._security_groups.values() if other["GroupId"] != group_id
                    for rule in [*other["IpPermissions"], *other["IpPermissionsEgress"]]
                    for pair in rule.get("UserIdGroupPairs", []))
        if used or named:
            return ec2._error("DependencyViolation", f"resource {group_id} has a dependent object", 400)
        return operation(p)

    return delete


_FILTERS = {
    "group-id": lambda g: [g["GroupId"]],
    "owner-id": lambda g: [g["OwnerId"]],
    "description": lambda g: [g["Description"]],
    "ip-permission.cidr": lambda g: [r["CidrIp"] for p in g["IpPermissions"] for r in p["IpRanges"]],
    "ip-permission.group-id": lambda g: [u.get("GroupId") for p in g["IpPermissions"] for u in p["UserIdGroupPairs"]],
}


def _describe(operation):
    """ministack ignores filters it does not know; the ids of the groups that match are passed on instead."""

    def describe(p):
        filters = {n: v for n, v in ec2._parse_filters(p).items() if n in _FILTERS}
        if not filters:
            return operation(p)
        wanted = ec2._parse_member_list(p, "GroupId")
        found = [g["GroupId"] for g in ec2._security_groups.values()
                 if all(set(values) & set(_FILTERS[name](g)) for name, values in filters.items())
                 and (not wanted or g["GroupId"] in wanted)]
        if not found:
            return ec2._xml(200, "DescribeSecurityGroupsResponse", "<securityGroupInfo/>")
        kept = {k: v for k, v in p.items() if not k.startswith("GroupId.")}
        return operation({**kept, **{f"GroupId.{n}": [g] for n, g in enumerate(found, 1)}})

    return describe
