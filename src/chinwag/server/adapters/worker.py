"""`Worker`: attempts the due jobs of one kind, several at once, and nothing when none is due."""

import asyncio
from dataclasses import dataclass
from typing import Any

from chinwag.protocol.errors import ChinwagError
from chinwag.server.adapters.jobs import Jobs
from chinwag.server.clock import now_ms
from chinwag.server.observe import log
from chinwag.server.ports.broker import Attempt, Job, Verdict

# Dead letters are put back by another process, `chinwag admin`: look again now and then.
_LOOK_AGAIN_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an attempt may take, how many run at once, and when one that raises (or takes too
    long) is tried again: after ``first_pause`` seconds, then ``factor`` times longer each time,
    until ``attempts`` of them were in vain.
    """

    timeout: float = 30.0
    at_once: int = 16
    first_pause: float = 1.0
    factor: float = 5.0
    attempts: int = 5
    store_pause: float = 1.0

    def verdict(self, made: int, error: str) -> Verdict:
        """What to do after so many attempts, the last of which failed with ``error``."""
        if made >= self.attempts:
            return Verdict(done=False, dead=True, error=error)
        delay = int(self.first_pause * self.factor ** (made - 1) * 1000)
        return Verdict(done=False, delay=delay, error=error)


class Worker:
    """Works on one kind of job."""

    def __init__(self, kind: str, jobs: Jobs, attempt: Attempt, patience: Patience) -> None:
        self._kind = kind
        self._jobs = jobs
        self._attempt = attempt
        self._patience = patience
        self._running: dict[str, asyncio.Task[None]] = {}
        self._abandoned: set[asyncio.Future[Verdict]] = set()
        self._wake = asyncio.Event()
        self._runner: asyncio.Task[None] | None = None
        self.attempts = self.failures = self.buried = 0

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
        tasks: list[asyncio.Future[Any]] = [*self._running.values(), *self._abandoned]
        if self._runner is not None:
            tasks.append(self._runner)
        for task in tasks:
            task.cancel()
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
                await asyncio.wait_for(self._wake.wait(), pause)
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
            self.attempts += 1
            verdict = await self._judged(job)
            self.failures += not verdict.done
            self.buried += verdict.dead
            await self._settle(job, verdict)
        finally:
            self._running.pop(job.id, None)
            self._wake.set()

    async def _judged(self, job: Job) -> Verdict:
        """The attempt's verdict, or ours on one that raised or took too long."""
        attempt = asyncio.ensure_future(self._attempt(job))
        try:
            await asyncio.wait({attempt}, timeout=self._patience.timeout)
        finally:
            if not attempt.done():
                # Not awaited: what hangs may hang on, its place is free for others.
                attempt.cancel()
                self._abandoned.add(attempt)
                attempt.add_done_callback(self._abandoned.discard)
        if not attempt.done():
            log.error("jobs.attempt_timed_out", kind=job.kind, key=job.key)
            return self._patience.verdict(job.attempts + 1, "timed out")
        error = None if attempt.cancelled() else attempt.exception()
        if error is None and not attempt.cancelled():
            return attempt.result()
        log.error("jobs.attempt_failed", kind=job.kind, key=job.key, exc_info=error)
        return self._patience.verdict(job.attempts + 1, _in_words(error))

    async def _settle(self, job: Job, verdict: Verdict) -> None:
        """Not to be given up: until it is written down the job would be attempted again."""
        while True:
            try:
                return await self._jobs.settle(job, verdict)
            except ChinwagError as error:
                log.warning("jobs.settle_failed", kind=job.kind, error=error.kind.code)
                await asyncio.sleep(self._patience.store_pause)


def _in_words(error: BaseException | None) -> str:
    if isinstance(error, ChinwagError):
        return error.kind.code
    return type(error).__name__ if error is not None else "cancelled"
