"""``kill -9`` of the server under load: nothing accepted is lost, nothing comes twice."""

import asyncio
import random
from pathlib import Path

from faults import checker
from faults.conftest import Serve
from faults.histories import History
from faults.people import agree, company, direct, group_of, hurry, settled

KILLS = 4


async def test_kills_under_load(serve: Serve, history: History, tmp_path: Path) -> None:
    server = await serve()
    names = ["ann", "ben", "cat", "dan"]
    async with company(server, names, history, tmp_path) as people:
        chats = [await group_of(people), await group_of(people[:3], "some")]
        pair = await direct(people[0], people[3])
        stop = asyncio.Event()
        talks = [
            asyncio.create_task(people[0].talk([*chats, pair], stop)),
            asyncio.create_task(people[1].talk(chats, stop)),
            asyncio.create_task(people[2].talk(chats, stop)),
            asyncio.create_task(people[3].talk([chats[0], pair], stop)),
        ]
        for _ in range(KILLS):
            await history.accepts(150 + random.randrange(100))
            for person in people[:2]:
                person.client.read(chats[0])
                person.client.flush_reads()
            await server.kill()
            wreck = checker.look_at_wreck(server.database)
            checker.check(wreck, history, healed=False)
            history.marks.append(wreck.marks())
            await server.start()
            hurry(people)
        await history.accepts(100)
        stop.set()
        await asyncio.gather(*talks)
        database = await settled(server, people)
        checker.check(database, history)
        agree(database, people)
        assert all(send.accepted for send in history.sends.values())
    assert await server.stop() == 0
    checker.check(checker.look(server.database), history)
    assert server.complaints() == []
