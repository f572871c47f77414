"""The disk is full: sends are refused as something passing, reads go on, nothing accepted is lost,
and all goes on by itself when there is space (S24).
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from chinwag.protocol.commands import Send
from chinwag.protocol.events import Message
from chinwag.sdk import ChinwagError, Client, Connection
from faults import checker
from faults.conftest import Serve
from faults.disks import DISKS, Disk
from faults.histories import History
from faults.people import Person, company, group_of, settled

FULL = ("store.full", "log.commit_failed", "ladder.sweep_failed", "presence.failed")


async def _refusal(person: Person, token: str, chat: str) -> ChinwagError:
    """How a send is refused: seen on a connection without an outbox."""
    connection = await Connection.open(person.client.url, token, lambda push: None)
    number = 0
    try:
        while True:  # a commit or two may still find room
            number += 1
            send = Send(chat=chat, client_id=f"{person.user}-{number}", body=Message("no room"))
            await connection.request(send)
    except ChinwagError as error:
        return error
    finally:
        connection.abort()


@pytest.mark.parametrize("disk", DISKS)
async def test_the_disk_fills_up(
    serve: Serve,
    history: History,
    tmp_path: Path,
    disk: Callable[[Path], AbstractContextManager[Disk]],
) -> None:
    with disk(tmp_path) as place:
        server = await serve(place.data)
        async with company(server, ["ann", "ben", "cat"], history) as people:
            chat = await group_of(people)
            reader = await Client.sign_in(server.url, people[0].name, "correct horse battery")
            stop = asyncio.Event()
            talks = [asyncio.create_task(person.talk([chat], stop)) for person in people[:2]]
            await history.accepts(100)

            place.fill(server)
            await history.until(lambda: all(len(it.client.outbox) for it in people[:2]))
            stop.set()
            waiting = [it for it in history.sends.values() if not it.accepted]
            await people[2].send(chat, "into the full disk")

            # Reads go on, for those who are here and for those who come.
            page = await people[2].client.history(chat, before=50)
            assert page.events[-1].seq == 49
            async with reader:
                await reader.wait_online()
                assert reader.state.chats[chat].last >= 100
            assert waiting

            place.free(server)
            await asyncio.gather(*talks)
            database = await settled(server, people, within=60)
            checker.check(database, history)
            assert all(send.accepted for send in history.sends.values())
        assert await server.stop() == 0
        assert server.complaints(*FULL) == []


assert Send, Message
