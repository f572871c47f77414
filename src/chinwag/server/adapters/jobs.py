"""The table of jobs: portable SQL, for any broker. It has the record of each; who makes the
attempts, and when, is the broker's own business.
"""

from collections.abc import Sequence
from typing import NamedTuple

from chinwag.server.ports.broker import Job, Verdict
from chinwag.server.ports.store import Reader, Row, Store, Tx

_COLUMNS = "id, kind, key, body, attempts, due_at, created_at, dead_at, error, node, crashes"
# The unique index is over waiting jobs alone: a dead letter does not keep new work away.
_PUT = (
    "INSERT INTO jobs (id, kind, key, body, attempts, due_at, created_at, dead_at, node)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8) ON CONFLICT DO NOTHING"
)
_WAITING = (
    f"SELECT {_COLUMNS} FROM jobs WHERE dead_at = 0 AND kind = $1 AND NOT (id = ANY($2))"
    " ORDER BY due_at LIMIT $3"
)
# An attempt that took so long that it was given up has no say any more: another may have begun.
_SETTLE = (
    "UPDATE jobs SET body = $3, due_at = $4, dead_at = $5, error = $6, crashes = 0"
    " WHERE id = $1 AND attempts = $2"
)
_DONE = "DELETE FROM jobs WHERE id = $1 AND attempts = $2"
_THOSE = f"SELECT {_COLUMNS} FROM jobs WHERE id = ANY($1)"
# Whoever has it is taken for dead until the attempt is settled.
_CLAIM = (
    "UPDATE jobs SET attempts = attempts + 1, crashes = crashes + 1, due_at = $3"
    " WHERE id = $1 AND attempts = $2 AND dead_at = 0"
)
_BURY = "UPDATE jobs SET dead_at = $2, error = $3 WHERE id = $1 AND dead_at = 0"
_OVERDUE = (
    "SELECT id, kind, attempts FROM jobs WHERE dead_at = 0 AND node = $1 AND due_at <= $2"
    " ORDER BY due_at LIMIT $3"
)
_BURIED = f"SELECT {_COLUMNS} FROM jobs WHERE dead_at > 0 ORDER BY dead_at DESC, id DESC LIMIT $1"
_ERROR_CHARS = 500
_CRASHES = 5
KILLED = "nobody survived the attempt"


class Note(NamedTuple):
    """What a message says of a job: which attempt it is for. ``again``: it was given to somebody
    before, who did not say what became of it.
    """

    id: str
    attempts: int
    again: bool = False


class Later(NamedTuple):
    """The job is due in so many ms; ``attempts`` were made or begun."""

    wait: int
    attempts: int


class Killer(NamedTuple):
    """The job has ended everybody who tried it lately: it is a dead letter now."""

    id: str


Claimed = Job | Later | Killer | None


class Jobs:
    """Jobs waiting, due and dead, as ``node`` sees them."""

    def __init__(self, store: Store, node: str = "") -> None:
        self._store = store
        self._node = node

    async def put(self, jobs: Sequence[Job]) -> list[Job]:
        """Store jobs; one with the kind and key of a waiting one is dropped. Those stored."""

        async def work(tx: Tx) -> list[Job]:
            return [job for job in jobs if await self._insert(tx, job)]

        return await self._store.transact(work)

    async def _insert(self, tx: Tx, job: Job) -> int:
        created = job.created_at or tx.now
        return await tx.execute(
            _PUT, job.id, job.kind, job.key, job.body, job.attempts, job.due_at, created, job.node
        )

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

    async def claim(self, notes: Sequence[Note], hold: int) -> list[Claimed]:
        """Begin the attempts that these messages are for, counted, and nobody else's for ``hold``
        ms: a job each. Or when it is due, or that it kills, or None when it is settled or another
        message's.
        """

        async def work(tx: Tx) -> list[Claimed]:
            rows = await tx.fetch(_THOSE, sorted({note.id for note in notes}))
            jobs = {row[0]: Job(*row) for row in rows}
            return [await _claimed(tx, jobs.get(note.id), note, hold) for note in notes]

        return await self._store.transact(work)

    async def overdue(self, node: str, late: int, limit: int) -> list[tuple[str, str, int]]:
        """(id, kind, attempts) of waiting jobs of a node ("": of any) that were due so many ms ago
        and more; the longest first.
        """

        async def work(tx: Tx) -> list[Row]:
            return await tx.fetch(_OVERDUE, node, tx.now - late, limit)

        return [(job_id, kind, made) for job_id, kind, made in await self._store.transact(work)]

    async def bury(self, job_id: str, error: str) -> bool:
        """Make a waiting job a dead letter; False if there is none such."""

        async def work(tx: Tx) -> int:
            return await tx.execute(_BURY, job_id, tx.now, error)

        return bool(await self._store.transact(work))

    async def abandon(self) -> int:
        """Forget what concerned sessions that this node had in an earlier life."""

        async def work(tx: Tx) -> int:
            return await tx.execute("DELETE FROM jobs WHERE dead_at = 0 AND node = $1", self._node)

        return await self._store.transact(work)

    async def abandon_others(self, late: int) -> int:
        """Forget what concerned sessions of nodes that have not looked after it for so many ms."""

        async def work(tx: Tx) -> int:
            return await tx.execute(
                "DELETE FROM jobs WHERE dead_at = 0 AND node <> '' AND due_at < $1",
                tx.now - late,
            )

        return await self._store.transact(work)

    async def settle(self, job: Job, verdict: Verdict) -> None:
        """Write down what became of an attempt."""
        made = job.attempts + 1

        async def work(tx: Tx) -> None:
            if verdict.done:
                await tx.execute(_DONE, job.id, made)
                return
            await tx.execute(
                _SETTLE,
                job.id,
                made,
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
                    "UPDATE jobs SET dead_at = 0, attempts = 0, crashes = 0, due_at = $2,"
                    " error = '', node = '' WHERE id = $1"
                )
                await tx.execute(sql, job_id, tx.now)
            return True

        return await self._store.transact(work)

    async def waiting(self, job_id: str) -> list[Job]:
        """The job, if it waits."""

        async def work(reader: Reader) -> list[Row]:
            return await reader.fetch(f"{_THOSE} AND dead_at = 0", [job_id])

        return [Job(*row) for row in await self._store.read(work)]

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


async def _claimed(tx: Tx, job: Job | None, note: Note, hold: int) -> Claimed:
    if job is None or job.dead_at:
        return None
    # Who had the message before may have begun the attempt, and ended with it.
    if note.attempts != job.attempts and not (note.again and note.attempts + 1 == job.attempts):
        return None
    if job.due_at > tx.now:
        return Later(job.due_at - tx.now, job.attempts)
    if job.crashes >= _CRASHES:
        return Killer(job.id) if await tx.execute(_BURY, job.id, tx.now, KILLED) else None
    return job if await tx.execute(_CLAIM, job.id, job.attempts, tx.now + hold) else None
