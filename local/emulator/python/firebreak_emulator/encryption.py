"""A service that writes to something encrypted under a customer's key needs that key's policy to let it.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
"""

from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import kms, s3, sns, sqs

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


# What S3, SQS and SNS do with a customer's key in the name of whoever calls them.
_CALLERS = {
    "s3:PutObject": ("kms:GenerateDataKey",),
    "s3:GetObject": ("kms:Decrypt",),
    "sqs:SendMessage": ("kms:GenerateDataKey", "kms:Decrypt"),
    "sqs:ReceiveMessage": ("kms:Decrypt",),
    "sns:Publish": ("kms:GenerateDataKey", "kms:Decrypt"),
}


def caller_needs(action: str, resource_arn: str) -> list[tuple[str, str, dict]]:
    """Key actions that a call entails: (action, ARN of the key, the keys that conditions can ask for)."""
    if action not in _CALLERS or not resource_arn.startswith("arn:"):
        return []
    service = action.split(":")[0]
    key_id, scope = _KEY_OF[service](resource_arn)
    if not key_id or "alias/aws/" in key_id:
        return []
    with request_scope(*scope):
        key = kms._resolve_key(key_id)
    if key is None:
        return []
    context = {"kms:ViaService": f"{service}.{scope[1]}.amazonaws.com", **_encryption_context(service, resource_arn, scope)}
    return [(needed, kms._key_metadata(key)["Arn"], context) for needed in _CALLERS[action]]


def _encryption_context(service: str, resource_arn: str, scope: tuple[str, str]) -> dict:
    """With a bucket key S3's encryption context is the bucket's ARN, else the object's.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
    """
    if service != "s3":
        return {}
    bucket_arn = resource_arn.split("/", 1)[0]
    with request_scope(*scope):
        settings = s3._bucket_encryption.get(bucket_arn.split(":::", 1)[1]) or ""
    bucket_key = "<BucketKeyEnabled>true<" in settings
    return {"kms:EncryptionContext:aws:s3:arn": bucket_arn if bucket_key else resource_arn}


def _key_of_bucket(arn: str) -> tuple[str | None, tuple[str, str]]:
    bucket, _, key = arn.split(":::", 1)[1].partition("/")
    owner = s3._bucket_owner_account(bucket)
    scope = (owner or get_account_id(), get_region())
    if owner is None:
        return None, scope
    with request_scope(*scope):
        headers, _ = s3._resolve_sse_write_headers({}, bucket)
        stored = (s3._buckets.get(bucket) or {}).get("objects", {}).get(key) or {}
    name = "x-amz-server-side-encryption-aws-kms-key-id"
    return (stored.get("preserved_headers") or {}).get(name) or headers.get(name), scope


def _key_of_queue(arn: str) -> tuple[str | None, tuple[str, str]]:
    queue = sqs._queue_by_arn(arn)
    return (queue or {"attributes": {}})["attributes"].get("KmsMasterKeyId"), (arn.split(":")[4], arn.split(":")[3])


def _key_of_topic(arn: str) -> tuple[str | None, tuple[str, str]]:
    topic = sns._topic_by_arn_any_scope(arn) or {}
    return (topic.get("attributes") or {}).get("KmsMasterKeyId"), (arn.split(":")[4], arn.split(":")[3])


_KEY_OF = {"s3": _key_of_bucket, "sqs": _key_of_queue, "sns": _key_of_topic}
