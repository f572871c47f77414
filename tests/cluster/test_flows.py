"""The stories of one server, told once more of three nodes behind HAProxy: whatever people do, they
do it as on one. Who is on which node is up to HAProxy.

Left out is what is about one process: its HTTP parser, its frames, its command line, its file.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cluster.together import Together
from engines.engine import start_all
from engines.postgres import Postgres
from engines.rabbitmq import RabbitMQ
from flows import (
    test_access,
    test_alerts,
    test_direct,
    test_groups,
    test_invites,
    test_ladder,
    test_limits,
    test_mentions,
    test_presence,
    test_privacy,
    test_refusals,
    test_repair,
    test_sessions,
    test_sync,
    test_texts,
)
from flows.cast import eventually
from flows.conftest import people
from flows.push import PushService, push_service
from flows.test_alerts import alerting

__all__ = ["alerting", "people"]  # fixtures

STORIES = (
    test_access,
    test_alerts,
    test_direct,
    test_groups,
    test_invites,
    test_ladder,
    test_limits,
    test_mentions,
    test_presence,
    test_privacy,
    test_refusals,
    test_repair,
    test_sessions,
    test_sync,
    test_texts,
)
Serve = Callable[..., Together]


@pytest.fixture(scope="session")
def flows_engines() -> Iterator[tuple[Postgres, RabbitMQ]]:
    """What the clusters of these tests share."""
    postgres, rabbitmq = Postgres(), RabbitMQ()
    start_all(postgres, rabbitmq)
    yield postgres, rabbitmq
    postgres.kill()
    rabbitmq.kill()


@pytest.fixture(scope="session")
def shared_server(
    flows_engines: tuple[Postgres, RabbitMQ], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Together]:
    """The cluster that tests share."""
    cluster = Together(tmp_path_factory.mktemp("shared"), *flows_engines).start()
    yield cluster
    cluster.close()


@pytest.fixture
def server(shared_server: Together) -> Iterator[Together]:
    """A running cluster with limits that nobody meets."""
    before = len(shared_server.errors())
    yield shared_server
    assert shared_server.errors()[before:] == []


@pytest.fixture
def clusters() -> list[Together]:
    """The clusters that a test has started."""
    return []


@pytest.fixture
async def serve(
    flows_engines: tuple[Postgres, RabbitMQ], clusters: list[Together], tmp_path: Path
) -> AsyncIterator[Serve]:
    """Start clusters of one's own."""

    def start(**settings: Any) -> Together:
        folder = tmp_path / f"server{len(clusters)}"
        folder.mkdir()
        clusters.append(Together(folder, *flows_engines, **settings))
        return clusters[-1].start()

    yield start
    for cluster in clusters:
        await asyncio.to_thread(cluster.stop)
        errors = cluster.errors()
        cluster.close()
        assert errors == []


@pytest.fixture
async def service(clusters: list[Together]) -> AsyncIterator[PushService]:
    """A push service. Other nodes know of a subscription a moment later than the one it was made
    at, but sooner than a person can put the phone away.
    """

    async def known() -> bool:
        for cluster in clusters:
            if len(set(await cluster.metrics("push_subscriptions"))) > 1:
                return False
        return True

    async def told() -> None:
        await eventually(known)

    async with push_service(told) as found:
        yield found


for _story in STORIES:
    for _name, _test in vars(_story).items():
        if _name.startswith("test_"):
            assert _name not in globals(), f"there are two of {_name}"
            globals()[_name] = _test
