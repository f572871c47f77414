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
