"""iam:PassRole, and the trust of the role that is passed: whoever gives a role to a service must be allowed to, and the
service must be allowed to assume it. ministack checks neither.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

import functools

from ministack.core import iam_evaluator
from ministack.core.responses import error_response_json, get_account_id, get_region
from ministack.services import ec2, eventbridge, lambda_svc, stepfunctions
from ministack.services import iam as iam_store

from . import authority, ledger


def install() -> None:
    lambda_svc._create_function = _guarded(lambda_svc._create_function, lambda data: data.get("Role"), _LAMBDA)
    lambda_svc._update_config = _guarded(lambda_svc._update_config, lambda _name, data: data.get("Role"), _LAMBDA)
    for name in ("_create_state_machine", "_update_state_machine"):
        guarded = _guarded(getattr(stepfunctions, name), lambda data: data.get("roleArn"), _STATES)
        setattr(stepfunctions, name, guarded)
    eventbridge._put_targets = _guard_targets(eventbridge._put_targets)
    for action, parameter in {
        "RunInstances": "IamInstanceProfile",
        "AssociateIamInstanceProfile": "IamInstanceProfile",
        "ReplaceIamInstanceProfileAssociation": "IamInstanceProfile",
    }.items():
        ec2._ACTION_MAP[action] = _guard_profile(ec2._ACTION_MAP[action], parameter)


def refusal(role_arn: str, service: str) -> str | None:
    """Why the caller of the request being served may not pass the role to the service; None where it may."""
    call = ledger.current.get()
    if call is None:
        return None  # not a request of a principal: the emulator itself
    if role_arn.split(":")[4] != get_account_id():
        return "Cross-account pass role is not allowed."
    denied = iam_evaluator.enforce(call.access_key, "iam:PassRole", "iam", get_region(), role_arn,
                                   {"iam:PassedToService": service})
    if denied is None:
        ledger.record(iam_evaluator.caller_arn(), "iam:PassRole", role_arn, call.account, call.region)
        return None
    message = (f"User: {iam_evaluator.caller_arn()} is not authorized to perform: iam:PassRole on resource: {role_arn} "
               "because no identity-based policy allows the iam:PassRole action")
    ledger.record(iam_evaluator.caller_arn(), "iam:PassRole", role_arn, call.account, call.region,
                  f"AccessDenied: {message}", denied=True)
    return message


_LAMBDA = ("lambda.amazonaws.com", "InvalidParameterValueException",
           "The role defined for the function cannot be assumed by Lambda.")
_STATES = ("states.amazonaws.com", "AccessDeniedException",
           "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume "
           "the provided role.")


def _guarded(operation, role_in, service_words):
    service, code, words = service_words

    @functools.wraps(operation)
    def guarded(*arguments):
        role_arn = role_in(*arguments)
        if role_arn and authority.role_of(role_arn):
            message = refusal(role_arn, service)
            if message:
                return error_response_json("AccessDeniedException", message, 403 if service.startswith("l") else 400)
            if not authority.trusts_service(role_arn, service, "", get_account_id()):
                return error_response_json(code, words, 400)
        return operation(*arguments)

    return guarded


def _guard_targets(operation):
    service = "events.amazonaws.com"

    @functools.wraps(operation)
    def guarded(data):
        for role_arn in {target["RoleArn"] for target in data.get("Targets", []) if target.get("RoleArn")}:
            message = refusal(role_arn, service)
            if message:
                return error_response_json("AccessDeniedException", message, 400)
            if not authority.trusts_service(role_arn, service, "", get_account_id()):
                return error_response_json(
                    "ValidationException", f"Provided role '{role_arn}' cannot be assumed by principal '{service}'.",
                    400)
        return operation(data)

    return guarded


def _guard_profile(operation, parameter: str):
    @functools.wraps(operation)
    def guarded(p):
        named = ec2._p(p, f"{parameter}.Arn") or ec2._p(p, f"{parameter}.Name")
        profile = iam_store._instance_profiles.get(named.rsplit("/", 1)[-1]) if named else None
        if named and profile is None:
            return ec2._error("InvalidParameterValue",
                              f"Value ({named}) for parameter iamInstanceProfile is invalid. "
                              "Invalid IAM Instance Profile", 400)
        for role in (profile or {}).get("Roles", []):
            message = refusal(iam_store._roles[role]["Arn"], "ec2.amazonaws.com")
            if message:
                return ec2._error("UnauthorizedOperation",
                                  f"You are not authorized to perform this operation. {message}", 403)
        return operation(p)

    return guarded
