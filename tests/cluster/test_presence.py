"""Presence and typing over several nodes: as on one, and honest when nodes and Redis die."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chinwag.protocol import commands
from chinwag.protocol.pushes import Presence
from chinwag.server.clock import now_ms
from cluster.sides import LEASE, Screen, Sides, sides_on
from engines.redis import Redis
from house import until


@pytest.fixture
async def sides(own_redis: Redis, tmp_path: Path) -> AsyncIterator[Sides]:
    async with sides_on(tmp_path, own_redis.url) as sides:
        yield sides


class Pair:
    """Anna on the east, ben on the west; they have spoken, and ben looks at anna."""

    def __init__(self, sides: Sides) -> None:
        self.sides = sides

    async def open(self) -> "Pair":
        house = self.sides.house
        self.east, self.west = await self.sides.side("east"), await self.sides.side("west")
        self.she, self.he = await house.sign_up("anna"), await house.sign_up("ben")
        self.chat = await house.direct(self.she.user.id, self.he.user.id)
        self.anna, self.ben = await self.east.enter(self.she), await self.west.enter(self.he)
        await self.ben.watch(self.anna, chat=self.chat)
        return self

    def sees(self) -> Presence:
        """How ben sees anna."""
        return self.ben.shown(self.anna.user)[-1]

    async def online(self, *, online: bool = True) -> None:
        await until(lambda: self.sees().online is online)


@pytest.fixture
async def pair(sides: Sides) -> Pair:
    return await Pair(sides).open()


async def moved(other: Screen) -> None:
    """Whatever was under way has been told: somebody else's move, later, is."""
    before = len(other.line.sent)
    other.front()
    await until(lambda: len(other.line.sent) > before)


async def test_who_comes_to_the_front_is_online_on_other_nodes(pair: Pair) -> None:
    assert pair.sees() == Presence(pair.anna.user)
    pair.anna.front()
    await pair.online()
    pair.anna.back()
    await pair.online(online=False)
    stored = await last_seen(pair)
    seen = pair.sees().last_seen
    assert now_ms() - 5_000 < seen <= now_ms()
    await pair.east.presence.flush(everything=True)
    assert stored <= await last_seen(pair) == seen


async def last_seen(pair: Pair) -> int:
    rows = await pair.sides.house.store.read(
        lambda reader: reader.fetch("SELECT last_seen FROM accounts WHERE id = $1", pair.anna.user)
    )
    return int(rows[0][0])


async def test_who_begins_to_look_is_told_at_once(pair: Pair) -> None:
    pair.anna.front()
    await pair.online()
    other = await pair.west.enter(pair.he, "ben-laptop")
    await other.watch(pair.anna)
    assert other.shown(pair.anna.user) == [Presence(pair.anna.user, online=True)]


async def test_online_until_the_last_session_on_any_node_goes_back(pair: Pair) -> None:
    laptop = await pair.west.enter(pair.she, "anna-laptop")
    pair.anna.front()
    laptop.front()
    await pair.online()
    told = len(pair.ben.shown(pair.anna.user))
    pair.anna.back()
    other = await pair.east.enter(pair.she, "anna-tablet")
    await other.leave()
    await pair.anna.watch(pair.ben)
    await moved_pair(pair)
    assert pair.ben.shown(pair.anna.user)[told:] == []
    assert pair.sees().online
    await laptop.leave()
    await pair.online(online=False)


async def moved_pair(pair: Pair) -> None:
    """A change that came after has made its way from node to node."""
    before = len(pair.anna.shown(pair.ben.user))
    pair.ben.front()
    await until(lambda: len(pair.anna.shown(pair.ben.user)) > before)
    pair.ben.back()
    await until(lambda: not pair.anna.shown(pair.ben.user)[-1].online)


async def test_leaving_is_seen_on_other_nodes(pair: Pair) -> None:
    pair.anna.front()
    await pair.online()
    await pair.anna.leave()
    await pair.online(online=False)
    assert pair.sees().last_seen > 0


async def test_who_does_not_look_is_told_nothing(pair: Pair) -> None:
    await pair.ben.watch()
    told = len(pair.ben.line.sent)
    await pair.anna.watch(pair.ben)
    pair.anna.front()
    await moved_pair(pair)
    assert len(pair.ben.line.sent) == told


# --- privacy -------------------------------------------------------------------------------------


async def test_hidden_online_is_not_given_away_by_other_nodes(pair: Pair) -> None:
    pair.anna.front()
    await pair.online()
    pair.anna.back()
    await pair.online(online=False)
    before = pair.sees()
    assert before.last_seen
    await pair.sides.house.people.set_privacy(
        pair.anna.session, commands.SetPrivacy(online="nobody")
    )
    pair.anna.front()
    laptop = await pair.west.enter(pair.she, "anna-laptop")
    laptop.front()
    await pair.anna.watch(pair.ben)
    await moved_pair(pair)
    for side in (pair.east, pair.west):
        await side.presence.flush(everything=True)
        viewer = await side.enter(pair.he, f"ben-{side.name}")
        await viewer.watch(pair.anna)
        assert viewer.shown(pair.anna.user) == [before]
    laptop.back()
    await moved_pair(pair)
    assert all(shown == before for shown in pair.ben.shown(pair.anna.user)[-1:])


async def test_the_blocked_are_shown_nothing_on_other_nodes(pair: Pair) -> None:
    house = pair.sides.house
    await house.people.block(pair.anna.session, commands.Block(pair.ben.user))
    pair.anna.front()
    pair.west.presence.refresh([pair.anna.user, pair.ben.user])  # as the revision makes it do
    viewer = await pair.west.enter(pair.he, "ben-laptop")
    await viewer.watch(pair.anna)
    await pair.anna.type(pair.chat)
    await viewer.watch(pair.anna, chat=pair.chat)
    shown = viewer.shown(pair.anna.user)  # once a look, and when the refresh has been worked off
    assert len(shown) >= 2
    assert all(it == Presence(pair.anna.user) for it in shown)
    assert pair.ben.typing() == viewer.typing() == []


async def test_strangers_are_shown_nothing(pair: Pair) -> None:
    carol = await pair.west.enter(await pair.sides.house.sign_up("carol"))
    await carol.watch(pair.anna)
    pair.anna.front()
    await pair.online()
    assert all(shown == Presence(pair.anna.user) for shown in carol.shown(pair.anna.user))


# --- typing --------------------------------------------------------------------------------------


async def typed(pair: Pair) -> None:
    """Anna types, until ben sees it: a node may begin to listen a moment after he looks."""
    async with asyncio.timeout(10):
        while not pair.ben.typing():
            await pair.anna.type(pair.chat)
            await asyncio.sleep(0.02)


async def test_typing_shows_to_members_who_have_the_chat_open_there(pair: Pair) -> None:
    carol = await pair.west.enter(await pair.sides.house.sign_up("carol"))
    await carol.watch(chat=pair.chat)
    laptop = await pair.west.enter(pair.he, "ben-laptop")
    own = await pair.west.enter(pair.she, "anna-laptop")
    await own.watch(chat=pair.chat)
    await typed(pair)
    assert set(pair.ben.typing()) == {pair.anna.user}
    assert carol.typing() == laptop.typing() == own.typing() == []
    await pair.anna.type(pair.chat, "recording")
    await until(lambda: pair.ben.typing("recording") == [pair.anna.user])


async def test_typing_does_not_show_after_leaving_the_chat(pair: Pair) -> None:
    await typed(pair)
    await pair.ben.watch(pair.anna)
    shown = len(pair.ben.typing())
    await pair.anna.type(pair.chat)
    pair.anna.front()
    await pair.online()
    assert len(pair.ben.typing()) == shown


# --- death and return ----------------------------------------------------------------------------


async def test_who_was_on_a_dead_node_is_offline_within_the_lease(pair: Pair) -> None:
    pair.anna.front()
    await pair.online()
    began, died = time.monotonic(), now_ms()
    await pair.east.die()
    await pair.online(online=False)
    assert time.monotonic() - began < LEASE + 2
    assert died - LEASE * 1000 - 500 <= pair.sees().last_seen <= now_ms()
    await pair.west.presence.flush(everything=True)
    assert await last_seen(pair) == pair.sees().last_seen


async def test_all_is_known_again_when_redis_comes_back_empty(pair: Pair, own_redis: Redis) -> None:
    pair.anna.front()
    await pair.online()
    await asyncio.to_thread(own_redis.kill)
    laptop = await pair.east.enter(pair.she, "anna-laptop")
    laptop.front()
    await asyncio.to_thread(own_redis.start)
    await until(lambda: pair.east.lapses and pair.west.lapses)
    pair.anna.back()
    await laptop.leave()
    await pair.online(online=False)
    pair.anna.front()
    await pair.online()


async def test_who_goes_while_redis_is_away_is_offline_when_it_is_back(
    pair: Pair, own_redis: Redis
) -> None:
    pair.anna.front()
    await pair.online()
    own_redis.pause()
    await pair.anna.leave()
    own_redis.resume()
    await pair.online(online=False)


async def test_a_newer_session_elsewhere_closes_the_older_one(pair: Pair) -> None:
    newer = await pair.west.enter(pair.she)
    assert pair.anna.replaced
    assert not newer.replaced
    newer.front()
    await pair.online()
    await pair.anna.leave()
    older = await pair.east.enter(pair.he)
    assert pair.ben.replaced
    assert not older.replaced


async def test_sessions_that_moved_while_their_node_was_away_are_closed(
    pair: Pair, own_redis: Redis
) -> None:
    tablet = await pair.east.enter(pair.she, "anna-tablet")
    await asyncio.to_thread(own_redis.kill)
    await asyncio.to_thread(own_redis.start)
    newer = await pair.west.enter(pair.she)
    await until(lambda: pair.east.lapses and pair.west.lapses)
    await until(lambda: pair.anna.replaced)
    assert not tablet.replaced
    assert not newer.replaced
    assert await pair.west.registry.devices([pair.anna.user]) == {
        pair.she.device: "west",
        "anna-tablet": "east",
    }
