"""`Worker`: attempts the due jobs of one kind, several at once, and nothing when none is due."""

import asyncio

from chinwag.protocol.errors import ChinwagError
from chinwag.server.adapters.attempting import Attempting, Patience
from chinwag.server.adapters.jobs import Jobs
from chinwag.server.clock import now_ms
from chinwag.server.observe import log
from chinwag.server.ports.broker import Attempt, Job

# Dead letters are put back by another process, `chinwag admin`: look again now and then.
_LOOK_AGAIN_SECONDS = 5.0


class Worker:
    """Works on one kind of job."""

    def __init__(self, kind: str, jobs: Jobs, attempt: Attempt, patience: Patience) -> None:
        self._kind = kind
        self._jobs = jobs
        self._patience = patience
        self.attempting = Attempting(jobs, attempt, patience)
        self._running: dict[str, asyncio.Task[None]] = {}
        self._wake = asyncio.Event()
        self._runner: asyncio.Task[None] | None = None

    @property
    def running(self) -> int:
        """How many attempts are under way."""
        return len(self._running)

    def start(self) -> None:
        """Begin."""
        self._runner = asyncio.get_running_loop().create_task(
            self._run(), name=f"jobs-{self._kind}"
        )

    def wake(self) -> None:
        """Something may be due earlier than thought."""
        self._wake.set()

    async def stop(self) -> None:
        """Give up what is under way: its attempt has been counted, and it stays in the table."""
        tasks = [*self._running.values()]
        if self._runner is not None:
            tasks.append(self._runner)
        for task in tasks:
            task.cancel()
        self.attempting.stop()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                pause = await self._begin_due()
            except ChinwagError as error:
                log.warning("jobs.postponed", kind=self._kind, error=error.kind.code)
                pause = self._patience.store_pause
            except Exception:  # noqa: BLE001 - the store may be back next time
                log.exception("jobs.look_failed", kind=self._kind)
                pause = self._patience.store_pause
            try:
                async with asyncio.timeout(pause):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def _begin_due(self) -> float | None:
        """Begin what is due; in how many seconds to look again, None: when woken. Never later than
        in a few seconds: `chinwag admin` puts dead letters back from another process.
        """
        free = self._patience.at_once - len(self._running)
        if free <= 0:
            return None  # whoever ends wakes us
        waiting = await self._jobs.next(self._kind, list(self._running), free + 1)
        now = now_ms()
        due = [job for job in waiting if job.due_at <= now][:free]
        if due:
            await self._jobs.begin(due)
        for job in due:
            task = asyncio.get_running_loop().create_task(self._one(job))
            self._running[job.id] = task
        if len(due) == len(waiting):
            return _LOOK_AGAIN_SECONDS
        return min(max(0, waiting[len(due)].due_at - now) / 1000, _LOOK_AGAIN_SECONDS)

    async def _one(self, job: Job) -> None:
        try:
            await self.attempting.make(job)
        finally:
            self._running.pop(job.id, None)
            self._wake.set()
