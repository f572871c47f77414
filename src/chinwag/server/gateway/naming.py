"""A name for each HTTP request and each socket. It stands in all log lines about it and in the
answer, so that who asks why something failed can say which of many it was.
"""

import secrets
from typing import Any, cast

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from chinwag.server.gateway.peers import Peers
from chinwag.server.gateway.upgrade import Headers

HEADER = "X-Request-Id"


def begin(address: str) -> str:
    """Name what begins in this task, and where it comes from: in the log lines of the task, and
    of the tasks it starts.
    """
    name = secrets.token_hex(8)
    structlog.contextvars.bind_contextvars(request=name, address=address)
    return name


class RequestIds:
    """ASGI middleware around all others."""

    def __init__(self, app: ASGIApp, peers: Peers) -> None:
        self._app = app
        self._peers = peers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on under its name, and the answer back with it."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        name = begin(self._peers.of(scope["client"], Headers(scope["headers"])).address)
        header = (HEADER.lower().encode(), name.encode())

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                cast(dict[str, Any], message)["headers"] = [*message.get("headers", ()), header]
            await send(message)

        await self._app(scope, receive, add)
