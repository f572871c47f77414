"""`Attempting`: makes attempts at jobs of one kind, bounds them in time, and writes down what
became of them; whichever broker says when.
"""

import asyncio
from dataclasses import dataclass

from chinwag.protocol.errors import ChinwagError
from chinwag.server.adapters.jobs import Jobs
from chinwag.server.observe import log
from chinwag.server.ports.broker import Attempt, Job, Verdict


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


class Attempting:
    """Attempts at jobs that have been claimed, their attempt counted."""

    def __init__(self, jobs: Jobs, attempt: Attempt, patience: Patience) -> None:
        self._jobs = jobs
        self._attempt = attempt
        self._patience = patience
        self._abandoned: set[asyncio.Future[Verdict]] = set()
        self.made = self.failed = self.buried = 0

    async def make(self, job: Job) -> Verdict:
        """Attempt it, and write down the verdict, which is also the answer."""
        self.made += 1
        verdict = await self._judged(job)
        self.failed += not verdict.done
        self.buried += verdict.dead
        await self._settle(job, verdict)
        return verdict

    def stop(self) -> None:
        """End what hangs on beyond its time."""
        for attempt in self._abandoned:
            attempt.cancel()

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
