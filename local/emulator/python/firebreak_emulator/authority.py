"""May a service, or a role that a service has assumed, do what it is about to do? Every answer is in the ledger."""

import json
import time

from ministack.core import iam_evaluator as iam
from ministack.core.responses import get_account_id, get_region
from ministack.services import iam as iam_store

from . import ledger


class Denied(Exception):
    """The call is refused; the message is worded as AWS words it."""


def role_of(role_arn: str) -> dict | None:
    """The record of a role, in the account its ARN names."""
    if role_arn.count(":") < 5 or ":role/" not in role_arn:
        return None
    return iam_store._roles.get_scoped(role_arn.split(":")[4], None, role_arn.rsplit("/", 1)[-1])


def trusts_service(role_arn: str, service: str, source_arn: str = "", source_account: str = "") -> bool:
    """Whether a role's trust policy lets a service principal assume it.

    ministack never asks: it runs functions and state machines under any role that exists.
    """
    role = role_of(role_arn)
    if role is None:
        return False
    statements = json.loads(role["AssumeRolePolicyDocument"] or "{}").get("Statement", [])
    context = _service_context(service, "sts:AssumeRole", role_arn, source_arn, source_account)
    allowed = False
    for statement in [statements] if isinstance(statements, dict) else statements:
        actions = statement.get("Action", [])
        applies = (iam._action_matches("sts:AssumeRole", [actions] if isinstance(actions, str) else actions, [])
                   and _names_service(statement.get("Principal"), service)
                   and iam._conditions_met(statement.get("Condition") or {}, context))
        if applies and statement.get("Effect") == "Deny":
            return False
        allowed = allowed or (applies and statement.get("Effect") == "Allow")
    return allowed


def _names_service(principal, service: str) -> bool:
    return principal == "*" or iam._service_principal_matches(principal, service)


def _service_context(service, action, resource, source_arn, source_account) -> iam.EvalContext:
    keys = {"aws:sourcearn": source_arn, "aws:sourceaccount": source_account, "aws:sourceowner": source_account,
            "aws:principalservicename": service}
    return iam.EvalContext(principal_arn=service, principal_type="AWSService", principal_account="", action=action,
                           resource_arn=resource, region=get_region(),
                           service_context={name: value for name, value in keys.items() if value})


def service_allowed(policy, service: str, action: str, resource: str, source_arn: str, source_account: str) -> None:
    """Raise Denied unless a resource's own policy lets the service act on it for the source.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html: a service principal has
    no identity policy, so nothing else can allow it.
    """
    started = time.time()
    context = _service_context(service, action, resource, source_arn, source_account)
    allowed = iam.evaluate_resource_policy(policy or {}, context, service=service).decision == "Allow"
    message = f"{service} is not authorized to perform: {action} on resource: {resource} for {source_arn}"
    owner = resource.split(":")[4] if resource.count(":") >= 5 else ""
    ledger.record(service, action, resource, owner or get_account_id(), get_region(),
                  None if allowed else f"AccessDenied: {message}", not allowed, started)
    if not allowed:
        raise Denied(message)


def role_allowed(role_arn: str, session: str, action: str, resource: str, context: dict | None = None) -> None:
    """Raise Denied unless the role, and the resource's own policy where it has one, allow the action."""
    started = time.time()
    account, name = role_arn.split(":")[4], role_arn.rsplit("/", 1)[-1]
    principal = f"arn:aws:sts::{account}:assumed-role/{name}/{session}"
    request = iam.EvalContext(
        principal_arn=principal, principal_type="AssumedRole", principal_account=account, action=action,
        resource_arn=resource, region=get_region(),
        service_context={key.lower(): value for key, value in (context or {}).items()},
        principal_keys={"aws:userid": f"{name}:{session}"},
    )
    limits = iam._permissions_boundary(iam_store._roles, name, account)
    result = iam.evaluate(request, iam._gather_role_policies(name, account), *limits)
    service = action.split(":")[0]
    found = iam._resource_policy(service, resource)
    if found is not None:
        result = iam.combine_resource_policy(result, request, *found, required=service in iam._POLICY_REQUIRED,
                                             limits=tuple(limits))
    allowed = result.decision == "Allow"
    reason = "with an explicit deny" if result.decision == "Deny" else f"because no policy allows the {action} action"
    message = f"User: {principal} is not authorized to perform: {action} on resource: {resource} {reason}"
    ledger.record(principal, action, resource, account, get_region(),
                  None if allowed else f"AccessDenied: {message}", not allowed, started)
    if not allowed:
        raise Denied(message)
