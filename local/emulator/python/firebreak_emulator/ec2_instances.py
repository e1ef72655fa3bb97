"""Instances: launched with the interfaces and volumes the request asks for, and with attributes that count."""

import contextvars

from ministack.services import ec2

from . import ec2_interfaces

_request: contextvars.ContextVar[dict] = contextvars.ContextVar("firebreak_run_instances", default={})
SETTINGS = ("DisableApiTermination", "DisableApiStop", "InstanceInitiatedShutdownBehavior", "EbsOptimized", "UserData")


def install() -> None:
    ec2._launch_instances_internal = _with_devices(ec2._launch_instances_internal)
    ec2._ACTION_MAP.update(
        RunInstances=_run(ec2._ACTION_MAP["RunInstances"]),
        TerminateInstances=_terminate(ec2._ACTION_MAP["TerminateInstances"]),
        ModifyInstanceAttribute=_modify,
        ModifyInstanceMetadataOptions=_modify_metadata_options,
        DescribeInstanceAttribute=_describe(ec2._ACTION_MAP["DescribeInstanceAttribute"]),
        AttachVolume=_attach_volume(ec2._ACTION_MAP["AttachVolume"]),
    )
    ec2._matches_filters = _matching(ec2._matches_filters)


def missing(instance_id: str):
    """EC2's error for an id that is malformed, or that no instance has."""
    if not ec2._INSTANCE_ID_RE.match(instance_id):
        return ec2._error("InvalidInstanceID.Malformed", f'Invalid id: "{instance_id}"', 400)
    return ec2._error("InvalidInstanceID.NotFound", f"The instance ID '{instance_id}' does not exist", 400)


def _interfaces_asked(p: dict) -> list[dict]:
    asked = []
    for n in range(1, 16):
        index = ec2._p(p, f"NetworkInterface.{n}.DeviceIndex")
        if not index and not ec2._p(p, f"NetworkInterface.{n}.NetworkInterfaceId"):
            break
        field = f"NetworkInterface.{n}."
        asked.append({
            "index": int(index or n - 1), "id": ec2._p(p, field + "NetworkInterfaceId"),
            "subnet": ec2._p(p, field + "SubnetId"), "groups": ec2._parse_member_list(p, field + "SecurityGroupId"),
            "description": ec2._p(p, field + "Description"), "ip": ec2._p(p, field + "PrivateIpAddress"),
            "ends": ec2._p(p, field + "DeleteOnTermination", "true") != "false",
        })
    return sorted(asked, key=lambda a: a["index"])


def _run(operation):
    def run(p):
        asked = _interfaces_asked(p)
        if not asked:
            subnet = ec2._p(p, "SubnetId") or ec2._DEFAULT_SUBNET_ID
            asked = [{"index": 0, "id": "", "subnet": subnet, "groups": ec2._parse_member_list(p, "SecurityGroupId"),
                      "description": "", "ip": ec2._p(p, "PrivateIpAddress"), "ends": True}]
        for one in asked:
            problem = _complete(one)
            if problem:
                return problem
        _request.set({"interfaces": asked, "parameters": p})
        primary = asked[0]
        settled = {**p, "SubnetId": [primary["subnet"]]}
        settled.update({f"SecurityGroupId.{n}": [g] for n, g in enumerate(primary["groups"], 1)})
        try:
            return operation(settled)
        finally:
            _request.set({})

    return run


def _complete(asked: dict):
    """Fill in subnet and groups; the error where they, or the interface, do not exist."""
    if asked["id"]:
        interface = ec2._network_interfaces.get(asked["id"])
        if interface is None:
            return ec2._error("InvalidNetworkInterfaceID.NotFound",
                              f"The networkInterface ID '{asked['id']}' does not exist", 400)
        asked.update(subnet=interface["SubnetId"], groups=[g["GroupId"] for g in interface["Groups"]])
        return None
    asked["subnet"] = asked["subnet"] or ec2._DEFAULT_SUBNET_ID
    subnet = ec2._subnets.get(asked["subnet"])
    if subnet is None:
        return ec2._error("InvalidSubnetID.NotFound", f"The subnet ID '{asked['subnet']}' does not exist", 400)
    asked["groups"] = asked["groups"] or ec2_interfaces.default_groups(subnet["VpcId"])
    return ec2_interfaces.groups_problem(asked["groups"], subnet["VpcId"])


def _with_devices(launch):
    def launched(*arguments, **named):
        instances = launch(*arguments, **named)
        request = _request.get()
        for instance in instances:
            _add_interfaces(instance, request.get("interfaces"))
            _add_volumes(instance, request.get("parameters") or {})
            p = request.get("parameters") or {}
            instance["Settings"] = {name: ec2._p(p, name) for name in SETTINGS if ec2._p(p, name)}
            if ec2._p(p, "MetadataOptions.HttpTokens"):
                hops = ec2._p(p, "MetadataOptions.HttpPutResponseHopLimit") or "1"
                instance["MetadataOptions"] = {"HttpTokens": ec2._p(p, "MetadataOptions.HttpTokens"),
                                               "HttpPutResponseHopLimit": hops}
        return instances

    return launched


def _add_interfaces(instance: dict, asked: list[dict] | None) -> None:
    if asked is None:  # launched by auto scaling or a fleet
        groups = [g["GroupId"] for g in instance["SecurityGroups"]]
        asked = [{"index": 0, "id": "", "subnet": instance["SubnetId"], "groups": groups, "description": "",
                  "ip": "", "ends": True}]
        if _complete(asked[0]):
            asked[0].update(subnet=ec2._DEFAULT_SUBNET_ID, groups=[ec2._DEFAULT_SG_ID])
    for one in asked:
        interface = (ec2._network_interfaces[one["id"]] if one["id"] else
                     ec2_interfaces.make(one["subnet"], one["groups"], one["description"], one["ip"]))
        ec2_interfaces.attach(interface, instance["InstanceId"], one["index"], one["ends"])
    primary = ec2_interfaces.of_instance(instance["InstanceId"])[0]
    instance.update(SubnetId=primary["SubnetId"], VpcId=primary["VpcId"], SecurityGroups=primary["Groups"],
                    PrivateIpAddress=primary["PrivateIpAddress"],
                    PrivateDnsName=f"ip-{primary['PrivateIpAddress'].replace('.', '-')}.ec2.internal")


def _add_volumes(instance: dict, p: dict) -> None:
    """ministack makes one root volume whatever the request says."""
    for n in range(1, 27):
        field = f"BlockDeviceMapping.{n}."
        device = ec2._p(p, field + "DeviceName")
        if not device:
            break
        root = instance["BlockDeviceMappings"][0]
        if device == instance["RootDeviceName"]:
            volume_id = root["Ebs"]["VolumeId"]
        else:
            volume_id = ec2._new_volume_id()
            ec2._volumes[volume_id] = {**ec2._volumes[root["Ebs"]["VolumeId"]], "VolumeId": volume_id}
        ends = ec2._p(p, field + "Ebs.DeleteOnTermination", "true") != "false"
        volume = ec2._volumes[volume_id]
        volume.update(
            Size=int(ec2._p(p, field + "Ebs.VolumeSize") or 8),
            VolumeType=ec2._p(p, field + "Ebs.VolumeType") or "gp3",
            Encrypted=ec2._p(p, field + "Ebs.Encrypted") == "true", KmsKeyId=ec2._p(p, field + "Ebs.KmsKeyId"),
            Attachments=[{"VolumeId": volume_id, "InstanceId": instance["InstanceId"], "Device": device,
                          "State": "attached", "AttachTime": ec2._now_ts(), "DeleteOnTermination": ends}],
        )
        if device != instance["RootDeviceName"]:
            add_mapping(instance, device, volume_id, ends)


def add_mapping(instance: dict, device: str, volume_id: str, ends: bool) -> None:
    """Show a volume among the instance's block devices."""
    instance["BlockDeviceMappings"].append({
        "DeviceName": device,
        "Ebs": {"VolumeId": volume_id, "Status": "attached", "AttachTime": ec2._now_ts(), "DeleteOnTermination": ends},
    })


def _attach_volume(operation):
    def attach(p):
        answer = operation(p)
        if answer[0] == 200:
            instance = ec2._instances[ec2._p(p, "InstanceId")]
            add_mapping(instance, ec2._p(p, "Device") or "/dev/xvdf", ec2._p(p, "VolumeId"), ends=False)
        return answer

    return attach


def _terminate(operation):
    def terminate(p):
        instance_ids = ec2._parse_member_list(p, "InstanceId")
        for instance_id in instance_ids:
            instance = ec2._instances.get(instance_id)
            if instance and (instance.get("Settings") or {}).get("DisableApiTermination") == "true":
                return ec2._error(
                    "OperationNotPermitted",
                    f"The instance '{instance_id}' may not be terminated. Modify its 'disableApiTermination' instance "
                    "attribute and try again.", 400)
        answer = operation(p)
        if answer[0] == 200:
            for instance_id in instance_ids:
                ec2_interfaces.release(instance_id)
        return answer

    return terminate


def _modify(p):
    instance_id = ec2._p(p, "InstanceId")
    instance = ec2._instances.get(instance_id)
    if instance is None or instance["State"]["Name"] == "terminated":
        return missing(instance_id)
    group_ids = ec2._parse_member_list(p, "GroupId")
    if group_ids:
        problem = ec2_interfaces.groups_problem(group_ids, instance["VpcId"])
        if problem:
            return problem
        # The primary interface only: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html
        ec2_interfaces.set_groups(ec2_interfaces.of_instance(instance_id)[0], group_ids)
    settings = instance.setdefault("Settings", {})
    attribute, value = ec2._p(p, "Attribute"), ec2._p(p, "Value")
    for name in SETTINGS:
        given = ec2._p(p, f"{name}.Value") or (value if attribute == name[0].lower() + name[1:] else "")
        if given:
            settings[name] = given
    if ec2._p(p, "SourceDestCheck.Value"):
        instance["SourceDestCheck"] = ec2._p(p, "SourceDestCheck.Value") == "true"
    if ec2._p(p, "InstanceType.Value"):
        if instance["State"]["Name"] != "stopped":
            return ec2._error("IncorrectInstanceState", f"The instance '{instance_id}' is not in the 'stopped' state.",
                              400)
        instance["InstanceType"] = ec2._p(p, "InstanceType.Value")
    return ec2._xml(200, "ModifyInstanceAttributeResponse", "<return>true</return>")


def _modify_metadata_options(p):
    instance = ec2._instances.get(ec2._p(p, "InstanceId"))
    if instance is None:
        return missing(ec2._p(p, "InstanceId"))
    options = instance.setdefault("MetadataOptions", {"HttpTokens": "optional", "HttpPutResponseHopLimit": "1"})
    for name in options:
        options[name] = ec2._p(p, name) or options[name]
    return ec2._xml(200, "ModifyInstanceMetadataOptionsResponse",
                    f"<instanceId>{instance['InstanceId']}</instanceId><instanceMetadataOptions><state>pending</state>"
                    f"<httpTokens>{options['HttpTokens']}</httpTokens></instanceMetadataOptions>")


def _describe(operation):
    def describe(p):
        instance_id, attribute = ec2._p(p, "InstanceId"), ec2._p(p, "Attribute")
        instance = ec2._instances.get(instance_id)
        if instance is None:
            return missing(instance_id)
        name = attribute[:1].upper() + attribute[1:]
        value = (instance.get("Settings") or {}).get(name)
        if attribute == "sourceDestCheck":
            value = str(instance.get("SourceDestCheck", True)).lower()
        if value is None:
            return operation(p)
        return ec2._xml(200, "DescribeInstanceAttributeResponse",
                        f"<instanceId>{instance_id}</instanceId><{attribute}><value>{value}</value></{attribute}>")

    return describe


_FILTERS = {
    "instance-id": lambda i: [i["InstanceId"]],
    "vpc-id": lambda i: [i["VpcId"]],
    "subnet-id": lambda i: [i["SubnetId"]],
    "private-ip-address": lambda i: [i["PrivateIpAddress"]],
    "instance.group-id": lambda i: [g["GroupId"] for g in i["SecurityGroups"]],
    "network-interface.network-interface-id":
        lambda i: [n["NetworkInterfaceId"] for n in ec2_interfaces.of_instance(i["InstanceId"])],
    "network-interface.group-id":
        lambda i: [g["GroupId"] for n in ec2_interfaces.of_instance(i["InstanceId"]) for g in n["Groups"]],
    "iam-instance-profile.arn": lambda i: [(i.get("IamInstanceProfile") or {}).get("Arn", "")],
}


def _matching(operation):
    """ministack ignores the filters it does not know, and answers with instances nobody asked for."""

    def matches(instance, filters):
        return operation(instance, filters) and all(
            set(values) & set(_FILTERS[name](instance)) for name, values in filters.items() if name in _FILTERS)

    return matches
