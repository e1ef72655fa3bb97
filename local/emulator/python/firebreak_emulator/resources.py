"""The resource a call is checked against, where ministack takes another than AWS or none.

https://docs.aws.amazon.com/service-authorization/latest/reference/ names the resource types of every action.
"""

import json

from ministack.core import iam_actions
from ministack.services import iam as iam_store
from ministack.services import kms

from . import membership

_PROFILE_ACTIONS = frozenset({
    "AddRoleToInstanceProfile", "CreateInstanceProfile", "DeleteInstanceProfile", "GetInstanceProfile",
    "ListInstanceProfileTags", "RemoveRoleFromInstanceProfile", "TagInstanceProfile", "UntagInstanceProfile",
})


def install() -> None:
    extract = iam_actions.extract_resource_arn

    def extracted(service, method, path, headers, body, query_params, region, account_id):
        found = extract(service, method, path, headers, body, query_params, region, account_id)
        if service == "iam":
            return _instance_profile(query_params, account_id) or found
        if service == "kms" and ":alias/" in found:
            return _key_behind(found) or found
        if service == "organizations":
            return _member_account(headers, body) or found
        return found

    iam_actions.extract_resource_arn = extracted


def _instance_profile(query_params: dict, account_id: str) -> str | None:
    if _first(query_params, "Action") not in _PROFILE_ACTIONS:
        return None
    name = _first(query_params, "InstanceProfileName")
    profile = iam_store._instance_profiles.get_scoped(account_id, None, name)
    return profile["Arn"] if profile else f"arn:aws:iam::{account_id}:instance-profile/{name}"


def _first(query_params: dict, name: str):
    value = query_params.get(name)
    return value[0] if isinstance(value, list) else value


def _key_behind(alias_arn: str) -> str | None:
    """Using a key by an alias is allowed or not on the key itself; only what changes aliases names them."""
    key = kms._resolve_key(alias_arn)
    return key["Arn"] if key else None


def _member_account(headers: dict, body: bytes) -> str | None:
    """Accounts belong to the management account's organisation, whichever account asks."""
    if not (headers.get("x-amz-target") or "").endswith(("DescribeAccount", "CloseAccount", "MoveAccount")):
        return None
    record = membership.record(json.loads(body or b"{}").get("AccountId") or "")
    return record["Arn"] if record else None
