"""Each part dies, freezes or starves while people talk: nothing accepted is lost, nothing is shown
twice or out of order, nobody sees what is not theirs, and everything heals by itself.
"""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cluster.many import Many
from faults import checker
from faults.histories import History
from faults.people import agree, company, direct, group_of, hurry, settled

Hurt = Callable[[Many], None]


def _killed(name: str) -> Hurt:
    def hurt(many: Many) -> None:
        many.part(name).kill()
        many.part(name).start()

    return hurt


def _frozen(name: str, seconds: float) -> Hurt:
    def hurt(many: Many) -> None:
        many.part(name).pause()
        time.sleep(seconds)
        many.part(name).resume()

    return hurt


def _away(name: str, seconds: float) -> Hurt:
    def hurt(many: Many) -> None:
        many.part(name).kill()
        time.sleep(seconds)
        many.part(name).start()

    return hurt


def _full_disk(many: Many) -> None:
    many.rabbitmq.fill_disk()
    time.sleep(3)
    many.rabbitmq.clear_disk()


FAULTS = {
    "a node is killed": _killed("node1"),
    # Longer than its lease, and than HAProxy waits for it.
    "a node freezes": _frozen("node2", 6),
    "RabbitMQ is killed": _killed("rabbitmq"),
    "RabbitMQ freezes": _frozen("rabbitmq", 6),
    "RabbitMQ's disk is full": _full_disk,
    "Redis is killed": _away("redis", 2),
    "Redis freezes": _frozen("redis", 6),
    "PostgreSQL is killed": _killed("postgres"),
    "PostgreSQL freezes": _frozen("postgres", 6),
    "HAProxy is killed": _killed("haproxy"),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_people_talk_while(fault: Hurt, many: Many, history: History, tmp_path: Path) -> None:
    async with company(many, ["ann", "ben", "cat", "dan"], history, tmp_path) as people:
        chats = [await group_of(people), await group_of(people[:3], "some")]
        pair = await direct(people[0], people[3])
        stop = asyncio.Event()
        talks = [
            asyncio.create_task(people[0].talk([*chats, pair], stop)),
            asyncio.create_task(people[1].talk(chats, stop)),
            asyncio.create_task(people[3].talk([chats[0], pair], stop)),
        ]
        await history.accepts(100)
        await asyncio.to_thread(fault, many)
        healed = time.monotonic()
        hurry(people)
        await history.accepts(100)
        print(f"accepted again after {time.monotonic() - healed:.1f} s")
        stop.set()
        await asyncio.gather(*talks)
        database = await settled(many, people, 60)
        print(f"settled after {time.monotonic() - healed:.1f} s")
        checker.check(database, history)
        agree(database, people)
        assert all(send.accepted for send in history.sends.values())


async def test_nodes_restart_one_after_the_other_and_no_send_fails(
    many: Many, history: History, tmp_path: Path
) -> None:
    async with company(many, ["ann", "ben", "cat", "dan"], history, tmp_path) as people:
        chat = await group_of(people)
        stop = asyncio.Event()
        talks = [asyncio.create_task(person.talk([chat], stop)) for person in people]
        for node in many.nodes:
            await history.accepts(100)
            await asyncio.to_thread(node.restart)
        await history.accepts(100)
        stop.set()
        await asyncio.gather(*talks)
        database = await settled(many, people, 60)
        checker.check(database, history)
        assert all(send.accepted and not send.refused for send in history.sends.values())
