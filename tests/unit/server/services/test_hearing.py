"""What is told of other nodes' commits."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from chinwag.sdk import Client
from chinwag.server.delivery import parcels
from chinwag.server.delivery.parcels import Parcel, Touched
from chinwag.server.ports.store import Entry, Outcome
from chinwag.server.services.hearing import Hearing
from flows.raw import Raw
from house import PASSWORD, served, until
from unit.server.services.world import World


async def test_a_notice_hands_out_what_it_tells_of_and_nothing_later(tmp_path: Path) -> None:
    async with served(tmp_path) as site:
        ann = await Client.sign_up(site.url, "ann", "Ann", PASSWORD)
        ben = await site.sign_up("ben")
        ann.start()
        chat = (await ann.open_direct(ben["user"]["id"])).chat
        seqs = [(await (await ann.send(chat, text)).accepted()).seq for text in "abcd"]
        hearing = asyncio.create_task(site.app.hearing.run())
        async with await Raw.open(site.url, ben["token"]) as raw:
            notice = Touched(chat, seqs[1], seqs[2])
            site.app.hearing.take(
                parcels.encode(Parcel(parcels.FORMAT, "another", touched=[notice]))
            )
            await until(lambda: len(raw.seqs(chat)) >= 2)
            await (await ann.send(chat, "e")).accepted()
            await until(lambda: len(raw.seqs(chat)) >= 3)
            told = raw.seqs(chat)
        hearing.cancel()
        await ann.close()
    assert told == [seqs[1], seqs[2], seqs[-1] + 1]


class Meanwhile:
    """A store; something happens while it is read for the first time."""

    def __init__(self, store: Any, happens: Callable[[], None]) -> None:
        self._store = store
        self._happens: Callable[[], None] | None = happens

    async def read(self, work: Any) -> Any:
        found = await self._store.read(work)
        happens, self._happens = self._happens, None
        if happens is not None:
            happens()
        return found


def said(chat: str, sender: str, seq: int) -> Entry:
    """A message that another node has committed."""
    entry = Entry(chat, sender, "message", b'{"kind":"message","text":"hello"}')
    entry.seq, entry.outcome = seq, Outcome.APPENDED
    return entry


async def test_what_is_told_arrives_though_its_chat_is_forgotten_meanwhile(world: World) -> None:
    """The roster of one chat is read; somebody of the other begins a session here."""
    ada, ben, cat = await world.people("ada ben cat")
    known, unknown = await world.group(ada, ben, cat), await world.group(ada, cat)
    await world.chats.roster(known)
    world.chats.rosters.drop(unknown)
    world.chats._store = Meanwhile(world.store, lambda: world.chats.arrived("ben"))
    hearing = Hearing(world.store, world.chats, world.delivery, world.log)
    told = [parcels.of_entry(said(chat, "ada", 9)) for chat in (known, unknown)]
    hearing.take(parcels.encode(Parcel(parcels.FORMAT, "another", entries=told)))
    running = asyncio.create_task(hearing.run())
    await until(lambda: 9 in cat.screen.seqs(unknown))
    assert 9 in cat.screen.seqs(known)
    running.cancel()
