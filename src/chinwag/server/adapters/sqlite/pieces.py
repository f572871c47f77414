"""`Piece`: something for a thread to do, and the future that waits for it."""

import asyncio
import queue
from collections.abc import Callable, Coroutine
from typing import Any

from chinwag.server.ports.store import Batch, Entry

Work = Callable[[Any], Coroutine[Any, Any, Any]]


class Piece:
    """Either a ``batch`` to append or ``work`` to run; then ``result`` or ``error``."""

    __slots__ = ("batch", "entries", "error", "future", "result", "work")

    def __init__(self, future: asyncio.Future[Any], batch: Batch | None, work: Work | None) -> None:
        self.future = future
        self.batch = batch
        self.work = work
        self.entries: list[Entry] = []
        self.result: Any = None
        self.error: BaseException | None = None

    @property
    def weight(self) -> int:
        """What it counts for against the limit of what may wait."""
        return 1 if self.batch is None else 1 + len(self.batch.entries) + len(self.batch.marks)

    def settle(self) -> None:
        """Wake who waits, unless they gave up."""
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


Pieces = queue.SimpleQueue[Piece | None]
"""In order of arrival; None ends it."""


def take(source: Pieces, most: int) -> list[Piece] | None:
    """Everything that waits, up to ``most``; waits for the first. None: time to stop."""
    piece = source.get()
    if piece is None:
        return None
    pieces = [piece]
    while len(pieces) < most:
        try:
            piece = source.get_nowait()
        except queue.Empty:
            break
        if piece is None:
            source.put(None)  # stop next time
            break
        pieces.append(piece)
    return pieces
