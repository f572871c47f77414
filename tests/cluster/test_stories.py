"""What people do, when the others are on other nodes."""

import asyncio
from pathlib import Path

from cluster.many import Many
from faults import checker
from faults.histories import History
from faults.people import agree, company, direct, group_of, settled


async def test_all_that_is_said_comes_everywhere_once_and_in_order(
    many: Many, history: History, tmp_path: Path
) -> None:
    names = ["ann", "ben", "cat", "dan", "eve", "fay"]
    async with company(many, names, history, tmp_path) as people:
        assert min(await asyncio.to_thread(many.sessions)) > 0
        chats = [await group_of(people), await group_of(people[:4], "some")]
        pairs = [await direct(people[n], people[n + 1]) for n in range(5)]
        stop = asyncio.Event()
        talks = [
            asyncio.create_task(person.talk([*chats[: 1 + (n < 4)], pairs[min(n, 4)]], stop))
            for n, person in enumerate(people)
        ]
        await history.accepts(1_000)
        stop.set()
        await asyncio.gather(*talks)
        database = await settled(many, people)
        checker.check(database, history)
        agree(database, people)
        assert all(send.accepted for send in history.sends.values())
