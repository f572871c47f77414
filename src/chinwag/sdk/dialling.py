"""Reaching a server: the socket that a connection stands on, which does not outlive an attempt."""

import asyncio
import contextlib
import socket
from types import TracebackType
from typing import Any

from aiohappyeyeballs import start_connection

# How long an address may keep the next one waiting (RFC 8305).
HEAD_START_SECONDS = 0.25
# Turns of the loop until a socket that was shut down is closed: it is seen, and then put away.
_TURNS = 10


class Dialling:
    """One attempt. Its call is picows' ``socket_factory``; if the attempt fails or is cancelled,
    its end sees to it that the socket is closed. (picows leaves one open that is cancelled while
    it waits for the answer to its handshake.)
    """

    def __init__(self) -> None:
        self._socket: socket.socket | None = None

    async def __call__(self, url: Any) -> socket.socket:
        """A socket that is connected to the host and port of ``url``, by the address that answers
        first.
        """
        loop = asyncio.get_running_loop()
        addresses = await loop.getaddrinfo(url.host, url.port, type=socket.SOCK_STREAM)
        self._socket = await start_connection(addresses, happy_eyeballs_delay=HEAD_START_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._socket

    async def __aenter__(self) -> "Dialling":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None or self._socket is None:
            return
        # The socket is its transport's to close: to end it is what makes it do so.
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        for _ in range(_TURNS):
            if self._socket.fileno() < 0:
                return
            await asyncio.sleep(0)
