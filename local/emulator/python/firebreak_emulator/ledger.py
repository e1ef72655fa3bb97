"""The record of every call: who asked for what, on what, and what came of it. JSON lines, flushed one by one.

The least-privilege proof, the fault injection and the summaries read it, so a call that services make of each other
(a delivery, an assumed role, a task) is written as well, with the service as its principal.
"""

import json
import threading
import time
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timezone

from . import settings

DENIED_CODES = frozenset(
    {
        "AccessDenied", "AccessDeniedException", "AuthorizationError", "AuthorizationErrorException",
        "UnauthorizedOperation", "UnauthorizedException", "KMS.AccessDeniedException", "NotAuthorized",
        "InvalidClientTokenId", "UnrecognizedClientException", "MissingAuthenticationToken",
        "SignatureDoesNotMatch", "InvalidAccessKeyId", "ExpiredToken", "ExpiredTokenException",
    }
)


@dataclass
class Call:
    """One call while it is served; the layers that learn more about it fill it in."""

    request_id: str
    started: float
    account: str = ""
    region: str = ""
    principal: str = ""
    action: str = ""
    resource: str = "*"
    access_key: str = ""
    key_denied: bool = False
    decision: str = "allow"
    error: str | None = None


current: ContextVar[Call | None] = ContextVar("firebreak_call", default=None)
_lock = threading.Lock()
_file = None


def install() -> None:
    global _file
    _file = open(settings.load().ledger_file, "a", encoding="utf-8", buffering=1)


def write(call: Call) -> None:
    """Append a finished call."""
    moment = datetime.fromtimestamp(call.started, timezone.utc).isoformat(timespec="milliseconds")
    line = {
        "time": moment.replace("+00:00", "Z"),
        "ms": round((time.time() - call.started) * 1000, 1),
        "account": call.account,
        "region": call.region,
        "principal": call.principal,
        "action": call.action,
        "resource": call.resource,
        "decision": call.decision,
        **({"error": call.error} if call.error else {}),
        "requestId": call.request_id,
    }
    with _lock:
        _file.write(json.dumps(line, separators=(",", ":")) + "\n")
        _file.flush()


def judge(call: Call, status: int, code: str, message: str) -> None:
    """Set decision and error of a call from its answer."""
    if status < 400:
        return
    call.decision = "deny" if code in DENIED_CODES else "error"
    call.error = f"{code}: {message}" if message else code or f"HTTP {status}"


def record(principal: str, action: str, resource: str, account: str, region: str,
           error: str | None = None, denied: bool = False, started: float | None = None) -> None:
    """Write a call that one service made of another."""
    from ministack.core.responses import new_uuid

    decision = "deny" if denied else "error" if error else "allow"
    write(Call(new_uuid(), started or time.time(), account, region, principal, action, resource, "", False, decision, error))
