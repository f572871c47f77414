"""One port: uvicorn speaks HTTP, and a WebSocket upgrade hands its connection to a `Socket`.

uvicorn trusts that something in front of it bounds what a stranger may do. Here nothing may be in
front, so the bounds are added: on connections, on heads and bodies in size and time, on upgrades
under way; and the requests that two parsers could read in two ways are refused (RFC 9112, 11.2).
"""

import asyncio
import logging
import secrets
import socket
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from chinwag.server.gateway.deadlines import Deadlines
from chinwag.server.gateway.heads import BadRequestError, HeadCheck
from chinwag.server.gateway.limits import Limits, PortLimits
from chinwag.server.gateway.line import EXTENSION, Line
from chinwag.server.gateway.linger import hang_up
from chinwag.server.gateway.outbox import Flusher
from chinwag.server.gateway.socket import Endpoint, Socket
from chinwag.server.gateway.upgrade import (
    Admission,
    Headers,
    Refused,
    UpgradeRequest,
    check_handshake,
    refuse_response,
    switch_response,
)

Admit = Callable[[UpgradeRequest], Awaitable[Admission]]

_LOG = logging.getLogger(__name__)


class Port:
    """What all connections of one server share."""

    def __init__(self, admit: Admit, limits: PortLimits, socket_limits: Limits) -> None:
        self.admit = admit
        self.limits = limits
        self.socket_limits = socket_limits
        self.handshakes = 0
        self._flusher: Flusher | None = None

    def flusher(self, loop: asyncio.AbstractEventLoop) -> Flusher:
        """The flusher of the loop, which is not running yet when the port is made."""
        if self._flusher is None:
            self._flusher = Flusher(loop)
        return self._flusher

    def busy(self, why: bytes) -> Refused:
        """Come back later, and not all at once."""
        low, high = self.limits.retry_after
        seconds = low + secrets.randbelow(high - low + 1)
        return Refused(503, why, (("Retry-After", str(seconds)),))

    async def decide(self, request: UpgradeRequest) -> Admission:
        """Ask the application, for so long."""
        self.handshakes += 1
        try:
            async with asyncio.timeout(self.limits.admit_timeout):  # no task, as wait_for makes
                return await self.admit(request)
        except TimeoutError:
            return self.busy(b"Admission took too long.")
        except Exception:  # noqa: BLE001 - the application's: the client is owed an answer
            _LOG.exception("admission failed")
            return Refused(500, b"Internal server error.")
        finally:
            self.handshakes -= 1


def one_port(
    *, admit: Admit, limits: PortLimits | None = None, socket_limits: Limits | None = None
) -> type[HttpToolsProtocol]:
    """The protocol class for `uvicorn.Config(http=...)`, for one server in one loop.

    `admit` is awaited for every upgrade that is well-formed; its answer is sent as it is.
    """
    port = Port(admit, limits or PortLimits(), socket_limits or Limits())
    return type("OnePort", (OnePort,), {"port": port})


def _give_up_after(transport: asyncio.Transport, seconds: float) -> None:
    """Have the kernel reset the connection when the peer takes nothing for so long (RFC 5482).

    Nothing else ends a connection that is closing while its last bytes are not taken.
    """
    option = getattr(socket, "TCP_USER_TIMEOUT", None)
    kernel = transport.get_extra_info("socket")
    if option is not None and kernel is not None and kernel.family != socket.AF_UNIX:
        kernel.setsockopt(socket.IPPROTO_TCP, option, int(seconds * 1000))


class _Answered:
    """The connection as uvicorn's answers have it: ``end`` is how they close it."""

    __slots__ = ("close", "is_closing", "write")

    def __init__(self, transport: asyncio.Transport, end: Callable[[], None]) -> None:
        self.write, self.is_closing, self.close = transport.write, transport.is_closing, end


class OnePort(HttpToolsProtocol):
    """An HTTP connection, until it is upgraded. Made by `one_port`."""

    port: ClassVar[Port]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limits = self.port.limits
        self._head = HeadCheck(limits.head_bytes, limits.head_count)
        self._deadlines = Deadlines(
            self.loop, limits, lambda: self.flow.read_paused, self._out_of_time
        )
        self._gone = False  # refused or upgraded: nothing more is for us
        self._upgrade_to: bytes | None = None

    # --- the connection ------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A stranger has come."""
        full = len(self.connections) >= self.port.limits.connections
        super().connection_made(transport)
        if full:
            transport.write(refuse_response(self.port.busy(b"Too many connections.")))
            transport.close()
        else:
            _give_up_after(transport, self.port.limits.stall_timeout)
            self._deadlines.head_begins()

    def connection_lost(self, exc: Exception | None) -> None:
        """It has left."""
        self._deadlines.stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """As uvicorn's, but strict, bounded, and keeping what came behind an upgrade."""
        self._unset_keepalive_if_required()
        if self._gone:
            return
        if self._idle():
            self._deadlines.head_begins()
        try:
            self.parser.feed_data(data)
            self._head.fed(len(data))
        except httptools.HttpParserUpgrade as upgrade:
            self._upgrade(data[upgrade.args[0] :])
        except (httptools.HttpParserError, BadRequestError):
            # httptools wraps what our callbacks raise, hence not the exception but the check.
            self._refuse(Refused(self._head.status, b"Invalid HTTP request."))

    def pause_writing(self) -> None:
        """The client leaves its answer unread: for so long."""
        super().pause_writing()
        self._deadlines.writing_stalls()

    def resume_writing(self) -> None:
        """The client reads."""
        self._deadlines.writing_resumes()
        super().resume_writing()

    # --- the parser's calls --------------------------------------------------------------------

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        super().on_message_begin()
        self._head.begin()
        self._deadlines.head_begins()

    def on_url(self, url: bytes) -> None:
        """A part of the request's target."""
        self._head.url(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header; or a trailer, which nobody asked for and which must not become a header."""
        if self._head.header(name.lower(), value):
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is complete."""
        self._head.complete(self.parser.get_http_version(), self.parser.get_method())
        self._upgrade_to = self._asked_upgrade()
        self._deadlines.body_begins()
        not_taken = self.parser.should_upgrade() and not self._should_upgrade()
        if not_taken:
            self._head.no_body()  # httptools would take a body for the upgraded protocol
        super().on_headers_complete()
        cycle: Any = self.cycle  # None where an upgrade comes first
        if cycle is not None:
            cycle.transport = _Answered(self.transport, self._end)
        line = Line(self.loop, self.transport, self.cycle, self.port.limits.write_timeout)
        self.scope["extensions"] = {EXTENSION: line}  # type: ignore[dict-item]
        if not_taken:
            self.cycle.keep_alive = False  # nor can it read requests behind it

    def on_body(self, body: bytes) -> None:
        """A part of a request's body."""
        self._deadlines.body_goes_on(len(body))
        self._head.body()
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is complete."""
        self._head.done()
        self._deadlines.stop()
        super().on_message_complete()

    def _get_upgrade(self) -> bytes | None:
        return self._upgrade_to  # uvicorn asks four times a request

    def _asked_upgrade(self) -> bytes | None:
        # uvicorn looks at the last Connection line only.
        tokens = [
            token.strip().lower()
            for name, value in self.headers
            if name == b"connection"
            for token in value.split(b",")
        ]
        protocols = [value.lower() for name, value in self.headers if name == b"upgrade"]
        return protocols[0] if b"upgrade" in tokens and len(protocols) == 1 else None

    def _should_upgrade_to_ws(self) -> bool:
        return True  # whatever uvicorn's own WebSocket setting is

    # --- refusing ------------------------------------------------------------------------------

    def _idle(self) -> bool:
        """Between two requests, where a byte begins the next (even a blank line's)."""
        return not self._head.under_way and not self._answering()

    def _answering(self) -> bool:
        cycle: Any = self.cycle  # None before the first request, whatever uvicorn's types say
        return cycle is not None and not cycle.response_complete

    def _out_of_time(self) -> None:
        if self._head.seen and not self.transport.get_write_buffer_size():
            self._refuse(Refused(408, b"Too slow."))
        else:
            self.transport.abort()

    def _refuse(self, refused: Refused) -> None:
        """Answer and hang up; without an answer if it would land inside another one."""
        self._gone = True
        self._deadlines.stop()
        if self.transport.is_closing():
            return
        if self._answering():
            self.cycle.disconnected = True
            self.transport.abort()
            return
        self.transport.write(refuse_response(refused))
        self._hang_up()

    def _end(self) -> None:
        """No request is answered any more. Who still sends the one that was gets to read why."""
        if self._gone or not self._head.under_way or self.transport.is_closing():
            self.transport.close()
            return
        self._gone = True
        self._deadlines.stop()
        self._hang_up()

    def _hang_up(self) -> None:
        hang_up(self.transport, self.port.limits.linger, lambda: self.connection_lost(None))

    # --- upgrading -----------------------------------------------------------------------------

    def _upgrade(self, behind: bytes) -> None:
        """The head asks for an upgrade."""
        if not self._should_upgrade():
            return  # to another protocol: uvicorn answers as if it had not asked
        self._gone = True
        self._deadlines.stop()
        headers = Headers(self.headers)
        accept = check_handshake(self.parser.get_method(), self.parser.get_http_version(), headers)
        if self._answering():
            self._refuse(Refused(400, b"No upgrade behind a request that is being answered."))
        elif isinstance(accept, Refused):
            self._refuse(accept)
        elif self.port.handshakes >= self.port.limits.handshakes:
            self._refuse(self.port.busy(b"Too many handshakes."))
        else:
            url = httptools.parse_url(self.url)
            request = UpgradeRequest(
                path=url.path.decode("latin-1"),
                query=(url.query or b"").decode("latin-1"),
                headers=headers,
                client=self.client,
            )
            self.transport.pause_reading()  # nothing may come while admission is awaited
            task = self.loop.create_task(self._admit(request, accept, behind))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def _admit(self, request: UpgradeRequest, accept: str, behind: bytes) -> None:
        admission = await self.port.decide(request)
        if self.transport.is_closing():
            return
        try:
            if isinstance(admission, Refused):
                self._refuse(admission)
                return
            response = switch_response(accept, admission)
            upgraded = self._new_socket()
            endpoint = admission.endpoint(upgraded)
        except Exception:  # noqa: BLE001 - the application's, in what it made of its admission
            _LOG.exception("admission could not be carried out")
            self._refuse(Refused(500, b"Internal server error."))
            return
        # Nothing behind this answer may be HTTP: whatever can fail has been done before it.
        self.transport.write(response)
        self._hand_over(upgraded, endpoint, behind)

    def _new_socket(self) -> Socket:
        port = self.port
        return Socket(
            self.transport,
            self.client,
            port.socket_limits,
            port.flusher(self.loop),
            self.connections.discard,
        )

    def _hand_over(self, upgraded: Socket, endpoint: Endpoint, behind: bytes) -> None:
        """From here on the connection is a socket's, and this object is garbage."""
        self.connections.discard(self)
        self.connections.add(upgraded)  # type: ignore[arg-type] # where uvicorn looks at the stop
        upgraded.start(endpoint, behind)
        vars(self).clear()  # uvloop keeps the last `data_received` it was given, and so all of this
