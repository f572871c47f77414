"""The body of one request that writes to an upload: its bytes in blocks, until somebody stops it.

A client may go away in the middle, or stall for ever; what came until then is worth keeping. So
the end of a body is never an exception here, and `why` tells which end it was.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from enum import Enum

BLOCK = 1 << 20
"""Bytes that are hashed and handed on at a time."""

# What one read takes of the event loop, twice over: so that many bodies together leave half of
# it to the messages.
_TURN = 0.001

Receive = Callable[[], Awaitable[bytes | None]]
"""The next bytes; b"" when the body is complete, None when the client is gone."""


class End(Enum):
    """How a body ended."""

    COMPLETE = 0
    CUT = 1
    """The client is gone."""
    STOPPED = 2
    """Another request wants this upload, or the server stops."""


class Incoming:
    """One body. It is read by one task at a time, and may be stopped by any."""

    def __init__(self, receive: Receive) -> None:
        self.why: End | None = None
        """None as long as more may come."""
        self._receive = receive
        self.others: Callable[[], int] = lambda: 0
        """How many bodies come in at the same time."""
        self._rest = b""
        self._stopped = False
        self._waiting: asyncio.Task[object] | None = None

    def stop(self) -> None:
        """End it here: whoever reads gets no more, and at once."""
        if self.why is None:
            self.why = End.STOPPED
            self._stopped = self._waiting is not None
            if self._waiting is not None:
                self._waiting.cancel()

    async def blocks(self, most: int) -> AsyncGenerator[bytes]:
        """The next ``most`` bytes or, if the body ends before, what there is."""
        held: list[bytes] = []
        length = 0
        while most > 0 and (chunk := await self._next()):
            if len(chunk) > most:
                chunk, self._rest = chunk[:most], chunk[most:]
            held.append(chunk)
            length += len(chunk)
            most -= len(chunk)
            if length >= BLOCK:
                yield b"".join(held)
                held, length = [], 0
        if held:
            yield b"".join(held)

    async def more(self) -> bool:
        """Whether there is another byte."""
        self._rest = await self._next()
        return bool(self._rest)

    async def _next(self) -> bytes:
        if self._rest:
            rest, self._rest = self._rest, b""
            return rest
        if self.why is not None:
            return b""
        self._waiting = asyncio.current_task()
        try:
            if others := self.others():
                await asyncio.sleep(others * _TURN)
            chunk = await self._receive()
        except asyncio.CancelledError:
            if not self._stopped:
                raise
            task = self._waiting
            assert task is not None
            task.uncancel()
            return b""
        finally:
            self._waiting = None
        if not chunk:
            self.why = End.CUT if chunk is None else End.COMPLETE
            return b""
        return chunk
