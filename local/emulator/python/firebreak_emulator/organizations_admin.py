"""Delegated administrators and trusted access of the organisation, which ministack lacks."""

import time

from ministack.core.responses import AccountScopedDict, error_response_json
from ministack.services import organizations as store

from . import membership

_administrators = AccountScopedDict()  # account id -> {service principal: epoch seconds}
_trusted = AccountScopedDict()  # service principal -> epoch seconds


def is_administrator(account_id: str) -> bool:
    """Whether the account is delegated administrator of any service."""
    return bool(_administrators.get_scoped(membership.management_account(), None, account_id))


def _register(payload):
    account_id, service = payload.get("AccountId"), payload.get("ServicePrincipal")
    account = store._accounts.get(account_id)
    if account is None:
        return error_response_json("AccountNotFoundException", f"We can't find the account {account_id}.", 400)
    if account_id == membership.management_account():
        return error_response_json(
            "ConstraintViolationException",
            "You cannot register master account/yourself as delegated administrator for your organization.", 400)
    if service in _administrators.setdefault(account_id, {}):
        return error_response_json(
            "AccountAlreadyRegisteredException", f"{account_id} is registered for {service} already.", 400)
    _administrators[account_id][service] = time.time()
    return store._json(200, {})


def _deregister(payload):
    services = _administrators.get(payload.get("AccountId"))
    if not services or payload.get("ServicePrincipal") not in services:
        return error_response_json(
            "AccountNotRegisteredException",
            f"{payload.get('AccountId')} is not registered for {payload.get('ServicePrincipal')}.", 400)
    services.pop(payload["ServicePrincipal"])
    if not services:
        _administrators.pop(payload["AccountId"])
    return store._json(200, {})


def _list_administrators(payload):
    wanted = payload.get("ServicePrincipal")
    found = []
    for account_id, services in _administrators.items():
        if services and (wanted is None or wanted in services):
            since = services[wanted] if wanted else min(services.values())
            found.append({**store._public_account(store._accounts[account_id]), "DelegationEnabledDate": since})
    return store._json(200, {"DelegatedAdministrators": found})


def _list_services(payload):
    services = _administrators.get(payload.get("AccountId"))
    if not services:
        return error_response_json(
            "AccountNotRegisteredException", f"{payload.get('AccountId')} is not a delegated administrator.", 400)
    found = [{"ServicePrincipal": name, "DelegationEnabledDate": since} for name, since in services.items()]
    return store._json(200, {"DelegatedServices": found})


def _enable_access(payload):
    if not payload.get("ServicePrincipal"):
        return error_response_json("InvalidInputException", "ServicePrincipal is required", 400)
    _trusted.setdefault(payload["ServicePrincipal"], time.time())
    return store._json(200, {})


def _disable_access(payload):
    _trusted.pop(payload.get("ServicePrincipal"), None)
    return store._json(200, {})


def _list_access(_payload):
    found = [{"ServicePrincipal": name, "DateEnabled": since} for name, since in _trusted.items()]
    return store._json(200, {"EnabledServicePrincipals": found})


OPERATIONS = {
    "RegisterDelegatedAdministrator": _register,
    "DeregisterDelegatedAdministrator": _deregister,
    "ListDelegatedAdministrators": _list_administrators,
    "ListDelegatedServicesForAccount": _list_services,
    "EnableAWSServiceAccess": _enable_access,
    "DisableAWSServiceAccess": _disable_access,
    "ListAWSServiceAccessForOrganization": _list_access,
}
