"""Nodes of an older version and of this one, together in one cluster while it is upgraded."""

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from cluster.many import Many
from cluster.proving import prove
from faults.histories import History
from faults.people import company, direct, group_of, talking

_ROOT = Path(__file__).parents[2]
_BEFORE = "68267c5"
"""The oldest version from which this one is reached without a stop."""
_SINCE = ("files_url",)
"""Settings of a cluster that it does not know."""


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
def old(many: Many, before: Path) -> Iterator[Many]:
    """The cluster with an empty database, and every node of the version before."""
    with many.afresh(before, _SINCE):
        yield many


async def test_a_cluster_is_upgraded_while_people_talk(old: Many, tmp_path: Path) -> None:
    history = History()
    async with company(old, ["ann", "ben", "cat", "dan"], history, tmp_path) as people:
        chats = [await group_of(people), await direct(people[0], people[3])]
        ann, ben, _, dan = people
        async with talking((ann, chats), (ben, chats[:1]), (dan, chats)):
            for node in old.nodes:
                await history.accepts(100)
                await asyncio.to_thread(node.stop)
                node.source, node.without = None, ()
                await asyncio.to_thread(node.start)
            await history.accepts(100)
        await prove(old, people)
