"""What a registry promises where there are several nodes."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from chinwag.server.clock import now_ms
from chinwag.server.ports.registry import Entered, Held, Standing
from contracts.redis_nodes import LEASE, Cluster, Node, cluster_on
from contracts.waiting import eventually, eventually_async


@pytest.fixture
async def cluster(redis: str) -> AsyncIterator[Cluster]:
    async with cluster_on(redis) as cluster:
        yield cluster


@pytest.fixture
async def east(cluster: Cluster) -> Node:
    return await cluster.node("east")


@pytest.fixture
async def west(cluster: Cluster) -> Node:
    return await cluster.node("west")


async def test_each_node_finds_the_sessions_of_the_others(east: Node, west: Node) -> None:
    await east.enter("ann", "phone")
    await west.enter("ann", "laptop")
    await west.enter("bob", "tablet")
    users = ["ann", "bob", "eve"]
    everywhere = {"east": {"ann"}, "west": {"ann", "bob"}}
    assert await east.registry.where(users) == await west.registry.where(users) == everywhere
    devices = {"phone": "east", "laptop": "west", "tablet": "west"}
    assert await east.registry.devices(users) == devices


# How old may be what is known of the nodes.
FRESH = 0.01


async def test_who_comes_and_goes_is_known_at_once(cluster: Cluster, east: Node) -> None:
    assert await east.registry.nodes() == {"east"}
    west = await cluster.node("west")
    await asyncio.sleep(FRESH)
    assert await east.registry.nodes() == {"east", "west"}
    await west.close()
    await asyncio.sleep(FRESH)
    assert await east.registry.nodes() == {"east"}
    assert east.gone == ["west"]


async def test_very_many_are_found(east: Node, west: Node) -> None:
    people = [f"user-{n}" for n in range(2_500)]
    sessions = [Held(f"of-{user}", user, 7) for user in people]
    assert len(await west.registry.enter_again(sessions)) == len(people)
    assert await east.registry.where(people) == {"west": set(people)}


async def test_a_session_replaces_the_one_on_another_node(east: Node, west: Node) -> None:
    older = await east.enter("ann", "phone")
    newer = await west.registry.enter("ann", "phone")
    assert newer.replaced == "east"
    assert newer.epoch > older
    assert await east.registry.where(["ann"]) == {"west": {"ann"}}
    assert (await west.registry.enter("ann", "phone")).replaced == ""


async def test_a_stale_leave_leaves_the_newer_session(east: Node, west: Node) -> None:
    older = await east.enter("ann", "phone")
    newer = await west.enter("ann", "phone")
    await east.registry.leave("ann", "phone", older)
    assert await east.registry.where(["ann"]) == {"west": {"ann"}}
    await west.registry.leave("ann", "phone", newer)
    assert await east.registry.where(["ann"]) == {}


async def test_epochs_grow_across_nodes_and_restarts(cluster: Cluster, east: Node) -> None:
    epochs = [await east.enter("ann", "phone")]
    west = await cluster.node("west")
    epochs += [await west.enter("ann", "phone"), await east.enter("ann", "phone")]
    await east.die()
    again = await cluster.node("east")
    epochs.append(await again.enter("ann", "phone"))
    assert epochs == sorted(set(epochs))


async def test_to_enter_again_keeps_the_epoch_and_yields_to_newer_ones(
    east: Node, west: Node
) -> None:
    phone, laptop = await east.enter("ann", "phone"), await east.enter("bob", "laptop")
    await west.enter("ann", "phone")
    held = [Held("phone", "ann", phone), Held("laptop", "bob", laptop, foreground=True)]
    assert await east.registry.enter_again(held) == {"laptop": Entered(laptop)}
    assert await east.registry.where(["ann", "bob"]) == {"west": {"ann"}, "east": {"bob"}}
    assert (await west.registry.standing(["bob"]))["bob"].online


# --- how people stand ----------------------------------------------------------------------------


async def test_online_while_a_session_is_in_front_anywhere(east: Node, west: Node) -> None:
    phone = await east.enter("ann", "phone")
    laptop = await west.enter("ann", "laptop", foreground=True)
    assert await east.registry.standing(["ann", "eve"]) == {"ann": Standing(online=True)}
    await east.registry.look("ann", "phone", phone, foreground=True)
    await west.registry.look("ann", "laptop", laptop, foreground=False, last_seen=1_000)
    assert (await west.registry.standing(["ann"]))["ann"].online
    await east.registry.look("ann", "phone", phone, foreground=False, last_seen=3_000)
    assert await west.registry.standing(["ann"]) == {"ann": Standing(last_seen=3_000)}


async def test_last_seen_only_grows(east: Node, west: Node) -> None:
    for last_seen in (9_000, 5_000):
        phone = await east.enter("ann", "phone", foreground=True)
        await east.registry.leave("ann", "phone", phone, last_seen=last_seen)
        assert await west.registry.standing(["ann"]) == {"ann": Standing(last_seen=9_000)}


async def test_last_seen_stands_still_while_a_session_is_in_front(east: Node, west: Node) -> None:
    phone = await east.enter("ann", "phone")
    await east.registry.look("ann", "phone", phone, foreground=True, last_seen=1_000)
    laptop = await west.enter("ann", "laptop", foreground=True)
    await west.registry.look("ann", "laptop", laptop, foreground=True, last_seen=2_000)
    await east.registry.look("ann", "phone", phone, foreground=False)
    online = Standing(online=True, last_seen=1_000)
    assert await east.registry.standing(["ann"]) == {"ann": online}
    await west.registry.leave("ann", "laptop", laptop, last_seen=3_000)
    assert await east.registry.standing(["ann"]) == {"ann": Standing(last_seen=3_000)}


async def test_who_is_cancelled_while_entering_is_not_in(east: Node) -> None:
    entering = asyncio.create_task(east.registry.enter("ann", "phone"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    entering.cancel()

    async def nowhere() -> bool:
        return await east.registry.where(["ann"]) == {}

    await asyncio.gather(entering, return_exceptions=True)
    await eventually_async(nowhere)


async def test_last_seen_is_now_when_nobody_says(east: Node) -> None:
    before = now_ms()
    phone = await east.enter("ann", "phone", foreground=True)
    await east.registry.look("ann", "phone", phone, foreground=False)
    seen = (await east.registry.standing(["ann"]))["ann"].last_seen
    assert before <= seen <= now_ms()


async def test_a_look_of_an_older_session_does_not_count(east: Node, west: Node) -> None:
    older = await east.enter("ann", "phone")
    await west.enter("ann", "phone")
    await east.registry.look("ann", "phone", older, foreground=True)
    assert not (await west.registry.standing(["ann"])).get("ann", Standing()).online


# --- leases --------------------------------------------------------------------------------------


async def test_sessions_of_a_dead_node_are_void(east: Node, west: Node) -> None:
    await west.enter("ann", "phone", foreground=True)
    await east.enter("bob", "tablet")
    assert (await east.registry.standing(["ann"]))["ann"].online
    died_at, died = time.monotonic(), now_ms()
    await west.die()
    await eventually(lambda: east.gone == ["west"])
    assert time.monotonic() - died_at < LEASE + 2
    assert await east.registry.where(["ann", "bob"]) == {"east": {"bob"}}
    assert await east.registry.devices(["ann"]) == {}
    assert await east.registry.nodes() == {"east"}
    stands = (await east.registry.standing(["ann"]))["ann"]
    assert not stands.online
    assert died - LEASE * 1000 <= stands.last_seen <= died
    # To come back somewhere else drops what the dead node left, but for when it saw the user.
    epoch = await east.enter("ann", "laptop")
    assert (await east.registry.standing(["ann"]))["ann"].last_seen == stands.last_seen
    await east.registry.leave("ann", "laptop", epoch)
    assert await east.registry.standing(["ann"]) == {"ann": stands}


async def test_a_session_of_a_dead_node_is_not_replaced(east: Node, west: Node) -> None:
    await west.enter("ann", "phone")
    await west.die()
    await eventually(lambda: east.gone == ["west"])
    assert (await east.registry.enter("ann", "phone")).replaced == ""


async def test_who_goes_orderly_is_gone_at_once(east: Node, west: Node) -> None:
    await west.enter("ann", "phone", foreground=True)
    assert await east.registry.where(["ann"]) == {"west": {"ann"}}
    await west.close()
    assert await east.registry.where(["eve"]) == {}
    assert east.gone == ["west"]
    assert await east.registry.where(["ann"]) == {}
    assert not (await east.registry.standing(["ann"]))["ann"].online


async def test_a_node_that_starts_anew_ends_its_earlier_life(cluster: Cluster, east: Node) -> None:
    west = await cluster.node("west")
    await west.enter("ann", "phone")
    await west.die()
    again = await cluster.node("west")
    assert await east.registry.where(["ann"]) == {}
    assert again.lapses == 0


async def test_a_lapsed_lease_is_taken_anew_and_sessions_entered_again(
    east: Node, west: Node
) -> None:
    """As after a long stop of the whole process: somebody else has seen the lease run out."""
    epochs = {device: await west.enter("ann", device) for device in ("phone", "laptop")}
    keeping = west.registry._lease._keep
    stopped = west.registry._lease._keeping
    assert stopped is not None
    stopped.cancel()
    await eventually(lambda: east.gone == ["west"])
    await east.enter("ann", "phone")
    assert not west.registry.certain
    west.registry._lease._keeping = asyncio.create_task(keeping())
    await eventually(lambda: west.fenced == {"phone"})
    assert west.lapses == 1
    assert west.registry.certain

    async def found() -> bool:
        return await east.registry.devices(["ann"]) == {"phone": "east", "laptop": "west"}

    await eventually_async(found)
    again = Held("laptop", "ann", epochs["laptop"] - 1)
    assert await east.registry.enter_again([again]) == {}
