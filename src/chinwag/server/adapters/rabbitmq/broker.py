"""`RabbitBroker`: the broker of many nodes.

Two connections: one to send, which an alarm of RabbitMQ blocks, and one to receive, which it does
not. Parcels may be lost; of jobs the table has the record (`adapters.jobs`), so that RabbitMQ may
lose all its messages, or be away for a day, and every job is done afterwards.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence

from aiormq import Channel
from aiormq.abc import AbstractChannel, AbstractConnection

from chinwag.server.adapters.attempting import Patience
from chinwag.server.adapters.jobs import Jobs
from chinwag.server.adapters.rabbitmq import topology
from chinwag.server.adapters.rabbitmq.inbox import Inbox
from chinwag.server.adapters.rabbitmq.link import LOST, Link, uncancelled
from chinwag.server.adapters.rabbitmq.notes import Body, Due, Notes
from chinwag.server.adapters.rabbitmq.publisher import Letter, Publisher
from chinwag.server.adapters.rabbitmq.sweeper import Rounds, Sweeper
from chinwag.server.clock import now_ms
from chinwag.server.ports.broker import Attempt, Job
from chinwag.server.ports.store import Store

_PROBE_SECONDS = 3.0


class RabbitBroker:
    """See the module. ``url`` as ``amqp://user:password@host:5672/vhost``, or ``amqps://…``."""

    def __init__(
        self,
        url: str,
        node: str,
        store: Store,
        *,
        patience: Patience | None = None,
        rounds: Rounds | None = None,
    ) -> None:
        self.node = node
        self._jobs = Jobs(store, node)
        self._out = Link(url, f"{node} sends", self._out_up, self._out_down)
        self._in = Link(url, f"{node} receives", self._in_up, self._in_down)
        self._publisher = Publisher(self._out.broken)
        self._notes = Notes(self._publisher)
        self._inbox = Inbox(node, self._jobs, self._notes, patience or Patience())
        self._sweeper = Sweeper(
            store,
            self._jobs,
            self._notes,
            node,
            rounds or Rounds(),
            is_up=lambda: self._in.is_up and self._out.is_up,
            backlog=lambda: self._inbox.backlog,
        )
        self._told: Callable[[bool], None] = lambda up: None
        self._tasks: list[asyncio.Task[None]] = []
        self._control: AbstractChannel | None = None
        self._unroutable = 0

    # --- life --------------------------------------------------------------------------------

    async def open(self, link: Callable[[bool], None]) -> None:
        """Returns after the first attempt to connect, even if it failed: it goes on trying."""
        self._told = link
        await self._jobs.abandon()
        await asyncio.gather(self._out.open(), self._in.open())
        loop = asyncio.get_running_loop()
        self._tasks = [
            loop.create_task(self._sweeper.run(), name="sweeper"),
            loop.create_task(self._probe(), name="probe"),
        ]

    async def close(self) -> None:
        """Stop attempting. What was under way is attempted again after the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._inbox.close()
        await asyncio.gather(self._out.close(), self._in.close())

    async def _out_up(self, connection: AbstractConnection) -> list[AbstractChannel]:
        channel, control = await asyncio.gather(
            connection.channel(on_return_raises=False),
            connection.channel(publisher_confirms=False),
        )
        assert isinstance(channel, Channel)
        await topology.declare(control)
        self._control = control
        self._publisher.use(connection, channel)
        self._notes.use(control)
        self._sweeper.wake()
        return [channel, control]

    def _out_down(self) -> None:
        self._control = None
        self._publisher.lose()
        self._notes.lose()

    async def _in_up(self, connection: AbstractConnection) -> list[AbstractChannel]:
        channels = await self._inbox.open(connection, self._in.broken)
        self._told(True)
        self._sweeper.wake()
        return channels

    def _in_down(self) -> None:
        self._told(False)
        self._inbox.lose()

    async def _probe(self) -> None:
        """Ask something now and then: a peer that is cut off, or stuck, does not say so."""
        while True:
            await asyncio.sleep(_PROBE_SECONDS)
            if self._in.is_up and not await self._answers(self._inbox.probe):
                self._in.broken("no answer")
            if not self._out.is_up or await self._publisher.is_blocked():
                continue
            if not await self._answers(self._look):
                self._out.broken("no answer")

    # --- parcels -----------------------------------------------------------------------------

    async def publish(self, parcels: Sequence[tuple[str, bytes]]) -> None:
        await self._publisher.send([Letter(topology.NODES, node, body) for node, body in parcels])

    async def consume(self, take: Callable[[bytes], None]) -> None:
        with contextlib.suppress(*LOST), uncancelled():
            await self._inbox.consume(take)

    async def _look(self) -> None:
        if self._control is not None:
            self._unroutable = await topology.depth(self._control, topology.UNROUTABLE)

    async def _answers(self, ask: Callable[[], Awaitable[None]]) -> bool:
        try:
            async with asyncio.timeout(_PROBE_SECONDS):
                with uncancelled():
                    await ask()
        except LOST:
            return False
        return True

    # --- jobs --------------------------------------------------------------------------------

    async def put(self, jobs: Sequence[Job]) -> None:
        """Stored once this returns, whether RabbitMQ is there or not."""
        now = now_ms()
        stored = await self._jobs.put(jobs)
        await self._notes.send(
            [
                Due(Body(job.id, job.kind, job.attempts, node=job.node), job.due_at - now)
                for job in stored
            ]
        )

    async def work(self, kind: str, attempt: Attempt) -> None:
        """Once a kind."""
        if kind in self._inbox.workers:
            raise ValueError(f"somebody works on {kind!r} already")
        with contextlib.suppress(*LOST), uncancelled():
            await self._inbox.work(kind, attempt)

    async def dead(self, limit: int = 100) -> list[Job]:
        return await self._jobs.dead(limit)

    async def replay(self, job_id: str) -> bool:
        found = await self._jobs.replay(job_id)
        if found:
            waiting = await self._jobs.waiting(job_id)
            await self._notes.send([Due(Body(job.id, job.kind, job.attempts)) for job in waiting])
        return found

    async def discard(self, job_id: str) -> bool:
        return await self._jobs.discard(job_id)

    async def forget(self, before: int) -> int:
        return await self._jobs.forget(before)

    # --- figures -----------------------------------------------------------------------------

    def gauges(self) -> dict[str, float]:
        workers = self._inbox.workers
        each = {
            f"jobs_{kind}_attempts_total": worker.attempting.made
            for kind, worker in workers.items()
        }
        attempting = [worker.attempting for worker in workers.values()]
        return {
            "broker_receiving": self._in.is_up,
            "broker_sending": self._out.is_up and not self._publisher.blocked,
            "broker_blocked": self._publisher.blocked,
            "broker_connects_total": self._in.connects + self._out.connects,
            "broker_unconfirmed": self._publisher.unconfirmed,
            "broker_confirmed_total": self._publisher.confirmed,
            "broker_refused_total": self._publisher.refused,
            "broker_lost_total": self._publisher.lost,
            "parcels_unroutable": self._unroutable,
            "parcels_received_total": self._inbox.parcels,
            "parcels_held": self._inbox.depth,
            "jobs_running": sum(worker.running for worker in workers.values()),
            "jobs_attempts_total": sum(it.made for it in attempting),
            "jobs_failed_total": sum(it.failed for it in attempting),
            "jobs_dead_total": sum(it.buried for it in attempting),
            "jobs_swept_total": self._sweeper.swept,
            "jobs_unsent_total": self._notes.unsent,
            **each,
        }
