"""ASGI middleware around the whole HTTP side: the security headers of every answer."""

from typing import Any, cast

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from chinwag.server.gateway.peers import Peers
from chinwag.server.gateway.upgrade import Headers

_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:;"
    # 'self' covers the socket, too (CSP 3, section 6.7.2.8), in all browsers that the client is
    # made for.
    b" connect-src 'self'; manifest-src 'self'; worker-src 'self'; media-src 'self' blob:;"
    b" font-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none';"
    # The client's own gates let one script through each: its timer's worker, its service worker.
    b" frame-ancestors 'none'; require-trusted-types-for 'script';"
    b" trusted-types chinwag-clock chinwag-worker"
)
_ALWAYS = (
    (b"content-security-policy", _POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(self), payment=(), usb=()"),
    # What may be kept says so itself; nothing else ends up in a shared cache (A14).
    (b"cache-control", b"no-store"),
)
_HSTS = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")


class SecureHeaders:
    """Adds them to whatever answers, also to errors. A header that is there already stays."""

    def __init__(self, app: ASGIApp, peers: Peers) -> None:
        self._app = app
        self._peers = peers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the answer back with its headers."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        peer = self._peers.of(scope["client"], Headers(scope["headers"]))

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = cast(list[tuple[bytes, bytes]], list(message.get("headers", ())))
                there = {name.lower() for name, _ in headers}
                wanted: tuple[tuple[bytes, bytes], ...] = _ALWAYS
                if peer.secure:
                    wanted = (*wanted, _HSTS)
                headers += [header for header in wanted if header[0] not in there]
                cast(dict[str, Any], message)["headers"] = headers
            await send(message)

        await self._app(scope, receive, add)
