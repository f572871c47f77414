"""`Wire`: one connection that many ask over at once.

All commands of a loop tick go out in one write, and answers are handed out in order as they come:
that is several times cheaper than a pooled connection a command, and look-ups are asked for with
every commit.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

import hiredis
from redis.asyncio.connection import (
    AbstractConnection,
    Connection,
    SSLConnection,
    UnixDomainSocketConnection,
)

Word = str | bytes | int | float
Answer = asyncio.Future[Any]


class Refused(Exception):
    """Redis answered with an error; the text begins with its code."""

    @property
    def code(self) -> str:
        """As ``NOSCRIPT``."""
        return str(self).partition(" ")[0]


class Wire(asyncio.Protocol):
    """Sends commands and hands out answers. ``lost`` is called when it can be used no more."""

    def __init__(self, lost: Callable[["Wire", Exception], None]) -> None:
        self._lost = lost
        self._reader = hiredis.Reader()
        self._out: list[bytes] = []
        self._asked: deque[tuple[float, Answer | None]] = deque()
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._closed: Answer = self._loop.create_future()

    def __len__(self) -> int:
        return len(self._asked)

    def ask(self, words: tuple[Word, ...], answer: Answer | None) -> None:
        """Send a command; ``answer`` gets what comes, if anybody wants it."""
        if not self._out:
            self._loop.call_soon(self._flush)
        self._out.append(hiredis.pack_command(words))  # type: ignore[arg-type]
        self._asked.append((self._loop.time(), answer))

    def oldest(self) -> float:
        """Since when, by the loop's clock, the oldest unanswered command waits."""
        return self._asked[0][0] if self._asked else self._loop.time()

    def fail(self, error: Exception) -> None:
        """Give up: whoever waits gets this error."""
        asked, self._asked = self._asked, deque()
        for _, answer in asked:
            if answer is not None and not answer.done():
                answer.set_exception(error)
        if self._transport is not None:
            self._transport.abort()

    async def closed(self) -> None:
        """Wait until the socket is closed."""
        await self._closed

    def _flush(self) -> None:
        out, self._out = self._out, []
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(b"".join(out))

    # --- asyncio.Protocol --------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It can be written to."""
        self._transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        """Answers, or parts of them."""
        self._reader.feed(data)
        try:
            while (value := self._reader.gets()) is not False:
                self._answered(value)
        except hiredis.ProtocolError as error:
            self._lost(self, error)

    def _answered(self, value: Any) -> None:
        if not self._asked:  # given up meanwhile
            return
        answer = self._asked.popleft()[1]
        if isinstance(value, hiredis.ReplyError):
            refused = Refused(str(value))
            if answer is not None and not answer.done():
                answer.set_exception(refused)
            if refused.code in ("READONLY", "LOADING", "MASTERDOWN", "NOAUTH"):
                self._lost(self, refused)  # another one is in charge now, or will be
        elif answer is not None and not answer.done():
            answer.set_result(value)

    def connection_lost(self, error: Exception | None) -> None:
        """The other side is gone."""
        if not self._closed.done():
            self._closed.set_result(None)
        self._lost(self, error or ConnectionError("closed by the server"))


async def dial(where: AbstractConnection, lost: Callable[[Wire, Exception], None]) -> Wire:
    """A wire to where a connection of the library would go.

    Raises:
        OSError: there is no way.
        Refused: there is, but not for us.
    """
    loop = asyncio.get_running_loop()
    if isinstance(where, UnixDomainSocketConnection):
        _, wire = await loop.create_unix_connection(lambda: Wire(lost), where.path)
    else:
        assert isinstance(where, Connection)
        tls = where.ssl_context.get() if isinstance(where, SSLConnection) else None
        _, wire = await loop.create_connection(lambda: Wire(lost), where.host, where.port, ssl=tls)
    greetings: list[tuple[Word, ...]] = []
    if where.password:
        user = (where.username,) if where.username else ()
        greetings.append(("AUTH", *user, where.password))
    if where.db:
        greetings.append(("SELECT", where.db))
    try:
        for words in greetings:
            answer: Answer = loop.create_future()
            wire.ask(words, answer)
            await answer
    except BaseException:
        wire.fail(ConnectionError("given up"))
        raise
    return wire
