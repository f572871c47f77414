"""The table of jobs: portable SQL, for any broker that keeps its retries in the store."""

from collections.abc import Sequence

from chinwag.server.ports.broker import Job, Verdict
from chinwag.server.ports.store import Reader, Row, Store, Tx

_COLUMNS = "id, kind, key, body, attempts, due_at, created_at, dead_at, error"
# The unique index is over waiting jobs alone: a dead letter does not keep new work away.
_PUT = (
    "INSERT INTO jobs (id, kind, key, body, attempts, due_at, created_at, dead_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, 0) ON CONFLICT DO NOTHING"
)
_WAITING = (
    f"SELECT {_COLUMNS} FROM jobs WHERE dead_at = 0 AND kind = $1 AND NOT (id = ANY($2))"
    " ORDER BY due_at LIMIT $3"
)
_SETTLE = "UPDATE jobs SET body = $2, due_at = $3, dead_at = $4, error = $5 WHERE id = $1"
_BURIED = f"SELECT {_COLUMNS} FROM jobs WHERE dead_at > 0 ORDER BY dead_at DESC, id DESC LIMIT $1"
_ERROR_CHARS = 500


class Jobs:
    """Jobs waiting, due and dead."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def put(self, jobs: Sequence[Job]) -> None:
        """Store jobs; one with the kind and key of a waiting one is dropped."""

        async def work(tx: Tx) -> None:
            for job in jobs:
                created = job.created_at or tx.now
                await tx.execute(
                    _PUT, job.id, job.kind, job.key, job.body, job.attempts, job.due_at, created
                )

        await self._store.transact(work)

    async def next(self, kind: str, besides: Sequence[str], limit: int) -> list[Job]:
        """Waiting jobs, the first due first."""

        async def work(reader: Reader) -> list[Row]:
            return await reader.fetch(_WAITING, kind, besides, limit)

        return [Job(*row) for row in await self._store.read(work)]

    async def begin(self, jobs: Sequence[Job]) -> None:
        """Count an attempt before it is made: one that kills the process counts too."""

        async def work(tx: Tx) -> None:
            sql = "UPDATE jobs SET attempts = attempts + 1 WHERE id = ANY($1)"
            await tx.execute(sql, [job.id for job in jobs])

        await self._store.transact(work)

    async def settle(self, job: Job, verdict: Verdict) -> None:
        """Write down what became of an attempt."""

        async def work(tx: Tx) -> None:
            if verdict.done:
                await tx.execute("DELETE FROM jobs WHERE id = $1", job.id)
                return
            await tx.execute(
                _SETTLE,
                job.id,
                job.body if verdict.body is None else verdict.body,
                tx.now + verdict.delay,
                tx.now if verdict.dead else 0,
                verdict.error[:_ERROR_CHARS],
            )

        await self._store.transact(work)

    async def dead(self, limit: int) -> list[Job]:
        """Dead letters, newest first."""

        async def work(reader: Reader) -> list[Row]:
            return await reader.fetch(_BURIED, limit)

        return [Job(*row) for row in await self._store.read(work)]

    async def replay(self, job_id: str) -> bool:
        """Make a dead letter a waiting job again, unless there is one of its kind and key."""

        async def work(tx: Tx) -> bool:
            rows = await tx.fetch(
                "SELECT kind, key FROM jobs WHERE id = $1 AND dead_at > 0", job_id
            )
            if not rows:
                return False
            waiting = await tx.fetch(
                "SELECT 1 FROM jobs WHERE kind = $1 AND key = $2 AND dead_at = 0", *rows[0]
            )
            if waiting:
                await tx.execute("DELETE FROM jobs WHERE id = $1", job_id)
            else:
                sql = (
                    "UPDATE jobs SET dead_at = 0, attempts = 0, due_at = $2, error = ''"
                    " WHERE id = $1"
                )
                await tx.execute(sql, job_id, tx.now)
            return True

        return await self._store.transact(work)

    async def discard(self, job_id: str) -> bool:
        """Forget a dead letter."""

        async def work(tx: Tx) -> int:
            return await tx.execute("DELETE FROM jobs WHERE id = $1 AND dead_at > 0", job_id)

        return bool(await self._store.transact(work))

    async def forget(self, before: int) -> int:
        """Forget dead letters by age."""

        async def work(tx: Tx) -> int:
            return await tx.execute("DELETE FROM jobs WHERE dead_at > 0 AND dead_at < $1", before)

        return await self._store.transact(work)
