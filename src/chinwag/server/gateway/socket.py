"""One WebSocket: the strict endpoint of RFC 6455 over picows' parser.

What picows leaves out is here: reserved bits, the order of opcodes, reassembly, UTF-8 and the close
handshake. No task, no lock and no timer a message: a socket is a state and plain method calls.
"""

import asyncio
import enum
import logging
from collections.abc import Callable
from typing import Any, Protocol

import picows

from chinwag.server import framing
from chinwag.server.gateway import closing
from chinwag.server.gateway.closing import ViolationError, frame_close, read_close
from chinwag.server.gateway.fragments import Fragments, check_order
from chinwag.server.gateway.heartbeat import ControlBudget, Heartbeat
from chinwag.server.gateway.limits import Limits
from chinwag.server.gateway.linger import hang_up
from chinwag.server.gateway.outbox import Flusher, Outbox
from chinwag.server.gateway.parser import Parser

Address = tuple[str, int] | None

_LOG = logging.getLogger(__name__)
_TEXT = picows.WSMsgType.TEXT
_BINARY = picows.WSMsgType.BINARY


class Endpoint(Protocol):
    """What stands behind a socket. All are plain calls out of the loop, and must not block."""

    def opened(self, socket: "Socket") -> None:
        """The socket may be used."""

    def text(self, data: memoryview | bytes | bytearray) -> None:
        """A whole text message. A memoryview is valid during this call only: copy to keep."""

    def binary(self, data: memoryview | bytes | bytearray) -> None:
        """A whole binary message; as with `text`."""

    def closed(self, code: int, reason: str) -> None:
        """It is over. Called exactly once, and never from inside `send` or `close`.

        The code is the peer's (1005 if it gave none), or ours where we closed or failed the
        connection, or 1006 if it broke without a close frame.
        """

    def shutdown(self) -> None:
        """The server is stopping: the last chance to send something. 1012 follows."""


class State(enum.IntEnum):
    """Where a socket is in its life."""

    OPEN = 0
    CLOSING = 1
    """Our close frame is sent or queued; the peer's answer is awaited."""
    OVER = 2
    """The closing handshake is done, or failed; only the TCP connection is left."""


class Hold(enum.IntFlag):
    """Why nothing is read from the peer."""

    APPLICATION = 1
    OUTBOX = 2
    FAULT = 4
    TURN = 8


_TURN = 512  # frames, a power of two
_OPEN = State.OPEN  # names of the module: looked up once a frame


class Socket(picows.WSListener):
    """A WebSocket connection of the server.

    `send` and `close` may be called at any time, from the loop's thread only. The methods that
    begin with `on_ws_`, `parser_`, and `pause_writing` and `resume_writing` belong to the parser.
    """

    __slots__ = (
        "_boundary",
        "_budget",
        "_code",
        "_endpoint",
        "_fragments",
        "_frames",
        "_frames_heard",
        "_grown",
        "_heartbeat",
        "_holds",
        "_limits",
        "_loop",
        "_lost",
        "_outbox",
        "_parser",
        "_reason",
        "_reported",
        "_state",
        "_timer",
        "_transport",
        "client",
    )

    def __init__(
        self,
        transport: asyncio.Transport,
        client: Address,
        limits: Limits,
        flusher: Flusher,
        lost: Callable[["Socket"], None],
    ) -> None:
        self.client = client
        self._transport = transport
        self._limits = limits
        self._lost = lost
        self._loop = asyncio.get_running_loop()
        self._outbox = Outbox(transport, flusher, limits, self._cut)
        self._endpoint: Endpoint | None = None
        self._fragments: Fragments | None = None
        self._budget: ControlBudget | None = None  # most clients never ping
        self._heartbeat: Heartbeat | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._state = State.OPEN
        self._holds = 0
        self._code = closing.ABNORMAL
        self._reason = ""
        self._reported = False
        self._frames = 0
        self._frames_heard = 0
        self._grown = False
        self._boundary = False
        self._parser: Any = self._new_parser()

    def start(self, endpoint: Endpoint, behind: bytes) -> None:
        """Take over the transport, whose reading is paused; `behind` came with the head."""
        self._endpoint = endpoint
        self._transport.set_protocol(self._parser)
        if self._limits.ping_interval is not None:
            self._heartbeat = Heartbeat(self, self._limits.ping_interval, self._limits.ping_timeout)
        try:
            endpoint.opened(self)
        except Exception:  # noqa: BLE001 - the application's: it must not take the server down
            _LOG.exception("endpoint failed to open")
            self._fail(closing.INTERNAL_ERROR, "")
            return
        if behind:
            self._parser.feed(behind)
        if not self._holds and self._state is not State.OVER:
            self._transport.resume_reading()

    # --- for the application -------------------------------------------------------------------

    @property
    def closed(self) -> bool:
        """Whether nothing more can be sent."""
        return self._state is not _OPEN

    def send(self, data: bytes) -> bool:
        """Queue a ready frame (`frame_text`, `frame_binary`), written at the end of the tick.

        False if the socket is closed, or was cut because this frame did not fit its outbox.
        """
        return self._outbox.put(data)

    def close(self, code: int = closing.NORMAL, reason: str = "") -> None:
        """Start the closing handshake, behind what is queued (RFC 6455, section 7.1.2)."""
        if self._state is not _OPEN:
            return
        self._close(code, reason, self._limits.close_timeout)

    def pause_reading(self) -> None:
        """Read nothing until `resume_reading`. Frames read before are still delivered."""
        self._hold(Hold.APPLICATION)

    def resume_reading(self) -> None:
        """Read on."""
        self._release(Hold.APPLICATION)

    # --- for the server ------------------------------------------------------------------------

    def shutdown(self) -> None:
        """The server stops: let the application say goodbye, close with 1012, drop in time."""
        if self._state is not _OPEN:
            return
        assert self._endpoint is not None
        try:
            self._endpoint.shutdown()
        except Exception:  # noqa: BLE001 - the application's: the other sockets must be shut down, too
            _LOG.exception("endpoint failed to shut down")
        if self._state is _OPEN:
            self._close(closing.RESTART, "server restarts", self._limits.shutdown_grace)

    # --- for the heartbeat ---------------------------------------------------------------------

    def heard(self) -> bool:
        """Whether a frame has come since this was asked last."""
        before, self._frames_heard = self._frames_heard, self._frames
        return self._frames != before

    def fall_silent(self) -> None:
        """The peer did not answer our ping in time."""
        self._fail(closing.INTERNAL_ERROR, "no answer to ping")

    # --- for the parser ------------------------------------------------------------------------

    def on_ws_frame(self, transport: picows.WSTransport, frame: picows.WSFrame) -> None:
        """A frame has come, its mask removed."""
        self._frames += 1
        if not self._frames % _TURN:
            self._yield_turn()
        if self._grown:
            self._boundary = not frame.tail_size
        if self._state is not _OPEN and not self._awaits(frame):
            return
        try:
            if frame.rsv1 or frame.rsv2 or frame.rsv3:
                raise ViolationError(closing.PROTOCOL_ERROR, "reserved bit")
            kind = frame.msg_type
            if frame.fin and self._fragments is None and (kind is _TEXT or kind is _BINARY):
                self._deliver(kind is _TEXT, frame.get_payload_as_memoryview())
            else:
                self._take(kind.value, frame)
        except ViolationError as violation:
            self._fail(violation.code, violation.reason)
        except Exception:  # noqa: BLE001 - the application's: it costs this socket, not the server
            _LOG.exception("endpoint failed")
            self._fail(closing.INTERNAL_ERROR, "")

    def on_ws_disconnected(self, transport: picows.WSTransport) -> None:
        """The TCP connection is gone."""
        self._end()

    def pause_writing(self) -> None:
        """The peer does not take what it gets: stop asking it for more, too."""
        self._outbox.pause()
        self._hold(Hold.OUTBOX)

    def resume_writing(self) -> None:
        """The peer has taken what it got."""
        if self._state is State.OVER:
            return
        self._outbox.resume()
        self._release(Hold.OUTBOX)

    def parser_failed(self, code: int, reason: str) -> None:
        """The parser found a violation. A frame before it may still be on its way to us."""
        if self._holds & Hold.FAULT:
            return
        self._hold(Hold.FAULT)
        self._loop.call_soon(self._fail, code, reason)

    def parser_grew(self) -> None:
        """The parser's buffer is large: give it back when things have calmed down."""
        self._boundary = False
        if not self._grown:
            self._grown = True
            self._loop.call_later(self._limits.calm_after, self._calm)

    # --- messages and control frames -----------------------------------------------------------

    def _deliver(self, is_text: bool, data: memoryview | bytearray) -> None:
        assert self._endpoint is not None
        if not is_text:
            self._endpoint.binary(data)
            return
        if self._limits.validate_utf8 and type(data) is memoryview:
            try:
                str(data, "utf-8")
            except UnicodeDecodeError:
                raise ViolationError(closing.NOT_UTF8, "text is not UTF-8") from None
        self._endpoint.text(data)

    def _take(self, opcode: int, frame: picows.WSFrame) -> None:
        if opcode == framing.CLOSE:
            self._peer_closed(*read_close(frame.get_payload_as_bytes()))
        elif opcode >= framing.CLOSE:
            self._control(opcode, frame)
        else:
            check_order(self._fragments is not None, opcode)
            if self._fragments is None:
                self._fragments = Fragments(opcode, self._limits)
            message = self._fragments.add(frame.get_payload_as_memoryview(), final=frame.fin)
            if message is not None:
                is_text = self._fragments.opcode == framing.TEXT
                self._fragments = None
                self._deliver(is_text, message)

    def _control(self, opcode: int, frame: picows.WSFrame) -> None:
        if self._budget is None:
            self._budget = ControlBudget(self._limits.control_rate, self._limits.control_burst)
        if not self._budget.take(self._loop.time()):
            raise ViolationError(closing.POLICY, "too many pings")
        if opcode == framing.PING:
            self._outbox.pong(frame.get_payload_as_bytes())

    # --- the end -------------------------------------------------------------------------------

    def _awaits(self, frame: picows.WSFrame) -> bool:
        """While closing, the peer's close frame is all that is still of interest."""
        return self._state is State.CLOSING and frame.msg_type is picows.WSMsgType.CLOSE

    def _close(self, code: int, reason: str, timeout: float) -> None:
        self._code, self._reason = code, reason
        self._state = State.CLOSING
        self._fragments = None
        self._timer = self._loop.call_later(timeout, self._transport.abort)
        self._outbox.seal(frame_close(code, reason))

    def _peer_closed(self, code: int, reason: str) -> None:
        """The closing handshake is complete, or is by our answer (RFC 6455, section 5.5.1)."""
        if self._state is _OPEN:
            self._code, self._reason = code, reason
            answer = frame_close(closing.NORMAL if code == closing.NO_STATUS else code)
            if not self._outbox.seal(answer):
                return  # cut: not even this did fit
        self._outbox.finish()
        waits = self._transport.get_write_buffer_size() > 0
        self._part(self._limits.close_timeout if waits else self._limits.linger)
        self._report()

    def _fail(self, code: int, reason: str) -> None:
        """Fail the connection (RFC 6455, section 7.1.7)."""
        if self._state is State.OVER:
            return
        if self._state is _OPEN:
            self._code, self._reason = code, reason
            if not self._outbox.seal(frame_close(code, reason)):
                return  # cut: not even this did fit
        self._outbox.finish()
        self._part(self._limits.linger)
        self._report()

    def _cut(self) -> None:
        """The outbox overflowed: what is in it is lost, the client must come back."""
        self._code, self._reason = self._limits.overflow_code, self._limits.overflow_reason
        if not self._transport.is_closing():
            self._transport.write(frame_close(self._code, self._reason))
        self._part(self._limits.linger)
        self._loop.call_soon(self._report)  # not from inside the application's own send()

    def _part(self, seconds: float) -> None:
        """Leave the connection to the linger, which ends it in time."""
        self._state = State.OVER
        self._fragments = None
        self._disarm()
        if not self._transport.is_closing():
            hang_up(self._transport, seconds, self._end)

    def _end(self) -> None:
        """The TCP connection is gone, in whatever way."""
        self._state = State.OVER
        self._disarm()
        self._outbox.discard()
        self._report()
        self._lost(self)

    def _report(self) -> None:
        if self._reported:
            return
        self._reported = True
        if self._heartbeat is not None:
            self._heartbeat.stop()
        assert self._endpoint is not None
        try:
            self._endpoint.closed(self._code, self._reason)
        except Exception:  # noqa: BLE001 - the application's: the clean-up behind it must go on
            _LOG.exception("endpoint failed to close")

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    # --- reading -------------------------------------------------------------------------------

    def _hold(self, why: Hold) -> None:
        if not self._holds and not self._transport.is_closing():
            self._transport.pause_reading()
        self._holds |= why

    def _release(self, why: Hold) -> None:
        if not self._holds & why:
            return
        self._holds &= ~why
        if not self._holds and self._state is not State.OVER:
            self._transport.resume_reading()

    def _yield_turn(self) -> None:
        """The loop reads on from a socket as long as there is something: let the others in."""
        if self._state is not State.OVER:
            self._hold(Hold.TURN)
            self._loop.call_soon(self._release, Hold.TURN)

    def _new_parser(self) -> Parser:
        return Parser(self, self._limits.max_frame, self._limits.read_quantum)

    def _calm(self) -> None:
        """The parser never shrinks its buffer, so a new parser takes over between two frames."""
        if self._state is not _OPEN:
            return
        if self._boundary:
            self._grown = False
            self._parser = self._new_parser()
            self._transport.set_protocol(self._parser)
        else:
            self._loop.call_later(self._limits.calm_after, self._calm)
