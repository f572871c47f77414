"""`Worker`: attempts the jobs of one kind that RabbitMQ says are due."""

import asyncio
import contextlib
from collections import deque
from typing import NamedTuple

from aiormq.abc import AbstractChannel, DeliveredMessage

from chinwag.protocol.errors import ChinwagError
from chinwag.server.adapters.attempting import Attempting, Patience
from chinwag.server.adapters.jobs import KILLED, Jobs, Killer, Later, Note
from chinwag.server.adapters.rabbitmq.link import LOST, uncancelled
from chinwag.server.adapters.rabbitmq.notes import Body, Due, Notes
from chinwag.server.observe import log
from chinwag.server.ports.broker import Attempt, Job


class Arrived(NamedTuple):
    """A message that has to be acknowledged, once nothing depends on it any more."""

    body: Body
    channel: AbstractChannel
    tag: int
    again: bool

    async def done(self) -> None:
        """Forget the message."""
        with contextlib.suppress(*LOST), uncancelled():
            await self.channel.basic_ack(self.tag, wait=False)


def arrived(body: Body, message: DeliveredMessage, channel: AbstractChannel) -> Arrived:
    """A message as it came."""
    return Arrived(body, channel, message.delivery_tag or 0, bool(message.redelivered))


class Worker:
    """Works on one kind of job."""

    def __init__(
        self, kind: str, jobs: Jobs, notes: Notes, attempt: Attempt, patience: Patience
    ) -> None:
        self.kind = kind
        self._jobs = jobs
        self._notes = notes
        self._patience = patience
        # Nobody else begins before an attempt has certainly ended, and been written down.
        self._hold = int(2 * patience.timeout * 1000)
        self.attempting = Attempting(jobs, attempt, patience)
        self._waiting: deque[Arrived] = deque()
        self._running: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._runner: asyncio.Task[None] | None = None

    @property
    def running(self) -> int:
        """How many attempts are under way."""
        return len(self._running)

    @property
    def waiting(self) -> int:
        """How many messages wait for their turn here."""
        return len(self._waiting)

    def start(self) -> None:
        """Begin."""
        self._runner = asyncio.get_running_loop().create_task(self._run(), name=f"jobs-{self.kind}")

    async def stop(self) -> None:
        """Give up what is under way: its attempt has been counted, and it stays in the table."""
        tasks = list(self._running)
        if self._runner is not None:
            tasks.append(self._runner)
        for task in tasks:
            task.cancel()
        self.attempting.stop()
        await asyncio.gather(*tasks, return_exceptions=True)

    def take(self, message: Arrived) -> None:
        """A job may be due."""
        self._waiting.append(message)
        self._wake.set()

    def lose(self) -> None:
        """The connection is gone; what waits here is given to somebody again."""
        self._waiting.clear()

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            free = self._patience.at_once - len(self._running)
            while self._waiting and free > 0:
                batch = [self._waiting.popleft() for _ in range(min(free, len(self._waiting)))]
                try:
                    await self._begin(batch)
                except ChinwagError as error:
                    log.warning("jobs.postponed", kind=self.kind, error=error.kind.code)
                    self._waiting.extendleft(reversed(batch))
                    await asyncio.sleep(self._patience.store_pause)
                except Exception:  # noqa: BLE001 - the store may be back next time
                    log.exception("jobs.look_failed", kind=self.kind)
                    self._waiting.extendleft(reversed(batch))
                    await asyncio.sleep(self._patience.store_pause)
                free = self._patience.at_once - len(self._running)

    async def _begin(self, batch: list[Arrived]) -> None:
        """Claim what is due, and see to it that the rest comes again when it is."""
        notes = [Note(it.body.id, it.body.attempts, it.again) for it in batch]
        for message, found in zip(batch, await self._jobs.claim(notes, self._hold), strict=True):
            if found is None:
                await message.done()
                continue
            if isinstance(found, Killer):
                work = self._buried(message, found)
            elif isinstance(found, Later):
                work = self._later(message, found)
            else:
                work = self._one(message, found)
            task = asyncio.get_running_loop().create_task(work)
            self._running.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._wake.set()

    async def _later(self, message: Arrived, later: Later) -> None:
        body = Body(message.body.id, self.kind, later.attempts, node=message.body.node)
        await self._notes.send([Due(body, later.wait)])
        await message.done()

    async def _buried(self, message: Arrived, killer: Killer) -> None:
        log.error("jobs.buried", kind=self.kind, job=killer.id, reason=KILLED)
        self.attempting.buried += 1
        await message.done()

    async def _one(self, message: Arrived, job: Job) -> None:
        verdict = await self.attempting.make(job)
        if not verdict.done and not verdict.dead:
            body = Body(job.id, self.kind, job.attempts + 1, node=message.body.node)
            await self._notes.send([Due(body, verdict.delay)])
        await message.done()
