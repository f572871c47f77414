"""One life of a socket: requests out, answers and pushes in. No retries, no state of chats; the
load generator and `link` stand on it.
"""

import asyncio
import ssl
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import msgspec
import picows

from chinwag.protocol import commands, frames, version
from chinwag.protocol.commands import Command
from chinwag.protocol.errors import ChinwagError, Failure
from chinwag.protocol.frames import Request
from chinwag.protocol.pushes import Push
from chinwag.sdk import decoding, errors
from chinwag.sdk.dialling import Dialling
from chinwag.sdk.errors import Closed, CloseInfo, Refused, Timeout, Unreadable

# What one frame of a server may hold: fifty heads with their newest events and profiles.
MAX_FRAME = 16 * 1024 * 1024
OPEN_SECONDS = 10.0
CLOSE_SECONDS = 2.0

Answered = Callable[[msgspec.Struct | Exception], None]
"""Called once with the answer, or with `ChinwagError`, or with `Closed`."""
Seen = Callable[[msgspec.Struct], None]
OnPush = Callable[[Push], None]

_TEXT = picows.WSMsgType.TEXT
_CONTINUATION = picows.WSMsgType.CONTINUATION
_CLOSE = picows.WSMsgType.CLOSE


def socket_url(url: str) -> str:
    """The WebSocket address of the server at ``url`` (http, https, ws or wss)."""
    parts = urlsplit(url)
    scheme = {"http": "ws", "https": "wss"}.get(parts.scheme, parts.scheme)
    path = parts.path.rstrip("/")
    return urlunsplit(
        (scheme, parts.netloc, path if path.endswith("/ws") else f"{path}/ws", "", "")
    )


class Connection:
    """An open socket. Make one with `open`. All methods belong to the loop's thread.

    Attributes:
        closed: done with a `CloseInfo` once the socket is gone.
        writable: False while the socket's send buffer is over its high-water mark.
        on_writable: called when it is below again.
    """

    def __init__(self, on_push: OnPush) -> None:
        self.closed: asyncio.Future[CloseInfo] = asyncio.get_running_loop().create_future()
        self.writable = True
        self.on_writable: Callable[[], None] = lambda: None
        self._on_push = on_push
        self._transport: Any = None
        self._pending: dict[int, tuple[Command, Answered]] = {}
        self._last_id = 0
        self._close_info = CloseInfo(1006)

    @classmethod
    async def open(
        cls,
        url: str,
        token: str,
        on_push: OnPush,
        *,
        tls: ssl.SSLContext | None = None,
        within: float = OPEN_SECONDS,
    ) -> "Connection":
        """Connect to the server at ``url`` as the device of ``token``. ``on_push`` is called with
        each push, in order, from the first one (`Hello`) on; it must not block or raise.

        Raises:
            Refused: the server answered the handshake with a failure.
            OSError: it is not reachable.
            Timeout: it took longer than ``within`` seconds.
        """
        self = cls(on_push)
        headers = {
            "Authorization": f"Bearer {token}",
            "Sec-WebSocket-Protocol": version.SUBPROTOCOL,
        }
        try:
            async with asyncio.timeout(within), Dialling() as dialling:
                await picows.ws_connect(
                    lambda: _Listener(self),
                    socket_url(url),
                    ssl_context=tls,
                    socket_factory=dialling,
                    websocket_handshake_timeout=None,
                    max_frame_size=MAX_FRAME,
                    extra_headers=headers,
                    max_redirects=0,
                )
        except TimeoutError as error:
            raise Timeout("the server did not answer the handshake") from error
        except picows.WSHandshakeError as error:
            raise _refused(error) from error
        except picows.WSError as error:
            raise ConnectionError(str(error)) from error
        if self._transport is None:  # picows takes an end before the answer for an answer
            raise ConnectionError("the connection ended during the handshake")
        return self

    # --- out ---------------------------------------------------------------------------------

    def submit(self, command: Command, answered: Answered) -> None:
        """Send a request; ``answered`` is called exactly once, at the latest when the connection
        closes, and at once if it has.
        """
        if self.closed.done():
            answered(self._lost())
            return
        self._last_id += 1
        self._pending[self._last_id] = command, answered
        self._transport.send(_TEXT, frames.encode(Request(do=command, id=self._last_id)))

    def post(self, command: Command) -> bool:
        """Send a command without asking for an answer. False if the connection is closed."""
        if self.closed.done():
            return False
        self._transport.send(_TEXT, frames.encode(Request(do=command)))
        return True

    async def request(
        self, command: Command, within: float = 30.0, seen: Seen | None = None
    ) -> Any:
        """Send a request and wait for its answer (see `protocol.commands.ANSWERS`). ``seen`` is
        called with it before any later frame is read.

        Raises:
            ChinwagError: the server refused it.
            Closed: the connection went; the command may or may not have taken effect.
            Timeout: no answer within ``within`` seconds.
            Unreadable: an answer, but not one that this version knows.
        """
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        def answered(result: msgspec.Struct | Exception) -> None:
            if seen is not None and not isinstance(result, Exception):
                seen(result)
            if future.done():
                return
            if isinstance(result, Exception):
                future.set_exception(result)
            else:
                future.set_result(result)

        self.submit(command, answered)
        try:
            async with asyncio.timeout(within):
                return await future
        except TimeoutError:
            name = commands.ANSWERS[type(command)].__name__
            raise Timeout(f"no {name} within {within:g} s") from None

    async def close(self, code: int = 1000, within: float = CLOSE_SECONDS) -> CloseInfo:
        """Say goodbye and wait until the socket is gone, ``within`` seconds at most."""
        if not self.closed.done():
            self._close_info = CloseInfo(code)
            self._transport.send_close(picows.WSCloseCode(code))
            await asyncio.wait((self.closed,), timeout=within)
            self.abort()
        return await asyncio.shield(self.closed)

    def abort(self) -> None:
        """Drop the socket without a word."""
        if not self.closed.done():
            self._transport.disconnect(graceful=False)

    # --- in ----------------------------------------------------------------------------------

    def _text(self, data: Any) -> None:
        """One whole text frame. ``data`` is only valid during this call."""
        try:
            frame = frames.decode_server(data)
            if frame.push is not None:
                push = decoding.push(frame.push)
                if push is not None:
                    self._on_push(push)
            elif frame.reply is not None:
                self._reply(frame)
        except (msgspec.DecodeError, UnicodeDecodeError):
            self._close_info = CloseInfo(1007, "the server sent what is not JSON")
            self.abort()

    def _reply(self, frame: frames.ServerFrame) -> None:
        command, answered = self._pending.pop(frame.reply or 0, (None, None))
        if command is None or answered is None:
            return
        if frame.error is not None:
            answered(errors.from_failure(frame.error))
            return
        try:
            answered(decoding.answer(command, frame.ok if frame.ok is not None else b"{}"))
        except msgspec.ValidationError as error:
            answered(Unreadable(str(error)))

    def _gone(self) -> None:
        if self.closed.done():
            return
        self.closed.set_result(self._close_info)
        pending, self._pending = self._pending, {}
        for _, answered in pending.values():
            answered(self._lost())

    def _lost(self) -> Closed:
        return Closed(f"the connection closed ({self._close_info.code})")


class _Listener(picows.WSListener):
    """picows' side: puts fragments together, keeps the close code."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._parts: list[bytes] = []

    def on_ws_connected(self, transport: Any) -> None:
        self._connection._transport = transport

    def on_ws_frame(self, transport: Any, frame: Any) -> None:
        if frame.msg_type == _TEXT and frame.fin:
            self._connection._text(frame.get_payload_as_memoryview())
        elif frame.msg_type in (_TEXT, _CONTINUATION):
            self._fragment(frame)
        elif frame.msg_type == _CLOSE:
            self._connection._close_info = _close_info(frame.get_payload_as_bytes())
            transport.send_close(picows.WSCloseCode.OK)
            transport.disconnect()

    def on_ws_disconnected(self, transport: Any) -> None:
        self._connection._gone()

    def pause_writing(self) -> None:
        self._connection.writable = False

    def resume_writing(self) -> None:
        self._connection.writable = True
        self._connection.on_writable()

    def _fragment(self, frame: Any) -> None:
        self._parts.append(frame.get_payload_as_bytes())
        if sum(map(len, self._parts)) > MAX_FRAME:
            self._connection.abort()
        elif frame.fin:
            whole, self._parts = b"".join(self._parts), []
            self._connection._text(whole)


def _close_info(payload: bytes) -> CloseInfo:
    if len(payload) < 2:
        return CloseInfo(1005)
    return CloseInfo(int.from_bytes(payload[:2], "big"), payload[2:].decode(errors="replace"))


def _refused(error: picows.WSHandshakeError) -> Exception:
    response = error.response
    if response is None:
        return ConnectionError(str(error))
    status = int(response.status)
    reason: ChinwagError
    try:
        reason = errors.from_failure(decoding.decoded(Failure, error.raw_body or b""))
    except msgspec.DecodeError:
        reason = errors.from_status(status)
    after = response.headers.get("Retry-After", "")
    seconds = float(after) if after.isdigit() else reason.retry_after / 1000
    return Refused(status, reason, seconds)
