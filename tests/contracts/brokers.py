"""A broker at work, with a look behind it. For tests of any adapter."""

from collections.abc import Callable

import pytest

from chinwag.server.adapters.attempting import Patience
from chinwag.server.adapters.local_broker import LocalBroker
from chinwag.server.adapters.rabbitmq.broker import RabbitBroker
from chinwag.server.adapters.rabbitmq.sweeper import Rounds
from chinwag.server.ports.broker import Broker, Job
from chinwag.server.ports.store import Store
from contracts.opened import Opened
from contracts.waiting import eventually_async

PATIENCE = Patience(timeout=0.2, at_once=8, first_pause=0.001, factor=1.5, attempts=5)


ROUNDS = Rounds(every=0.2, late=0.5)


def local(request: pytest.FixtureRequest) -> Callable[[Store], Broker]:
    """Makes brokers of a single node."""
    return lambda store: LocalBroker(store, patience=PATIENCE)


def rabbit(request: pytest.FixtureRequest) -> Callable[[Store], Broker]:
    """Makes brokers of a node by the name of "local", on a virtual host for this test alone."""
    url: str = request.getfixturevalue("rabbitmq")
    return lambda store: RabbitBroker(url, "local", store, patience=PATIENCE, rounds=ROUNDS)


class BrokerUnderTest:
    """A broker over a store. ``make`` makes another on the same data."""

    at_once = PATIENCE.at_once
    node = "local"

    def __init__(self, opened: Opened, make: Callable[[Store], Broker]) -> None:
        self._opened = opened
        self._make = make
        self.it = make(opened.store)
        self.links: list[bool] = []

    async def open(self) -> None:
        await self.it.open(self.links.append)

    async def restart(self) -> None:
        """As after a crash: what was under way is not brought to an end."""
        await self.it.close()
        await self._opened.reopen()
        self.it = self._make(self._opened.store)
        await self.open()

    async def close(self) -> None:
        await self.it.close()

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
