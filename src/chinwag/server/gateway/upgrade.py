"""The opening handshake (RFC 6455, section 4.2): what is asked, and what may be answered."""

import base64
import binascii
import hashlib
import http
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from chinwag.server.gateway.socket import Address, Endpoint, Socket

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
RawHeaders = list[tuple[bytes, bytes]]


class Headers:
    """The headers of a request. Names are lower-case; a header may come more than once."""

    __slots__ = ("_values",)

    def __init__(self, raw: Iterable[tuple[bytes, bytes]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in raw:
            self._values.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))

    def all(self, name: str) -> Sequence[str]:
        """Every value of this header, in order."""
        return self._values.get(name, ())

    def one(self, name: str) -> str | None:
        """The value of a header that may come once only; None if it is absent or ambiguous."""
        values = self.all(name)
        return values[0] if len(values) == 1 else None

    def listed(self, name: str) -> list[str]:
        """The elements of a comma-separated header, over all its lines, without the empty ones."""
        parts = (part.strip() for value in self.all(name) for part in value.split(","))
        return [part for part in parts if part]


@dataclass(frozen=True, slots=True)
class UpgradeRequest:
    """A client asks for a WebSocket."""

    path: str
    """As it was sent, percent-encoding and all."""
    query: str
    headers: Headers
    client: Address
    """The other end of the TCP connection; behind a proxy, the proxy."""


@dataclass(frozen=True, slots=True)
class Refused:
    """No: with this HTTP answer."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """Yes: this makes what stands behind the socket."""

    endpoint: Callable[[Socket], Endpoint]
    subprotocol: str | None = None
    headers: tuple[tuple[str, str], ...] = field(default=())


Admission = Refused | Accepted


def check_handshake(method: bytes, version: str, headers: Headers) -> str | Refused:
    """The `Sec-WebSocket-Accept` for this request, or why it cannot be answered with one."""
    if method != b"GET" or version != "1.1":
        return Refused(400, b"A WebSocket starts with GET and HTTP/1.1.")
    if headers.all("transfer-encoding") or any(x != "0" for x in headers.all("content-length")):
        return Refused(400, b"A WebSocket request has no body.")
    if headers.one("sec-websocket-version") != "13":
        return Refused(426, b"WebSocket version 13 only.", (("Sec-WebSocket-Version", "13"),))
    key = headers.one("sec-websocket-key") or ""
    try:
        sound = len(base64.b64decode(key.encode("latin-1"), validate=True)) == 16
    except binascii.Error:
        sound = False
    if not sound:
        return Refused(400, b"Bad Sec-WebSocket-Key.")
    digest = hashlib.sha1(key.encode() + _GUID, usedforsecurity=False).digest()
    return base64.b64encode(digest).decode()


def switch_response(accept: str, accepted: Accepted) -> bytes:
    """The 101 answer (RFC 6455, section 4.2.2)."""
    lines = [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", accept)]
    if accepted.subprotocol is not None:
        lines.append(("Sec-WebSocket-Protocol", accepted.subprotocol))
    return _head(101, (*lines, *accepted.headers)) + b"\r\n"


def refuse_response(refused: Refused) -> bytes:
    """An HTTP answer that ends the connection."""
    kind = "application/json" if refused.body[:1] in (b"{", b"[") else "text/plain; charset=utf-8"
    lines = (
        ("Content-Type", kind),
        ("Content-Length", str(len(refused.body))),
        ("Connection", "close"),
    )
    return _head(refused.status, (*lines, *refused.headers)) + b"\r\n" + refused.body


def _head(status: int, lines: Iterable[tuple[str, str]]) -> bytes:
    text = [f"HTTP/1.1 {status} {http.HTTPStatus(status).phrase}\r\n"]
    for name, value in lines:
        if not (name + value).isprintable():  # a line break in a header would be a second header
            raise ValueError(f"header {name!r} cannot be sent")
        text.append(f"{name}: {value}\r\n")
    return "".join(text).encode("latin-1")
