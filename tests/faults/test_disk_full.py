"""The disk is full: sends are refused as something passing, reads go on, nothing accepted is lost,
and all goes on by itself when there is space (S24).
"""

import asyncio
from pathlib import Path

import pytest

from chinwag.protocol.commands import Send
from chinwag.protocol.events import Message
from chinwag.sdk import ChinwagError, Client, Connection
from faults import checker
from faults.conftest import Serve
from faults.disks import DISKS, Disks
from faults.histories import History, Invoked, now
from faults.people import PASSWORD, Person, agree, company, group_of, hurry, settled

FULL = ("store.full", "log.commit_failed", "ladder.sweep_failed", "presence.failed")


async def _refusal(connection: Connection, writer: Person, chat: str) -> ChinwagError:
    """How a send is refused, seen without an outbox: in the end, for a commit may still fit."""
    number = 0
    while True:
        number += 1
        client_id, text = f"{writer.name}-{number:04}", "no room"
        writer.history.take(Invoked(writer.device, writer.user, chat, client_id, text, now()))
        try:
            await connection.request(Send(chat=chat, client_id=client_id, body=Message(text)))
        except ChinwagError as error:
            return error


@pytest.mark.parametrize("disk", DISKS)
async def test_the_disk_fills_up(
    serve: Serve, history: History, tmp_path: Path, disk: Disks
) -> None:
    with disk(tmp_path) as place:
        server = await serve(place.data)
        async with company(server, ["ann", "ben", "cat"], history) as people:
            chat = await group_of(people)
            cat = people[2]
            tablet = await Client.sign_in(server.url, cat.name, PASSWORD)
            bare = await Connection.open(server.url, tablet.token, lambda push: None)
            stop = asyncio.Event()
            talks = [asyncio.create_task(person.talk([chat], stop)) for person in people[:2]]
            await history.accepts(100)

            place.fill(server)
            refusal = await _refusal(bare, cat, chat)
            assert (refusal.kind.code, refusal.kind.retry) == ("storage_full", True)
            assert refusal.retry_after > 0
            stop.set()
            last = await cat.send(chat, "into the full disk")

            # Reads go on, for those who are here and for those who come.
            page = await cat.client.history(chat, before=50)
            assert page.events[-1].seq == 49
            await bare.close()
            async with tablet:
                await tablet.wait_online()
                assert tablet.state.chats[chat].last >= 100
                assert (await tablet.refresh(chat)).last == tablet.state.chats[chat].last
            assert not last.done()

            place.free(server)
            await asyncio.gather(*talks, last)
            database = await settled(server, people, within=60)
            checker.check(database, history)
            agree(database, people)
        assert await server.stop() == 0
        assert server.complaints(*FULL) == []


@pytest.mark.parametrize("disk", DISKS)
async def test_killed_while_full(
    serve: Serve, history: History, tmp_path: Path, disk: Disks
) -> None:
    """What is read while nothing can be stored is told again to the server that comes after."""
    with disk(tmp_path) as place:
        server = await serve(place.data)
        async with company(server, ["ann", "ben"], history) as people:
            chat = await group_of(people)
            stop = asyncio.Event()
            talk = asyncio.create_task(people[0].talk([chat], stop))
            await history.accepts(100)
            place.fill(server)
            await history.until(lambda: bool(people[0].client.outbox))
            stop.set()
            ben = people[1].client
            ben.read(chat)
            ben.flush_reads()
            await ben.refresh(chat)  # frames keep their order: the mark is with the server
            await server.kill()
            checker.check(checker.look_at_wreck(server.database), history, healed=False)
            place.free(server)
            await server.start()
            hurry(people)
            await talk
            database = await settled(server, people)
            checker.check(database, history)
            agree(database, people)
        assert await server.stop() == 0
        assert server.complaints(*FULL) == []
