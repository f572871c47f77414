"""The writer: one connection, commits in groups, in order.

While a commit is under way, batches collect; the next takes all of them. There is no timer. A
group is first written on trust, in a transaction of one statement. Where another node, or a rule,
was quicker, it is done again with its chats locked, and so is what follows for a while. Where
there are repeats, it is done again with a look; and where one batch is no good, each by itself.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import asyncpg

from chinwag.protocol import errors
from chinwag.protocol.errors import ChinwagError
from chinwag.server.adapters.postgres import outbox
from chinwag.server.adapters.postgres.appending import Reckoned, lock, reckon, save
from chinwag.server.adapters.postgres.failures import lost, raced, translated
from chinwag.server.adapters.postgres.link import Session, farewell
from chinwag.server.adapters.postgres.order import Order, Place
from chinwag.server.ports.store import Batch

_GROUP = 4_000
_SECONDS = 5.0
# For how long others may go on being quicker.
_PATIENCE_SECONDS = 4.0
_WARY_SECONDS = 0.5
_MAX_TOLD = 1_000


class Piece:
    """A batch on its way, and who waits for it."""

    __slots__ = ("batch", "future")

    def __init__(self, batch: Batch, future: asyncio.Future[None]) -> None:
        self.batch = batch
        self.future = future

    @property
    def weight(self) -> int:
        """What it counts for against the limit of what may wait."""
        return 1 + len(self.batch.entries) + len(self.batch.marks)

    def settle(self, error: BaseException | None = None) -> None:
        """Wake who waits, unless they gave up."""
        if self.future.done():
            return
        if error is None:
            self.future.set_result(None)
        else:
            self.future.set_exception(error)


class Writer:
    """Commits what is `put`, and hands it to ``finished``, group by group, in its turn.

    ``connect`` opens a connection. ``receipts``: put down in the outbox what was committed.
    """

    def __init__(
        self,
        connect: Callable[[], Awaitable[Session]],
        order: Order,
        finished: Callable[[Sequence[Piece]], None],
        *,
        receipts: bool,
    ) -> None:
        self._connect = connect
        self._order = order
        self._finished = finished
        self._receipts = receipts
        self._session: Session | None = None
        self._pieces: deque[Piece] = deque()
        self._wake = asyncio.Event()
        self._closing = False
        self._wary_until = 0.0
        self.told: list[str] = []
        self.waiting = 0
        self.commits = self.failed = self.entries = self.overtaken = 0
        self.seconds = 0.0

    def put(self, piece: Piece) -> None:
        """Commit this next."""
        self.waiting += piece.weight
        self._pieces.append(piece)
        self._wake.set()

    def close(self) -> None:
        """Finish what was put, then `run` returns."""
        self._closing = True
        self._wake.set()

    async def open(self) -> None:
        """Connect, so that what is wrong is known before anybody waits."""
        self._session = await self._connect()

    async def run(self) -> None:
        """Work until closed."""
        while True:
            if self._pieces:
                await self._commit(self._take())
            elif self._closing:
                break
            else:
                self._wake.clear()
                await self._wake.wait()
        if self._session is not None:
            await farewell(self._session)

    def _take(self) -> list[Piece]:
        pieces = [self._pieces.popleft()]
        weight = pieces[0].weight
        while self._pieces and weight + self._pieces[0].weight <= _GROUP:
            pieces.append(self._pieces.popleft())
            weight += pieces[-1].weight
        return pieces

    async def _commit(self, pieces: list[Piece]) -> None:
        started = time.perf_counter()
        try:
            await self._together(pieces)
        except Exception as error:  # noqa: BLE001 - whoever waits for the piece gets it
            if len(pieces) == 1 or lost(error):
                self._fail(pieces, error)
            else:
                await self._one_by_one(pieces)
        self.waiting -= sum(piece.weight for piece in pieces)
        self.seconds += time.perf_counter() - started

    async def _one_by_one(self, pieces: Sequence[Piece]) -> None:
        for n, piece in enumerate(pieces):
            try:
                await self._together([piece])
            except Exception as error:  # noqa: BLE001 - whoever waits for the piece gets it
                if lost(error):
                    self._fail(pieces[n:], error)
                    return
                self._fail([piece], error)

    def _fail(self, pieces: Sequence[Piece], error: Exception) -> None:
        self.failed += 1
        for piece in pieces:
            piece.settle(translated(error))

    async def _together(self, pieces: list[Piece]) -> None:
        try:
            async with asyncio.timeout(_SECONDS):
                await self._persist(pieces)
        except BaseException as error:
            if lost(error) and self._session is not None:
                self._session.terminate()
                self._session = None
            raise

    async def _persist(self, pieces: list[Piece]) -> None:
        """Write them as one, again and again if others are quicker."""
        if self._session is None or self._session.is_closed():
            self._session = await self._connect()
        now = asyncio.get_running_loop().time
        until = now() + _PATIENCE_SECONDS
        wary, look = now() < self._wary_until, False
        while now() < until:
            try:
                if wary:
                    await self._write_locked(self._session, pieces, look=look)
                else:
                    await self._write(self._session, pieces, look=look)
                return
            except asyncpg.DivisionByZeroError:
                overtaken = True
            except asyncpg.UniqueViolationError as error:
                # Not a repeat, but the seq that another has just given.
                overtaken = str(error.constraint_name).endswith("_pkey")
                look = look or not overtaken
            except asyncpg.PostgresError as error:
                if not raced(error):
                    raise
                overtaken = True
            if overtaken:
                self.overtaken += 1
                wary, self._wary_until = True, now() + _WARY_SECONDS
        raise ChinwagError(errors.BUSY, retry_after=1000)

    async def _write(self, session: Session, pieces: list[Piece], *, look: bool) -> None:
        whole = _whole(pieces)
        reckoned = await reckon(session, whole, look=look)
        place = self._order.enter()
        try:
            await self._save(session, whole, reckoned, pieces)
        except BaseException:
            place.leave()
            raise
        self._done(place, pieces)

    async def _write_locked(self, session: Session, pieces: list[Piece], *, look: bool) -> None:
        whole = _whole(pieces)
        place: Place | None = None
        await session.execute("BEGIN")
        try:
            await lock(session, whole)
            reckoned = await reckon(session, whole, look=look)
            await self._save(session, whole, reckoned, pieces)
            place = self._order.enter()
            await session.execute("COMMIT")
        except BaseException as error:
            if place is not None:
                place.leave()
            if not lost(error):
                await session.execute("ROLLBACK")
            raise
        self._done(place, pieces)

    async def _save(
        self, session: Session, whole: Batch, reckoned: Reckoned, pieces: list[Piece]
    ) -> None:
        untold = []
        for piece in pieces if self._receipts else ():
            row = outbox.row_of(piece.batch)
            if row is not None:
                untold.append(row)
                piece.batch.receipt = row[0]
        told, self.told = self.told[:_MAX_TOLD], self.told[_MAX_TOLD:]
        try:
            if reckoned.moved or told:
                await save(session, whole, reckoned, untold, told)
        except BaseException:
            self.told = told + self.told
            raise

    def _done(self, place: Place, pieces: list[Piece]) -> None:
        self.commits += 1
        self.entries += sum(len(piece.batch.entries) for piece in pieces)
        place.leave(partial(self._finished, pieces))


def _whole(pieces: list[Piece]) -> Batch:
    if len(pieces) == 1:
        return pieces[0].batch
    batches = [piece.batch for piece in pieces]
    return Batch(
        [entry for batch in batches for entry in batch.entries],
        [mark for batch in batches for mark in batch.marks],
    )
