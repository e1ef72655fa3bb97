"""Network interfaces of instances: real ones, each with groups and subnet of its own, that every call agrees on.

On AWS an instance is its primary interface and any number of further ones, each with its own groups; ministack keeps
one list of groups on the instance and interfaces apart from it.
"""

import random

from ministack.core.responses import get_account_id
from ministack.services import ec2

from . import ec2_connections


def install() -> None:
    ec2._instance_xml = _with_interfaces(ec2._instance_xml)
    ec2._ACTION_MAP.update(
        CreateNetworkInterface=_create,
        DescribeNetworkInterfaces=_describe,
        DescribeNetworkInterfaceAttribute=_describe_attribute,
        ModifyNetworkInterfaceAttribute=_modify,
        AttachNetworkInterface=_attach,
        DetachNetworkInterface=_detach,
        DeleteNetworkInterface=_delete,
    )


def of_instance(instance_id: str) -> list[dict]:
    """Interfaces attached to an instance, primary first."""
    attached = [i for i in ec2._network_interfaces.values()
                if (i.get("Attachment") or {}).get("InstanceId") == instance_id]
    return sorted(attached, key=lambda i: i["Attachment"]["DeviceIndex"])


def group_list(group_ids: list[str]) -> list[dict]:
    return [{"GroupId": g, "GroupName": ec2._security_groups[g]["GroupName"]} for g in group_ids]


def groups_problem(group_ids: list[str], vpc_id: str):
    """The error for groups that do not exist, or that belong to another VPC; None where they will do."""
    for group_id in group_ids:
        group = ec2._security_groups.get(group_id)
        if group is None:
            return ec2._error("InvalidGroup.NotFound", f"The security group '{group_id}' does not exist", 400)
        if group["VpcId"] != vpc_id:
            return ec2._error("InvalidGroup.NotFound",
                              f"The security group '{group_id}' does not exist in VPC '{vpc_id}'", 400)
    return None


def make(subnet_id: str, group_ids: list[str], description: str = "", private_ip: str = "") -> dict:
    """A new interface, not attached to anything."""
    subnet = ec2._subnets[subnet_id]
    interface = {
        "NetworkInterfaceId": f"eni-{random.getrandbits(68):017x}", "SubnetId": subnet_id, "VpcId": subnet["VpcId"],
        "AvailabilityZone": subnet["AvailabilityZone"], "Description": description, "OwnerId": get_account_id(),
        "Status": "available", "PrivateIpAddress": private_ip or _address_in(subnet["CidrBlock"]),
        "InterfaceType": "interface", "SourceDestCheck": True,
        "MacAddress": "02:" + ":".join(f"{random.randrange(256):02x}" for _ in range(5)),
        "Groups": group_list(group_ids), "Attachment": None,
    }
    ec2._network_interfaces[interface["NetworkInterfaceId"]] = interface
    return interface


def _address_in(cidr: str) -> str:
    base = cidr.split("/")[0].split(".")
    taken = {i["PrivateIpAddress"] for i in ec2._network_interfaces.values()}
    while True:
        address = ".".join([*base[:3], str(random.randrange(4, 255))])
        if address not in taken:
            return address


def attach(interface: dict, instance_id: str, index: int, delete_on_termination: bool) -> str:
    """Attach an interface; returns the attachment's id."""
    attachment_id = f"eni-attach-{random.getrandbits(68):017x}"
    interface["Status"] = "in-use"
    interface["Attachment"] = {
        "AttachmentId": attachment_id, "InstanceId": instance_id, "DeviceIndex": index, "Status": "attached",
        "AttachTime": ec2._now_ts(), "DeleteOnTermination": delete_on_termination,
    }
    return attachment_id


def set_groups(interface: dict, group_ids: list[str]) -> None:
    """Replace the groups, and let open connections feel it."""
    interface["Groups"] = group_list(group_ids)
    attachment = interface.get("Attachment") or {}
    instance = ec2._instances.get(attachment.get("InstanceId", ""))
    if instance and attachment["DeviceIndex"] == 0:
        instance["SecurityGroups"] = interface["Groups"]
    ec2_connections.settle()


def release(instance_id: str) -> None:
    """An instance ended: its interfaces go with it, or are free again."""
    for interface in of_instance(instance_id):
        ends = interface["Attachment"]["DeleteOnTermination"]
        interface.update(Status="available", Attachment=None)
        if ends:
            ec2._network_interfaces.pop(interface["NetworkInterfaceId"])


def _xml_of(interface: dict, tag: str = "item") -> str:
    text = ec2._eni_fields_xml(interface, tag)
    attachment = interface.get("Attachment")
    if not attachment:
        return text
    more = (f"<deleteOnTermination>{str(attachment['DeleteOnTermination']).lower()}</deleteOnTermination>"
            f"<instanceOwnerId>{interface['OwnerId']}</instanceOwnerId></attachment>")
    return text.replace("</attachment>", more, 1)


def _with_interfaces(render):
    def rendered(instance):
        items = "".join(_xml_of(i) for i in of_instance(instance["InstanceId"]))
        options = instance.get("MetadataOptions") or {"HttpTokens": "optional", "HttpPutResponseHopLimit": 1}
        extra = (f"<networkInterfaceSet>{items}</networkInterfaceSet><metadataOptions><state>applied</state>"
                 f"<httpTokens>{options['HttpTokens']}</httpTokens><httpEndpoint>enabled</httpEndpoint>"
                 f"<httpPutResponseHopLimit>{options['HttpPutResponseHopLimit']}</httpPutResponseHopLimit>"
                 "</metadataOptions><ebsOptimized>false</ebsOptimized>"
                 "<platformDetails>Linux/UNIX</platformDetails>")
        return render(instance).removesuffix("</item>") + extra + "</item>"

    return rendered


def _missing(interface_id: str):
    return ec2._error("InvalidNetworkInterfaceID.NotFound",
                      f"The networkInterface ID '{interface_id}' does not exist", 400)


def _create(p):
    subnet_id = ec2._p(p, "SubnetId")
    if subnet_id not in ec2._subnets:
        return ec2._error("InvalidSubnetID.NotFound", f"The subnet ID '{subnet_id}' does not exist", 400)
    vpc_id = ec2._subnets[subnet_id]["VpcId"]
    group_ids = ec2._parse_member_list(p, "SecurityGroupId") or default_groups(vpc_id)
    problem = groups_problem(group_ids, vpc_id)
    if problem:
        return problem
    made = make(subnet_id, group_ids, ec2._p(p, "Description"), ec2._p(p, "PrivateIpAddress"))
    ec2._parse_tag_specs(p, "network-interface", made["NetworkInterfaceId"])
    return ec2._xml(200, "CreateNetworkInterfaceResponse", _xml_of(made, "networkInterface"))


def default_groups(vpc_id: str) -> list[str]:
    """The VPC's group called `default`, as a list."""
    return [g["GroupId"] for g in ec2._security_groups.values() if g["VpcId"] == vpc_id and g["GroupName"] == "default"]


_FILTERS = {
    "network-interface-id": lambda i: [i["NetworkInterfaceId"]],
    "attachment.instance-id": lambda i: [(i.get("Attachment") or {}).get("InstanceId", "")],
    "attachment.device-index": lambda i: [str((i.get("Attachment") or {}).get("DeviceIndex", ""))],
    "attachment.attachment-id": lambda i: [(i.get("Attachment") or {}).get("AttachmentId", "")],
    "group-id": lambda i: [g["GroupId"] for g in i["Groups"]],
    "subnet-id": lambda i: [i["SubnetId"]],
    "vpc-id": lambda i: [i["VpcId"]],
    "status": lambda i: [i["Status"]],
    "private-ip-address": lambda i: [i["PrivateIpAddress"]],
    "addresses.private-ip-address": lambda i: [i["PrivateIpAddress"]],
}


def _describe(p):
    wanted = ec2._parse_member_list(p, "NetworkInterfaceId")
    for interface_id in wanted:
        if interface_id not in ec2._network_interfaces:
            return _missing(interface_id)
    filters = ec2._parse_filters(p)
    unknown = [f for f in filters if f not in _FILTERS and not f.startswith("tag")]
    if unknown:
        return ec2._error("InvalidParameterValue", f"The filter '{unknown[0]}' is invalid", 400)
    found = [
        i for i in ec2._network_interfaces.values()
        if (not wanted or i["NetworkInterfaceId"] in wanted)
        and ec2._resource_matches_tag_filters(i["NetworkInterfaceId"], filters)
        and all(set(values) & set(_FILTERS[name](i)) for name, values in filters.items() if name in _FILTERS)
    ]
    items = "".join(_xml_of(i) for i in found)
    return ec2._xml(200, "DescribeNetworkInterfacesResponse", f"<networkInterfaceSet>{items}</networkInterfaceSet>")


def _describe_attribute(p):
    interface = ec2._network_interfaces.get(ec2._p(p, "NetworkInterfaceId"))
    if interface is None:
        return _missing(ec2._p(p, "NetworkInterfaceId"))
    groups = "".join(f"<item><groupId>{g['GroupId']}</groupId><groupName>{g['GroupName']}</groupName></item>"
                     for g in interface["Groups"])
    values = {
        "groupSet": f"<groupSet>{groups}</groupSet>",
        "description": f"<description><value>{ec2._esc(interface['Description'])}</value></description>",
        "sourceDestCheck":
            f"<sourceDestCheck><value>{str(interface['SourceDestCheck']).lower()}</value></sourceDestCheck>",
    }
    attribute = ec2._p(p, "Attribute")
    return ec2._xml(200, "DescribeNetworkInterfaceAttributeResponse",
                    f"<networkInterfaceId>{interface['NetworkInterfaceId']}</networkInterfaceId>"
                    + values.get(attribute, ""))


def _modify(p):
    interface = ec2._network_interfaces.get(ec2._p(p, "NetworkInterfaceId"))
    if interface is None:
        return _missing(ec2._p(p, "NetworkInterfaceId"))
    group_ids = ec2._parse_member_list(p, "SecurityGroupId")
    if group_ids:
        problem = groups_problem(group_ids, interface["VpcId"])
        if problem:
            return problem
        set_groups(interface, group_ids)
    if ec2._p(p, "Description.Value"):
        interface["Description"] = ec2._p(p, "Description.Value")
    if ec2._p(p, "SourceDestCheck.Value"):
        interface["SourceDestCheck"] = ec2._p(p, "SourceDestCheck.Value") == "true"
    if ec2._p(p, "Attachment.DeleteOnTermination") and interface.get("Attachment"):
        interface["Attachment"]["DeleteOnTermination"] = ec2._p(p, "Attachment.DeleteOnTermination") == "true"
    return ec2._xml(200, "ModifyNetworkInterfaceAttributeResponse", "<return>true</return>")


def _attach(p):
    interface = ec2._network_interfaces.get(ec2._p(p, "NetworkInterfaceId"))
    if interface is None:
        return _missing(ec2._p(p, "NetworkInterfaceId"))
    instance_id, index = ec2._p(p, "InstanceId"), int(ec2._p(p, "DeviceIndex") or 1)
    if instance_id not in ec2._instances:
        return ec2._error("InvalidInstanceID.NotFound", f"The instance ID '{instance_id}' does not exist", 400)
    if interface["Attachment"]:
        return ec2._error("InvalidNetworkInterface.InUse",
                          f"Interface: [{interface['NetworkInterfaceId']}] in use.", 400)
    if index in [i["Attachment"]["DeviceIndex"] for i in of_instance(instance_id)]:
        return ec2._error("InvalidParameterValue",
                          f"Instance '{instance_id}' already has an interface attached at device index '{index}'.", 400)
    attachment_id = attach(interface, instance_id, index, delete_on_termination=False)
    return ec2._xml(200, "AttachNetworkInterfaceResponse", f"<attachmentId>{attachment_id}</attachmentId>")


def _detach(p):
    attachment_id = ec2._p(p, "AttachmentId")
    for interface in ec2._network_interfaces.values():
        attachment = interface.get("Attachment") or {}
        if attachment.get("AttachmentId") != attachment_id:
            continue
        if attachment["DeviceIndex"] == 0:
            return ec2._error("OperationNotPermitted",
                              "The network interface at device index 0 cannot be detached.", 400)
        interface.update(Status="available", Attachment=None)
        return ec2._xml(200, "DetachNetworkInterfaceResponse", "<return>true</return>")
    return ec2._error("InvalidAttachmentID.NotFound", f"The attachment '{attachment_id}' does not exist", 400)


def _delete(p):
    interface = ec2._network_interfaces.get(ec2._p(p, "NetworkInterfaceId"))
    if interface is None:
        return _missing(ec2._p(p, "NetworkInterfaceId"))
    if interface["Attachment"]:
        return ec2._error("InvalidParameterValue",
                          f"Network interface '{interface['NetworkInterfaceId']}' is currently in use.", 400)
    ec2._network_interfaces.pop(interface["NetworkInterfaceId"])
    return ec2._xml(200, "DeleteNetworkInterfaceResponse", "<return>true</return>")
