"""Requests of the services that this project serves itself, beside ministack: GuardDuty, Security Hub and others.

Their server (local/services) is told of once it runs. A request for one of them is authenticated and authorised here
like any other and then passed on, with who calls in headers. What to authorise it for, the server is asked: it knows
its routes, and keeping a second table of them here would let the two drift apart.
"""

import asyncio
import http.client
import json
import re
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

from ministack import app
from ministack.core import iam_evaluator
from ministack.core.iam_actions import access_denied_response
from ministack.core.responses import get_account_id
from ministack.core.router import extract_access_key_id, extract_region

from . import answers, control

LIMIT_SECONDS = 30
_SCOPE = re.compile(r"Credential=[^/]+/[^/]+/[^/]+/([^/]+)/")
# What the caller's signature and connection were for; the rest of its headers says what it asks.
_OWN_HEADERS = frozenset({"authorization", "connection", "content-length", "host", "transfer-encoding"})

_server: str | None = None
_secret = ""
_services: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Request:
    """A request for one of the services, as it came."""

    service: str
    method: str
    path: str
    headers: dict
    body: bytes
    query_params: dict


@dataclass(frozen=True)
class Permission:
    """What a request has to be allowed: the action in IAM's name, and the ARN it is checked against."""

    action: str
    resource: str


@control.route("PUT", "services")
def _set_services(payload: dict) -> dict:
    """Where the server is, what it asks of callers, and which services it answers, by the scope of a signature."""
    global _server, _secret, _services
    _server, _secret = urlsplit(payload["endpoint"]).netloc, payload.get("secret", "")
    _services = frozenset(payload["handles"])
    return {"handles": sorted(_services)}


def recognise(method: str, path: str, headers: dict, body: bytes, query_params: dict) -> Request | None:
    """The request, if it is signed for one of the services."""
    found = _SCOPE.search(headers.get("authorization", ""))
    if found is None or found.group(1) not in _services:
        return None
    return Request(found.group(1), method, path, headers, body, query_params)


async def permission(request: Request) -> Permission | None:
    """What to check the request for; None where the service has no such operation, which its server then says."""
    status, _, body = await _ask(request, {"x-firebreak-ask": "permission"})
    if status != 200:
        return None
    named = json.loads(body)
    region = extract_region(request.headers)
    places = {"{partition}": _partition(region), "{region}": region, "{account}": get_account_id()}
    resource = named["resource"]
    for placeholder, value in places.items():
        resource = resource.replace(placeholder, value)
    return Permission(named["action"], resource)


async def answer(request: Request, needed: Permission | None, request_id: str) -> tuple:
    """The service's answer, or the refusal of a caller who may not ask."""
    access_key, region = extract_access_key_id(request.headers, request.query_params), extract_region(request.headers)
    if needed is None:
        refused = iam_evaluator.check_credentials(access_key, request.service)
    else:
        refused = iam_evaluator.enforce(access_key, needed.action, request.service, region, needed.resource)
    if isinstance(refused, iam_evaluator.AuthError):
        return access_denied_response(request.service, "", "", request_id, error_code=refused.code,
                                      message=refused.message, headers=request.headers)
    if refused:
        return _denied(request, needed, refused, request_id)
    status, headers, body = await _ask(request, {
        "x-firebreak-account": get_account_id(),
        "x-firebreak-region": region,
        "x-firebreak-principal": iam_evaluator.caller_arn(),
    })
    return status, {**headers, "x-amzn-requestid": request_id}, body


def _denied(request: Request, needed: Permission, refused, request_id: str) -> tuple:
    explicit = "with an explicit deny in an identity-based policy"
    missing = f"because no identity-based policy allows the {needed.action} action"
    message = (f"User: {refused.principal_arn} is not authorized to perform: {needed.action} on resource: "
               f"{needed.resource} {explicit if refused.decision == 'Deny' else missing}")
    status, headers, body = answers.denial_for(request.service, needed.action, refused.principal_arn, needed.resource,
                                               request.headers, request_id, message)
    return status, {**headers, "x-amzn-errortype": "AccessDeniedException", "x-amzn-requestid": request_id}, body


async def _ask(request: Request, headers: dict) -> tuple:
    return await asyncio.to_thread(_ask_now, request, headers)


def _ask_now(request: Request, headers: dict) -> tuple:
    query = urlencode(request.query_params, doseq=True)
    body = app._decompress_request_body(request.body, request.headers)
    passed = {name: value for name, value in request.headers.items()
              if name not in _OWN_HEADERS and not name.startswith("x-firebreak-")}
    connection = http.client.HTTPConnection(_server, timeout=LIMIT_SECONDS)
    try:
        # The path arrives decoded; the server takes an ARN in it with its slashes.
        connection.request(request.method, quote(request.path, safe="/:") + (f"?{query}" if query else ""), body,
                           {**passed, "x-firebreak-service": request.service, "x-firebreak-secret": _secret, **headers})
        response = connection.getresponse()
        told = {name: value for name, value in response.getheaders()
                if name.lower() in ("content-type", "x-amzn-errortype")}
        return response.status, told, response.read()
    except OSError as problem:
        return answers.error_for(request.service, "ServiceUnavailableException",
                                 f"{request.service} does not answer: {problem}", 503, request.headers, "")
    finally:
        connection.close()


def _partition(region: str) -> str:
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"
