"""EventBridge Scheduler: schedules start what they name with their role's permission, on a clock that can be moved.

ministack looks every ten seconds, asks no role, and delivers an EventBridge event where Scheduler delivers the target's
input. https://docs.aws.amazon.com/scheduler/latest/UserGuide/
"""

import functools
import json
import threading
import time
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ministack.core import iam_actions
from ministack.core.arn import parse_arn
from ministack.core.responses import get_account_id, get_region, new_uuid, request_scope
from ministack.services import lambda_svc, scheduler, sqs

from . import authority, control, passrole, queues
from .delivery import Failed

SERVICE = "scheduler.amazonaws.com"
INTERVAL_SECONDS = 0.5

_ahead_seconds = 0.0
_ticking = threading.Lock()


def install() -> None:
    scheduler._SCHEDULE_TICK_INTERVAL = INTERVAL_SECONDS
    scheduler._tick_schedules = tick
    scheduler._create_schedule = _checked(scheduler._create_schedule)
    scheduler._update_schedule = _checked(scheduler._update_schedule)
    iam_actions.extract_resource_arn = _with_group(iam_actions.extract_resource_arn)


def _with_group(extract):
    """A schedule's ARN has its group in it; ministack takes every schedule for one of the default group."""

    def extracted(service, method, path, headers, body, query_params, region, account_id):
        found = extract(service, method, path, headers, body, query_params, region, account_id)
        if service != "scheduler" or ":schedule/" not in found:
            return found
        given = query_params.get("groupName")
        group = (given[0] if isinstance(given, list) else given) or json.loads(body or b"{}").get("GroupName")
        return found.replace(":schedule/default/", f":schedule/{group or 'default'}/")

    return extracted


@control.route("POST", "clock")
def _move(payload: dict) -> dict:
    """Move Scheduler's clock forward for what is scheduled, and start what has come due before answering."""
    global _ahead_seconds
    seconds = float(payload["advanceSeconds"])
    if seconds < 0:
        raise control.Refused("a clock that schedules hang on goes forward only")
    _ahead_seconds += seconds
    tick()
    return {"aheadSeconds": _ahead_seconds}


def tick() -> None:
    """Start every one-time schedule that has come due, each once."""
    with _ticking:
        for (account, region, key), schedule in list(scheduler._schedules._data.items()):
            if schedule["State"] != "ENABLED" or schedule.get("_started") or _now_for(schedule) < due(schedule):
                continue
            schedule["_started"] = True
            with request_scope(account, region):
                _start(schedule)
            if schedule["ActionAfterCompletion"] == "DELETE":
                scheduler._schedules._data.pop((account, region, key), None)


def _now_for(schedule: dict) -> float:
    """The clock as the schedule sees it: moved by as much as it was moved since the schedule was made.

    Functions run on the machine's own clock, so that what is scheduled later is not late at once.
    """
    return time.time() + _ahead_seconds - schedule.get("_made_ahead", 0.0)


def due(schedule: dict) -> float:
    """When a one-time schedule is due, in seconds since 1970."""
    text = schedule["ScheduleExpression"].strip().removeprefix("at(").removesuffix(")")
    zone = ZoneInfo(schedule.get("ScheduleExpressionTimezone") or "UTC")
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=zone).timestamp()


def _checked(operation):
    @functools.wraps(operation)
    def checked(name, body):
        expression = str(body.get("ScheduleExpression"))
        try:
            due({**body, "ScheduleExpression": expression})
        except (ValueError, ZoneInfoNotFoundError):
            kind = expression.split("(")[0]
            words = (f"the local Scheduler runs one-time schedules, at(...), and no {kind}(...)"
                     if kind in ("rate", "cron") else f"Invalid Schedule Expression {expression}.")
            return scheduler._error(400, "ValidationException", words)
        target = body.get("Target") or {}
        role = target.get("RoleArn") or ""
        group = f"arn:aws:scheduler:{get_region()}:{get_account_id()}:schedule-group/{body.get('GroupName', 'default')}"
        refused = passrole.refusal(role, SERVICE) if role.count(":") >= 5 else None
        if refused:
            return scheduler._error(403, "AccessDeniedException", refused)
        if not authority.trusts_service(role, SERVICE, group, get_account_id()):
            return scheduler._error(400, "ValidationException",
                                    "The execution role you provide must allow AWS EventBridge Scheduler to assume "
                                    "the role.")
        answer = operation(name, body)
        made = scheduler._schedules.get(f"{body.get('GroupName', 'default')}/{name}")
        if made is not None and answer[0] == 200:
            made["_made_ahead"] = _ahead_seconds
        return answer

    return checked


def _start(schedule: dict) -> None:
    target = schedule["Target"]
    try:
        _deliver(schedule, target)
    except (Failed, authority.Denied) as failure:
        scheduler.logger.warning("Scheduler: %s did not start %s: %s", schedule["Name"], target["Arn"], failure)
        queue = (target.get("DeadLetterConfig") or {}).get("Arn")
        if queue:
            _give_up(schedule, target, queue, failure)


def _deliver(schedule: dict, target: dict) -> None:
    spec = parse_arn(target["Arn"])
    if spec.service != "lambda":
        raise Failed("NOT_SUPPORTED", f"the local Scheduler starts functions only, not {target['Arn']}")
    group = f"arn:aws:scheduler:{get_region()}:{get_account_id()}:schedule-group/{schedule['GroupName']}"
    if not authority.trusts_service(target["RoleArn"], SERVICE, group, get_account_id()):
        raise authority.Denied(f"{SERVICE} may not assume {target['RoleArn']}")
    authority.role_allowed(target["RoleArn"], new_uuid(), "lambda:InvokeFunction", target["Arn"])
    function, config, _ = lambda_svc._get_func_record_for_ref(target["Arn"])
    if not function:
        raise Failed("RESOURCE_NOT_FOUND", f"there is no function {target['Arn']}")
    record = lambda_svc._execution_record_for_config(function, config)
    lambda_svc.invoke_async_with_retry(record, json.loads(target.get("Input") or "{}"))


def _give_up(schedule: dict, target: dict, queue: str, failure: Exception) -> None:
    values = {"SCHEDULE_ARN": schedule["Arn"], "TARGET_ARN": target["Arn"], "ERROR_MESSAGE": str(failure)}
    attributes = {name: {"DataType": "String", "StringValue": value} for name, value in values.items()}
    try:
        authority.role_allowed(target["RoleArn"], new_uuid(), "sqs:SendMessage", queue)
        found = sqs._queue_by_arn(queue)
        if found is None:
            raise Failed("RESOURCE_NOT_FOUND", f"there is no queue {queue}")
        queues.append(found, target.get("Input") or "{}", attributes=attributes)
    except (Failed, authority.Denied) as lost:
        scheduler.logger.error("Scheduler: %s is lost, its dead-letter queue too failed: %s", schedule["Name"], lost)
