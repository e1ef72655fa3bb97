"""Which organisation an account belongs to: one organisation, the management account's, seen from every account."""

from ministack.services import organizations as store

from . import settings


def management_account() -> str:
    return settings.load().management_account


def record(account_id: str) -> dict | None:
    """The organisation's record of an account, whatever its status."""
    return store._accounts.get_scoped(management_account(), None, account_id)


def organization() -> dict | None:
    return store._orgs.get_scoped(management_account(), None, "self")


def organization_id_of(account_id: str) -> str | None:
    """Id of the organisation the account is an active member of; None for anyone else's account, and closed ones."""
    found, member = organization(), record(account_id)
    return found["Id"] if found and member and member["Status"] == "ACTIVE" else None


def ancestors(child_id: str) -> list[str]:
    """Ids of everything above an account or organisational unit, the root first."""
    path: list[str] = []
    entry = record(child_id) or _unit(child_id)
    while entry:
        parent = entry["_ParentId"]
        path.insert(0, parent)
        entry = _unit(parent)
    return path


def _unit(unit_id: str) -> dict | None:
    return store._ous.get_scoped(management_account(), None, unit_id)


def organization_path_of(account_id: str) -> str | None:
    """`o-…/r-…/ou-…/`, as aws:PrincipalOrgPaths gives it."""
    organization_id = organization_id_of(account_id)
    if organization_id is None:
        return None
    return "/".join([organization_id, *ancestors(account_id)]) + "/"
