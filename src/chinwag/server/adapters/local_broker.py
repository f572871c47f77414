"""`LocalBroker`: the broker of a single node. Parcels go straight over; jobs stand in the store."""

from collections import deque
from collections.abc import Callable, Sequence

from chinwag.protocol import errors
from chinwag.protocol.errors import ChinwagError
from chinwag.server.adapters.attempting import Patience
from chinwag.server.adapters.jobs import Jobs
from chinwag.server.adapters.worker import Worker
from chinwag.server.observe import log
from chinwag.server.ports.broker import Attempt, Job
from chinwag.server.ports.store import Store

_MAX_HELD = 10_000


class LocalBroker:
    """What a broker does, without one."""

    def __init__(
        self, store: Store, *, node: str = "local", patience: Patience | None = None
    ) -> None:
        self._node = node
        self._jobs = Jobs(store)
        self._patience = patience or Patience()
        self._workers: dict[str, Worker] = {}
        self._take: Callable[[bytes], None] | None = None
        self._held: deque[bytes] = deque()

    # --- parcels -----------------------------------------------------------------------------

    async def open(self, link: Callable[[bool], None]) -> None:
        link(True)

    async def publish(self, parcels: Sequence[tuple[str, bytes]]) -> None:
        """Drops what is for another node; refuses too much before anybody consumes (``busy``)."""
        own = [parcel for node, parcel in parcels if node == self._node]
        if self._take is None:
            if len(self._held) + len(own) > _MAX_HELD:
                raise ChinwagError(errors.BUSY, retry_after=1000)
            self._held.extend(own)
            return
        for parcel in own:
            self._hand(self._take, parcel)

    async def consume(self, take: Callable[[bytes], None]) -> None:
        self._take = take
        while self._held:
            self._hand(take, self._held.popleft())

    def _hand(self, take: Callable[[bytes], None], parcel: bytes) -> None:
        try:
            take(parcel)
        except Exception:  # noqa: BLE001 - one bad parcel must not hold up the others
            log.exception("broker.parcel_failed")

    # --- jobs --------------------------------------------------------------------------------

    async def put(self, jobs: Sequence[Job]) -> None:
        await self._jobs.put(jobs)
        for kind in {job.kind for job in jobs}:
            self._wake(kind)

    async def work(self, kind: str, attempt: Attempt) -> None:
        """Once a kind."""
        if kind in self._workers:
            raise ValueError(f"somebody works on {kind!r} already")
        self._workers[kind] = Worker(kind, self._jobs, attempt, self._patience)
        self._workers[kind].start()

    async def dead(self, limit: int = 100) -> list[Job]:
        return await self._jobs.dead(limit)

    async def replay(self, job_id: str) -> bool:
        found = await self._jobs.replay(job_id)
        for kind in self._workers if found else ():
            self._wake(kind)
        return found

    async def discard(self, job_id: str) -> bool:
        return await self._jobs.discard(job_id)

    async def forget(self, before: int) -> int:
        return await self._jobs.forget(before)

    def _wake(self, kind: str) -> None:
        if kind in self._workers:
            self._workers[kind].wake()

    async def close(self) -> None:
        """Stop attempting. What was under way is attempted again after the next start."""
        for worker in self._workers.values():
            await worker.stop()

    def gauges(self) -> dict[str, float]:
        workers = self._workers.values()
        return {
            "jobs_running": sum(worker.running for worker in workers),
            "jobs_attempts_total": sum(worker.attempting.made for worker in workers),
            "jobs_failed_total": sum(worker.attempting.failed for worker in workers),
            "jobs_dead_total": sum(worker.attempting.buried for worker in workers),
            "parcels_held": len(self._held),
        }
