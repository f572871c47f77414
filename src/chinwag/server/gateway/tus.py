"""ASGI middleware before the HTTP API: uploads by tus 1.0 (https://tus.io/protocols/resumable-upload),
with its extensions creation, creation-with-upload, expiration, checksum and termination.

It stands before Litestar because a body is to be read as it comes, no faster than it is written.
"""

import base64
import binascii
import re
from collections.abc import Awaitable, Callable, Mapping
from email.utils import formatdate

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
from chinwag.server.gateway.upgrade import Headers
from chinwag.server.observe import log
from chinwag.server.services.digests import ALGORITHMS, Checksum
from chinwag.server.services.incoming import Incoming
from chinwag.server.services.upload_rows import UploadRow
from chinwag.server.services.uploads import Announced, Uploads

PATH = "/api/uploads"
_VERSION = "1.0.0"
_EXTENSIONS = "creation,creation-with-upload,expiration,checksum,termination"
_BODY = "application/offset+octet-stream"
_ID = re.compile(r"[0-9a-f-]{36}")
_WAIT = re.compile(r"wait=(\d{1,4})")
_LONGEST_WAIT = 25
_METADATA_CHARS = 8_192


class Answer:
    """What is sent back. ``close``: what else is on the connection is not waited for."""

    __slots__ = ("body", "close", "headers", "status")

    def __init__(
        self,
        status: int,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        *,
        close: bool = False,
    ) -> None:
        self.status = status
        self.headers = dict(headers or {})
        self.body = body
        self.close = close


class Request(Headers):
    """A request's head, and its body as it comes."""

    def __init__(self, scope: HTTPScope, receive: Receive) -> None:
        super().__init__(scope["headers"])
        self.method: str = scope["method"]
        self.target: str = scope["path"]
        self.incoming = Incoming(_body_of(receive))

    def number(self, name: str) -> int | None:
        """A header that is a number; None if it is not there."""
        text = self.one(name)
        if text is None:
            return None
        if not re.fullmatch(r"\d{1,15}", text):
            raise ChinwagError(errors.MALFORMED, field=name)
        return int(text)

    @property
    def kind(self) -> str:
        """The body's media type."""
        return (self.one("content-type") or "").partition(";")[0].strip().lower()


class Tus:
    """Answers for uploads; passes everything else on."""

    def __init__(self, app: ASGIApp, auth: Auth, uploads: Uploads) -> None:
        self._app = app
        self._auth = auth
        self._uploads = uploads
        self._methods: dict[str, Callable[[Request, str], Awaitable[Answer]]] = {
            "HEAD": self._head,
            "PATCH": self._patch,
            "DELETE": self._delete,
            "GET": self._get,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        path = scope["path"]
        if scope["type"] != ScopeType.HTTP or not (path == PATH or path.startswith(f"{PATH}/")):
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            answer = await self._answer(request)
        except ChinwagError as error:
            if error.kind.forbids:
                log.info("http.refused", path=path, reason=error.kind.code)
            answer = _failed(error)
        except Exception as error:  # noqa: BLE001 - whatever it was, the client is owed an answer
            log.error("http.failed", path=path, exc_info=error)
            answer = _failed(ChinwagError(errors.INTERNAL))
        if request.incoming.why is None and request.method in ("POST", "PATCH"):
            answer.close = True  # there may be gigabytes to come that nobody wants
        await _send(answer, send, bare=request.method == "HEAD")

    async def _answer(self, request: Request) -> Answer:
        upload = request.target[len(PATH) + 1 :]
        if request.method == "OPTIONS":
            return Answer(204, self._abilities())
        if request.method != "GET" and request.one("tus-resumable") != _VERSION:
            return _failed(
                ChinwagError(errors.UNSUPPORTED, text="Tus-Resumable: 1.0.0 is spoken here."),
                status=412,
                headers={"tus-version": _VERSION},
            )
        if request.method == "POST" and not upload:
            return await self._post(request)
        do = self._methods.get(request.method)
        if do is None or not upload:
            allowed = "OPTIONS, " + ("POST" if not upload else ", ".join(self._methods))
            failed = ChinwagError(errors.NOT_FOUND)
            return _failed(failed, status=405, headers={"allow": allowed})
        if request.method != "GET" and request.method != "HEAD":
            self._auth.check_origin(request)
        account = (await self._auth.identify(request)).user
        if not _ID.fullmatch(upload):
            raise ChinwagError(errors.NO_SUCH_FILE)
        request.target = upload
        return await do(request, account)

    def _abilities(self) -> dict[str, str]:
        return {
            "tus-version": _VERSION,
            "tus-extension": _EXTENSIONS,
            "tus-max-size": str(self._uploads.limits.size),
            "tus-checksum-algorithm": ",".join(ALGORITHMS),
        }

    async def _post(self, request: Request) -> Answer:
        self._auth.check_origin(request)
        account = (await self._auth.identify(request)).user
        size = request.number("upload-length")
        if size is None:
            raise ChinwagError(errors.MALFORMED, field="upload-length")
        row = await self._uploads.create(account, _announced(size, request))
        headers = {"location": f"{PATH}/{row.id}"}
        if request.kind == _BODY:
            try:
                row = await self._write(request, account, row.id, 0)
            except ChinwagError as error:
                # It is there all the same, and can be gone on with; but for what was refused.
                if error.kind.status < 500 and error.kind is not errors.UPLOAD_LOCKED:
                    await self._uploads.cancel(account, row.id)
                    raise
                row = await self._uploads.where(account, row.id)
        return Answer(201, headers | _standing(row))

    async def _patch(self, request: Request, account: str) -> Answer:
        if request.kind != _BODY:
            return _failed(ChinwagError(errors.MALFORMED, field="content-type"), status=415)
        offset = request.number("upload-offset")
        if offset is None:
            raise ChinwagError(errors.MALFORMED, field="upload-offset")
        return Answer(204, _standing(await self._write(request, account, request.target, offset)))

    async def _write(self, request: Request, account: str, upload: str, offset: int) -> UploadRow:
        given = request.one("upload-checksum")
        return await self._uploads.write(
            account,
            upload,
            offset,
            request.incoming,
            length=request.number("content-length"),
            checksum=Checksum.parse(given) if given is not None else None,
        )

    async def _head(self, request: Request, account: str) -> Answer:
        row = await self._uploads.where(account, request.target)
        length = {"upload-length": str(row.size), "cache-control": "no-store"}
        return Answer(200, _standing(row) | length)

    async def _delete(self, request: Request, account: str) -> Answer:
        await self._uploads.cancel(account, request.target)
        return Answer(204)

    async def _get(self, request: Request, account: str) -> Answer:
        wanted = [_WAIT.fullmatch(each) for each in request.listed("prefer")]
        wait = min(max((int(each[1]) for each in wanted if each), default=0), _LONGEST_WAIT)
        upload = await self._uploads.status(account, request.target, wait)
        return Answer(200, {"content-type": "application/json"}, encode(upload))


def _body_of(receive: Receive) -> Callable[[], Awaitable[bytes | None]]:
    over = False

    async def read() -> bytes | None:
        nonlocal over
        while not over:
            message = await receive()
            if message["type"] != "http.request":
                return None
            over = not message["more_body"]
            if message["body"]:
                return message["body"]
        return b""

    return read


def _announced(size: int, request: Request) -> Announced:
    fields = _metadata(request.one("upload-metadata") or "")
    return Announced(
        size,
        kind=fields.get("kind", "document"),
        name=fields.get("filename", fields.get("name", "")),
        type=fields.get("filetype", fields.get("type", "")),
        sha256=fields.get("sha256", ""),
    )


def _metadata(header: str) -> dict[str, str]:
    """``Upload-Metadata``: pairs of a key and a value in base64."""
    if len(header) > _METADATA_CHARS:
        raise ChinwagError(errors.TOO_LARGE, field="upload-metadata")
    found = {}
    for pair in filter(None, map(str.strip, header.split(","))):
        key, _, value = pair.partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            raise ChinwagError(errors.MALFORMED, field="upload-metadata") from None
    return found


def _standing(row: UploadRow) -> dict[str, str]:
    headers = {"upload-offset": str(row.received)}
    if row.state == "open":
        headers["upload-expires"] = formatdate(row.expires_at / 1000, usegmt=True)
    return headers


def _failed(
    error: ChinwagError, *, status: int = 0, headers: Mapping[str, str] | None = None
) -> Answer:
    fields = {"content-type": "application/json", **dict(retry_header(error)), **(headers or {})}
    return Answer(status or error.kind.status, fields, encode(error.failure()))


async def _send(answer: Answer, send: Send, *, bare: bool) -> None:
    headers = {"tus-resumable": _VERSION} | {key.lower(): v for key, v in answer.headers.items()}
    if answer.status != 204:
        headers["content-length"] = str(0 if bare else len(answer.body))
    if answer.close:
        headers["connection"] = "close"
    start: HTTPResponseStartEvent = {
        "type": "http.response.start",
        "status": answer.status,
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    end: HTTPResponseBodyEvent = {
        "type": "http.response.body",
        "body": b"" if bare else answer.body,
        "more_body": False,
    }
    await send(start)
    await send(end)
