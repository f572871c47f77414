"""Marks that are raised while nobody has the roster at hand are told all the same."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from chinwag.protocol import commands, pushes
from chinwag.server.ports.store import Batch, Store
from unit.server.services.world import World


async def test_a_receipt_behind_a_forgotten_roster_reaches_the_sender(world: World) -> None:
    ada, ben = await world.people("ada ben")
    chat = await world.chats.direct("ada", "ben")
    said = await world.say(ada, chat, "hi")
    world.receipts.read(ben, (commands.Mark(chat, said.seq),))
    world.chats.forget(["ada", "ben"])  # as a block and an unblock do, before the commit
    await world.log.drain()
    ticks = ada.screen.of(pushes.Ticks)[-1].ticks
    mine = ben.screen.of(pushes.Mine)[-1].mine
    assert (ticks.delivered, ticks.read, mine.read) == (said.seq, said.seq, said.seq)


async def test_a_repeated_receipt_that_takes_the_dot_away_is_told(world: World) -> None:
    ada, ben = await world.people("ada ben")
    chat = await world.chats.direct("ada", "ben")
    said = await world.say(ada, chat, "hi")
    world.receipts.read(ben, (commands.Mark(chat, said.seq),))
    await world.log.drain()
    dotted = await world.chats.arrange(ben, commands.Arrange(chat, unread=True))
    assert dotted.unread
    # Sent by another device before the first was committed.
    world.log.mark(await world.chats.roster(chat), "ben", read=said.seq)
    await world.log.drain()
    mine = ben.screen.of(pushes.Mine)[-1].mine
    assert not mine.unread
    assert mine.version > dotted.version
    assert await world.sql("SELECT unread FROM members WHERE account = 'ben'") == [(0,)]


async def test_arranging_holds_against_a_receipt_of_the_same_moment(world: World) -> None:
    ada, ben = await world.people("ada ben")
    chat = await world.chats.direct("ada", "ben")
    for number in range(20):
        said = await world.say(ada, chat, f"{number}")
        world.receipts.read(ben, (commands.Mark(chat, said.seq),))
        mine = await world.chats.arrange(ben, commands.Arrange(chat, unread=True, pinned=True))
        await world.log.drain()
        told = ben.screen.of(pushes.Mine)[-1].mine
        newest = max(mine, told, key=lambda it: it.version)
        (row,) = await world.sql(
            "SELECT unread, pinned_at, read, change FROM members WHERE account = 'ben'"
        )
        stored = (newest.unread, newest.pinned_at, newest.read, newest.version)
        assert stored == (bool(row[0]), *row[1:])


class SlowStore:
    """A store that takes its time over commits."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def append(self, batch: Batch) -> None:
        await asyncio.sleep(0.05)
        await self._store.append(batch)


@pytest.mark.parametrize("turns", [0, 20])
async def test_the_dot_stays_behind_what_was_read_before_it(tmp_path: Path, turns: int) -> None:
    async with World(tmp_path / "chinwag.db", wrap=SlowStore) as world:
        ada, ben = await world.people("ada ben")
        for chat in (await world.chats.direct("ada", "ben"), await world.group(ada, ben)):
            said = await world.say(ada, chat, "hi")
            world.receipts.read(ben, (commands.Mark(chat, said.seq),))
            for _ in range(turns):
                await asyncio.sleep(0)  # the commit is under way
            mine = await world.receipts.arrange(ben, commands.Arrange(chat, unread=True))
            await world.log.drain()
            (row,) = await world.sql(
                f"SELECT unread, read FROM members WHERE account = 'ben' AND chat = '{chat}'"
            )
            assert (mine.unread, mine.read) == row == (1, said.seq)
