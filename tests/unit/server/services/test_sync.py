"""What a sync hands over has to be acknowledged, too: the retry ladder watches for it."""

import pytest

from chinwag.protocol import commands, pushes
from chinwag.server.services.sync import Sync
from unit.server.services.world import Person, World


@pytest.fixture
async def sync(world: World) -> Sync:
    sync = Sync(world.store, world.profiles)
    await sync.open()
    return sync


async def back(world: World, person: Person) -> Person:
    """A new session of somebody."""
    again = Person(person.user)
    await world.sessions.enter(again)
    return again


async def test_what_nobody_acknowledged_is_handed_over(world: World, sync: Sync) -> None:
    ada, bob = await world.people("ada bob")
    chat = await world.group(ada, bob)
    said = await world.say(ada, chat)
    again = await back(world, bob)
    await sync.sync(again, commands.Sync())
    assert list(again.unacknowledged) == [chat]
    world.receipts.received(again, (commands.Mark(chat, said.seq),))
    assert again.unacknowledged == {}


async def test_who_has_it_or_wrote_it_owes_nothing(world: World, sync: Sync) -> None:
    ada, bob = await world.people("ada bob")
    chat = await world.group(ada, bob)
    said = await world.say(ada, chat)
    world.receipts.received(bob, (commands.Mark(chat, said.seq),))
    await world.log.drain()
    for person in (ada, bob):
        again = await back(world, person)
        await sync.sync(again, commands.Sync())
        assert [it.chat for it in again.screen.of(pushes.Heads)[0].heads] == [chat]
        assert again.unacknowledged == {}


async def test_a_hole_is_fetched_when_somebody_looks(world: World, sync: Sync) -> None:
    ada, bob = await world.people("ada bob")
    chat = await world.group(ada, bob)
    for _ in range(30):
        await world.say(ada, chat)
    again = await back(world, bob)
    await sync.sync(again, commands.Sync())
    assert again.unacknowledged == {}


async def test_who_came_later_owes_what_came_after(world: World, sync: Sync) -> None:
    ada, bob = await world.people("ada bob")
    chat = await world.group(ada)
    for _ in range(30):
        await world.say(ada, chat)
    await world.add(ada, chat, bob)
    await world.say(ada, chat)
    again = await back(world, bob)
    await sync.sync(again, commands.Sync())
    assert list(again.unacknowledged) == [chat]


async def test_who_is_gone_owes_nothing(world: World, sync: Sync) -> None:
    ada, bob = await world.people("ada bob")
    chat = await world.group(ada, bob)
    await world.remove(ada, chat, bob)
    again = await back(world, bob)
    await sync.sync(again, commands.Sync())
    assert again.unacknowledged == {}
