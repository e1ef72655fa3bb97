"""Systems Manager's Run Command: which instances it manages, and what becomes of a command.

ministack takes an instance for managed where it has a container behind it. On AWS it is managed while its agent can
reach the service with the permission of the instance profile; that is what is asked here.
"""

import json
import time

from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import error_response_json, get_account_id, get_region, json_response
from ministack.services import ec2, ssm
from ministack.services import iam as iam_store

from . import authority, control, ec2_connections, ec2_interfaces, ledger, ssm_commands, ssm_output

# https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-instance-permissions.html
NEEDED = ("ssm:UpdateInstanceInformation", "ssmmessages:OpenControlChannel")
STARTING_SECONDS = 0.2
STDOUT_LIMIT, STDERR_LIMIT = 24_000, 8_000
OPEN = ("Pending", "InProgress", "Delayed")

_without_agent: set[str] = set()
_seen: set[str] = set()  # instances that have registered once, and are shown as lost afterwards


def install() -> None:
    ssm._managed_instance_ids = _online
    ssm._describe_instance_information = _describe
    ssm._finish_invocation = _run
    ssm._send_command = _send(ssm._send_command)
    ssm.handle_request = _with_more(ssm.handle_request)
    extract = iam_actions.extract_resource_arn

    def extracted(service, method, path, headers, body, query_params, region, account_id):
        if service == "ssm" and headers.get("x-amz-target", "").endswith(".SendCommand"):
            ids = json.loads(body or b"{}").get("InstanceIds") or ["*"]
            return f"arn:aws:ec2:{region}:{account_id}:instance/{ids[0]}"
        return extract(service, method, path, headers, body, query_params, region, account_id)

    iam_actions.extract_resource_arn = extracted


def role_of(instance: dict) -> str | None:
    """ARN of the role in an instance's profile."""
    arn = (instance.get("IamInstanceProfile") or {}).get("Arn", "")
    profile = iam_store._instance_profiles.get(arn.rsplit("/", 1)[-1])
    roles = (profile or {}).get("Roles") or []
    return iam_store._roles[roles[0]]["Arn"] if roles and roles[0] in iam_store._roles else None


def _can_reach(instance: dict) -> bool:
    """The agent calls out over HTTPS; behind a group without egress it is lost."""
    return any(ec2_connections._covers(rule, "tcp", 443)
               for interface in ec2_interfaces.of_instance(instance["InstanceId"])
               for rule in ec2_connections._rules(interface, "out"))


def _allowed(role_arn: str) -> bool:
    name, account = role_arn.rsplit("/", 1)[-1], role_arn.split(":")[4]
    policies = iam_evaluator._gather_role_policies(name, account)
    for action in NEEDED:
        context = iam_evaluator.EvalContext(role_arn, "AssumedRole", account, action, "*", get_region())
        if iam_evaluator.evaluate(context, policies).decision != "Allow":
            return False
    return authority.trusts_service(role_arn, "ec2.amazonaws.com", "", account)


def _online() -> set[str]:
    found = set()
    for instance_id, instance in ec2._instances.items():
        if instance["State"]["Name"] != "running" or instance_id in _without_agent:
            continue
        role = role_of(instance)
        if role and _can_reach(instance) and _allowed(role):
            found.add(instance_id)
    _seen.update(found)
    return found


@control.route("PUT", "ssm/agent")
def _set_agent(payload: dict) -> dict:
    """Whether an instance has the agent at all: {instanceId, installed}. Installed unless said otherwise."""
    (_without_agent.discard if payload["installed"] else _without_agent.add)(payload["instanceId"])
    return payload


_FILTERS = {"InstanceIds": "InstanceId", "PingStatus": "PingStatus", "PlatformTypes": "PlatformType"}


def _describe(data):
    online = _online()
    entries = []
    for instance_id in sorted(i for i in _seen if i in ec2._instances):
        instance = ec2._instances[instance_id]
        if instance["State"]["Name"] == "terminated":
            continue
        entries.append({
            "InstanceId": instance_id, "PingStatus": "Online" if instance_id in online else "ConnectionLost",
            "LastPingDateTime": time.time(), "AgentVersion": "3.3.987.0", "IsLatestVersion": True,
            "PlatformType": "Linux", "PlatformName": "Amazon Linux", "PlatformVersion": "2023",
            "ResourceType": "EC2Instance", "IPAddress": instance["PrivateIpAddress"],
            "ComputerName": instance["PrivateDnsName"],
        })
    asked = [(f.get("Key"), f.get("Values") or []) for f in data.get("Filters") or []]
    asked += [(f.get("key"), f.get("valueSet") or []) for f in data.get("InstanceInformationFilterList") or []]
    for key, values in asked:
        if key not in _FILTERS:
            return error_response_json("InvalidFilterKey", f"The filter key {key} is not valid", 400)
        entries = [e for e in entries if e[_FILTERS[key]] in values]
    start, size = int(data.get("NextToken") or 0), data.get("MaxResults") or 50
    more = {"NextToken": str(start + size)} if start + size < len(entries) else {}
    return json_response({"InstanceInformationList": entries[start:start + size], **more})


def _send(operation):
    def send(data):
        document = data.get("DocumentName") or ""
        if document not in ssm._SHELL_DOCUMENTS:
            return error_response_json("InvalidDocument", f"The document {document} does not exist here", 400)
        call, region = ledger.current.get(), get_region()
        arn = f"arn:aws:ssm:{region}::document/{document}"
        checks = [arn, *[f"arn:aws:ec2:{region}:{get_account_id()}:instance/{i}"
                         for i in (data.get("InstanceIds") or [])[1:]]]
        for resource in checks if call else []:
            denied = iam_evaluator.enforce(call.access_key, "ssm:SendCommand", "ssm", region, resource)
            if denied:
                message = iam_actions.identity_denial_message(
                    "ssm:SendCommand", iam_evaluator.caller_arn(), resource, denied.decision == "Deny")
                return error_response_json("AccessDeniedException", message, 400)
        return operation(data)

    return send


def _run(command_id, instance_id, _argv):
    """Deliver, run and report one invocation, on a thread of its own."""
    command = ssm._commands[command_id]
    invocation = command["Invocations"][instance_id]
    time.sleep(STARTING_SECONDS)
    if invocation["Status"] != "Pending":
        return
    invocation.update(Status="InProgress", StatusDetails="InProgress", ExecutionStartDateTime=ssm._now_iso())
    parameters = command["Parameters"]
    limit = float((parameters.get("executionTimeout") or ["3600"])[0])
    seconds = ssm_commands.seconds_of(parameters)
    cancelled = _wait(min(seconds, limit), invocation)
    if cancelled:
        return
    code, out, err = ssm_commands.outcome(parameters, ec2._instances[instance_id])
    status, details = ("Success", "Success") if code == 0 else ("Failed", "Failed")
    if seconds > limit:
        code, status, details = 137, "TimedOut", "ExecutionTimedOut"
    bucket = command["OutputS3BucketName"]
    if bucket:
        url = ssm_output.store(command, instance_id, role_of(ec2._instances[instance_id]), out, err)
        invocation.update(StandardOutputUrl=url + "/stdout", StandardErrorUrl=url + "/stderr")
    invocation.update(ResponseCode=code, StandardOutputContent=_cut(out, STDOUT_LIMIT),
                      StandardErrorContent=_cut(err, STDERR_LIMIT), ExecutionEndDateTime=ssm._now_iso())
    invocation.update(StatusDetails=details, Status=status)
    ssm._refresh_command_status(command)


def _cut(text: str, limit: int) -> str:
    mark = "\n---Output truncated---"
    return text if len(text) <= limit else text[:limit - len(mark)] + mark


def _wait(seconds: float, invocation: dict) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if invocation["Status"] == "Cancelled":
            return True
        time.sleep(min(0.05, max(0.0, deadline - time.monotonic())))
    return invocation["Status"] == "Cancelled"


def _list_invocations(data):
    found = []
    for command in ssm._commands.values():
        for invocation in command["Invocations"].values():
            if data.get("CommandId") not in (None, command["CommandId"]):
                continue
            if data.get("InstanceId") not in (None, invocation["InstanceId"]):
                continue
            shown = {key: invocation[key] for key in ("CommandId", "InstanceId", "Comment", "DocumentName",
                                                      "DocumentVersion", "Status", "StatusDetails",
                                                      "StandardOutputUrl", "StandardErrorUrl")}
            shown.update(RequestedDateTime=command["RequestedDateTime"], InstanceName="")
            if data.get("Details"):
                shown["CommandPlugins"] = [{
                    "Name": invocation["PluginName"], "Status": invocation["Status"],
                    "ResponseCode": invocation["ResponseCode"], "Output": invocation["StandardOutputContent"][:2500],
                    "OutputS3BucketName": command["OutputS3BucketName"],
                }]
            found.append(shown)
    return json_response({"CommandInvocations": found})


def _cancel(data):
    command = ssm._commands.get(data.get("CommandId") or "")
    if command is None:
        return error_response_json("InvalidCommandId", "The command id is not valid", 400)
    for instance_id, invocation in command["Invocations"].items():
        if invocation["Status"] in OPEN and data.get("InstanceIds") in (None, []) or \
                instance_id in (data.get("InstanceIds") or []):
            invocation.update(Status="Cancelled", StatusDetails="Cancelled")
    ssm._refresh_command_status(command)
    return json_response({})


_MORE = {"ListCommandInvocations": _list_invocations, "CancelCommand": _cancel}


def _with_more(handle):
    async def handled(method, path, headers, body, query_params):
        operation = _MORE.get(headers.get("x-amz-target", "").split(".")[-1])
        if operation:
            return operation(json.loads(body or b"{}"))
        return await handle(method, path, headers, body, query_params)

    return handled


