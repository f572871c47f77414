"""`Link`: one connection to RabbitMQ that is made again whenever it is lost.

Whoever publishes learns at once that there is no connection: what aio-pika's robust connection does
instead is to let it hang.
"""

import asyncio
import contextlib
import logging
import random
from collections.abc import Awaitable, Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import aiormq
from aiormq.abc import AbstractChannel, AbstractConnection
from aiormq.connection import TCPTransportFactory, TLSTransportFactory, TransportFactory
from aiormq.exceptions import AMQPError
from yarl import URL

from chinwag.server.observe import log

LOST = (AMQPError, OSError, TimeoutError, RuntimeError, asyncio.InvalidStateError)
"""What calls on a connection raise when it is not there any more, or not in time."""

_HEARTBEAT_SECONDS = 5
_CONNECT_SECONDS = 10.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
# How long the other side has to agree to an end.
_CLOSE_SECONDS = 2.0
_REASON_CHARS = 200

logging.getLogger("aiormq").setLevel(logging.CRITICAL)  # we say ourselves what happened


class _Transport(TransportFactory):
    """Opens sockets, and can cut them: a peer that is stuck would not let us say goodbye."""

    def __init__(self) -> None:
        self._writer: asyncio.StreamWriter | None = None

    async def create(
        self, url: URL, **kwargs: Any
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        factory = TLSTransportFactory() if url.scheme == "amqps" else TCPTransportFactory()
        reader, self._writer = await factory.create(url, **kwargs)
        return reader, self._writer

    def cut(self) -> None:
        if self._writer is not None:
            self._writer.transport.abort()


class Link:
    """``up`` prepares every new connection and returns the channels that it cannot be without;
    ``down`` is called when it is gone, before the next is made.
    """

    def __init__(
        self,
        url: str,
        name: str,
        up: Callable[[AbstractConnection], Awaitable[list[AbstractChannel]]],
        down: Callable[[], None],
    ) -> None:
        self._url = _with_defaults(url, name)
        self._name = name
        self._up, self._down = up, down
        self._tried = asyncio.Event()
        self._broken = asyncio.Event()
        self._reason = ""
        self._task: asyncio.Task[None] | None = None
        self._ending: set[asyncio.Task[None]] = set()
        self.is_up = False
        self.connects = 0

    async def open(self) -> None:
        """Begin; returns after the first attempt, whether it went well or not."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name=self._name)
        await self._tried.wait()

    def broken(self, reason: str) -> None:
        """The connection is of no use any more: make another."""
        self._reason = self._reason or reason
        self._broken.set()

    async def close(self) -> None:
        """End it for good."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await asyncio.gather(*self._ending, return_exceptions=True)

    async def _run(self) -> None:
        failures = 0
        while True:
            transport = _Transport()
            connection = aiormq.Connection(self._url, transport_factory=transport)
            self._reason = ""
            self._broken.clear()
            try:
                channels = await self._connect(connection)
                failures = 0
                await self._hold(connection, channels)
            except LOST as error:
                self._reason = self._reason or _in_words(error)
                failures += 1
            finally:
                if self.is_up:
                    self.is_up = False
                    self._down()
                self._tried.set()
                self._end(connection, transport)
            if failures in (0, 1) or not failures % 20:
                log.warning("rabbitmq.link_lost", link=self._name, reason=self._reason)
            longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**failures)
            await asyncio.sleep(random.uniform(0, longest))  # noqa: S311 - spread, not secret

    async def _connect(self, connection: AbstractConnection) -> list[AbstractChannel]:
        async with asyncio.timeout(_CONNECT_SECONDS):
            with uncancelled():
                await connection.connect()
                channels = await self._up(connection)
        self.is_up = True
        self.connects += 1
        log.info("rabbitmq.linked", link=self._name)
        self._tried.set()
        return channels

    async def _hold(self, connection: AbstractConnection, channels: list[AbstractChannel]) -> None:
        """Wait until the connection, or one of its channels, ends."""
        ends: list[asyncio.Future[Any]] = [
            connection.closing,
            *(channel.closing for channel in channels),
            asyncio.ensure_future(self._broken.wait()),
        ]
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            for end in ends[:-1]:
                if end.done() and not end.cancelled():
                    self._reason = self._reason or _in_words(end.exception())
        finally:
            for end in ends:
                end.cancel()

    def _end(self, connection: AbstractConnection, transport: _Transport) -> None:
        """Not waited for: the next connection may well be there earlier."""

        async def end() -> None:
            with contextlib.suppress(*LOST):
                closed = connection.close(ConnectionResetError("closed"))
                await asyncio.wait_for(closed, _CLOSE_SECONDS)
            transport.cut()

        task = asyncio.get_running_loop().create_task(end())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)


def _with_defaults(url: str, name: str) -> str:
    """Short heartbeats, unless the URL has its own; and a name for who looks at the broker."""
    parts = urlsplit(url)
    options = {"heartbeat": str(_HEARTBEAT_SECONDS), "name": name, **dict(parse_qsl(parts.query))}
    return parts._replace(query=urlencode(options)).geturl()


def _in_words(error: BaseException | None) -> str:
    return "closed" if error is None else f"{type(error).__name__} {error}".strip()[:_REASON_CHARS]


@contextlib.contextmanager
def uncancelled() -> Iterator[None]:
    """When a connection ends, those who wait for its answers are told so by a cancellation, which
    is not theirs.
    """
    try:
        yield
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise ConnectionResetError("closed") from None
