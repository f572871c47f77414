"""Each part dies, freezes or starves while people talk: nothing accepted is lost, nothing is shown
twice or out of order, nobody sees what is not theirs, and everything heals by itself.
"""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cluster.many import Many
from cluster.proving import prove
from faults.histories import History
from faults.people import company, direct, group_of, hurry, talking

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
        ann, ben, _, dan = people
        async with talking((ann, [*chats, pair]), (ben, chats), (dan, [chats[0], pair])):
            await history.accepts(100)
            await asyncio.to_thread(fault, many)
            healed = time.monotonic()
            hurry(people)
            await history.accepts(100)
            print(f"accepted again after {time.monotonic() - healed:.1f} s")
        await prove(many, people)
        print(f"proven after {time.monotonic() - healed:.1f} s")


async def test_nodes_restart_one_after_the_other_and_no_send_fails(
    many: Many, history: History, tmp_path: Path
) -> None:
    async with company(many, ["ann", "ben", "cat", "dan"], history, tmp_path) as people:
        chat = await group_of(people)
        async with talking(*((person, [chat]) for person in people)):
            for node in many.nodes:
                await history.accepts(100)
                await asyncio.to_thread(node.restart)
            await history.accepts(100)
        await prove(many, people)
