"""PostgreSQL is brought back from a dump or to a moment, or a standby takes over. Devices that know
of more than there is now heal by themselves.
"""

import asyncio
import subprocess
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from chinwag.sdk import Client
from cluster.proving import prove
from engines.engine import Engine
from engines.node import Node
from engines.postgres import Postgres, new_database
from engines.programs import program
from faults import checker
from faults.brought_back import same, sound
from faults.histories import History
from faults.people import PASSWORD, Person, company, direct, group_of, hurry, talking
from faults.servers import WIDE
from flows.cast import eventually

Save = Callable[[], Awaitable[None]]
BringBack = Callable[[], Awaitable[str]]


@pytest.fixture
def history() -> History:
    """What was done and seen on this test's server."""
    return History()


@contextmanager
def _ending(*engines: Engine) -> Iterator[None]:
    with ExitStack() as stack:
        for engine in engines:
            stack.callback(engine.kill)
        yield


async def _some(chat: str, *people: Person) -> set[str]:
    """Messages, accepted; their client ids."""
    history = people[0].history
    before = set(history.sends)
    for person in people:
        for _ in range(5):
            await (await person.send(chat))
    return history.sends.keys() - before


async def _brought_back(
    url: str, save: Save, bring_back: BringBack, history: History, folder: Path
) -> None:
    """A day on which the database is set back."""
    node = Node("node", {**WIDE, "database_url": url})
    with _ending(node):
        await asyncio.to_thread(node.start)
        async with company(node, ["ann", "ben"], history, folder) as people:
            ann, ben = people
            chat = await group_of(people)
            tablet = await Client.sign_in(node.url, ben.name, PASSWORD, store=folder / "tablet.db")
            tablet.start()
            kept = await _some(chat, ann, ben)
            await save()
            lost = await _some(chat, ann, ben)
            await eventually(lambda: len(tablet.state.chats[chat].log) > len(kept | lost))
            await tablet.close()
            await asyncio.to_thread(node.kill)
            waiting = await ann.send(chat, "written while nobody was there")
            database = await bring_back()
            node.tell(database_url=database)
            await asyncio.to_thread(node.start)
            hurry(people)
            await waiting
            new = await _some(chat, ben, ann)
            client = Client(node.url, token=tablet.token, store=folder / "tablet.db")
            again = Person("tablet", client, history)
            client.start()
            for person in (*people, again):
                await eventually(lambda it=person: same(checker.look(database), it), 20)
            await client.close()
            found = checker.look(database)
            sound(found, history)
            assert kept | new <= found.by_client_id.keys()
            assert not lost & found.by_client_id.keys()


async def test_a_dump_is_restored(own_postgres: Postgres, history: History, tmp_path: Path) -> None:
    url, dump = own_postgres.database(), str(tmp_path / "chinwag.dump")

    async def save() -> None:
        await _run("pg_dump", "--format=custom", "--file", dump, url)

    async def bring_back() -> str:
        restored = new_database(own_postgres.url)
        await _run("pg_restore", "--dbname", restored, dump)
        return restored

    await _brought_back(url, save, bring_back, history, tmp_path)


async def test_a_moment_is_brought_back(history: History, tmp_path: Path) -> None:
    first, second = Postgres(), Postgres()
    archive = first.archive()
    with _ending(first, second):
        await asyncio.to_thread(first.start)
        await asyncio.to_thread(second.copy_of, first)

        async def save() -> None:
            await asyncio.to_thread(first.ask, "SELECT pg_create_restore_point('before')")

        async def bring_back() -> str:
            await asyncio.to_thread(first.ask, "SELECT pg_switch_wal()")
            await asyncio.to_thread(first.stop)  # archives the rest
            second.tell(
                restore_command=f"cp {archive}/%f %p",
                recovery_target_name="before",
                recovery_target_action="promote",
            )
            await asyncio.to_thread(second.start)
            await _is_primary(second)
            return second.url

        await _brought_back(first.url, save, bring_back, history, tmp_path)


async def test_a_standby_takes_over(history: History, tmp_path: Path) -> None:
    first, second = Postgres(synchronous_standby_names="*"), Postgres()
    url = first.url.replace(f":{first.port}/", f":{first.port},127.0.0.1:{second.port}/")
    node = Node("node", {**WIDE, "database_url": f"{url}?target_session_attrs=primary"})
    with _ending(node, first, second):
        await asyncio.to_thread(first.start)
        await asyncio.to_thread(second.copy_of, first, standby=True)
        await asyncio.to_thread(second.start)
        await asyncio.to_thread(node.start)
        async with company(node, ["ann", "ben", "cat"], history, tmp_path) as people:
            chats = [await group_of(people), await direct(people[0], people[1])]
            ann, ben, cat = people
            async with talking((ann, chats), (ben, chats), (cat, chats[:1])):
                await history.accepts(100)
                await asyncio.to_thread(first.kill)
                await asyncio.to_thread(second.promote)
                await history.accepts(100)
            await prove(_At(second.url), people)


class _At:
    def __init__(self, database: str) -> None:
        self.database = database


async def _is_primary(server: Postgres) -> None:
    async def over() -> bool:
        return await asyncio.to_thread(server.ask, "SELECT pg_is_in_recovery()") == "f\n"

    await eventually(over)


async def _run(name: str, *words: str) -> None:
    command = [program(name), *words]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
