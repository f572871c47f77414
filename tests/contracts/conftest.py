"""The adapters that the contracts are run through: to add one, add a parameter."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chinwag.server.adapters.local_registry import LocalRegistry
from chinwag.server.adapters.postgres.store import PostgresStore
from chinwag.server.adapters.sqlite.store import SqliteStore
from chinwag.server.ports.registry import Registry
from contracts.brokers import BrokerUnderTest, local, rabbit
from contracts.opened import Opened


def _sqlite(request: pytest.FixtureRequest) -> Opened:
    folder: Path = request.getfixturevalue("tmp_path")
    return Opened(lambda: SqliteStore(folder / "data/chinwag.db"))


def _postgres(request: pytest.FixtureRequest) -> Opened:
    url: str = request.getfixturevalue("postgres")
    return Opened(lambda: PostgresStore(url))


@pytest.fixture(params=[pytest.param(_sqlite, id="sqlite"), pytest.param(_postgres, id="postgres")])
async def opened(request: pytest.FixtureRequest) -> AsyncIterator[Opened]:
    """A fresh, open store."""
    opened: Opened = request.param(request)
    await opened.open()
    yield opened
    await opened.store.close()


@pytest.fixture(params=[pytest.param(local, id="local"), pytest.param(rabbit, id="rabbitmq")])
async def broker(request: pytest.FixtureRequest, opened: Opened) -> AsyncIterator[BrokerUnderTest]:
    """A fresh broker."""
    broker = BrokerUnderTest(opened, request.param(request))
    await broker.open()
    yield broker
    await broker.close()


@pytest.fixture(params=[pytest.param(LocalRegistry, id="local")])
def registry(request: pytest.FixtureRequest) -> Registry:
    """A fresh registry."""
    registry: Registry = request.param()
    return registry
