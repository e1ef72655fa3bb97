"""EventBridge: who may put what on which bus, and which rules an event meets."""

import json

from ministack.core import iam_evaluator
from ministack.core.responses import error_response_json, get_account_id, get_region, json_response, new_uuid
from ministack.services import eventbridge

from . import authority, delivery

# Rules in this state also see read-only management events.
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
ALL_MANAGEMENT = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"


def install() -> None:
    eventbridge._put_events = put_events
    eventbridge._dispatch_event = dispatch_event
    eventbridge._put_permission = put_permission
    eventbridge.handle_request = _bus_by_name(eventbridge.handle_request)


def _bus_by_name(handle):
    """A bus may be given by its ARN; ministack would keep a rule under the ARN, where no event ever meets it."""

    async def handled(method, path, headers, body, query_params):
        data = json.loads(body or b"{}")
        bus = data.get("EventBusName")
        if isinstance(bus, str) and bus.startswith(f"arn:aws:events:{get_region()}:{get_account_id()}:event-bus/"):
            body = json.dumps({**data, "EventBusName": bus.split("/", 1)[1]}).encode()
        return await handle(method, path, headers, body, query_params)

    return handled


_put_own = eventbridge._put_events


def put_events(data, allow_aws_source=False):
    """PutEvents. Entries for another account's bus need that bus's policy; `aws.*` sources need the local drill.

    On AWS nobody may put events of AWS's own services; here the root user of an account stands in for them, since
    there is no GuardDuty on one machine. Every other principal is refused, as on AWS.
    """
    stand_in = allow_aws_source or iam_evaluator._request_caller_arn.get().endswith(":root")
    entries = data.get("Entries", [])
    if not 1 <= len(entries) <= 10:
        return _put_own(data, stand_in)
    results = [_put_entry(entry, stand_in) for entry in entries]
    failed = sum("ErrorCode" in result for result in results)
    return json_response({"FailedEntryCount": failed, "Entries": results})


_put_statement = eventbridge._put_permission


def put_permission(data):
    """PutPermission, with a whole policy too: ministack ignores `Policy` and admits everyone instead."""
    bus = data.get("EventBusName") or "default"
    if bus not in eventbridge._event_buses:
        return error_response_json("ResourceNotFoundException", f"Event bus {bus} does not exist.", 400)
    if data.get("Policy"):
        problem = _bus_policy_problem(data["Policy"])
        if problem:
            return error_response_json("ValidationException", problem, 400)
        eventbridge._event_bus_policies[bus] = json.loads(data["Policy"])
        return json_response({})
    for name in ("StatementId", "Principal", "Action"):
        if not data.get(name):
            return error_response_json("ValidationException", f"Parameter {name} is required.", 400)
    return _put_statement({**data, "EventBusName": bus})


def _bus_policy_problem(document: str) -> str | None:
    try:
        statements = json.loads(document)["Statement"]
    except (ValueError, TypeError, KeyError):
        return "The policy is not valid JSON with a Statement."
    for statement in [statements] if isinstance(statements, dict) else statements:
        if "Principal" not in statement or "Resource" not in statement:
            return "A statement of an event bus policy names Principal and Resource."
    return None


def _put_entry(entry: dict, stand_in: bool) -> dict:
    missing = [name for name in ("Source", "DetailType", "Detail") if not entry.get(name)]
    if missing:
        return {"ErrorCode": "InvalidArgument", "ErrorMessage": f"Parameter {missing[0]} is not valid. "
                f"Reason: {missing[0]} is a required argument."}
    if not _is_object(entry["Detail"]):
        return {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
    account, region, bus = delivery.bus_of(entry.get("EventBusName") or "default")
    if (account, region) == (get_account_id(), get_region()):
        answer = _put_own({"Entries": [entry]}, stand_in)
        return json.loads(answer[2])["Entries"][0]
    return _put_foreign(entry, account, region, bus, stand_in)


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _put_foreign(entry, account, region, bus, stand_in) -> dict:
    if entry["Source"].startswith("aws.") and not stand_in:
        return {"ErrorCode": "NotAuthorizedForSourceException", "ErrorMessage": "Not authorized for the source."}
    caller = iam_evaluator.caller_arn()
    event = {
        "EventId": new_uuid(), "Source": entry["Source"], "DetailType": entry["DetailType"],
        "Detail": entry["Detail"], "EventBusName": bus, "Time": int(eventbridge._now_ts()),
        "Resources": entry.get("Resources", []), "Account": get_account_id(), "Region": get_region(),
    }
    try:
        delivery.admit(event, caller, account, region, bus)
    except authority.Denied as denied:
        return {"ErrorCode": "AccessDeniedException", "ErrorMessage": str(denied)}
    return {"EventId": event["EventId"]}


def dispatch_event(event, view=None):
    """Give an event to the targets of every rule of its bus that matches it."""
    bus = event.get("EventBusName", "default")
    passed = set(event.get("_DispatchPath") or [])
    view = view or eventbridge._pattern_event_view(event)
    for key, rule in list(eventbridge._rules.items()):
        if rule.get("EventBusName", "default") != bus or key in passed or not rule.get("EventPattern"):
            continue
        if not _rule_sees(rule, view):
            continue
        if eventbridge._matches_pattern_view(rule["EventPattern"], view, f"rule {key}"):
            for target in list(eventbridge._targets.get(key, [])):
                delivery.deliver(target, event, rule, view)


def _rule_sees(rule: dict, view) -> bool:
    state = rule.get("State")
    if state == ALL_MANAGEMENT:
        return True
    if state != "ENABLED":
        return False
    event = view.event_with_detail()
    detail = event.get("detail") if isinstance(event.get("detail"), dict) else {}
    read_only = event.get("detail-type", "").endswith("via CloudTrail") and detail.get("readOnly") in (True, "true")
    return not (read_only and detail.get("managementEvent", True) is not False)


