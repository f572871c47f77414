"""ASGI middleware before the HTTP API: answers for the web client's files and its addresses."""

import re
from collections.abc import Mapping
from http import HTTPStatus

from litestar.enums import ScopeType
from litestar.types import (
    ASGIApp,
    HTTPResponseBodyEvent,
    HTTPResponseStartEvent,
    Receive,
    Scope,
    Send,
)

from chinwag.server.gateway.assets import Asset
from chinwag.server.gateway.upgrade import Headers

_PAGE = "/index.html"
# The client's own addresses: one page for all of them, and the client looks where it is.
_ADDRESSES = re.compile(
    r"/|/c/[^/]+(?:/info|/gallery|/message/[0-9]+)?|/new(?:/group)?|/settings(?:/[a-z-]+)?"
    r"|/sign-in|/sign-up|/(?:invite|claim|join)/[^/]+"
)
# What is somebody else's: unknown addresses below get a machine's answer, not a person's.
_NOT_PAGES = re.compile(r"/(?:api|ws|assets|healthz|readyz|metrics|docs|page\.css)(?:/|$)")


class WebClient:
    """Passes on what is not the client's. Paths are looked up whole in what was read at the
    start, so none can lead out of it.
    """

    def __init__(self, app: ASGIApp, assets: Mapping[str, Asset]) -> None:
        self._app = app
        self._assets = assets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        if scope["type"] != ScopeType.HTTP or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope["headers"])
        status, asset = self._find(scope["path"], headers)
        if asset is None:
            await self._app(scope, receive, send)
        else:
            await _answer(status, asset, headers, scope["method"] == "HEAD", send)

    def _find(self, path: str, headers: Headers) -> tuple[HTTPStatus, Asset | None]:
        if path in self._assets and path != _PAGE:
            return HTTPStatus.OK, self._assets[path]
        page = self._assets.get(_PAGE)
        if _ADDRESSES.fullmatch(path):
            return HTTPStatus.OK, page
        if _NOT_PAGES.match(path) or "text/html" not in (headers.one("accept") or ""):
            return HTTPStatus.NOT_FOUND, None
        return HTTPStatus.NOT_FOUND, page  # where it says so, and how to go on


async def _answer(
    status: HTTPStatus, asset: Asset, headers: Headers, bare: bool, send: Send
) -> None:
    variant = asset.choose(headers.listed("accept-encoding"))
    fields = {"vary": "accept-encoding"}
    if status is HTTPStatus.OK:
        fields |= {"etag": asset.etag(variant), "cache-control": asset.cache}
    body = b""
    if status is HTTPStatus.OK and _unchanged(headers, fields["etag"]):
        status = HTTPStatus.NOT_MODIFIED
    else:
        whole = asset.body(variant)
        fields |= {"content-type": asset.kind, "content-length": str(len(whole))}
        if variant.coding:
            fields["content-encoding"] = variant.coding
        body = b"" if bare else whole
    start: HTTPResponseStartEvent = {
        "type": "http.response.start",
        "status": status,
        "headers": [(name.encode(), value.encode()) for name, value in fields.items()],
    }
    end: HTTPResponseBodyEvent = {
        "type": "http.response.body",
        "body": body,
        "more_body": False,
    }
    await send(start)
    await send(end)


def _unchanged(headers: Headers, etag: str) -> bool:
    """The weak comparison of RFC 9110, section 13.1.2."""
    return any(each.removeprefix("W/") in (etag, "*") for each in headers.listed("if-none-match"))
