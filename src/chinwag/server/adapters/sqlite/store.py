"""`SqliteStore`: one writer thread that commits in groups, a few reader threads, no timers.

This is the event loop's side: it hands work to the threads, and what they did back to those who
wait. Readers see committed snapshots (WAL) and never wait for the writer.
"""

import asyncio
import secrets
import sys
import threading
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

from chinwag.protocol import errors
from chinwag.protocol.errors import ChinwagError
from chinwag.server.adapters.sqlite.checkpoints import Checkpointer
from chinwag.server.adapters.sqlite.connection import connect
from chinwag.server.adapters.sqlite.folder import FolderLock
from chinwag.server.adapters.sqlite.migrate import migrate
from chinwag.server.adapters.sqlite.pieces import Piece, Pieces, Work
from chinwag.server.adapters.sqlite.readers import SnapshotReader
from chinwag.server.adapters.sqlite.writer import Writer
from chinwag.server.observe import log
from chinwag.server.ports.store import Batch, Committed, Reader, Tx, Untold

T = TypeVar("T")

_READERS = 2
# In entries, marks, transactions and reads; beyond it `busy` is the answer.
_MAX_WAITING = 20_000
# A thread that waits for the interpreter lock gets it only when the loop keeps it longer than
# this. With CPython's 5 ms a loop that is busy with short callbacks starves the writer: a commit
# of one message took 150 ms and more, against 8 ms (two turns of that loop) with this.
_SWITCH_SECONDS = 0.0001


class SqliteStore:
    """The log and all other durable state in one SQLite file.

    ``exclusive``: be the one server of this folder. An admin command opens it without, and must
    then leave chats that sessions may be watching alone.
    """

    def __init__(self, path: Path, *, exclusive: bool = True) -> None:
        self.path = path
        self.origin = secrets.token_hex(8)
        self._lock = FolderLock(path.parent) if exclusive else None
        self._writes, self._reads = Pieces(), Pieces()
        self._waiting = {True: 0, False: 0}
        self._threads: list[threading.Thread] = []
        self._stop: asyncio.Task[None] | None = None

    async def open(self, committed: Committed) -> None:
        """Raises `Unusable` when another server uses the folder, or a newer one has."""
        self._loop = asyncio.get_running_loop()
        self._committed = committed
        sys.setswitchinterval(min(sys.getswitchinterval(), _SWITCH_SECONDS))
        await asyncio.to_thread(self._prepare)
        self._checkpointer = Checkpointer(connect(self.path))
        self._writer = Writer(
            partial(connect, self.path),
            self._writes,
            partial(self._hand_back, self._finish_writes),
            self._checkpointer,
            self.origin,
        )
        self._spawn("writer", self._writer.run)
        for n in range(_READERS):
            connection = connect(self.path, readonly=True)
            finished = partial(self._hand_back, self._finish_reads)
            reader = SnapshotReader(connection, self._reads, finished, self._newest)
            self._spawn(f"reader-{n}", reader.run)
        self._spawn("checkpoints", self._checkpointer.run)

    def _newest(self) -> int:
        return self._writer.committed_change

    def _prepare(self) -> None:
        if self._lock is not None:
            self._lock.take()
        try:
            migrate(self.path, alone=self._lock is not None)
        except BaseException:
            self._release()
            raise

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()

    def _spawn(self, name: str, run: Callable[[], None]) -> None:
        thread = threading.Thread(target=run, name=f"sqlite-{name}", daemon=True)
        thread.start()
        self._threads.append(thread)

    async def close(self) -> None:
        """Commit what was accepted, and stop. Whoever comes later is refused."""
        if self._stop is None:
            self._stop = asyncio.ensure_future(asyncio.to_thread(self._join))
        await asyncio.shield(self._stop)

    def _join(self) -> None:
        self._writes.put(None)
        for _ in range(_READERS):
            self._reads.put(None)
        *workers, checkpoints = self._threads
        for thread in workers:
            thread.join()
        self._checkpointer.stop()
        checkpoints.join()
        self._release()

    async def append(self, batch: Batch) -> None:
        await self._put(self._writes, batch, None)

    async def transact(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        return cast(T, await self._put(self._writes, None, cast(Work, work)))

    async def read(self, work: Callable[[Reader], Awaitable[T]]) -> T:
        return cast(T, await self._put(self._reads, None, cast(Work, work)))

    def told(self, receipts: Sequence[str]) -> None:
        """There is nobody to tell."""

    async def untold(self, older_than: float, most: int) -> list[Untold]:
        return []

    async def leads(self) -> bool:
        return True

    def gauges(self) -> dict[str, float]:
        writer, checkpointer = self._writer, self._checkpointer
        return {
            "store_writes_waiting": self._waiting[True],
            "store_reads_waiting": self._waiting[False],
            "store_commits_total": writer.commits,
            "store_failed_commits_total": writer.failed,
            "store_commit_seconds_total": writer.seconds,
            "store_entries_total": writer.entries,
            "store_checkpoints_total": checkpointer.runs,
            "store_wal_pages": checkpointer.pages,
        }

    def _put(self, to: Pieces, batch: Batch | None, work: Work | None) -> asyncio.Future[Any]:
        if self._stop is not None:
            raise ChinwagError(errors.SHUTTING_DOWN)
        piece = Piece(self._loop.create_future(), batch, work)
        write = to is self._writes
        if self._waiting[write] and self._waiting[write] + piece.weight > _MAX_WAITING:
            raise ChinwagError(errors.BUSY, retry_after=1000)
        self._waiting[write] += piece.weight
        to.put(piece)
        return piece.future

    def _hand_back(self, finish: Callable[[list[Piece]], None], pieces: list[Piece]) -> None:
        """Called on the threads."""
        try:
            self._loop.call_soon_threadsafe(finish, pieces)
        except RuntimeError:  # the loop is gone, and with it everybody who waited
            log.warning("store.loop_gone", pieces=len(pieces))

    def _finish_writes(self, pieces: list[Piece]) -> None:
        for piece in pieces:
            self._waiting[True] -= piece.weight
            if piece.error is None and (piece.batch is not None or piece.entries):
                try:
                    self._committed(piece.batch or Batch(piece.entries, []))
                except Exception:  # noqa: BLE001 - it is committed all the same
                    log.exception("store.committed_failed")
        for piece in pieces:
            piece.settle()

    def _finish_reads(self, pieces: list[Piece]) -> None:
        for piece in pieces:
            self._waiting[False] -= piece.weight
            piece.settle()
