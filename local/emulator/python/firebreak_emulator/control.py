"""Pages of the emulator's own, for whoever runs it and never for a principal of the organisation.

Callers prove themselves with the run's secret in `x-firebreak-secret`, which only the starter knows.
"""

import hmac
import json
import os
from dataclasses import asdict
from urllib.parse import parse_qs

from . import faults

Routes = dict[tuple[str, str], object]
routes: Routes = {}


def route(method: str, path: str):
    """Register `handler(payload: dict) -> dict` (or a coroutine) for a page under /_firebreak/."""

    def register(handler):
        routes[(method, f"/_firebreak/{path}")] = handler
        return handler

    return register


class Refused(Exception):
    """What was asked of a page cannot be done; the message says why."""


async def handle(scope, receive, send) -> None:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    if not hmac.compare_digest(headers.get("x-firebreak-secret", ""), os.environ["FIREBREAK_SECRET"]):
        return await answer(send, 403, {"message": "x-firebreak-secret is missing or wrong"})
    handler = routes.get((scope["method"], scope["path"]))
    if handler is None:
        return await answer(send, 404, {"message": f"no page {scope['method']} {scope['path']}"})
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    query = {name: values[0] for name, values in parse_qs(scope["query_string"].decode()).items()}
    try:
        result = handler({**query, **json.loads(body or b"{}")})
        if hasattr(result, "__await__"):
            result = await result
    except (ValueError, TypeError, KeyError, Refused) as problem:
        return await answer(send, 400, {"message": f"{type(problem).__name__}: {problem}"})
    await answer(send, 200, result)


async def answer(send, status: int, payload: dict) -> None:
    """Send one JSON answer."""
    body = json.dumps(payload).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@route("PUT", "faults")
def _set_faults(payload: dict) -> dict:
    faults.replace(payload["rules"])
    return _list_faults({})


@route("GET", "faults")
def _list_faults(_payload: dict) -> dict:
    return {"rules": [{k: v for k, v in asdict(rule).items() if not k.startswith("_")} for rule in faults.rules]}
