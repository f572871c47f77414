"""`Pool`: a few connections of a kind, opened when they are needed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chinwag.server.adapters.postgres.failures import lost
from chinwag.server.adapters.postgres.link import Link, Session, farewell

# Every read is of a few rows, found by index. Left alone, the planner makes plans anew for each
# call, which takes longer than the reads do, and, of tables that it has no figures on yet, plans
# that go through all of them.
READS = {
    "default_transaction_read_only": "on",
    "default_transaction_isolation": "repeatable read",
    "statement_timeout": "4s",
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
}
# Who falls silent inside a transaction, a machine that was stopped, must not keep its locks.
WRITES = {
    "default_transaction_read_only": "off",
    "default_transaction_isolation": "read committed",
    "statement_timeout": "4s",
    "lock_timeout": "2500ms",  # PostgreSQL finds circles of waiting in one second
    "idle_in_transaction_session_timeout": "3s",
}


class Pool:
    """Up to ``size`` connections with the given ``settings``; who needs one more waits."""

    def __init__(self, link: Link, size: int, settings: dict[str, str]) -> None:
        self._link = link
        self._settings = settings
        self._places = asyncio.Semaphore(size)
        self._idle: list[Session] = []

    @asynccontextmanager
    async def session(self, seconds: float) -> AsyncIterator[Session]:
        """A connection, once there is one to be had, for so long at most. It is closed if what is
        done with it takes longer, or fails in a way that leaves it of no use. The idle ones then
        are no better: nobody else is to find out by waiting.

        Raises:
            Away, TimeoutError: it cannot be had, or took too long.
        """
        async with self._places, asyncio.timeout(seconds):
            session = self._take() or await self._link.connect(**self._settings)
            try:
                yield session
            except BaseException as error:
                if lost(error):
                    session.terminate()
                    self._drop()
                raise
            finally:
                if not session.is_closed():
                    self._idle.append(session)

    def _take(self) -> Session | None:
        while self._idle:
            session = self._idle.pop()
            if not session.is_closed():
                return session
        return None

    def _drop(self) -> None:
        while self._idle:
            self._idle.pop().terminate()

    async def close(self) -> None:
        """Close those that nobody uses."""
        while self._idle:
            await farewell(self._idle.pop())
