"""AWS Organizations: the one organisation of the management account, seen from every account as AWS shows it.

ministack gives each account that asks an organisation of its own. Here every call acts in the management account's,
and who may ask what is checked first: https://docs.aws.amazon.com/organizations/latest/APIReference/ says of each
action whether only the management account, or a delegated administrator too, can call it.
"""

import json
import time

from ministack import app
from ministack.core.responses import error_response_json, get_account_id, get_region, new_uuid, request_scope
from ministack.services import iam as iam_store
from ministack.services import organizations as store

from . import control, membership, organizations_admin

# What any member may ask.
OPEN_TO_MEMBERS = frozenset({"DescribeOrganization", "LeaveOrganization", "ListHandshakesForAccount"})
# An account is made in the background; long enough that a caller who does not wait is found out.
CREATION_SECONDS = 0.3
PAGE = 20
ACCESS_ROLE = "OrganizationAccountAccessRole"

_next_account_ids: list[str] = []


def install() -> None:
    store._ensure_org = lambda: None  # an organisation exists once CreateOrganization made it
    store._DISPATCH.update(
        CreateOrganization=_create_organization,
        CreateAccount=_create_account,
        DescribeCreateAccountStatus=_describe_create_account_status,
        CloseAccount=_close_account,
        CreateOrganizationalUnit=_checked_unit(store._create_organizational_unit),
        DeleteOrganizationalUnit=_checked_unit_removal(store._delete_organizational_unit),
        ListAccountsForParent=_checked_parent(store._list_accounts_for_parent),
        ListOrganizationalUnitsForParent=_checked_parent(store._list_organizational_units_for_parent),
        ListChildren=_list_children,
        UpdateOrganizationalUnit=_update_unit,
        RemoveAccountFromOrganization=_remove_account,
        **organizations_admin.OPERATIONS,
    )
    app.SERVICE_HANDLERS["organizations"] = handle_request


async def handle_request(method, path, headers, body, query_params):
    operation = (headers.get("x-amz-target") or "").partition(".")[2]
    payload = json.loads(body or b"{}")
    caller, manager = get_account_id(), membership.management_account()
    if operation not in store._DISPATCH:
        return error_response_json("InvalidInputException", f"Operation {operation} is not known here", 400)
    if operation == "CreateOrganization":
        if caller != manager:
            return error_response_json(
                "ConstraintViolationException", f"Only {manager} makes an organisation on this machine", 400)
    elif not membership.organization() or not membership.record(caller):
        return error_response_json(
            "AWSOrganizationsNotInUseException", "Your account is not a member of an organization.", 400)
    elif caller != manager and operation not in OPEN_TO_MEMBERS and not _delegated(caller, operation):
        return error_response_json(
            "AccessDeniedException", "You don't have permissions to access this resource.", 400)
    with request_scope(manager, get_region()):
        return _paged(payload, store._DISPATCH[operation](payload))


def _delegated(account: str, operation: str) -> bool:
    return operation.startswith(("List", "Describe")) and organizations_admin.is_administrator(account)


def _paged(payload: dict, answer: tuple) -> tuple:
    """AWS answers in pages of at most 20; a caller that reads only the first has to miss something here as well."""
    status, headers, body = answer
    parsed = json.loads(body)
    lists = [key for key, value in parsed.items() if isinstance(value, list)]
    if status != 200 or len(lists) != 1 or lists[0] == "Tags":
        return answer
    start = int(payload.get("NextToken") or 0)
    end = start + min(int(payload.get("MaxResults") or PAGE), PAGE)
    if end < len(parsed[lists[0]]):
        parsed["NextToken"] = str(end)
    parsed[lists[0]] = parsed[lists[0]][start:end]
    return status, headers, json.dumps(parsed).encode()


_make_organization = store._ensure_org


def _create_organization(payload):
    if membership.organization():
        return error_response_json(
            "AlreadyInOrganizationException", "The AWS account is already a member of an organization.", 400)
    _make_organization()
    store._orgs["self"]["FeatureSet"] = payload.get("FeatureSet", "ALL")
    manager = store._accounts[get_account_id()]
    manager.update(Name="management", State="ACTIVE", JoinedTimestamp=time.time())
    manager.pop("Path", None)
    return store._describe_organization(payload)


@control.route("PUT", "organizations/next-account-ids")
def _set_next_account_ids(payload: dict) -> dict:
    """Ids that the next accounts get, in order: AWS chooses them at random, a reproducible world does not."""
    _next_account_ids[:] = payload["ids"]
    return {"ids": _next_account_ids}


def _create_account(payload):
    if any(a["Email"] == payload.get("Email") and a["Status"] == "ACTIVE" for a in store._accounts.values()):
        return _creation_failed(payload, "EMAIL_ALREADY_EXISTS")
    known = set(store._accounts.keys())
    status, headers, body = _make_account(payload)
    if status != 200:
        return status, headers, body
    created = json.loads(body)["CreateAccountStatus"]
    (made,) = set(store._accounts.keys()) - known
    account_id = _next_account_ids.pop(0) if _next_account_ids else made
    _rename_account(made, account_id)
    record = store._accounts[account_id]
    record.update(State="ACTIVE", JoinedTimestamp=time.time())
    record.pop("Path", None)
    _create_access_role(account_id, payload.get("RoleName") or ACCESS_ROLE)
    request = {**created, "AccountId": account_id, "_ReadyAt": time.time() + CREATION_SECONDS}
    store._create_statuses[created["Id"]] = request
    return store._json(200, {"CreateAccountStatus": _creation_view(request)})


_make_account = store._create_account


def _creation_failed(payload, reason):
    request = {"Id": f"car-{new_uuid().replace('-', '')}", "AccountName": payload.get("AccountName"), "State": "FAILED",
               "FailureReason": reason, "RequestedTimestamp": time.time(), "_ReadyAt": 0.0}
    store._create_statuses[request["Id"]] = request
    return store._json(200, {"CreateAccountStatus": _creation_view(request)})


def _rename_account(made: str, wanted: str) -> None:
    record = store._accounts.pop(made)
    record["Id"] = wanted
    record["Arn"] = record["Arn"].rsplit("/", 1)[0] + f"/{wanted}"
    store._accounts[wanted] = record
    tags = store._tags.pop(made, None)
    if tags:
        store._tags[wanted] = tags
    attached = store._attachments[store.FULL_ACCESS_POLICY_ID]
    store._attachments[store.FULL_ACCESS_POLICY_ID] = [wanted if target == made else target for target in attached]


def _creation_view(request: dict) -> dict:
    shown = {key: value for key, value in request.items() if not key.startswith("_")}
    if shown["State"] == "SUCCEEDED" and time.time() < request["_ReadyAt"]:
        shown["State"] = "IN_PROGRESS"
        for later in ("AccountId", "CompletedTimestamp"):
            shown.pop(later, None)
    return shown


def _describe_create_account_status(payload):
    request = store._create_statuses.get(payload.get("CreateAccountRequestId") or "")
    if request is None:
        return error_response_json("CreateAccountStatusNotFoundException",
                                   "We can't find a create account request with that id.", 400)
    return store._json(200, {"CreateAccountStatus": _creation_view(request)})


def _create_access_role(account_id: str, name: str) -> None:
    """https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access.html"""
    trust = {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"AWS": f"arn:aws:iam::{membership.management_account()}:root"}}]}
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    iam_store._roles.set_scoped(account_id, None, name, {
        "RoleName": name, "Arn": f"arn:aws:iam::{account_id}:role/{name}", "RoleId": iam_store._gen_id("AROA"),
        "CreateDate": iam_store._now(), "Path": "/", "AssumeRolePolicyDocument": json.dumps(trust),
        "Description": "", "MaxSessionDuration": 3600, "PermissionsBoundary": None, "AttachedPolicies": [],
        "InlinePolicies": {"AdministratorAccess": json.dumps(everything)}, "Tags": [],
    })


_suspend_account = store._close_account


def _close_account(payload):
    if payload.get("AccountId") == membership.management_account():
        return error_response_json(
            "ConstraintViolationException", "You can't close the management account of an organization.", 400)
    answer = _suspend_account(payload)
    if answer[0] == 200:
        store._accounts[payload["AccountId"]]["State"] = "SUSPENDED"
    return answer


def _remove_account(payload):
    account_id = payload.get("AccountId")
    if account_id not in store._accounts:
        return error_response_json("AccountNotFoundException", f"We can't find the account {account_id}.", 400)
    if account_id == membership.management_account():
        return error_response_json("MasterCannotLeaveOrganizationException", "Delete the organization instead.", 400)
    store._accounts.pop(account_id)
    return store._json(200, {})


def _is_parent(parent_id) -> bool:
    return parent_id in store._roots or parent_id in store._ous


def _parent_missing(parent_id):
    return error_response_json("ParentNotFoundException", f"We can't find a root or OU with the id {parent_id}.", 400)


def _checked_parent(operation):
    def checked(payload):
        parent_id = payload.get("ParentId")
        return operation(payload) if _is_parent(parent_id) else _parent_missing(parent_id)

    return checked


def _checked_unit(operation):
    def checked(payload):
        parent_id, name = payload.get("ParentId"), payload.get("Name")
        if not _is_parent(parent_id):
            return _parent_missing(parent_id)
        if any(unit["_ParentId"] == parent_id and unit["Name"] == name for unit in store._ous.values()):
            return error_response_json(
                "DuplicateOrganizationalUnitException", f"An OU with the name {name} exists there already.", 400)
        return operation(payload)

    return checked


def _checked_unit_removal(operation):
    def checked(payload):
        unit_id = payload.get("OrganizationalUnitId")
        children = [*store._ous.values(), *store._accounts.values()]
        if any(child["_ParentId"] == unit_id for child in children):
            return error_response_json("OrganizationalUnitNotEmptyException", f"{unit_id} is not empty.", 400)
        return operation(payload)

    return checked


def _list_children(payload):
    parent_id = payload.get("ParentId")
    if not _is_parent(parent_id):
        return _parent_missing(parent_id)
    kind = payload.get("ChildType")
    records = store._accounts if kind == "ACCOUNT" else store._ous
    found = [{"Id": r["Id"], "Type": kind} for r in records.values() if r["_ParentId"] == parent_id]
    return store._json(200, {"Children": found})


def _update_unit(payload):
    unit = store._ous.get(payload.get("OrganizationalUnitId") or "")
    if unit is None:
        return error_response_json("OrganizationalUnitNotFoundException", "We can't find that OU.", 400)
    unit["Name"] = payload.get("Name") or unit["Name"]
    return store._json(200, {"OrganizationalUnit": store._public_ou(unit)})
