"""The end of a connection whose peer may still be sending.

To close a TCP connection with unread input resets it, and the reset can overtake what was written
last: the close frame, or the HTTP answer that says why. So the sending side is closed, and input
is read and forgotten until the peer hangs up or the time is over (RFC 6455, section 7.1.1).
"""

import asyncio
from collections.abc import Callable

_SINK = memoryview(bytearray(16 * 1024))  # shared: nobody looks at what is in it


class Linger(asyncio.BufferedProtocol):
    """Reads and forgets."""

    __slots__ = ("_lost", "_timer", "_transport")

    def __init__(
        self, transport: asyncio.Transport, seconds: float, lost: Callable[[], None]
    ) -> None:
        self._transport = transport
        self._lost = lost
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(seconds, transport.abort)

    def get_buffer(self, sizehint: int) -> memoryview:
        return _SINK

    def buffer_updated(self, nbytes: int) -> None:
        pass

    def eof_received(self) -> bool:
        return False  # the transport closes itself

    def connection_lost(self, exc: Exception | None) -> None:
        self._timer.cancel()
        self._lost()


def hang_up(transport: asyncio.Transport, seconds: float, lost: Callable[[], None]) -> None:
    """Close the sending side, linger for the other; `lost` is called when all is over."""
    transport.pause_reading()  # a transport picks the way it reads when reading starts
    transport.set_protocol(Linger(transport, seconds, lost))
    if transport.can_write_eof():
        transport.write_eof()
        transport.resume_reading()
    else:
        transport.close()  # TLS cannot close one side only
