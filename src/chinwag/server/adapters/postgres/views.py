"""`Views`: reads, each over one snapshot. Those that wait share one.

Beginning and ending a snapshot takes two of the few round trips that most reads take. So whoever
has one does for as long as it is fresh all that was asked before it was taken, and nothing that was
asked later, which must see what has been committed meanwhile.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple

from chinwag.server.adapters.postgres.failures import lost, translated
from chinwag.server.adapters.postgres.link import Session
from chinwag.server.adapters.postgres.pool import Pool
from chinwag.server.adapters.postgres.tx import PostgresReader, drive
from chinwag.server.ports.store import Reader

_SECONDS = 5.0
_FRESH_SECONDS = 0.02
_CERTAIN_SECONDS = 0.05
_HORIZON = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1"
Work = Callable[[Reader], Coroutine[Any, Any, Any]]


class _Asked(NamedTuple):
    number: int
    work: Work
    answer: asyncio.Future[Any]


class Views:
    """Reads over up to ``size`` connections at once."""

    def __init__(self, pool: Pool, size: int) -> None:
        self._pool = pool
        self._size = size
        self._asked: deque[_Asked] = deque()
        self._newest = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._viewers = 0
        self._change = 0
        self._looked = -_CERTAIN_SECONDS
        self.waiting = 0

    async def read(self, work: Work) -> Any:
        """What ``work`` finds. It is done whether or not the caller keeps waiting."""
        loop = asyncio.get_running_loop()
        self._newest += 1
        asked = _Asked(self._newest, work, loop.create_future())
        self._asked.append(asked)
        self.waiting += 1
        if self._viewers < self._size:
            self._viewers += 1
            task = loop.create_task(self._work_off())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await asked.answer

    async def finish(self) -> None:
        """Wait for all that was asked."""
        await asyncio.gather(*self._tasks)
        await self._pool.close()

    async def _work_off(self) -> None:
        try:
            while self._asked:
                await self._view(self._asked.popleft())
        finally:
            self._viewers -= 1

    async def _view(self, asked: _Asked | None) -> None:
        """Take a snapshot for this one, and whoever else it will do for."""
        try:
            async with self._pool.session(_SECONDS) as session:
                change = await self._certain(session)
                newest, until = self._newest, self._now() + _FRESH_SECONDS
                await session.execute("BEGIN")  # its settings are the connection's
                try:
                    while asked is not None:
                        found = await drive(asked.work(PostgresReader(session, change)))
                        self._settle(asked, found)
                        asked = self._next(newest) if self._now() < until else None
                except BaseException as error:
                    if not lost(error):
                        await session.execute("ROLLBACK")
                    raise
                await session.execute("ROLLBACK")
        except Exception as error:  # noqa: BLE001 - the caller's
            if asked is not None:
                self._settle(asked, failure=translated(error))

    def _next(self, newest: int) -> _Asked | None:
        """The next one, if it was asked before the snapshot was taken."""
        return self._asked.popleft() if self._asked and self._asked[0].number <= newest else None

    def _settle(
        self, asked: _Asked, found: Any = None, failure: BaseException | None = None
    ) -> None:
        """Wake who waits, unless they gave up."""
        self.waiting -= 1
        if asked.answer.done():
            return
        if failure is None:
            asked.answer.set_result(found)
        else:
            asked.answer.set_exception(failure)

    async def _certain(self, session: Session) -> int:
        """A change that is certainly in the view that is about to be had. One of a moment ago will
        do: a token may be a little too old.
        """
        if self._now() > self._looked + _CERTAIN_SECONDS:
            self._change = session.offset + await session.fetchval(_HORIZON)
            self._looked = self._now()
        return self._change

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
