"""What people do, when the others are on other nodes."""

import asyncio
from pathlib import Path

from cluster.many import Many
from cluster.proving import prove
from faults.histories import History
from faults.people import company, direct, group_of, talking


async def test_all_that_is_said_comes_everywhere_once_and_in_order(
    many: Many, history: History, tmp_path: Path
) -> None:
    names = ["ann", "ben", "cat", "dan", "eve", "fay"]
    async with company(many, names, history, tmp_path) as people:
        assert min(await asyncio.to_thread(many.sessions)) > 0
        chats = [await group_of(people), await group_of(people[:4], "some")]
        pairs = [await direct(people[n], people[n + 1]) for n in range(5)]
        talks = [
            (person, [*chats[: 1 + (n < 4)], pairs[min(n, 4)]]) for n, person in enumerate(people)
        ]
        async with talking(*talks):
            await history.accepts(1_000)
        await prove(many, people, 30)
