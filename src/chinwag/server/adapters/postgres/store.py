"""`PostgresStore`: one writer that commits in groups, and a few connections for all else."""

import asyncio
import random
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from typing import Any, TypeVar, cast

from chinwag.protocol import errors
from chinwag.protocol.errors import ChinwagError
from chinwag.server.adapters.postgres import outbox
from chinwag.server.adapters.postgres.failures import Taken, lost, raced, translated
from chinwag.server.adapters.postgres.leading import Leadership
from chinwag.server.adapters.postgres.link import Link, Session, farewell
from chinwag.server.adapters.postgres.migrate import migrate
from chinwag.server.adapters.postgres.order import Order
from chinwag.server.adapters.postgres.pool import READS, WRITES, Pool
from chinwag.server.adapters.postgres.tx import PostgresTx, drive
from chinwag.server.adapters.postgres.views import Views
from chinwag.server.adapters.postgres.writer import Piece, Writer
from chinwag.server.observe import log
from chinwag.server.ports.store import Batch, Committed, Reader, Tx, Untold, Unusable

T = TypeVar("T")
Work = Callable[[Any], Coroutine[Any, Any, Any]]

_READERS, _WRITERS = 4, 4
_TRANSACT_SECONDS = 6.0
# In entries, marks, transactions and reads; beyond it `busy` is the answer.
_MAX_WAITING = 20_000
# For how long others may be in a transaction's way.
_PATIENCE_SECONDS = 4.0
_PAUSE_SECONDS = 0.005
_TELL_SECONDS = 1.0
_ALONE = 0x63686E_0002
_BE_ALONE = "SELECT pg_try_advisory_lock($1)"
# The writer rather lets go of what it has locked, and tries again, than be part of such a circle.
# The plans of the hot statements must not depend on what the planner last thought of the tables:
# rows are always found by index, and the plan is made once.
_HOT = WRITES | {
    "lock_timeout": "200ms",
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
}
_NOW = (
    "SELECT (date_part('epoch', clock_timestamp()) * 1000)::bigint,"
    " pg_current_xact_id()::text::bigint"
)
_UNTOLD = "INSERT INTO outbox (id, at, body) VALUES ($1, $2, $3)"


class PostgresStore:
    """The log and all other durable state in one PostgreSQL database.

    ``exclusive``: be the only server of this database; there is nobody to tell of commits. Without
    it, other nodes may use it too, and every commit stands in the outbox until it is `told`.
    """

    def __init__(self, url: str, *, exclusive: bool = True) -> None:
        self.origin = secrets.token_hex(8)
        self._exclusive = exclusive
        self._link = Link(url)
        self._views = Views(Pool(self._link, _READERS, READS), _READERS)
        self._writes = Pool(self._link, _WRITERS, WRITES)
        self._leadership = Leadership(self._link)
        self._order = Order()
        self._writer = Writer(
            self._connect_writer, self._order, self._finish, receipts=not exclusive
        )
        self._transacting = 0
        self._tasks: set[asyncio.Task[Any]] = set()
        self._flush: asyncio.TimerHandle | None = None
        self._stop: asyncio.Task[None] | None = None

    # --- opening and closing -----------------------------------------------------------------

    async def open(self, committed: Committed) -> None:
        """Raises `Unusable` when another server is alone here, or a newer one has been."""
        self._loop = asyncio.get_running_loop()
        self._committed = committed
        await migrate(self._link)
        try:
            await self._writer.open()
        except Taken:
            raise Unusable(
                "Another server uses this database. Several nodes need a broker and a registry:"
                " set broker_url and registry_url."
            ) from None
        self._running = asyncio.ensure_future(self._writer.run())

    async def _connect_writer(self) -> Session:
        session = await self._link.connect(**_HOT)
        if self._exclusive and not await session.fetchval(_BE_ALONE, _ALONE):
            await farewell(session)
            raise Taken("another server uses this database")
        return session

    async def close(self) -> None:
        """Commit what was accepted, and stop. Whoever comes later is refused."""
        if self._stop is None:
            self._stop = asyncio.ensure_future(self._finish_all())
        await asyncio.shield(self._stop)

    async def _finish_all(self) -> None:
        if self._flush is not None:
            self._flush.cancel()
        self._writer.close()
        await asyncio.gather(self._running, *self._tasks, return_exceptions=True)
        if self._writer.told:
            await self._drop_told()
        await self._leadership.leave()
        await self._views.finish()
        await self._writes.close()

    # --- the work ----------------------------------------------------------------------------

    async def append(self, batch: Batch) -> None:
        piece = Piece(batch, self._loop.create_future())
        self._admit(self._writer.waiting, piece.weight)
        self._writer.put(piece)
        await piece.future

    async def transact(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Run it whether or not the caller keeps waiting: no connection is left in the middle."""
        self._admit(self._transacting, 1)
        self._transacting += 1
        answer: asyncio.Future[Any] = self._loop.create_future()
        task = self._loop.create_task(self._answer(cast(Work, work), answer))
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return cast(T, await answer)

    async def read(self, work: Callable[[Reader], Awaitable[T]]) -> T:
        self._admit(self._views.waiting, 1)
        return cast(T, await self._views.read(cast(Work, work)))

    def _admit(self, waiting: int, weight: int) -> None:
        if self._stop is not None:
            raise ChinwagError(errors.SHUTTING_DOWN)
        if waiting and waiting + weight > _MAX_WAITING:
            raise ChinwagError(errors.BUSY, retry_after=1000)

    async def _answer(self, work: Work, answer: asyncio.Future[Any]) -> None:
        try:
            await self._transact(work, answer)
        except Exception as error:  # noqa: BLE001 - the caller's
            if not answer.done():
                answer.set_exception(translated(error))

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._transacting -= 1
        self._tasks.discard(task)

    async def _transact(self, work: Work, answer: asyncio.Future[Any]) -> None:
        tries, until = 0, self._loop.time() + _PATIENCE_SECONDS
        while True:
            try:
                async with self._writes.session(_TRANSACT_SECONDS) as session:
                    await self._attempt(session, work, answer)
                return
            except Exception as error:
                tries += 1
                if not raced(error) or self._loop.time() > until:
                    raise
            await asyncio.sleep(random.uniform(0, _PAUSE_SECONDS * 2 ** min(tries, 6)))  # noqa: S311

    async def _attempt(self, session: Session, work: Work, answer: asyncio.Future[Any]) -> None:
        place = None
        await session.execute("BEGIN")
        try:
            row = await session.fetchrow(_NOW)
            assert row is not None
            tx = PostgresTx(session, row[0], session.offset + row[1], self.origin)
            result = await drive(work(tx))
            batch = await self._put_down(session, tx)
            place = self._order.enter()
            if await session.execute("COMMIT") != "COMMIT":
                raise RuntimeError("the rule went on after one of its statements had failed")
        except BaseException as error:
            if place is not None:
                place.leave()
            if not lost(error):
                await session.execute("ROLLBACK")
            raise
        place.leave(partial(self._finish_one, batch, answer, result))

    async def _put_down(self, session: Session, tx: PostgresTx) -> Batch | None:
        if not tx.entries:
            return None
        batch = Batch(tx.entries, [])
        row = None if self._exclusive else outbox.row_of(batch)
        if row is not None:
            await session.execute(_UNTOLD, row[0], tx.now, row[1])
            batch.receipt = row[0]
        return batch

    # --- after a commit ----------------------------------------------------------------------

    def _finish(self, pieces: Sequence[Piece]) -> None:
        for piece in pieces:
            self._report(piece.batch)
        for piece in pieces:
            piece.settle()

    def _finish_one(self, batch: Batch | None, answer: asyncio.Future[Any], result: Any) -> None:
        if batch is not None:
            self._report(batch)
        _settle(answer, result)

    def _report(self, batch: Batch) -> None:
        try:
            self._committed(batch)
        except Exception:  # noqa: BLE001 - it is committed all the same
            log.exception("store.committed_failed")

    # --- among nodes -------------------------------------------------------------------------

    def told(self, receipts: Sequence[str]) -> None:
        self._writer.told.extend(receipts)
        if self._flush is None and self._stop is None:
            self._flush = self._loop.call_later(_TELL_SECONDS, self._flush_told)

    def _flush_told(self) -> None:
        self._flush = None
        if self._writer.told and self._stop is None:
            task = self._loop.create_task(self._drop_told())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _drop_told(self) -> None:
        """Those that no commit has taken along."""
        told, self._writer.told = self._writer.told, []
        try:
            async with self._writes.session(_TRANSACT_SECONDS) as session:
                await outbox.drop(session, told)
        except Exception as error:  # noqa: BLE001 - next time
            log.warning("store.outbox_kept", error=type(error).__name__)
            self._writer.told[:0] = told
            self.told(())

    async def untold(self, older_than: float, most: int) -> list[Untold]:
        try:
            async with self._writes.session(_TRANSACT_SECONDS) as session:
                return await outbox.take(session, older_than, most)
        except Exception as error:
            raise translated(error) from error

    async def leads(self) -> bool:
        return await self._leadership.ask()

    def gauges(self) -> dict[str, float]:
        writer = self._writer
        return {
            "store_writes_waiting": writer.waiting + self._transacting,
            "store_reads_waiting": self._views.waiting,
            "store_commits_total": writer.commits,
            "store_failed_commits_total": writer.failed,
            "store_overtaken_commits_total": writer.overtaken,
            "store_commit_seconds_total": writer.seconds,
            "store_entries_total": writer.entries,
            "store_connects_total": self._link.connects,
            "store_failed_connects_total": self._link.failures,
            "store_leads": float(self._leadership.held),
        }


def _settle(answer: asyncio.Future[Any], result: Any) -> None:
    """Wake who waits, unless they gave up."""
    if not answer.done():
        answer.set_result(result)
