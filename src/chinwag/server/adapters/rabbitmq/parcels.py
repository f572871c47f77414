"""`ParcelQueue`: takes this node's parcels from its queue, and acknowledges many at once."""

import asyncio
import contextlib
from collections.abc import Callable

from aiormq.abc import AbstractChannel, DeliveredMessage

from chinwag.server.adapters.rabbitmq.link import LOST, uncancelled
from chinwag.server.observe import log

_PREFETCH = 1_000
_GATHER_SECONDS = 0.01


class ParcelQueue:
    """One connection's."""

    def __init__(self, channel: AbstractChannel, queue: str, take: Callable[[bytes], None]) -> None:
        self._channel = channel
        self._queue = queue
        self._take = take
        self._taken = 0
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.got = 0

    async def open(self) -> None:
        """Have parcels handed over from now on."""
        await self._channel.basic_qos(prefetch_count=_PREFETCH)
        await self._channel.basic_consume(self._queue, self._got, exclusive=True)
        self._task = asyncio.get_running_loop().create_task(self._acknowledge())

    def close(self) -> None:
        """Nothing is acknowledged any more."""
        if self._task is not None:
            self._task.cancel()

    async def _got(self, message: DeliveredMessage) -> None:
        self.got += 1
        try:
            self._take(message.body)
        except Exception:  # noqa: BLE001 - one bad parcel must not hold up the others
            log.exception("broker.parcel_failed")
        self._taken = message.delivery_tag or 0
        self._wake.set()

    async def _acknowledge(self) -> None:
        with contextlib.suppress(*LOST), uncancelled():
            while True:
                await self._wake.wait()
                await asyncio.sleep(_GATHER_SECONDS)
                self._wake.clear()
                await self._channel.basic_ack(self._taken, multiple=True, wait=True)
