"""The agent writes a command's output to S3 with the permission of the instance's profile, and of nobody else."""

from ministack.core.responses import get_region, request_scope
from ministack.services import kms, s3, ssm

from . import authority


def store(command: dict, instance_id: str, role_arn: str | None, out: str, err: str) -> str:
    """Write both streams; what is refused is in the ledger, and fails no command, as on AWS. Returns their folder."""
    bucket = command["OutputS3BucketName"]
    prefix = command["OutputS3KeyPrefix"].strip("/")
    folder = "/".join(filter(None, [prefix, command["CommandId"], instance_id, "awsrunShellScript",
                                    "0.awsrunShellScript"]))
    for name, text in (("stdout", out), ("stderr", err)):
        if text or name == "stdout":
            try:
                _put(bucket, f"{folder}/{name}", text, role_arn, instance_id)
            except authority.Denied as denied:
                ssm.logger.warning("SSM: output of %s not stored: %s", command["CommandId"], denied)
    return f"https://s3.{get_region()}.amazonaws.com/{bucket}/{folder}"


def _put(bucket: str, key: str, text: str, role_arn: str | None, session: str) -> None:
    if role_arn is None:
        raise authority.Denied(f"the instance {session} has no role to write s3://{bucket}/{key} with")
    authority.role_allowed(role_arn, session, "s3:PutObject", f"arn:aws:s3:::{bucket}/{key}",
                           {"s3:x-amz-acl": "bucket-owner-full-control"})
    owner = s3._bucket_owner_account(bucket)
    if owner is None:
        raise authority.Denied(f"there is no bucket {bucket}")
    with request_scope(owner, get_region()):
        encryption, _ = s3._resolve_sse_write_headers({}, bucket)
        key_id = encryption.get("x-amz-server-side-encryption-aws-kms-key-id")
        record = kms._resolve_key(key_id) if key_id else None
    if record:
        authority.role_allowed(role_arn, session, "kms:GenerateDataKey", record["Arn"])
    with request_scope(owner, get_region()):
        s3._put_object(bucket, key, text.encode(), {})
