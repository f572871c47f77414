"""Marks that are raised while nobody has the roster at hand are told all the same."""

from chinwag.protocol import commands, pushes
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
