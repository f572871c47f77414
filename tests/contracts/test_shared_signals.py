"""What signals promise where there are several nodes."""

from collections.abc import AsyncIterator

import pytest

from chinwag.server.ports.meters import Rate
from contracts.redis_nodes import Cluster, Node, cluster_on
from contracts.waiting import eventually, eventually_async


@pytest.fixture
async def cluster(redis: str) -> AsyncIterator[Cluster]:
    async with cluster_on(redis) as cluster:
        yield cluster


async def reach(speaker: Node, *listeners: Node, topic: str = "tea") -> None:
    """Wait until all listeners hear the speaker."""
    probe = b"are you there?"

    async def heard() -> bool:
        speaker.signals.publish(topic, probe)
        return all((topic, probe) in listener.heard for listener in listeners)

    await eventually_async(heard)
    mark = b"that was all"
    speaker.signals.publish(topic, mark)
    await eventually(lambda: all((topic, mark) in listener.heard for listener in listeners))
    for listener in listeners:
        listener.heard.clear()


async def test_who_listens_hears_it_in_order_and_nobody_hears_themselves(cluster: Cluster) -> None:
    east, west, north = [await cluster.node(name) for name in ("east", "west", "north")]
    for node in (east, west):
        node.signals.listen("tea")
    north.signals.listen("coffee")
    await reach(north, east, west)
    said = [b"%d" % n for n in range(500)]
    for body in said:
        east.signals.publish("tea", body)
    east.signals.publish("coffee", b"last")
    await eventually(lambda: north.heard == [("coffee", b"last")])
    await eventually(lambda: west.heard == [("tea", body) for body in said])
    assert east.heard == []


async def test_a_topic_is_heard_until_it_was_unlistened_as_often(cluster: Cluster) -> None:
    east, west = await cluster.node("east"), await cluster.node("west")
    for topic in ("tea", "tea", "end"):
        west.signals.listen(topic)
    await reach(east, west)
    await reach(east, west, topic="end")
    west.signals.unlisten("tea")
    east.signals.publish("tea", b"once more")
    await eventually(lambda: west.heard == [("tea", b"once more")])
    west.signals.unlisten("tea")

    async def deaf() -> bool:
        before = len(west.heard)
        east.signals.publish("tea", b"?")
        east.signals.publish("end", b"!")
        await eventually(lambda: ("end", b"!") in west.heard[before:])
        return ("tea", b"?") not in west.heard[before:]

    await eventually_async(deaf)


async def test_nodes_count_in_the_same_buckets(cluster: Cluster) -> None:
    east, west = await cluster.node("east"), await cluster.node("west")
    rate = Rate(2, 60)
    assert await east.meters.wait("tries", "ann", rate) == 0
    assert await west.meters.wait("tries", "ann", rate) == 0
    assert await east.meters.wait("tries", "ann", rate) > 0
