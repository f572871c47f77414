"""``kill -9`` of a client with a durable store: what it had taken goes out once, and everything is
shown once.
"""

import asyncio
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from chinwag.sdk import Client
from faults import checker, child
from faults.conftest import Serve
from faults.histories import Accepted, History, decode
from faults.people import Person, agree, company, settled
from faults.servers import Server, environment

KILLS = 4


class Child:
    """A client in a process of its own, for one device, from one life to the next."""

    def __init__(self, server: Server, person: Person, store: Path, chats: list[str]) -> None:
        self._person = person
        self._arguments = [server.url, person.client.token, str(store)]
        self._arguments += [person.user, person.device, *chats]
        self._accepted = 0

    async def live(self, messages: int) -> None:
        """Start it, and kill it once so many more messages of it are accepted."""
        history = self._person.history
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            child.__file__,
            *self._arguments,
            stdout=asyncio.subprocess.PIPE,
            env=environment(),
        )
        reading = asyncio.create_task(self._read(process.stdout, history))
        goal = self._accepted + messages
        try:
            await history.until(lambda: self._accepted >= goal)
        finally:
            process.kill()
            await reading  # to the end: what it wrote before it was killed counts
            await process.wait()
        history.kills[self._person.device] += 1

    async def _read(self, stream: asyncio.StreamReader, history: History) -> None:
        while (line := await stream.readline()).endswith(b"\n"):
            record = decode(line)
            self._accepted += isinstance(record, Accepted)
            history.take(record)


async def test_kills_of_a_client(serve: Serve, history: History, tmp_path: Path) -> None:
    server = await serve()
    store = tmp_path / "carl.db"
    async with company(server, ["ann", "ben"], history) as people:
        carl = await Person.sign_up(server.url, "carl", history, store)
        token = carl.client.token
        chats = []
        for title in ("one", "two"):
            placed = await people[0].client.groups.create(title, [people[1].user, carl.user])
            chats.append(placed.chat)
        await carl.close()
        stop = asyncio.Event()
        talks = [asyncio.create_task(it.talk(chats, stop, window=2)) for it in people]
        killed = Child(server, carl, store, chats)
        for life in range(KILLS):
            await killed.live(40)
            if life == KILLS // 2:
                await server.kill()
                await server.start()
        # While the device is away there is more for it; what it had queued is still its own.
        await history.accepts(50)
        carl.client = Client(server.url, token=token, store=store)
        carl.start()
        stop.set()
        await asyncio.gather(*talks)
        database = await settled(server, [*people, carl])
        await carl.close()
        with closing(sqlite3.connect(store)) as held:
            history.held[carl.device] = set(held.execute("SELECT chat, seq FROM events"))
        checker.check(database, history)
        agree(database, [*people, carl])
    assert await server.stop() == 0
    assert server.complaints() == []
