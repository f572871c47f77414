"""`LocalBroker`: the broker of a single node. Jobs stand in the store's table."""

import asyncio
from collections.abc import Callable, Sequence

from chinwag.server.clock import now_ms
from chinwag.server.observe import log
from chinwag.server.ports.broker import Attempt, Job, Verdict
from chinwag.server.ports.store import Reader, Row, Store, Tx

_COLUMNS = "id, kind, key, body, attempts, due_at, created_at, dead_at, error"
# Dead letters that `chinwag admin` replays are put back by another process.
_LOOK_SECONDS = 5.0
_INSERT = (
    "INSERT INTO jobs (id, kind, key, body, attempts, due_at, created_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (kind, key) DO NOTHING"
)


def _job(row: Row) -> Job:
    return Job(row[0], row[1], row[2], row[3].encode(), *row[4:])


class LocalBroker:
    """Jobs in a table, attempted one after another when they are due."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._tasks: list[asyncio.Task[None]] = []
        self._wake = asyncio.Event()
        self._waiting = 0

    async def publish(self, node: str, parcels: Sequence[bytes]) -> None:
        for parcel in parcels:
            self._take(parcel)

    async def consume(self, take: Callable[[bytes], None]) -> None:
        self._take = take

    async def put(self, jobs: Sequence[Job]) -> None:
        async def work(tx: Tx) -> None:
            for job in jobs:
                await tx.execute(
                    _INSERT,
                    job.id,
                    job.kind,
                    job.key,
                    job.body.decode(),
                    job.attempts,
                    job.due_at,
                    job.created_at,
                )

        await self._store.transact(work)
        self._wake.set()

    async def work(self, kind: str, attempt: Attempt) -> None:
        self._tasks.append(asyncio.get_running_loop().create_task(self._run(kind, attempt)))

    async def _run(self, kind: str, attempt: Attempt) -> None:
        while True:
            self._wake.clear()
            try:
                rows = await self._store.read(
                    lambda db: db.fetch(
                        f"SELECT {_COLUMNS} FROM jobs WHERE dead_at = 0 AND kind = $1"
                        " ORDER BY due_at LIMIT 20",
                        kind,
                    )
                )
                self._waiting = len(rows)
                now = now_ms()
                due = [_job(row) for row in rows if row[5] <= now]
                for job in due:
                    await self._attempt(job, attempt)
                if due:
                    continue
                wait = min((rows[0][5] - now) / 1000, _LOOK_SECONDS) if rows else _LOOK_SECONDS
                await asyncio.wait_for(self._wake.wait(), wait)
            except TimeoutError:
                continue
            except Exception:
                log.exception("broker.failed")
                await asyncio.sleep(1)

    async def _attempt(self, job: Job, attempt: Attempt) -> None:
        try:
            verdict = await asyncio.wait_for(attempt(job), 30)
        except Exception as error:
            log.exception("broker.attempt_failed", kind=job.kind)
            verdict = Verdict(done=False, delay=60_000, error=type(error).__name__)

        async def settle(tx: Tx) -> None:
            if verdict.done:
                await tx.execute("DELETE FROM jobs WHERE id = $1", job.id)
            else:
                await tx.execute(
                    "UPDATE jobs SET attempts = attempts + 1, due_at = $2, dead_at = $3,"
                    " error = $4 WHERE id = $1",
                    job.id,
                    tx.now + verdict.delay,
                    tx.now if verdict.dead else 0,
                    verdict.error,
                )

        await self._store.transact(settle)

    async def dead(self, limit: int = 100) -> list[Job]:
        async def work(reader: Reader) -> list[Row]:
            return await reader.fetch(
                f"SELECT {_COLUMNS} FROM jobs WHERE dead_at > 0 ORDER BY dead_at DESC LIMIT $1",
                limit,
            )

        return [_job(row) for row in await self._store.read(work)]

    async def replay(self, job_id: str) -> bool:
        async def work(tx: Tx) -> int:
            return await tx.execute(
                "UPDATE jobs SET dead_at = 0, attempts = 0, due_at = $2"
                " WHERE id = $1 AND dead_at > 0",
                job_id,
                tx.now,
            )

        found = await self._store.transact(work)
        self._wake.set()
        return bool(found)

    async def discard(self, job_id: str) -> bool:
        async def work(tx: Tx) -> int:
            return await tx.execute("DELETE FROM jobs WHERE id = $1 AND dead_at > 0", job_id)

        return bool(await self._store.transact(work))

    def gauges(self) -> dict[str, float]:
        return {"jobs_waiting": self._waiting}
