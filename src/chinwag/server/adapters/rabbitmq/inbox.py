"""`Inbox`: all that RabbitMQ brings to this node: its parcels, the jobs that are due, and those
that nobody survived.
"""

import asyncio
from collections.abc import Callable

import msgspec
from aiormq import spec
from aiormq.abc import AbstractChannel, AbstractConnection, DeliveredMessage

from chinwag.protocol.errors import ChinwagError
from chinwag.server.adapters.attempting import Patience
from chinwag.server.adapters.jobs import KILLED, Jobs
from chinwag.server.adapters.rabbitmq import topology
from chinwag.server.adapters.rabbitmq.notes import Notes, decode
from chinwag.server.adapters.rabbitmq.parcels import ParcelQueue
from chinwag.server.adapters.rabbitmq.workers import Arrived, Worker, arrived
from chinwag.server.observe import log
from chinwag.server.ports.broker import Attempt

_OWN_AT_ONCE = 256
_DEAD_AT_ONCE = 10


class Inbox:
    """Over whatever connection there is."""

    def __init__(self, node: str, jobs: Jobs, notes: Notes, patience: Patience) -> None:
        self._node = node
        self._jobs = jobs
        self._notes = notes
        self._patience = patience
        self._connection: AbstractConnection | None = None
        self._channel: AbstractChannel | None = None
        self._queue = ""
        self._broken: Callable[[str], None] = lambda reason: None
        self._take: Callable[[bytes], None] | None = None
        self._parcels: ParcelQueue | None = None
        self.workers: dict[str, Worker] = {}
        self.parcels = self.depth = 0

    @property
    def backlog(self) -> int:
        """How many jobs of all kinds wait for their turn on this node."""
        return sum(worker.waiting for worker in self.workers.values())

    # --- connections -------------------------------------------------------------------------

    async def open(
        self, connection: AbstractConnection, broken: Callable[[str], None]
    ) -> list[AbstractChannel]:
        """Receive by this connection; the channels of it that must not end."""
        self._connection, self._broken = connection, broken
        self._channel = channel = await self._new_channel()
        await topology.declare(channel)
        self._queue = await topology.declare_node(channel, self._node)
        # Side by side: one after the other they would wait for some thirty answers of the broker.
        others = [
            self._consume_own(),
            self._consume_dead(),
            *[self._consume_kind(kind) for kind in self.workers],
        ]
        _, channels = await asyncio.gather(self._consume_parcels(), asyncio.gather(*others))
        return [channel, *channels]

    def lose(self) -> None:
        """The connection is gone."""
        self._connection = self._channel = None
        for worker in self.workers.values():
            worker.lose()
        if self._parcels is not None:
            self._parcels.close()
            self._parcels = None

    async def close(self) -> None:
        """Attempt no more."""
        for worker in self.workers.values():
            await worker.stop()

    async def probe(self) -> None:
        """A round trip; how many parcels wait is known afterwards."""
        if self._channel is not None:
            self.depth = await topology.depth(self._channel, self._queue)

    async def _new_channel(self) -> AbstractChannel:
        assert self._connection is not None
        channel = await self._connection.channel(publisher_confirms=False)
        channel.on_consumer_cancel_callbacks.add(self._cancelled)
        return channel

    def _cancelled(self, frame: spec.Basic.Cancel) -> None:
        self._broken("a queue was deleted")

    # --- parcels -----------------------------------------------------------------------------

    async def consume(self, take: Callable[[bytes], None]) -> None:
        """Hand parcels to ``take`` from now on."""
        self._take = take
        await self._consume_parcels()

    async def _consume_parcels(self) -> None:
        if self._channel is not None and self._take is not None and self._parcels is None:
            self._parcels = ParcelQueue(self._channel, self._queue, self._got)
            await self._parcels.open()

    def _got(self, parcel: bytes) -> None:
        assert self._take is not None
        self.parcels += 1
        self._take(parcel)

    # --- jobs --------------------------------------------------------------------------------

    async def work(self, kind: str, attempt: Attempt) -> None:
        """Have the jobs of a kind attempted from now on."""
        worker = Worker(kind, self._jobs, self._notes, attempt, self._patience)
        self.workers[kind] = worker
        worker.start()
        if self._connection is not None:
            await self._consume_kind(kind)

    async def _consume_kind(self, kind: str) -> AbstractChannel:
        channel = await self._new_channel()
        queue = await topology.declare_kind(channel, kind)
        await channel.basic_qos(prefetch_count=self._patience.at_once)

        async def got(message: DeliveredMessage) -> None:
            await self._due(message, channel)

        await channel.basic_consume(queue, got)
        return channel

    async def _consume_own(self) -> AbstractChannel:
        channel = await self._new_channel()
        queue = await topology.declare_own_jobs(channel, self._node)
        await channel.basic_qos(prefetch_count=_OWN_AT_ONCE)

        async def got(message: DeliveredMessage) -> None:
            await self._due(message, channel)

        await channel.basic_consume(queue, got)
        return channel

    async def _due(self, message: DeliveredMessage, channel: AbstractChannel) -> None:
        here = await self._read(message, channel)
        if here is None:
            return
        worker = self.workers.get(here.body.kind)
        if worker is None:
            await here.done()  # its turn comes when it is swept, and somebody works on it
        else:
            worker.take(here)

    async def _consume_dead(self) -> AbstractChannel:
        channel = await self._new_channel()
        await channel.basic_qos(prefetch_count=_DEAD_AT_ONCE)

        async def got(message: DeliveredMessage) -> None:
            here = await self._read(message, channel)
            if here is None:
                return
            try:
                if await self._jobs.bury(here.body.id, KILLED):
                    log.error("jobs.buried", kind=here.body.kind, job=here.body.id, reason=KILLED)
            except ChinwagError as error:
                log.warning("jobs.bury_failed", error=error.kind.code)
                self._broken("a dead letter could not be written down")
            else:
                await here.done()

        await channel.basic_consume(topology.DEAD, got)
        return channel

    async def _read(self, message: DeliveredMessage, channel: AbstractChannel) -> Arrived | None:
        try:
            return arrived(decode(message.body), message, channel)
        except msgspec.MsgspecError:
            log.error("rabbitmq.not_a_note", queue=message.routing_key)
            await channel.basic_ack(message.delivery_tag or 0, wait=False)
            return None
