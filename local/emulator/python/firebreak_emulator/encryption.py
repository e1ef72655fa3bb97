"""A service that writes to something encrypted under a customer's key needs that key's policy to let it.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
"""

from ministack.core.responses import request_scope
from ministack.services import kms

from . import authority

NEEDED = ("kms:GenerateDataKey", "kms:Decrypt")


def service_may_use(key_id: str | None, resource_arn: str, service: str, source_arn: str, source_account: str) -> None:
    """Raise authority.Denied where the key that encrypts a resource does not let a service write to it.

    The keys that AWS manages let only principals of the account in, through the service, and no other service.
    """
    if not key_id:
        return
    if key_id.startswith("alias/aws/") or ":alias/aws/" in key_id:
        raise authority.Denied(f"{service} cannot use the AWS managed key {key_id} of {resource_arn}")
    _, _, _, region, account, *_ = resource_arn.split(":")
    with request_scope(account, region):
        key = kms._resolve_key(key_id)
    if key is None:
        raise authority.Denied(f"the key {key_id} of {resource_arn} does not exist")
    arn = kms._key_metadata(key)["Arn"]
    policy = kms.key_policy_for_arn(arn)
    for action in NEEDED:
        authority.service_allowed(policy[0] if policy else None, service, action, arn, source_arn, source_account)


def role_may_use(key_id: str | None, resource_arn: str, role_arn: str, session: str, actions: tuple) -> None:
    """As above, for a role that a service has assumed."""
    if not key_id or key_id.startswith("alias/aws/"):
        return
    _, _, service, region, account, *_ = resource_arn.split(":")
    with request_scope(account, region):
        key = kms._resolve_key(key_id)
    if key is None:
        raise authority.Denied(f"the key {key_id} of {resource_arn} does not exist")
    for action in actions:
        authority.role_allowed(role_arn, session, action, kms._key_metadata(key)["Arn"],
                               {"kms:ViaService": f"{service}.{region}.amazonaws.com"})
