"""A broker at work, with a look behind it. For tests of any adapter."""

from chinwag.server.adapters.local_broker import LocalBroker
from chinwag.server.adapters.worker import Patience
from chinwag.server.ports.broker import Broker, Job
from contracts.opened import Opened
from contracts.waiting import eventually_async

PATIENCE = Patience(timeout=0.2, at_once=8, first_pause=0.001, factor=1.5, attempts=5)


class BrokerUnderTest:
    """The local broker over a store."""

    at_once = PATIENCE.at_once
    node = "local"

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._local = LocalBroker(opened.store, patience=PATIENCE)

    @property
    def it(self) -> Broker:
        return self._local

    async def restart(self) -> None:
        """As after a crash: what was under way is not brought to an end."""
        await self._local.close()
        await self._opened.reopen()
        self._local = LocalBroker(self._opened.store, patience=PATIENCE)

    async def close(self) -> None:
        await self._local.close()

    async def waiting(self, count: int) -> None:
        """Wait until so many jobs wait."""

        async def so_many() -> bool:
            rows = await self._opened.fetch("SELECT count(*) FROM jobs WHERE dead_at = 0")
            return bool(rows[0][0] == count)

        await eventually_async(so_many)

    async def letters(self, count: int) -> list[Job]:
        """Wait for so many dead letters."""

        async def so_many() -> bool:
            return len(await self.it.dead()) == count

        await eventually_async(so_many)
        return await self.it.dead()
