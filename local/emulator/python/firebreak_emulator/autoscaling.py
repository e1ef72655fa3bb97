"""Auto scaling groups of real instances, and the calls that take one out: ministack counts instances that are nowhere."""

from ministack.core import iam_actions
from ministack.core.responses import new_uuid
from ministack.services import autoscaling as store
from ministack.services import ec2


def install() -> None:
    store._reconcile_instances = _reconcile
    store._ACTION_MAP.update(
        AttachInstances=_attach, DetachInstances=_detach, EnterStandby=_enter_standby, ExitStandby=_exit_standby)
    extract = iam_actions.extract_resource_arn

    def extracted(service, method, path, headers, body, query_params, region, account_id):
        action = iam_actions._query_param(query_params, "Action")
        if service in ("autoscaling", "elasticloadbalancing") and action.startswith("Describe"):
            return "*"  # no Describe call of either has a resource
        return extract(service, method, path, headers, body, query_params, region, account_id)

    iam_actions.extract_resource_arn = extracted


def _member(instance: dict, group: dict) -> dict:
    return {
        "InstanceId": instance["InstanceId"], "LifecycleState": "InService", "HealthStatus": "Healthy",
        "AvailabilityZone": instance["Placement"]["AvailabilityZone"],
        "ProtectedFromScaleIn": group["NewInstancesProtectedFromScaleIn"],
        "LaunchTemplate": group.get("LaunchTemplate") or {},
        "LaunchConfigurationName": group.get("LaunchConfigurationName", ""),
    }


def _reconcile(group: dict) -> None:
    """Launch or terminate instances until as many are in service as desired."""
    serving = [m for m in group["Instances"] if m["LifecycleState"] != "Standby"]
    for member in serving[group["DesiredCapacity"]:]:
        group["Instances"].remove(member)
        ec2._ACTION_MAP["TerminateInstances"]({"InstanceId.1": [member["InstanceId"]]})
    subnets = [s for s in (group.get("VPCZoneIdentifier") or "").split(",") if s] or [ec2._DEFAULT_SUBNET_ID]
    for number in range(len(serving), group["DesiredCapacity"]):
        subnet = subnets[number % len(subnets)]
        (instance,) = ec2._launch_instances_internal("ami-0abcdef1234567890", "t3.micro", subnet, 1)
        group["Instances"].append(_member(instance, group))
        ec2._tags[instance["InstanceId"]] = [
            {"Key": "aws:autoscaling:groupName", "Value": group["AutoScalingGroupName"]}]


def _group(p):
    name = store._p(p, "AutoScalingGroupName")
    group = store._asgs.get(name)
    if group is None:
        return None, store._error("ValidationError", f"AutoScalingGroup name not found - AutoScalingGroup {name} "
                                  "not found")
    return group, None


def _members(p, group, state: str):
    """The members named in the request, or the error of the first that is none, or is in another state."""
    found = []
    for instance_id in store._parse_member_list(p, "InstanceIds"):
        member = next((m for m in group["Instances"] if m["InstanceId"] == instance_id), None)
        if member is None:
            return [], store._error("ValidationError", f"The instance {instance_id} is not part of Auto Scaling group "
                                    f"{group['AutoScalingGroupName']}.")
        if state and member["LifecycleState"] != state:
            return [], store._error("ValidationError", f"The instance {instance_id} is not in {state}.")
        found.append(member)
    return found, None


def _answer(name: str, text: str) -> tuple:
    activity = (f"<ActivityId>{new_uuid()}</ActivityId><StatusCode>InProgress</StatusCode><Progress>50</Progress>"
                f"<Cause>{text}</Cause><Description>{text}</Description>")
    return store._xml(200, f"{name}Response",
                      f"<{name}Result><Activities><member>{activity}</member></Activities></{name}Result>")


def _attach(p):
    group, problem = _group(p)
    if problem:
        return problem
    for instance_id in store._parse_member_list(p, "InstanceIds"):
        instance = ec2._instances.get(instance_id)
        if instance is None or instance["State"]["Name"] != "running":
            return store._error("ValidationError", f"Invalid Instance ID(s): [{instance_id}]")
        if any(m["InstanceId"] == instance_id for g in store._asgs.values() for m in g["Instances"]):
            return store._error("ValidationError", f"Instance {instance_id} is already part of a group.")
        if group["DesiredCapacity"] >= int(group["MaxSize"]):
            return store._error("ValidationError", "AutoScalingGroup's desired capacity would exceed its max size.")
        group["Instances"].append(_member(instance, group))
        group["DesiredCapacity"] += 1
    return store._xml(200, "AttachInstancesResponse", "")


def _leave(p, group, count: int):
    """Lower the desired capacity, or have the places filled; the error where that would be below the minimum."""
    if store._p(p, "ShouldDecrementDesiredCapacity") == "true":
        if group["DesiredCapacity"] - count < int(group["MinSize"]):
            return store._error("ValidationError", f"AutoScalingGroup {group['AutoScalingGroupName']} has min size of "
                                f"{group['MinSize']}, and DesiredCapacity would be below it.")
        group["DesiredCapacity"] -= count
    return None


def _detach(p):
    group, problem = _group(p)
    members, wrong = _members(p, group, "") if group else ([], None)
    problem = problem or wrong or _leave(p, group, len([m for m in members if m["LifecycleState"] != "Standby"]))
    if problem:
        return problem
    for member in members:
        group["Instances"].remove(member)
        ec2._tags[member["InstanceId"]] = [t for t in ec2._tags.get(member["InstanceId"], [])
                                           if t["Key"] != "aws:autoscaling:groupName"]
    _reconcile(group)
    return _answer("DetachInstances", "Detaching EC2 instances")


def _enter_standby(p):
    group, problem = _group(p)
    members, wrong = _members(p, group, "InService") if group else ([], None)
    problem = problem or wrong or _leave(p, group, len(members))
    if problem:
        return problem
    for member in members:
        member["LifecycleState"] = "Standby"
    _reconcile(group)
    return _answer("EnterStandby", "Moving EC2 instances to Standby")


def _exit_standby(p):
    group, problem = _group(p)
    members, wrong = _members(p, group, "Standby") if group else ([], None)
    if problem or wrong:
        return problem or wrong
    for member in members:
        member["LifecycleState"] = "InService"
        group["DesiredCapacity"] += 1
    return _answer("ExitStandby", "Moving EC2 instances out of Standby")
