"""Policy evaluation, where ministack's differs from AWS's."""

import re
from contextvars import ContextVar

from ministack import app
from ministack.core import iam_evaluator
from ministack.services import iam as iam_store

from . import membership

_ACCOUNT = re.compile(r"\d{12}")


def install() -> None:
    _requests_arrive_over_tls()
    _organisation_keys()
    iam_evaluator._principal_matches = principal_matches


def _requests_arrive_over_tls() -> None:
    """The emulator speaks plain HTTP on the loopback address; policies that insist on TLS are the product's and stay.

    Every request is therefore presented to the evaluator as the TLS request it would be on AWS.
    """
    pin = iam_evaluator.pin_request_origin
    app.pin_request_origin = lambda source_ip, _secure: pin(source_ip, True)
    # Calls between services start in threads of their own, where nothing was pinned.
    iam_evaluator._request_origin = ContextVar("firebreak_request_origin", default=("127.0.0.1", True))


def _organisation_keys() -> None:
    """ministack gives each account an organisation of its own; condition keys have to come from the one there is.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html: both keys are absent for
    principals outside an organisation, and for service principals.
    """
    resolve = iam_evaluator._resolve_condition_key

    def resolved(key, ctx):
        lowered = key.lower()
        if lowered == "aws:principalorgid":
            return membership.organization_id_of(ctx.principal_account)
        if lowered == "aws:principalorgpaths":
            path = membership.organization_path_of(ctx.principal_account)
            return [path] if path else None
        if lowered == "aws:resourceorgid":
            owner = iam_evaluator._account_from_arn(ctx.resource_arn) or ctx.principal_account
            return membership.organization_id_of(owner)
        if lowered == "aws:principalarn":
            return role_of_session(ctx.principal_arn)
        if lowered == "aws:principalisawsservice":
            return str(ctx.principal_type == "AWSService").lower()
        return resolve(key, ctx)

    iam_evaluator._resolve_condition_key = resolved
    iam_evaluator._principal_org_id = membership.organization_id_of


def role_of_session(caller_arn: str) -> str:
    """What aws:PrincipalArn is: for a session the ARN of its role, with the role's path; else the caller's own ARN."""
    if ":assumed-role/" not in caller_arn:
        return caller_arn
    partition, account = caller_arn.split(":")[1], caller_arn.split(":")[4]
    name = caller_arn.split(":assumed-role/", 1)[1].split("/")[0]
    role = iam_store._roles.get_scoped(account, None, name)
    return role["Arn"] if role else f"arn:{partition}:iam::{account}:role/{name}"


def principal_matches(principal, caller_arn: str) -> bool:
    """Whether a policy's Principal names the caller.

    ministack matches wildcards inside an ARN, which AWS does not
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html), and takes the root
    user of an account for any service, which would let root assume every Lambda role.
    """
    if principal == "*":
        return True
    if not isinstance(principal, dict):
        return False
    named = principal.get("AWS", [])
    return any(_names(p, caller_arn) for p in ([named] if isinstance(named, str) else named))


def _names(principal: str, caller_arn: str) -> bool:
    if principal in ("*", caller_arn):
        return True
    account = caller_arn.split(":")[4] if caller_arn.count(":") >= 5 else ""
    if _ACCOUNT.fullmatch(principal):
        return principal == account
    if principal.endswith(":root"):
        return principal.split(":")[4] == account
    if ":role/" in principal and ":assumed-role/" in caller_arn:
        role = caller_arn.split(":assumed-role/", 1)[1].split("/")[0]
        return principal.split(":")[4] == account and principal.rsplit("/", 1)[-1] == role
    return False
