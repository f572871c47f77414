"""ASGI middleware before the HTTP API: the content of files and their previews.

Who asks is looked up for each request, and so is whether they may have it. What is there, but not
for them, is answered as what is not there, to the byte.
"""

import asyncio
import base64
import contextlib
import re
from http import HTTPStatus
from typing import cast

from litestar.enums import ScopeType
from litestar.types import (
    ASGIApp,
    HTTPResponseBodyEvent,
    HTTPResponseStartEvent,
    HTTPScope,
    Receive,
    Scope,
    Send,
)

from chinwag.protocol import errors
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.frames import encode
from chinwag.server.gateway.auth import Auth, retry_header
from chinwag.server.gateway.disposition import UNKNOWN, declared_type, disposition, shown_type
from chinwag.server.gateway.line import EXTENSION, Line
from chinwag.server.gateway.ranges import Wanted, wanted
from chinwag.server.gateway.upgrade import Headers
from chinwag.server.observe import log
from chinwag.server.ports.blobs import Missing
from chinwag.server.services.contents import Content, Contents, Part

_PATH = re.compile(r"/api/files/([A-Za-z0-9-]{1,36})(?:/(small|medium))?")
_PARTS: dict[str | None, Part] = {None: "content", "small": "small", "medium": "medium"}
# Whether it may be had is asked each time; of previews once a day.
_ASK = "private, no-cache"
_DAY = "private, max-age=86400"
_POLICY = "sandbox; default-src 'none'"
# So much at once for the transport. A client that takes longer than its `write_timeout` for this is
# cut off, so it is less than what is read at once.
_WRITE = 256 * 1024


class Downloads:
    """Answers below ``/api/files``, and passes on the rest."""

    def __init__(self, app: ASGIApp, auth: Auth, contents: Contents) -> None:
        self._app = app
        self._auth = auth
        self._contents = contents
        self._sending: dict[asyncio.Task[None], Line | None] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        if scope["type"] != ScopeType.HTTP or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        asked = _PATH.fullmatch(scope["path"])
        if asked is None:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope["headers"])
        try:
            identity = await self._auth.identify(headers)
            part = _PARTS[asked[2]]
            content = await self._contents.find(identity.user, asked[1], part)
        except ChinwagError as error:
            await _refuse(error, send)
            return
        get = scope["method"] == "GET"
        found = wanted(headers, _etag(content), content.size, get=get)
        attachment = scope["query_string"] == b"download"
        await send(_start(content, found, part, attachment=attachment))
        if not get or found.start >= found.stop:
            await send(_body(b"", more=False))
            return
        await self._stream(content, found, scope, receive, send)

    async def _stream(
        self, content: Content, found: Wanted, scope: HTTPScope, receive: Receive, send: Send
    ) -> None:
        """Send the bytes until all are sent, the client is gone (which `send` does not tell) or the
        server stops: what is missing then will be asked for as a range.
        """
        line: Line | None = (scope.get("extensions") or {}).get(EXTENSION)  # type: ignore[assignment]
        sending = asyncio.ensure_future(self._send(content, found, line, send))
        gone = asyncio.ensure_future(_gone(receive))
        self._sending[sending] = line
        try:
            await asyncio.wait((sending, gone), return_when=asyncio.FIRST_COMPLETED)
        finally:
            del self._sending[sending]
            for task in (sending, gone):
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await gone
        with contextlib.suppress(asyncio.CancelledError):
            await sending

    async def _send(self, content: Content, found: Wanted, line: Line | None, send: Send) -> None:
        places = None
        if line is not None and line.sends_files:
            places = self._contents.places(content, found.start, found.stop)
        try:
            if line is None or places is None:
                await self._send_pieces(content, found, send)
            else:
                for place in places:
                    await line.send_file(*place)
                if line.gone:
                    return
        except (ChinwagError, Missing, OSError) as error:
            # The head is out: all that is left is to end before the promised length.
            log.error("download.broken", sha256=content.sha256, reason=type(error).__name__)
            if line is not None:
                line.cut()
            return
        await send(_body(b"", more=False))

    async def _send_pieces(self, content: Content, found: Wanted, send: Send) -> None:
        pieces = self._contents.read(content, found.start, found.stop)
        async with contextlib.aclosing(pieces):
            async for piece in pieces:
                for view in _cut(piece):
                    await send(_body(view, more=True))

    def stop(self) -> None:
        """Cut off what is being sent."""
        for task, line in list(self._sending.items()):
            if line is not None:
                line.cut()
            task.cancel()


def _etag(content: Content) -> str:
    return f'"{content.sha256}"'


def _start(
    content: Content, found: Wanted, part: Part, *, attachment: bool
) -> HTTPResponseStartEvent:
    kind = shown_type(content.type) if content.shown else declared_type(content.type)
    attachment = attachment or not content.shown or kind == UNKNOWN
    fields = {
        "etag": _etag(content),
        "cache-control": _ASK if part == "content" else _DAY,
        "content-security-policy": _POLICY,
        "vary": "authorization, cookie",
    }
    if found.status is not HTTPStatus.NOT_MODIFIED:
        fields |= {
            "accept-ranges": "bytes",
            "content-type": kind,
            "content-length": str(found.stop - found.start),
            "content-disposition": disposition(content.name, attachment=attachment),
            # RFC 9530: of the whole, so that a download in parts can be checked.
            "repr-digest": f"sha-256=:{_base64(content.sha256)}:",
        }
    if found.status is HTTPStatus.PARTIAL_CONTENT:
        fields["content-range"] = f"bytes {found.start}-{found.stop - 1}/{content.size}"
    elif found.status is HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        fields["content-range"] = f"bytes */{content.size}"
    return {
        "type": "http.response.start",
        "status": found.status,
        "headers": [(name.encode(), value.encode()) for name, value in fields.items()],
    }


async def _refuse(error: ChinwagError, send: Send) -> None:
    if error.kind.forbids and error.kind is not errors.UNAUTHENTICATED:
        log.info("download.refused", reason=error.kind.code)
    body = encode(error.failure())
    fields = [("content-type", "application/json"), ("content-length", str(len(body)))]
    start: HTTPResponseStartEvent = {
        "type": "http.response.start",
        "status": error.kind.status,
        "headers": [
            (name.lower().encode(), value.encode())
            for name, value in (*fields, *retry_header(error))
        ],
    }
    await send(start)
    await send(_body(body, more=False))


def _body(body: bytes | memoryview, *, more: bool) -> HTTPResponseBodyEvent:
    return {"type": "http.response.body", "body": cast(bytes, body), "more_body": more}


def _cut(piece: bytes) -> list[bytes | memoryview]:
    if len(piece) <= _WRITE:
        return [piece]
    view = memoryview(piece)
    return [view[at : at + _WRITE] for at in range(0, len(piece), _WRITE)]


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _base64(sha256: str) -> str:
    return base64.b64encode(bytes.fromhex(sha256)).decode()
