"""picows' C frame parser, used for nothing but parsing.

picows' protocol answers handshakes, pings and violations by itself, straight to the socket. Here
it gets a stand-in for the transport instead: every byte that leaves goes through the outbox, in
order. The handshake was answered before (`oneport`), so the parser is fed a canned one.

Parsers share that head and the answer to it, also across threads with a server each. Neither may
change: picows writes a header into an answer, then reads them all, and another thread's write in
between once broke a handshake.

`WSProtocol` and the order of its arguments are internal to picows: hence the pin to 2.3.*.
"""

import http
import logging
import types
from typing import Any, Protocol

import picows
from picows.picows import WSProtocol, _parse_http_request  # type: ignore[attr-defined]

_LOG = logging.getLogger(__name__)

CALM = 8 * 1024
"""A read buffer up to this size is kept; an idle socket starts with 2 KiB."""

_HEAD = (
    b"GET / HTTP/1.1\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
    b"sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
_HEADERS: Any = types.MappingProxyType(_parse_http_request(_HEAD.removesuffix(b"\r\n\r\n")).headers)
_READ_BUFFER = 2048  # the least that picows takes
_CLOSE_FRAME = 0x88

_get_buffer = WSProtocol.get_buffer


class Parsed(Protocol):
    """What a parser reports to, besides the calls of `picows.WSListener`."""

    def parser_failed(self, code: int, reason: str) -> None:
        """The peer broke the protocol. At most one frame, parsed before, is still delivered."""

    def parser_grew(self) -> None:
        """The read buffer is larger than an idle socket should keep."""


class _NoSocket:
    """Stands in for the kernel's socket, whose options are the server's business."""

    def fileno(self) -> int:
        return -1

    def setsockopt(self, *_: object) -> None: ...

    def getsockopt(self, *_: object) -> int:
        return 0


class _NoLog:
    """A logger a connection is too much memory, and a line a violation a gift to attackers."""

    def isEnabledFor(self, level: int) -> bool:  # noqa: N802 - the name that logging gave it
        return False

    def debug(self, *_: object) -> None: ...

    info = warning = error = log = debug

    def exception(self, message: str, *args: object) -> None:
        _LOG.exception(message, *args)


class _NoHeaders:
    """Takes the headers that picows adds to an answer, and keeps none."""

    def __setitem__(self, name: str, value: str) -> None: ...


class _NoAnswer:
    """Stands in for the answer to the canned handshake, which the tap throws away."""

    status = http.HTTPStatus.SWITCHING_PROTOCOLS
    headers = _NoHeaders()

    def to_bytes(self) -> bytearray:
        return bytearray(b"HTTP/1.1 101\r\n\r\n")


_NO_SOCKET = _NoSocket()
_NO_LOG = _NoLog()
_NO_ANSWER: Any = _NoAnswer()


class _Tap:
    """Stands in for the transport: what picows would write or close comes here."""

    __slots__ = ("_parsed",)

    def __init__(self, parsed: Parsed) -> None:
        self._parsed = parsed

    def get_extra_info(self, name: str) -> object:
        return _NO_SOCKET if name == "socket" else None

    def get_write_buffer_size(self) -> int:
        return 1  # never 0, or picows writes to the file descriptor, past all of us

    def write(self, data: bytes) -> None:
        # The only frame that picows writes by itself is the close that answers a violation;
        # the rest is its answer to the canned handshake.
        if data[0] == _CLOSE_FRAME:
            reason = bytes(data[4:]) if data[1] == 126 else bytes(data[2:])
            self._parsed.parser_failed(
                int.from_bytes(reason[:2], "big"), reason[2:].decode("utf-8", "replace")
            )

    def close(self) -> None: ...

    abort = close


class Parser(WSProtocol):
    """Turns bytes into `on_ws_frame` calls, with a read buffer that stays small."""

    __slots__ = ("_parsed", "_quantum")

    def __init__(self, parsed: Any, max_frame: int, quantum: int) -> None:
        self._parsed = parsed
        self._quantum = quantum

        def answer(request: picows.WSUpgradeRequest) -> picows.WSUpgradeResponseWithListener:
            request.headers = _HEADERS
            return picows.WSUpgradeResponseWithListener(_NO_ANSWER, parsed)

        super().__init__(
            None,  # host_port
            None,  # ws_path
            False,  # is_client_side
            answer,  # ws_listener_factory
            _NO_LOG,  # logger
            True,  # disconnect_on_exception
            None,  # websocket_handshake_timeout
            False,  # enable_auto_ping
            0,  # auto_ping_idle_timeout
            0,  # auto_ping_reply_timeout
            picows.WSAutoPingStrategy.PING_WHEN_IDLE,
            False,  # enable_auto_pong
            max_frame,
            None,  # extra_headers
            _READ_BUFFER,
        )
        self.connection_made(_Tap(parsed))
        self.feed(_HEAD)

    def get_buffer(self, sizehint: int) -> memoryview:
        """Where the transport may read to: no more than a quantum at once."""
        room: memoryview = _get_buffer(self, sizehint)
        size = len(room)
        if size > CALM:
            self._parsed.parser_grew()
            if size > self._quantum:
                return room[: self._quantum]
        return room

    def feed(self, data: bytes) -> None:
        """Parse bytes that were read elsewhere."""
        rest = memoryview(data)
        while rest:
            room = self.get_buffer(-1)
            size = min(len(room), len(rest))
            room[:size] = rest[:size]
            self.buffer_updated(size)
            rest = rest[size:]
