"""Nodes of an older version and of this one, together in one cluster while it is upgraded."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cluster.many import Many
from engines.node import Node
from engines.postgres import drop_database
from faults import checker
from faults.histories import History
from faults.people import agree, company, direct, group_of, settled

_ROOT = Path(__file__).parents[2]
_BEFORE = "68267c5"
"""The oldest version from which this one is reached without a stop."""


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """The packages of that version."""
    archive = subprocess.run(
        ["git", "archive", _BEFORE, "src"], cwd=_ROOT, capture_output=True, check=False
    )
    if archive.returncode:
        pytest.skip(f"this checkout has no history to take {_BEFORE} from")
    subprocess.run(["tar", "-x"], cwd=tmp_path, input=archive.stdout, check=True)
    return tmp_path / "src"


@pytest.fixture
async def old(many: Many, before: Path) -> AsyncIterator[Many]:
    """The cluster with an empty database, and every node of the version before."""
    database = many.postgres.database()
    await asyncio.to_thread(_again, many, database, before)
    many.database = database
    yield many
    many.database = many.postgres.url
    await asyncio.to_thread(_again, many, many.postgres.url, None)
    drop_database(database)


def _again(many: Many, database: str, source: Path | None) -> None:
    def again(node: Node) -> None:
        node.kill()
        node.tell(database_url=database)
        node.source = source
        node.start()

    with ThreadPoolExecutor(len(many.nodes)) as pool:
        list(pool.map(again, many.nodes))
    many.haproxy.await_all()


async def test_a_cluster_is_upgraded_while_people_talk(old: Many, tmp_path: Path) -> None:
    history = History()
    async with company(old, ["ann", "ben", "cat", "dan"], history, tmp_path) as people:
        chats = [await group_of(people), await direct(people[0], people[3])]
        stop = asyncio.Event()
        talks = [asyncio.create_task(person.talk(chats[:1], stop)) for person in people[1:]]
        talks.append(asyncio.create_task(people[0].talk(chats, stop)))
        for node in old.nodes:
            await history.accepts(100)
            await asyncio.to_thread(node.stop)
            node.source = None
            await asyncio.to_thread(node.start)
        await history.accepts(100)
        stop.set()
        await asyncio.gather(*talks)
        database = await settled(old, people, 60)
        checker.check(database, history)
        agree(database, people)
        assert all(send.accepted and not send.refused for send in history.sends.values())
