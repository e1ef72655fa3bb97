"""Asynchronous invocations: retried, and at last put where the function says, under the function's own permission.

ministack counts a throttled attempt as a failed one, sends its own envelope to dead-letter queues, and asks nobody.
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

import contextvars
import json
import threading
import time

from ministack.core import lambda_runtime as runtime
from ministack.core.responses import get_account_id, new_uuid, request_scope
from ministack.services import lambda_svc, sns, sqs

from . import authority, queues

ATTEMPTS = 3
# AWS waits one minute, then two.
WAITS_SECONDS = (0.5, 1.0)
THROTTLED_WAIT_SECONDS = 0.3
OLDEST_SECONDS = 21600


def install() -> None:
    lambda_svc.invoke_async_with_retry = invoke


def invoke(func: dict, event) -> None:
    """Invoke in the background; returns at once."""
    threading.Thread(target=contextvars.copy_context().run, args=(_run, func, event), daemon=True).start()


def _run(func: dict, event) -> None:
    config = func.get("config") or func
    with request_scope(*runtime._account_region_from_function_config(config)):
        settings = func.get("event_invoke_config") or (func.get("event_invoke_configs") or {}).get("$LATEST") or {}
        retries = settings.get("MaximumRetryAttempts")
        attempts = ATTEMPTS if retries is None else retries + 1
        deadline = time.monotonic() + settings.get("MaximumEventAgeInSeconds", OLDEST_SECONDS)
        result, made = {}, 0
        while made < attempts:
            result = lambda_svc._execute_function(func, event)
            if not result.get("error"):
                return _succeeded(config, settings, event, result)
            made += 0 if result.get("throttle") else 1
            wait = THROTTLED_WAIT_SECONDS if result.get("throttle") else WAITS_SECONDS[min(made, 2) - 1]
            if made >= attempts or time.monotonic() + wait > deadline:
                break
            time.sleep(wait)
        _failed(config, settings, event, result, made)


def _destination(settings: dict, outcome: str) -> str:
    return ((settings.get("DestinationConfig") or {}).get(outcome) or {}).get("Destination") or ""


def _succeeded(config, settings, event, result) -> None:
    target = _destination(settings, "OnSuccess")
    if target:
        _send(config, target, json.dumps(_record(config, event, result, "Success", 1)))


def _failed(config, settings, event, result, made) -> None:
    body = result.get("body") if isinstance(result.get("body"), dict) else {}
    dead = (config.get("DeadLetterConfig") or {}).get("TargetArn")
    if dead:
        values = {"RequestID": new_uuid(), "ErrorCode": "200",
                  "ErrorMessage": str(body.get("errorMessage") or body.get("message") or "")[:1024]}
        attributes = {name: {"DataType": "String", "StringValue": value or "-"} for name, value in values.items()}
        _send(config, dead, json.dumps(event), attributes)
    target = _destination(settings, "OnFailure")
    if target:
        _send(config, target, json.dumps(_record(config, event, result, "RetriesExhausted", made)))


def _record(config, event, result, condition, made) -> dict:
    return {
        "version": "1.0",
        "timestamp": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()),
        "requestContext": {"requestId": new_uuid(), "functionArn": f"{config['FunctionArn']}:$LATEST",
                           "condition": condition, "approximateInvokeCount": made},
        "requestPayload": event,
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST",
                            **({"functionError": "Unhandled"} if result.get("error") else {})},
        "responsePayload": result.get("body"),
    }


def _send(config: dict, target: str, body: str, attributes: dict | None = None) -> None:
    action = {"sqs": "sqs:SendMessage", "sns": "sns:Publish"}.get(target.split(":")[2])
    try:
        if action is None:
            raise authority.Denied(f"the local Lambda does not send to {target}")
        authority.role_allowed(config["Role"], config["FunctionName"], action, target)
    except authority.Denied as denied:
        lambda_svc.logger.error("Lambda %s: event lost: %s", config["FunctionName"], denied)
        return
    if action == "sqs:SendMessage":
        queue = sqs._queue_by_arn(target)
        if queue is None:
            lambda_svc.logger.error("Lambda %s: event lost: there is no queue %s", config["FunctionName"], target)
            return
        queues.append(queue, body, attributes=attributes)
    else:
        with request_scope(target.split(":")[4] or get_account_id(), target.split(":")[3]):
            sns.publish_internal(target, body, "")
