"""What no device fetches for too long, on the real store."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from chinwag.protocol import commands, pushes
from chinwag.server.delivery import expiry as module
from chinwag.server.delivery.expiry import Expiry
from chinwag.server.delivery.failures import Failures
from unit.server.services.world import Person, World

DAYS = 30.0
OLD = 31 * 86_400_000


class Scene:
    """A group of ada and bob, whose devices fetch nothing. Seq 1 says who made it."""

    def __init__(self, world: World, ada: Person, bob: Person, chat: str) -> None:
        self.world, self.ada, self.bob, self.chat = world, ada, bob, chat
        self.failures = Failures(world.store, world.delivery)
        self.expiry = Expiry(world.store, self.failures, DAYS)

    async def write(self, number: int, who: Person | None = None) -> None:
        for _ in range(number):
            await self.world.say(who or self.ada, self.chat)

    async def age(self, first: int, last: int) -> None:
        """Make these events old."""
        sql = "UPDATE events SET at = at - $1 WHERE seq >= $2 AND seq <= $3"
        await self.world.sql(sql, OLD, first, last)

    async def has(self, who: Person, seq: int) -> None:
        self.world.receipts.received(who, (commands.Mark(self.chat, seq),))
        await self.world.log.drain()

    def told(self) -> list[tuple[int, int, bool]]:
        """The failures that ada was told of."""
        failures = [push.failure for push in self.ada.screen.of(pushes.Failed)]
        assert {it.user for it in failures} <= {"bob"}
        return [(it.first, it.last, it.ended) for it in failures]

    async def kept(self) -> list[Any]:
        """The failures that stand in the store."""
        return await self.world.sql(
            "SELECT account, first, last, reason FROM failures ORDER BY account, first"
        )


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with World(tmp_path / "chinwag.db") as world:
        ada, bob = await world.people("ada bob")
        yield Scene(world, ada, bob, await world.group(ada, bob))


async def test_what_is_old_has_failed_and_what_is_not_has_not(scene: Scene) -> None:
    await scene.write(4)
    await scene.age(1, 3)
    for _ in range(2):
        await scene.expiry.expire()
    assert await scene.kept() == [("bob", 2, 3, "expired")]
    assert scene.told() == [(2, 3, False)]


async def test_one_failure_grows_and_ends(scene: Scene) -> None:
    await scene.write(4)
    for last in (3, 4, 5):
        await scene.age(last, last)
        await scene.expiry.expire()
    assert await scene.kept() == [("bob", 3, 5, "expired")]
    await scene.has(scene.bob, 5)
    assert scene.world.delivery.recovered == {(scene.chat, "bob")}
    await scene.failures.end(scene.chat, "bob")
    assert await scene.kept() == []
    assert scene.told() == [(3, 3, False), (3, 4, False), (3, 5, False), (3, 5, True)]


async def test_nothing_that_has_arrived_fails(scene: Scene) -> None:
    await scene.write(4)
    await scene.age(1, 5)
    await scene.has(scene.bob, 3)
    await scene.failures.fail(scene.chat, "bob", 2, 3, "unreachable", 5)  # decided before
    assert await scene.kept() == []
    await scene.expiry.expire()
    assert await scene.kept() == [("bob", 4, 5, "expired")]


async def test_own_words_and_service_lines_fail_for_nobody(scene: Scene) -> None:
    await scene.write(3)
    await scene.age(1, 4)
    await scene.has(scene.bob, 4)
    await scene.expiry.expire()
    assert await scene.kept() == []
    # They are passed over for good.
    marks = await scene.world.sql("SELECT expired FROM members WHERE account = 'ada'")
    assert marks == [(4,)]


async def test_who_is_gone_has_missed_nothing(scene: Scene) -> None:
    await scene.write(3)
    await scene.world.remove(scene.ada, scene.chat, scene.bob)
    await scene.age(1, 9)
    await scene.expiry.expire()
    assert await scene.kept() == []


async def test_many_in_small_steps(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MEMBERS_AT_ONCE", 2)
    monkeypatch.setattr(module, "_EVENTS_AT_ONCE", 3)
    others = await scene.world.people("cat dan eve")
    await scene.world.add(scene.ada, scene.chat, *others)
    await scene.write(5, scene.bob)  # longer than a step: nothing in it can fail for bob
    await scene.write(5)
    await scene.age(1, 11)
    await scene.expiry.expire()
    (added,) = await scene.world.sql("SELECT joined FROM members WHERE account = 'cat'")
    assert added == (2,)
    assert await scene.kept() == [
        ("ada", 3, 7, "expired"),
        ("bob", 8, 11, "expired"),
        ("cat", 3, 11, "expired"),
        ("dan", 3, 11, "expired"),
        ("eve", 3, 11, "expired"),
    ]
