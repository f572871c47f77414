"""The stories of one server, told once more of three nodes behind HAProxy: whatever people do, they
do it as on one. Who is on which node is up to HAProxy.

Left out is what is about one process: its HTTP parser, its frames, its command line, its log and
file. Of stories whose servers need settings of their own, some are told.
"""

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from importlib import import_module
from typing import Any

import pytest

from cluster.together import Together
from engines.fixtures import given
from engines.postgres import new_database
from engines.rabbitmq import RabbitMQ
from flows.cast import eventually
from flows.conftest import people
from flows.push import PushService, push_service
from flows.test_alerts import alerting

__all__ = ["alerting", "people"]  # fixtures

STORIES = [
    import_module(f"flows.test_{name}")
    for name in (
        "access",
        "alerts",
        "direct",
        "files",
        "groups",
        "invites",
        "ladder",
        "limits",
        "mentions",
        "presence",
        "privacy",
        "repair",
        "sessions",
        "sync",
        "texts",
    )
]
# Of the stories that want servers of their own, a few: a cluster takes its time to start.
OF_THEIR_OWN = (
    "test_who_is_away_is_alerted",
    "test_nobody_is_alerted_of_what_reaches_them",
    "test_reading_elsewhere_closes_the_alert",
    "test_a_silent_session_is_tried_closed_and_the_sender_told_once",
    "test_last_seen_outlives_a_restart",
    "test_clients_come_back_by_themselves_after_a_restart",
)
# What is promised of one node at once, and of others within a moment: a device that is signed out
# elsewhere may speak for 300 ms more, one that is replaced elsewhere until its node is told,
# versions of one thing may come over each other, and a sync may bring again what changed while
# others were writing.
OF_ONE_NODE = (
    "test_a_newer_session_of_a_device_fences_the_older",
    "test_commands_in_the_pipe_of_a_revoked_device_do_nothing",
    "test_a_mention_is_told_by_a_newer_version_of_mine",
    "test_only_what_changed_comes_again",
)
Make = Callable[..., Together]


@pytest.fixture(scope="session")
def make(
    shared_postgres: str, shared_rabbitmq: RabbitMQ | None, tmp_path_factory: pytest.TempPathFactory
) -> Make:
    """Makes clusters on the worker's engines."""

    def make(**settings: Any) -> Together:
        folder, database = tmp_path_factory.mktemp("cluster"), new_database(shared_postgres)
        vhost = shared_rabbitmq.vhost() if shared_rabbitmq else given("rabbitmq")
        return Together(folder, database, vhost, **settings)

    return make


@pytest.fixture(scope="session")
def shared_server(make: Make) -> Iterator[Together]:
    """The cluster that tests share."""
    cluster = make().start()
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
async def serve(make: Make, clusters: list[Together]) -> AsyncIterator[Make]:
    """Start clusters of one's own."""

    def start(**settings: Any) -> Together:
        clusters.append(make(**settings))
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


def _told_here(name: str, test: Any) -> bool:
    wanted = inspect.signature(test).parameters
    return name in OF_THEIR_OWN or (
        name not in OF_ONE_NODE
        and inspect.iscoroutinefunction(test)
        and not {"serve", "alerting"} & wanted.keys()
    )


for _story in STORIES:
    for _name, _test in vars(_story).items():
        if _name.startswith("test_") and _told_here(_name, _test):
            assert _name not in globals(), f"there are two of {_name}"
            globals()[_name] = _test
assert set(OF_THEIR_OWN) <= globals().keys()
assert all(any(hasattr(story, name) for story in STORIES) for name in OF_ONE_NODE)
