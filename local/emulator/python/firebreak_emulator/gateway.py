"""The front door: serves ministack on the socket that was bound for it, and this package's own pages beside it."""

import asyncio
import json
import logging
import time
import uuid

from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config
from ministack import app

from . import control, ledger


def serve(listener) -> None:
    """Answer until the process ends."""
    config = Config()
    config.bind = [f"fd://{listener.fileno()}"]
    config.keep_alive_timeout = 75
    config.loglevel = "WARNING"
    logging.getLogger("hypercorn.access").setLevel(logging.WARNING)
    asyncio.run(hypercorn_serve(_announcing(_watched, listener.getsockname()[1]), config))


def _announcing(application, port: int):
    """Tell the starter, in one line on standard output, as soon as requests are answered."""

    async def announced(scope, receive, send):
        async def tell(message):
            await send(message)
            if message["type"] == "lifespan.startup.complete":
                print(json.dumps({"event": "ready", "port": port}), flush=True)

        await application(scope, receive, tell if scope["type"] == "lifespan" else send)

    return announced


# Health, and where GetFunction says that a function's code is.
_SERVED = ("/_ministack/health", "/_ministack/ready", "/_ministack/lambda-code/")


async def _watched(scope, receive, send):
    if scope["type"] != "http":
        return await app.app(scope, receive, send)
    path = scope["path"]
    if path.startswith("/_firebreak/"):
        return await control.handle(scope, receive, send)
    if path.startswith("/_ministack/") and not path.startswith(_SERVED):
        # Reset and reconfiguration would take the ground from under the corrections of this package.
        return await control.answer(send, 404, {"message": f"{path} is not served here"})
    if path.startswith("/_ministack/"):
        return await app.app(scope, receive, send)
    call = ledger.Call(str(uuid.uuid4()), time.time())
    ledger.current.set(call)
    status = 0

    async def noted(message):
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        await send(message)

    try:
        await app.app(scope, receive, noted)
    finally:
        call.action = call.action or f"{scope['method']} {path}"
        if status >= 400 and call.decision == "allow":
            call.decision, call.error = "error", f"HTTP {status}"
        ledger.write(call)
