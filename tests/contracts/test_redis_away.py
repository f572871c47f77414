"""Redis killed, frozen, cut off: who asks is told soon, and all heals by itself."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from chinwag.protocol.errors import ChinwagError
from chinwag.server.ports.meters import Rate
from contracts.redis_nodes import Cluster, Node, cluster_on
from contracts.test_shared_signals import reach
from contracts.waiting import eventually, eventually_async
from engines.redis import Redis
from faults.network import network_to


@pytest.fixture
async def cluster(own_redis: Redis) -> AsyncIterator[Cluster]:
    async with cluster_on(own_redis.url) as cluster:
        yield cluster


async def refused_within(node: Node, seconds: float) -> None:
    began = time.monotonic()
    with pytest.raises(ChinwagError) as caught:
        await node.registry.where(["ann"])
    assert caught.value.kind.code == "unavailable"
    assert time.monotonic() - began < seconds


async def finds(node: Node, expected: dict[str, set[str]]) -> None:
    async def found() -> bool:
        try:
            return await node.registry.where(["ann", "bob"]) == expected
        except ChinwagError:
            return False

    await eventually_async(found)


async def test_killed_with_all_it_knew(cluster: Cluster, own_redis: Redis) -> None:
    east, west = await cluster.node("east"), await cluster.node("west")
    before = await east.enter("ann", "phone", foreground=True)
    await west.enter("bob", "tablet")
    await asyncio.to_thread(own_redis.kill)
    await refused_within(east, 1)
    await refused_within(east, 0.25)
    await asyncio.to_thread(own_redis.start)
    everybody = {"east": {"ann"}, "west": {"bob"}}
    for node in (east, west):
        await finds(node, everybody)
        assert node.lapses >= 1
        assert node.fenced == set()
    assert (await west.registry.standing(["ann"]))["ann"].online
    assert await west.enter("ann", "phone") > before


async def test_frozen_for_longer_than_a_lease(cluster: Cluster, own_redis: Redis) -> None:
    east, west = await cluster.node("east"), await cluster.node("west")
    await east.enter("ann", "phone")
    await west.enter("bob", "tablet")
    own_redis.pause()
    # All that wait share one time-out.
    await asyncio.gather(*(refused_within(east, 1.5) for _ in range(50)))
    await refused_within(east, 0.25)
    await eventually(lambda: not east.registry.certain)
    own_redis.resume()
    for node in (east, west):
        await finds(node, {"east": {"ann"}, "west": {"bob"}})


async def test_cut_off_alone(cluster: Cluster, own_redis: Redis) -> None:
    """The others see it gone; back, it takes its place, but for sessions that moved."""
    async with network_to(own_redis) as network:
        east = await cluster.node("east", own_redis.url_at(network.port))
        west = await cluster.node("west")
        await east.enter("ann", "phone")
        await east.enter("ann", "laptop")
        await east.enter("bob", "tablet")
        network.stall()
        await eventually(lambda: west.gone == ["east"])
        assert not east.registry.certain
        await west.enter("ann", "phone")
        network.resume()
        await eventually(lambda: east.fenced == {"phone"})
        await finds(west, {"east": {"ann", "bob"}, "west": {"ann"}})
        await finds(east, {"east": {"ann", "bob"}, "west": {"ann"}})
        assert east.registry.certain
        await cluster.close()


async def test_what_happened_meanwhile_is_told_when_it_is_back(
    cluster: Cluster, own_redis: Redis
) -> None:
    async with network_to(own_redis) as network:
        east = await cluster.node("east", own_redis.url_at(network.port))
        west = await cluster.node("west")
        tablet = await east.enter("bob", "tablet")
        await finds(west, {"east": {"bob"}})
        network.down = True
        network.cut()
        await refused_within(east, 1)
        await east.enter("ann", "phone", foreground=True)
        del east.sessions["tablet"]
        await east.registry.leave("bob", "tablet", tablet)
        assert await west.registry.where(["ann", "bob"]) == {"east": {"bob"}}
        network.down = False
        await finds(west, {"east": {"ann"}})
        assert (await west.registry.standing(["ann"]))["ann"].online
        await cluster.close()


async def test_a_node_starts_without_it(cluster: Cluster, own_redis: Redis) -> None:
    await asyncio.to_thread(own_redis.kill)
    east = await cluster.node("east")
    await east.enter("ann", "phone")
    await asyncio.to_thread(own_redis.start)
    await finds(east, {"east": {"ann"}})


async def test_meters_go_on_counting(cluster: Cluster, own_redis: Redis) -> None:
    east, rate = await cluster.node("east"), Rate(2, 60)
    own_redis.pause()
    assert [await east.meters.wait("tries", "ann", rate) for _ in range(2)] == [0, 0]
    assert await east.meters.wait("tries", "ann", rate) > 0
    await east.meters.give_back("tries", "ann", rate)
    assert await east.meters.wait("tries", "ann", rate) == 0
    own_redis.resume()


async def test_signals_come_again_and_say_so(cluster: Cluster, own_redis: Redis) -> None:
    east, west = await cluster.node("east"), await cluster.node("west")
    west.signals.listen("tea")
    await reach(east, west)
    backs = west.backs
    await asyncio.to_thread(own_redis.restart)
    await reach(east, west)
    assert west.backs > backs


async def test_a_dead_line_of_signals_is_noticed(cluster: Cluster, own_redis: Redis) -> None:
    async with network_to(own_redis) as network:
        east = await cluster.node("east")
        west = await cluster.node("west", own_redis.url_at(network.port))
        west.signals.listen("tea")
        await reach(east, west)
        backs = west.backs
        network.bury()
        await reach(east, west)
        assert west.backs > backs
        await cluster.close()
