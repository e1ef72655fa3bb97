"""EventBridge delivering an event to a target: with permission, more than once where needed, and never lost quietly.

ministack delivers once, to its own account, without asking a resource policy or a role, and drops what fails.
"""

import json
import threading
import time

from ministack.core import iam_evaluator
from ministack.core.arn import ArnParseError, parse_arn
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import eventbridge, lambda_svc, sns, sqs, stepfunctions

from . import authority, encryption, faults, ledger, queues

SERVICE = "events.amazonaws.com"
DEFAULT_ATTEMPTS = 185  # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
FIRST_WAIT_SECONDS = 0.2


class Failed(Exception):
    """A delivery that did not get through. `retry` where AWS would try again."""

    def __init__(self, code: str, message: str, retry: bool = False):
        super().__init__(message)
        self.code, self.retry = code, retry


def bus_of(reference: str) -> tuple[str, str, str]:
    """Account, region and name of a bus given by name or ARN."""
    if not reference.startswith("arn:"):
        return get_account_id(), get_region(), reference
    spec = parse_arn(reference)
    return spec.account_id, spec.region, spec.resource.split("/", 1)[1]


def deliver(target: dict, event: dict, rule: dict, view) -> None:
    """Deliver now; what is worth another try goes on in the background."""
    payload, failure = _payload(target, event, rule, view), None
    try:
        _attempt(target, event, rule, payload)
    except Failed as failed:
        failure = failed
    if failure is None:
        return
    scope = (get_account_id(), get_region())
    policy = target.get("RetryPolicy") or {}
    attempts = policy.get("MaximumRetryAttempts", DEFAULT_ATTEMPTS)
    if failure.retry and attempts:
        age = policy.get("MaximumEventAgeInSeconds", 86400)
        threading.Thread(target=_keep_trying, args=(target, event, rule, payload, attempts, age, scope),
                         daemon=True).start()
    else:
        _give_up(target, event, rule, failure, 0)


def _keep_trying(target, event, rule, payload, attempts, age, scope) -> None:
    deadline, failure = time.monotonic() + age, None
    with request_scope(*scope):
        for attempt in range(1, attempts + 1):
            wait = min(FIRST_WAIT_SECONDS * 2 ** (attempt - 1), 60)
            if time.monotonic() + wait > deadline:
                break
            time.sleep(wait)
            try:
                return _attempt(target, event, rule, payload)
            except Failed as failed:
                failure = failed
                if not failed.retry:
                    break
        _give_up(target, event, rule, failure or Failed("EVENT_AGE", "the event grew too old"), attempts)


def _payload(target: dict, event: dict, rule: dict, view) -> str:
    whole = view.event_with_detail()
    if target.get("InputTransformer"):
        return eventbridge._apply_input_transformer(target["InputTransformer"], rule, view)
    if target.get("Input"):
        return target["Input"]
    if target.get("InputPath"):
        found = stepfunctions._resolve_path(target["InputPath"], whole)
        return json.dumps(found)
    return json.dumps(whole)


def _attempt(target: dict, event: dict, rule: dict, payload: str) -> None:
    try:
        spec = parse_arn(target["Arn"])
    except ArnParseError as problem:
        raise Failed("INVALID_PARAMETER", str(problem)) from problem
    if spec.service == "events" and spec.resource.startswith("api-destination/"):
        return eventbridge._invoke_target(target, event, rule)
    deliverer = _DELIVERERS.get(spec.service)
    if deliverer is None:
        raise Failed("NOT_SUPPORTED", f"the local EventBridge does not deliver to {target['Arn']}")
    try:
        deliverer(spec, target, event, rule, payload)
    except authority.Denied as denied:
        raise Failed("NO_PERMISSIONS", str(denied)) from denied


def _struck(action: str, account: str) -> None:
    fault = faults.strike_now(action, account, SERVICE)
    if fault:
        ledger.record(SERVICE, action, "*", account, get_region(), f"{fault.code}: {fault.message}")
        raise Failed(fault.code, fault.message, retry=True)


def _source(rule: dict) -> str:
    return eventbridge._rule_arn(rule["Name"], rule.get("EventBusName", "default"))


def _to_queue(spec, target, _event, rule, payload) -> None:
    send_to_queue(str(spec), payload, _source(rule), (target.get("SqsParameters") or {}).get("MessageGroupId"))


def send_to_queue(arn: str, body: str, source_arn: str, group: str | None = None, attributes=None) -> None:
    """Put a message on a queue as EventBridge, if the queue's policy and its key's policy let it."""
    queue = sqs._queue_by_arn(arn)
    if queue is None:
        raise Failed("RESOURCE_NOT_FOUND", f"there is no queue {arn}")
    _struck("sqs:SendMessage", arn.split(":")[4])
    account = get_account_id()
    authority.service_allowed(queue["attributes"].get("Policy"), SERVICE, "sqs:SendMessage", arn, source_arn, account)
    key = queue["attributes"].get("KmsMasterKeyId")
    encryption.service_may_use(key, arn, SERVICE, source_arn, account)
    queues.append(queue, body, group=group, attributes=attributes)


def _to_topic(spec, _target, _event, rule, payload) -> None:
    topic = sns._topic_by_arn_any_scope(str(spec))
    if topic is None:
        raise Failed("RESOURCE_NOT_FOUND", f"there is no topic {spec}")
    _struck("sns:Publish", spec.account_id)
    attributes, source, account = topic.get("attributes", {}), _source(rule), get_account_id()
    authority.service_allowed(attributes.get("Policy"), SERVICE, "sns:Publish", str(spec), source, account)
    encryption.service_may_use(attributes.get("KmsMasterKeyId"), str(spec), SERVICE, source, account)
    with request_scope(spec.account_id, spec.region):
        sns.publish_internal(str(spec), payload, "")


def _to_function(spec, _target, _event, rule, payload) -> None:
    with request_scope(spec.account_id, spec.region):
        function, config, _ = lambda_svc._get_func_record_for_ref(str(spec))
    if not function:
        raise Failed("RESOURCE_NOT_FOUND", f"there is no function {spec}")
    _struck("lambda:InvokeFunction", spec.account_id)
    authority.service_allowed(function.get("policy"), SERVICE, "lambda:InvokeFunction", str(spec), _source(rule),
                              get_account_id())
    with request_scope(spec.account_id, spec.region):
        lambda_svc.invoke_async_with_retry(lambda_svc._execution_record_for_config(function, config),
                                           json.loads(payload))


def _to_state_machine(spec, target, event, _rule, payload) -> None:
    if stepfunctions._resolve_state_machine_arn(str(spec)) is None:
        raise Failed("RESOURCE_NOT_FOUND", f"there is no state machine {spec}")
    _struck("states:StartExecution", spec.account_id)
    role = target.get("RoleArn") or ""
    _assume(role, target)
    authority.role_allowed(role, event["EventId"].replace("-", ""), "states:StartExecution", str(spec))
    stepfunctions._start_execution({"stateMachineArn": str(spec), "input": payload})


def _assume(role_arn: str, target: dict) -> None:
    if not role_arn or not authority.trusts_service(role_arn, SERVICE, "", get_account_id()):
        raise Failed("NO_PERMISSIONS", f"{SERVICE} may not assume {role_arn or 'any role'} for {target['Arn']}")


def _to_bus(spec, target, event, rule, _payload_text) -> None:
    bus, here = spec.resource.split("/", 1)[1], (get_account_id(), get_region())
    if event["Account"] != here[0] and spec.account_id != here[0]:
        # A bus that received an event from another account does not send it on to a third.
        raise Failed("NOT_SUPPORTED", f"the event came from {event['Account']} and is not sent on to {spec.account_id}")
    _struck("events:PutEvents", spec.account_id)
    caller = SERVICE
    if target.get("RoleArn"):
        role, session = target["RoleArn"], event["EventId"].replace("-", "")
        _assume(role, target)
        authority.role_allowed(role, session, "events:PutEvents", str(spec))
        caller = f"arn:aws:sts::{role.split(':')[4]}:assumed-role/{role.rsplit('/', 1)[-1]}/{session}"
    elif (spec.account_id, spec.region) != here:
        raise Failed("NO_PERMISSIONS", f"the target {spec} has no role")
    passed = [*(event.get("_DispatchPath") or []), eventbridge._rule_key(rule["Name"], rule["EventBusName"])]
    same_region = (spec.account_id, spec.region) == here
    admit({**event, "EventBusName": bus, "_DispatchPath": passed if same_region else []}, caller, spec.account_id,
          spec.region, bus)


def admit(event: dict, caller: str, account: str, region: str, bus: str) -> None:
    """Put an event on a bus, which for another account's needs that bus's policy to let the caller.

    The event keeps the account and region it comes from. Raises authority.Denied or Failed.
    """
    source_account = caller.split(":")[4] if caller.startswith("arn:") else get_account_id()
    arn = f"arn:aws:events:{region}:{account}:event-bus/{bus}"
    with request_scope(account, region):
        eventbridge._ensure_default_bus()
        if bus not in eventbridge._event_buses:
            raise Failed("RESOURCE_NOT_FOUND", f"there is no event bus {arn}")
        policy = eventbridge._event_bus_policies.get(bus)
    if account != source_account:
        context = iam_evaluator.EvalContext(
            principal_arn=caller, principal_type="AssumedRole", principal_account=source_account,
            action="events:PutEvents", resource_arn=arn, region=region,
            service_context={"events:source": event["Source"], "events:detail-type": event["DetailType"]},
        )
        allowed = iam_evaluator.evaluate_resource_policy(bus_policy(policy), context).decision == "Allow"
        message = None if allowed else f"AccessDeniedException: the policy of {arn} does not admit {caller}"
        ledger.record(caller, "events:PutEvents", arn, account, region, message, not allowed)
        if not allowed:
            raise authority.Denied(message)
    with request_scope(account, region):
        stored = {**event, "EventBusName": bus}
        eventbridge._events_log_list().append(stored)
        eventbridge._dispatch_event(stored)
        eventbridge._archive_event({k: v for k, v in stored.items() if k != "_DispatchPath"})


def bus_policy(policy: dict | None) -> dict:
    """The bus's policy with what PutPermission stores in its own words put in those of a policy."""
    statements = []
    for statement in (policy or {}).get("Statement", []):
        condition, principal = statement.get("Condition") or {}, statement.get("Principal")
        if "Key" in condition:
            condition = {condition["Type"]: {condition["Key"]: condition["Value"]}}
        if isinstance(principal, str) and principal != "*":
            principal = {"AWS": principal}
        statements.append({**statement, "Condition": condition, "Principal": principal})
    return {"Version": "2012-10-17", "Statement": statements}


def _give_up(target: dict, event: dict, rule: dict, failure: Failed, attempts: int) -> None:
    queue = (target.get("DeadLetterConfig") or {}).get("Arn")
    eventbridge.logger.warning("EventBridge: %s not delivered to %s: %s", event["EventId"], target["Arn"], failure)
    if not queue:
        return
    values = {
        "RULE_ARN": _source(rule), "TARGET_ARN": target["Arn"], "ERROR_CODE": failure.code,
        "ERROR_MESSAGE": str(failure), "RETRY_ATTEMPTS": str(attempts),
        **({"EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts"} if failure.retry else {}),
    }
    attributes = {name: {"DataType": "String", "StringValue": value} for name, value in values.items()}
    whole = json.dumps(eventbridge._pattern_event_view(event).event_with_detail())
    try:
        send_to_queue(queue, whole, _source(rule), attributes=attributes)
    except (Failed, authority.Denied) as lost:
        eventbridge.logger.error("EventBridge: %s is lost, its dead-letter queue too failed: %s", event["EventId"], lost)


_DELIVERERS = {"sqs": _to_queue, "sns": _to_topic, "lambda": _to_function, "states": _to_state_machine,
               "events": _to_bus}
