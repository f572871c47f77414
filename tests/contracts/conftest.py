"""The adapters that the contracts are run through: to add one, add a parameter."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from chinwag.server.adapters.local_meters import LocalMeters
from chinwag.server.adapters.local_registry import LocalRegistry
from chinwag.server.adapters.postgres.store import PostgresStore
from chinwag.server.adapters.redis.link import Link
from chinwag.server.adapters.redis.meters import RedisMeters
from chinwag.server.adapters.redis.registry import RedisRegistry
from chinwag.server.adapters.schema import schema
from chinwag.server.adapters.sqlite.store import SqliteStore
from chinwag.server.ports.meters import Meters
from chinwag.server.ports.registry import Registry
from chinwag.server.ports.store import Tx
from contracts.brokers import BrokerUnderTest, local, rabbit
from contracts.opened import Opened
from engines.postgres import drop_database, new_database


def _sqlite(request: pytest.FixtureRequest) -> Opened:
    folder: Path = request.getfixturevalue("tmp_path")
    return Opened(lambda: SqliteStore(folder / "data/chinwag.db"), one_writer=True)


def _postgres(request: pytest.FixtureRequest) -> Opened:
    url: str = request.getfixturevalue("contract_database")
    return Opened(lambda: PostgresStore(url), one_writer=False)


@pytest.fixture(scope="session")
def contract_database(shared_postgres: str) -> Iterator[str]:
    """A database that tests empty, since making one takes longer than most of them."""
    url = new_database(shared_postgres)
    yield url
    drop_database(url)


async def _empty(opened: Opened) -> None:
    async def work(tx: Tx) -> None:
        for table in schema.tables.values():
            if table.name != "meta":
                await tx.execute(f"DELETE FROM {table.name}")

    await opened.store.transact(work)


@pytest.fixture(params=[pytest.param(_sqlite, id="sqlite"), pytest.param(_postgres, id="postgres")])
async def opened(request: pytest.FixtureRequest) -> AsyncIterator[Opened]:
    """A fresh, open store."""
    opened: Opened = request.param(request)
    await opened.open()
    await _empty(opened)
    yield opened
    await opened.store.close()


@pytest.fixture(params=[pytest.param(local, id="local"), pytest.param(rabbit, id="rabbitmq")])
async def broker(request: pytest.FixtureRequest, opened: Opened) -> AsyncIterator[BrokerUnderTest]:
    """A fresh broker."""
    broker = BrokerUnderTest(opened, request.param(request))
    await broker.open()
    yield broker
    await broker.close()


@pytest.fixture(params=["local", "redis"])
async def registry(request: pytest.FixtureRequest) -> AsyncIterator[Registry]:
    """A fresh registry, open."""
    registry: Registry = LocalRegistry()
    if request.param == "redis":
        url = request.getfixturevalue("redis")
        registry = RedisRegistry(Link(url), "node-1", lease_seconds=10)

    async def lapsed() -> None:
        raise AssertionError("nobody took the lease")

    await registry.open(lapsed, lambda node: None)
    yield registry
    await registry.close()


@pytest.fixture(params=["local", "redis"])
async def meters(request: pytest.FixtureRequest) -> AsyncIterator[Meters]:
    """Fresh meters."""
    if request.param == "local":
        yield LocalMeters()
        return
    link = Link(request.getfixturevalue("redis"))
    yield RedisMeters(link)
    await link.close()
