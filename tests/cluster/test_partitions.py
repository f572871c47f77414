"""A database that `deploy/partition.sql` has spread over partitions by chat keeps every promise of
a store, and no query has to know.
"""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from chinwag.server.adapters.postgres.store import PostgresStore
from chinwag.server.adapters.schema import schema
from chinwag.server.ports.store import Outcome, Tx
from contracts import test_store_contract
from contracts.opened import Opened, message
from engines.postgres import drop_database, new_database
from engines.programs import program

_SCRIPT = Path(__file__).parents[2] / "deploy/partition.sql"
_PARTITIONED = ("alerts_due", "chats", "events", "failures", "members", "receipts")

for _name, _test in vars(test_store_contract).items():
    if _name.startswith("test_"):
        globals()[_name] = _test


def _partition(url: str) -> None:
    """As the script says it is done."""
    command = [program("psql"), url, "--no-psqlrc", "--quiet", "--single-transaction"]
    command += ["--set", "ON_ERROR_STOP=1", "--file", str(_SCRIPT)]
    done = subprocess.run(
        command,
        env={"PGOPTIONS": "-c chinwag.partitions=3"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


async def _open(url: str, *, exclusive: bool = True) -> Opened:
    opened = Opened(lambda: PostgresStore(url, exclusive=exclusive))
    await opened.open()
    return opened


async def _migrated(url: str) -> None:
    await (await _open(url)).store.close()


@pytest.fixture(scope="module")
def partitioned(shared_postgres: str) -> Iterator[str]:
    """A database for the contract."""
    url = new_database(shared_postgres)
    asyncio.run(_migrated(url))
    _partition(url)
    yield url
    drop_database(url)


@pytest.fixture
async def opened(partitioned: str) -> AsyncIterator[Opened]:
    """A fresh, open store, as the contract asks for."""
    opened = await _open(partitioned)

    async def empty(tx: Tx) -> None:
        for table in (*schema.tables, "client_ids", "pairs"):
            if table != "meta":
                await tx.execute(f"DELETE FROM {table}")

    await opened.store.transact(empty)
    yield opened
    await opened.store.close()


async def test_what_was_there_is_kept_and_spread(postgres: str) -> None:
    opened = await _open(postgres)
    chats = [f"chat-{n}" for n in range(12)]
    for chat in chats:
        await opened.chat(chat, "ann", "bob")
    await opened.append(*(message(chat, "ann", f"{chat} {n}") for chat in chats for n in range(5)))
    await opened.execute("UPDATE chats SET pair = 'ann:bob' WHERE id = 'chat-0'")
    before = [await opened.log(chat) for chat in chats]
    await opened.store.close()
    await asyncio.to_thread(_partition, postgres)
    opened = await _open(postgres)
    assert [await opened.log(chat) for chat in chats] == before
    for table in _PARTITIONED:
        parts = "SELECT count(*) FROM pg_inherits WHERE inhparent = $1::text::regclass"
        assert await opened.one(parts, table) == (3,)
    assert len(await opened.fetch("SELECT DISTINCT tableoid::text FROM events")) > 1
    entries = await opened.append(message("chat-1", "ann", "chat-1 3"))
    entries += await opened.append(message("chat-2", "ann", "chat-1 3"))
    assert [entry.outcome for entry in entries] == [Outcome.REPEAT, Outcome.REUSED]
    with pytest.raises(asyncpg.UniqueViolationError):
        await opened.execute("INSERT INTO chats (id, pair) VALUES ('other', 'ann:bob')")
    await opened.store.close()


async def test_of_two_nodes_that_write_one_client_id_one_is_refused(postgres: str) -> None:
    await _migrated(postgres)
    await asyncio.to_thread(_partition, postgres)
    nodes = [await _open(postgres, exclusive=False) for _ in range(2)]
    await nodes[0].chat("a", "ann")
    await nodes[0].chat("b", "ann")
    for n in range(20):
        both = [message(chat, "ann", f"id-{n}") for chat in "ab"]
        await asyncio.gather(*(node.append(it) for node, it in zip(nodes, both, strict=True)))
        assert {it.outcome for it in both} == {Outcome.APPENDED, Outcome.REUSED}
    for node in nodes:
        await node.store.close()
