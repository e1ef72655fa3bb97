"""On which resources EC2 checks an action: `*` for most Describe calls, several ARNs for calls that touch several things.

ministack takes the first id it finds among the parameters, so that a statement limited to an instance would allow
DescribeInstances here (AWS refuses it), and one limited to it would not allow ReplaceIamInstanceProfileAssociation
(AWS allows it). https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
"""

from ministack.core import iam_actions
from ministack.services import ec2

# Describe calls that do have a resource.
DESCRIBED = {"DescribeInstanceAttribute": ("InstanceId", "instance"),
             "DescribeSnapshotAttribute": ("SnapshotId", "snapshot"),
             "DescribeVolumeAttribute": ("VolumeId", "volume")}
PREFIXES = {"i": "instance", "sg": "security-group", "snap": "snapshot", "vol": "volume", "eni": "network-interface",
            "subnet": "subnet", "vpc": "vpc", "ami": "image", "acl": "network-acl", "sgr": "security-group-rule"}


def install() -> None:
    single, several = iam_actions.extract_resource_arn, iam_actions.verified_access_resource_arns

    def extract(service, method, path, headers, body, query_params, region, account_id):
        if service == "ec2":
            arns = resource_arns(query_params, region, account_id)
            if arns:
                return arns[0]
        return single(service, method, path, headers, body, query_params, region, account_id)

    def extract_several(query_params, region, account_id):
        return resource_arns(query_params, region, account_id) or several(query_params, region, account_id)

    iam_actions.extract_resource_arn = extract
    # The dispatcher checks every further ARN that this function gives for an EC2 call.
    iam_actions.verified_access_resource_arns = extract_several


def resource_arns(p: dict, region: str, account: str) -> list[str]:
    """ARNs that the call is checked on; empty where ministack's own choice is right."""
    action = ec2._p(p, "Action")
    if action.startswith("Describe") and action not in DESCRIBED and "VerifiedAccess" not in action:
        return ["*"]
    if action in DESCRIBED:
        field, kind = DESCRIBED[action]
        return [_arn(kind, ec2._p(p, field), region, account)]
    resources = _RESOURCES.get(action)
    return [_arn(kind, name, region, account) for kind, name in resources(p) if name] if resources else []


def _arn(kind: str, name: str, region: str, account: str) -> str:
    owner = "" if kind in ("snapshot", "image") else account
    return f"arn:aws:ec2:{region}:{owner}:{kind}/{name}"


def _listed(p, field: str, kind: str) -> list[tuple[str, str]]:
    return [(kind, name) for name in ec2._parse_member_list(p, field)]


def _instances(p):
    return _listed(p, "InstanceId", "instance") or [("instance", ec2._p(p, "InstanceId"))]


def _association(p):
    found = ec2._iam_instance_profile_associations.get(ec2._p(p, "AssociationId")) or {}
    return [("instance", found.get("InstanceId", "*"))]


def _launch(p):
    interfaces = [n for n in range(1, 16) if ec2._p(p, f"NetworkInterface.{n}.DeviceIndex")]
    found = [("instance", "*"), ("image", ec2._p(p, "ImageId")), ("volume", "*"), ("network-interface", "*"),
             ("subnet", ec2._p(p, "SubnetId")), ("key-pair", ec2._p(p, "KeyName")),
             *_listed(p, "SecurityGroupId", "security-group")]
    for n in interfaces:
        found += [("subnet", ec2._p(p, f"NetworkInterface.{n}.SubnetId")),
                  *_listed(p, f"NetworkInterface.{n}.SecurityGroupId", "security-group")]
    return list(dict.fromkeys(found))


def _snapshots_of(p):
    instance = ec2._p(p, "InstanceSpecification.InstanceId")
    volumes = [v["VolumeId"] for v in ec2._volumes.values() if any(a["InstanceId"] == instance
                                                                  for a in v["Attachments"])]
    return [("instance", instance), ("snapshot", "*"), *[("volume", v) for v in volumes]]


def _tagged(p):
    return [(PREFIXES.get(name.split("-")[0], name.split("-")[0]), name)
            for name in ec2._parse_member_list(p, "ResourceId")]


def _interface_change(p):
    return [("network-interface", ec2._p(p, "NetworkInterfaceId")), *_listed(p, "SecurityGroupId", "security-group")]


def _detachment(p):
    attachment = ec2._p(p, "AttachmentId")
    for interface in ec2._network_interfaces.values():
        attached = interface.get("Attachment") or {}
        if attached.get("AttachmentId") == attachment:
            return [("instance", attached["InstanceId"]), ("network-interface", interface["NetworkInterfaceId"])]
    return [("network-interface", "*")]


def _group(p):
    return [("security-group", ec2._p(p, "GroupId") or "*")]


_RESOURCES = {
    "RunInstances": _launch,
    "TerminateInstances": _instances,
    "StopInstances": _instances,
    "StartInstances": _instances,
    "RebootInstances": _instances,
    "ModifyInstanceAttribute": lambda p: [("instance", ec2._p(p, "InstanceId")),
                                          *_listed(p, "GroupId", "security-group")],
    "GetConsoleOutput": _instances,
    "GetConsoleScreenshot": _instances,
    "AssociateIamInstanceProfile": _instances,
    "DisassociateIamInstanceProfile": _association,
    "ReplaceIamInstanceProfileAssociation": _association,
    "ModifyNetworkInterfaceAttribute": _interface_change,
    "CreateNetworkInterface": lambda p: [("network-interface", "*"), ("subnet", ec2._p(p, "SubnetId")),
                                         *_listed(p, "SecurityGroupId", "security-group")],
    "AttachNetworkInterface": lambda p: [("instance", ec2._p(p, "InstanceId")),
                                         ("network-interface", ec2._p(p, "NetworkInterfaceId"))],
    "DetachNetworkInterface": _detachment,
    "CreateSecurityGroup": lambda p: [("security-group", "*"), ("vpc", ec2._p(p, "VpcId"))],
    "DeleteSecurityGroup": _group,
    "AuthorizeSecurityGroupIngress": _group,
    "AuthorizeSecurityGroupEgress": _group,
    "RevokeSecurityGroupIngress": _group,
    "RevokeSecurityGroupEgress": _group,
    "CreateSnapshot": lambda p: [("volume", ec2._p(p, "VolumeId")), ("snapshot", "*")],
    "CreateSnapshots": _snapshots_of,
    "CopySnapshot": lambda p: [("snapshot", "*")],
    "ModifySnapshotAttribute": lambda p: [("snapshot", ec2._p(p, "SnapshotId"))],
    "DeleteSnapshot": lambda p: [("snapshot", ec2._p(p, "SnapshotId"))],
    "CreateTags": _tagged,
    "DeleteTags": _tagged,
}
