"""Marks on their way to the server: what this device has (`Received`), and what its person has
read (`Read`). Both merge by maximum, so they are sent in batches and may be repeated.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from itertools import islice
from typing import Any

import msgspec

from chinwag.protocol import limits
from chinwag.protocol.commands import Mark, Read, Received
from chinwag.protocol.errors import ChinwagError
from chinwag.sdk.connection import Connection

ACK_SECONDS = 0.02
READ_SECONDS = 1.0


class Acks:
    """`Received` marks: on the next turn of the loop when idle, else at most every 20 ms."""

    def __init__(self) -> None:
        self._marks: dict[str, int] = {}
        self._connection: Connection | None = None
        self._timer: asyncio.TimerHandle | asyncio.Handle | None = None
        self._sent_at = 0.0

    def attach(self, connection: Connection | None) -> None:
        """Send over this connection from now on; None: there is none."""
        self._connection = connection
        if connection is None:
            self._marks.clear()  # all are told again after the next sync

    def add(self, chat: str, seq: int) -> None:
        """The store has everything up to ``seq``."""
        if self._connection is None or seq < 1:
            return
        self._marks[chat] = max(seq, self._marks.get(chat, 0))
        if self._timer is None:
            loop = asyncio.get_running_loop()
            wait = self._sent_at + ACK_SECONDS - loop.time()
            later: Any = loop.call_later(wait, self._flush) if wait > 0 else None
            self._timer = later or loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._timer = None
        self._sent_at = asyncio.get_running_loop().time()
        marks, self._marks = self._marks, {}
        for part in _parts(marks):
            if self._connection is not None:
                self._connection.post(Received(marks=part))


class Reads:
    """`Read` marks: about a second after the first, or at `flush`. What the server has not
    confirmed is kept by ``keep`` and sent again over the next connection.
    """

    def __init__(self, marks: dict[str, int], keep: Callable[[dict[str, int]], None]) -> None:
        self._marks = dict(marks)
        self._keep = keep
        self._connection: Connection | None = None
        self._timer: asyncio.TimerHandle | None = None

    def attach(self, connection: Connection | None) -> None:
        """Send over this connection from now on, beginning with what was not confirmed."""
        self._connection = connection
        if connection is not None:
            self.flush()

    def add(self, chat: str, seq: int) -> None:
        """The person has seen everything up to ``seq``."""
        if seq <= self._marks.get(chat, 0):
            return
        self._marks[chat] = seq
        self._keep(self._marks)
        self._later(READ_SECONDS)

    def flush(self) -> None:
        """Send now."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._connection is None:
            return
        for part in _parts(self._marks):
            self._connection.submit(Read(marks=part), partial(self._done, part))

    def _later(self, seconds: float) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(seconds, self.flush)

    def _done(self, sent: tuple[Mark, ...], result: msgspec.Struct | Exception) -> None:
        """Forget what the server has, or refuses for good."""
        if isinstance(result, ChinwagError) and result.kind.retry:
            self._later(max(result.retry_after / 1000, READ_SECONDS))
            return
        if isinstance(result, Exception) and not isinstance(result, ChinwagError):
            return
        for mark in sent:
            if self._marks.get(mark.chat, 0) <= mark.seq:
                self._marks.pop(mark.chat, None)
        self._keep(self._marks)


def _parts(marks: dict[str, int]) -> list[tuple[Mark, ...]]:
    """``marks`` in portions that fit a command."""
    left = iter([Mark(chat=chat, seq=seq) for chat, seq in marks.items()])
    parts = []
    while part := tuple(islice(left, limits.MARKS_PER_CALL)):
        parts.append(part)
    return parts
