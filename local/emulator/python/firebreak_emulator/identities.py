"""IAM and STS, where ministack is laxer than AWS: principals that do not exist, managed policies it does not know, root."""

import json
import re

from ministack.core import iam_evaluator
from ministack.services import iam, sts

_KNOWN = {
    "AWSDenyAll": {"Version": "2012-10-17", "Statement": [
        {"Sid": "DenyAll", "Effect": "Deny", "Action": "*", "Resource": "*"}]},
}


def install() -> None:
    for name, document in _KNOWN.items():
        arn = f"arn:aws:iam::aws:policy/{name}"
        template = dict(iam._aws_managed_policies["arn:aws:iam::aws:policy/AdministratorAccess"])
        version = {**next(iter(template["Versions"].values())), "Document": json.dumps(document)}
        iam._aws_managed_policies[arn] = {
            **template, "Arn": arn, "PolicyName": name, "PolicyId": iam._gen_id("ANPA"), "DefaultVersionId": "v1",
            "AttachmentCount": 0, "Versions": {"v1": {**version, "VersionId": "v1", "IsDefaultVersion": True}},
        }
    check = iam._trust_policy_not_principal_error
    iam._trust_policy_not_principal_error = lambda document: check(document) or _missing_principal(document)
    for name in ("_attach_role_policy", "_attach_user_policy", "_attach_group_policy"):
        guarded = _known_policy(getattr(iam, name))
        for table in (vars(iam), *_tables()):
            for key, value in table.items():
                if value is getattr(iam, name) and key != name:
                    table[key] = guarded
        setattr(iam, name, guarded)
    sts.handle_request = _root_assumes_nothing(sts.handle_request)


def _tables():
    """The dictionaries of the IAM module that dispatch an action to its function."""
    return [value for value in vars(iam).values() if isinstance(value, dict) and "AttachRolePolicy" in value]


def _known_policy(attach):
    """A policy whose document is not known here could neither allow nor deny what it does on AWS, so it is refused."""

    def attached(p):
        arn = iam._p(p, "PolicyArn")
        if iam._lookup_policy(arn) is None:
            return iam._error(404, "NoSuchEntity", f"Policy {arn} does not exist or is not attachable.", ns="iam")
        return attach(p)

    return attached


def _missing_principal(document) -> str | None:
    """IAM resolves the principals of a policy when it is written, and refuses those it cannot find."""
    try:
        statements = json.loads(document)["Statement"] if isinstance(document, str) else document["Statement"]
    except (ValueError, KeyError, TypeError):
        return None
    for statement in [statements] if isinstance(statements, dict) else statements:
        principal = statement.get("Principal")
        named = principal.get("AWS", []) if isinstance(principal, dict) else []
        for arn in [named] if isinstance(named, str) else named:
            if not _exists(arn):
                return f'Invalid principal in policy: "AWS":"{arn}"'
    return None


def _exists(arn: str) -> bool:
    if arn == "*" or re.fullmatch(r"\d{12}", arn) or re.fullmatch(r"arn:aws[\w-]*:iam::\d{12}:root", arn):
        return True
    found = re.fullmatch(r"arn:aws[\w-]*:iam::(\d{12}):(role|user)/(?:.*/)?([^/]+)", arn)
    if found is None:
        return bool(re.fullmatch(r"arn:aws[\w-]*:sts::\d{12}:(assumed-role/[^/*]+/[^*]+|federated-user/[^*]+)", arn))
    account, kind, name = found.groups()
    record = (iam._roles if kind == "role" else iam._users).get_scoped(account, None, name)
    return record is not None and record["Arn"] == arn


def _root_assumes_nothing(handle):
    """https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html: not with root user credentials."""

    async def handled(method, path, headers, body, query_params):
        assumes = b"Action=AssumeRole&" in body + b"&" or headers.get("x-amz-target", "").endswith(".AssumeRole")
        if assumes and iam_evaluator.caller_arn().endswith(":root"):
            return sts._error(403, "AccessDenied", "Roles may not be assumed by root accounts.", ns="sts")
        return await handle(method, path, headers, body, query_params)

    return handled
