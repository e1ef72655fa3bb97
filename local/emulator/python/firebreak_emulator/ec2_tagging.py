"""ec2:CreateTags, for tags given when something is made. AWS asks for it beside the action itself, on each resource type
that is tagged, with the action in the condition key ec2:CreateAction; ministack does not.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
"""

import functools

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import ec2

from . import ledger
from .ec2_authorization import _arn


def install() -> None:
    for action, operation in list(ec2._ACTION_MAP.items()):
        if action not in ("CreateTags", "DeleteTags"):
            ec2._ACTION_MAP[action] = _guarded(action, operation)


def _guarded(action: str, operation):
    @functools.wraps(operation)
    def guarded(p):
        call = ledger.current.get()
        for kind in tagged_types(p) if call is not None else []:
            arn = _arn(kind, "*", get_region(), get_account_id())
            if iam_evaluator.enforce(call.access_key, "ec2:CreateTags", "ec2", get_region(), arn,
                                     {"ec2:CreateAction": action}):
                return ec2._error(
                    "UnauthorizedOperation",
                    f"You are not authorized to perform this operation. User: {iam_evaluator.caller_arn()} is not "
                    f"authorized to perform: ec2:CreateTags on resource: {arn} because no identity-based policy allows "
                    "the ec2:CreateTags action", 403)
        return operation(p)

    return guarded


def tagged_types(p: dict) -> list[str]:
    """Resource types that the request tags."""
    kinds = []
    number = 1
    while kind := ec2._p(p, f"TagSpecification.{number}.ResourceType"):
        if ec2._p(p, f"TagSpecification.{number}.Tag.1.Key"):
            kinds.append(kind)
        number += 1
    return kinds
