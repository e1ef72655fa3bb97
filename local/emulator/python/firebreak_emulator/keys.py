"""KMS across accounts: a key is used by its ARN from another account, where its policy and the caller's both allow it.

ministack looks for keys in the caller's account only.
"""

from ministack.core.arn import ArnParseError, parse_arn
from ministack.services import kms


def install() -> None:
    own = kms._resolve_key

    def resolve(key_id_or_arn):
        return own(key_id_or_arn) or _foreign(key_id_or_arn)

    kms._resolve_key = resolve
    kms.key_policy_for_arn = key_policy


def key_policy(resource_arn: str) -> tuple[str, str] | None:
    """A key's policy and the account that owns it."""
    key = kms._resolve_key(resource_arn)
    return (key.get("Policy") or "", key["Arn"].split(":")[4]) if key else None


def _foreign(reference) -> dict | None:
    try:
        spec = parse_arn(reference)
    except (ArnParseError, TypeError, AttributeError):
        return None
    if spec.service != "kms":
        return None
    key_id = spec.resource.removeprefix("key/")
    if spec.resource.startswith("alias/"):
        key_id = kms._aliases.get_scoped(spec.account_id, spec.region, reference)
    return kms._keys.get_scoped(spec.account_id, spec.region, key_id) if key_id else None
