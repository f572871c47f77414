"""`SqliteStore`: one writer thread that commits in groups, a few reader threads, no timers.

While a commit is under way, work collects in the writer's queue; the next transaction takes all
of it. Each piece runs in a savepoint of its own, so that one that fails takes nothing else along.
Readers see committed snapshots (WAL) and never wait for the writer.
"""

import asyncio
import itertools
import queue
import sqlite3
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar, cast

from chinwag.protocol import errors
from chinwag.protocol.errors import ChinwagError
from chinwag.server.adapters.sqlite import appending
from chinwag.server.adapters.sqlite.migrate import migrate
from chinwag.server.adapters.sqlite.tx import SqliteReader, SqliteTx, drive
from chinwag.server.clock import now_ms
from chinwag.server.observe import log
from chinwag.server.ports.store import Batch, Committed, Entry, Reader, Tx

T = TypeVar("T")
Work = Callable[[Any], Coroutine[Any, Any, Any]]

_READERS = 2
_MAX_QUEUED = 4096
_MAX_TAKEN = 256
_CHECKPOINT_PAGES = 4000


class _Job:
    """Something for a thread to do, and the future that waits for it."""

    __slots__ = ("batch", "entries", "error", "future", "result", "work")

    def __init__(self, future: asyncio.Future[Any], batch: Batch | None, work: Work | None) -> None:
        self.future = future
        self.batch = batch
        self.work = work
        self.entries: list[Entry] = []
        self.result: Any = None
        self.error: BaseException | None = None


def connect(path: Path, *, readonly: bool = False) -> sqlite3.Connection:
    """A connection with the settings that durability and speed rest on."""
    connection = sqlite3.connect(
        f"file:{path}?mode={'ro' if readonly else 'rwc'}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=512,
        timeout=10,
    )
    connection.execute("PRAGMA busy_timeout = 10000")
    connection.execute("PRAGMA cache_size = -8000")
    connection.execute("PRAGMA temp_store = memory")
    if not readonly:
        connection.execute("PRAGMA journal_mode = wal")
        connection.execute("PRAGMA synchronous = full")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
    return connection


class SqliteStore:
    """The log and all other durable state in one SQLite file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writes: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._reads: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._closed = False
        self._change = itertools.count(1)
        self._committed_change = 0
        self.commits = 0
        self.commit_seconds = 0.0
        self.rows = 0

    async def open(self, committed: Committed) -> None:
        self._loop = asyncio.get_running_loop()
        self._committed = committed
        await asyncio.to_thread(migrate, self.path)
        writer = connect(self.path)
        newest = writer.execute(
            "SELECT max(coalesce((SELECT max(change) FROM chats), 0),"
            " coalesce((SELECT max(change) FROM members), 0))"
        ).fetchone()[0]
        self._change = itertools.count(newest + 1)
        self._committed_change = newest
        self._spawn("writer", self._write, writer)
        for n in range(_READERS):
            self._spawn(f"reader-{n}", self._read, connect(self.path, readonly=True))

    def _spawn(
        self,
        name: str,
        target: Callable[[sqlite3.Connection], None],
        connection: sqlite3.Connection,
    ) -> None:
        thread = threading.Thread(target=target, args=(connection,), name=f"sqlite-{name}")
        thread.daemon = True
        thread.start()
        self._threads.append(thread)

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._writes.put(None)
        for _ in range(_READERS):
            self._reads.put(None)
        for thread in self._threads:
            await asyncio.to_thread(thread.join)

    async def append(self, batch: Batch) -> None:
        await self._put(self._writes, batch, None)

    async def transact(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        return cast(T, await self._put(self._writes, None, cast(Work, work)))

    async def read(self, work: Callable[[Reader], Awaitable[T]]) -> T:
        return cast(T, await self._put(self._reads, None, cast(Work, work)))

    def gauges(self) -> dict[str, float]:
        return {
            "store_write_queue": self._writes.qsize(),
            "store_read_queue": self._reads.qsize(),
            "store_commits_total": self.commits,
            "store_commit_seconds_total": self.commit_seconds,
            "store_rows_total": self.rows,
        }

    def _put(
        self, to: "queue.SimpleQueue[_Job | None]", batch: Batch | None, work: Work | None
    ) -> asyncio.Future[Any]:
        if self._closed:
            raise ChinwagError(errors.SHUTTING_DOWN)
        if to.qsize() >= _MAX_QUEUED:
            raise ChinwagError(errors.BUSY, retry_after=1000)
        future = self._loop.create_future()
        to.put(_Job(future, batch, work))
        return future

    # --- on the writer thread ----------------------------------------------------------------

    def _write(self, connection: sqlite3.Connection) -> None:
        while (jobs := _take(self._writes)) is not None:
            started = time.perf_counter()
            self._commit(connection, jobs)
            self.commits += 1
            self.commit_seconds += time.perf_counter() - started
            self._hand_back(self._finish_writes, jobs)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()

    def _commit(self, connection: sqlite3.Connection, jobs: list[_Job]) -> None:
        now, change = now_ms(), next(self._change)
        try:
            connection.execute("BEGIN IMMEDIATE")
            for job in jobs:
                self._run(connection, job, now, change)
            connection.execute("COMMIT")
            self._committed_change = change
        except BaseException as error:  # whatever it was, nothing of it is in the log
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            for job in jobs:
                job.error = _translated(error)

    def _run(self, connection: sqlite3.Connection, job: _Job, now: int, change: int) -> None:
        connection.execute("SAVEPOINT job")
        try:
            if job.batch is not None:
                appending.append(connection, job.batch, now, change)
                self.rows += len(job.batch.entries)
            elif job.work is not None:
                tx = SqliteTx(connection, now, change)
                job.result = drive(job.work(tx))
                job.entries = tx.entries
        except Exception as error:
            if not connection.in_transaction:
                raise  # SQLite itself gave up the whole transaction, as it does on a full disk
            connection.execute("ROLLBACK TO job")
            job.error = _translated(error)
        connection.execute("RELEASE job")

    # --- on a reader thread ------------------------------------------------------------------

    def _read(self, connection: sqlite3.Connection) -> None:
        while (jobs := _take(self._reads, 32)) is not None:
            for job in jobs:
                change = self._committed_change  # before the snapshot: never too new
                try:
                    connection.execute("BEGIN")
                    assert job.work is not None
                    job.result = drive(job.work(SqliteReader(connection, change)))
                except Exception as error:
                    job.error = _translated(error)
                finally:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
            self._hand_back(self._finish, jobs)
        connection.close()

    def _hand_back(self, finish: Callable[[list[_Job]], None], jobs: list[_Job]) -> None:
        try:
            self._loop.call_soon_threadsafe(finish, jobs)
        except RuntimeError:  # the loop is gone, and with it everybody who waited
            log.warning("store.loop_gone", jobs=len(jobs))

    # --- on the event loop -------------------------------------------------------------------

    def _finish_writes(self, jobs: list[_Job]) -> None:
        for job in jobs:
            if job.error is None and (job.batch is not None or job.entries):
                try:
                    self._committed(job.batch or Batch(job.entries, []))
                except Exception:
                    log.exception("store.committed_failed")
        self._finish(jobs)

    def _finish(self, jobs: list[_Job]) -> None:
        for job in jobs:
            if job.future.done():
                continue
            if job.error is None:
                job.future.set_result(job.result)
            else:
                job.future.set_exception(job.error)


def _take(source: "queue.SimpleQueue[_Job | None]", most: int = _MAX_TAKEN) -> list[_Job] | None:
    """Everything that waits, up to ``most``; waits for the first. None: time to stop."""
    job = source.get()
    if job is None:
        return None
    jobs = [job]
    while len(jobs) < most:
        try:
            job = source.get_nowait()
        except queue.Empty:
            break
        if job is None:
            source.put(None)  # stop next time
            break
        jobs.append(job)
    return jobs


def _translated(error: BaseException) -> BaseException:
    """SQLite's errors in the words of the catalogue."""
    if not isinstance(error, sqlite3.Error):
        return error
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        log.error("store.full", error=str(error))
        return ChinwagError(errors.STORAGE_FULL, retry_after=5000)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
        log.error("store.unavailable", error=str(error))
        return ChinwagError(errors.UNAVAILABLE, retry_after=1000)
    return error
