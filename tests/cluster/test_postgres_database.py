"""What only PostgreSQL has: its tables and plans, who may use the database, the lives it lives, the
outbox, and who leads.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import asyncpg
import pytest

from chinwag.protocol.errors import ChinwagError
from chinwag.server.adapters.migrations import HEAD, REVISIONS
from chinwag.server.adapters.postgres import appending, outbox, repeats, upgrade
from chinwag.server.adapters.postgres.store import _HOT, PostgresStore
from chinwag.server.adapters.schema import schema
from chinwag.server.ports.store import Batch, Tx, Unusable
from contracts.opened import Opened, mark, message
from contracts.waiting import eventually_async


@pytest.fixture
async def database(postgres: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection of an onlooker."""
    connection = await asyncpg.connect(postgres)
    yield connection
    await connection.close()


async def _opened(url: str, *, exclusive: bool = False) -> Opened:
    opened = Opened(lambda: PostgresStore(url, exclusive=exclusive))
    await opened.open()
    return opened


async def _unusable(url: str, what: str) -> None:
    with pytest.raises(Unusable, match=what) as refused:
        await PostgresStore(url).open(lambda batch: None)
    assert "secret" not in str(refused.value)


# --- the tables ----------------------------------------------------------------------------------


async def test_migrations_make_the_tables_of_the_schema(
    postgres: str, database: asyncpg.Connection
) -> None:
    await (await _opened(postgres)).store.close()
    rows = await database.fetch(
        "SELECT table_name, column_name, data_type, is_nullable, collation_name"
        " FROM information_schema.columns WHERE table_schema = 'public'"
        " AND table_name <> 'alembic_version'"
    )
    found = {(row[0], row[1]): (row[2], row[3] == "YES", row[4]) for row in rows}
    kinds = {"TEXT": "text", "BIGINT": "bigint", "INTEGER": "integer", "BLOB": "bytea"}
    wanted = {
        (table.name, column.name): (
            kinds[str(column.type)],
            bool(column.nullable),
            "C" if str(column.type) == "TEXT" else None,
        )
        for table in schema.tables.values()
        for column in table.columns
    }
    assert found == wanted
    indexes = await database.fetch("SELECT indexname FROM pg_indexes WHERE schemaname = 'public'")
    names = {index.name for table in schema.tables.values() for index in table.indexes}
    assert names <= {row[0] for row in indexes}


@pytest.mark.parametrize("start", REVISIONS)
async def test_an_older_database_is_brought_up_to_date(
    postgres: str, database: asyncpg.Connection, start: str
) -> None:
    await database.execute(upgrade.script(None, start))
    opened = await _opened(postgres)
    assert await opened.fetch("SELECT version_num FROM alembic_version") == [(HEAD,)]
    await opened.chat("a", "ann")
    await opened.append(message("a", "ann"))
    await opened.store.close()


async def test_nodes_that_start_at_once_migrate_once(postgres: str) -> None:
    opened = await asyncio.gather(*(_opened(postgres) for _ in range(4)))
    generations = {
        await each.one("SELECT value FROM meta WHERE key = 'generation'") for each in opened
    }
    assert len(generations) == 1
    await asyncio.gather(*(each.store.close() for each in opened))


async def test_the_hot_statements_find_their_rows_by_index(
    postgres: str, database: asyncpg.Connection
) -> None:
    """Also while the tables are so small that the planner would rather read all of them."""
    opened = await _opened(postgres)
    await opened.chat("a", "ann")
    await opened.append(message("a", "ann", "id-1"))
    await opened.store.close()
    await database.execute("ANALYZE")
    for name, value in _HOT.items():
        await database.execute(f"SET {name} = '{value}'")
    statements = [appending._LOAD, appending._SAVE, appending._LOCK, repeats._FIND]
    for n, sql in enumerate(statements):
        count = len(set(re.findall(r"\$\d+", sql)))
        await database.execute(f"PREPARE hot{n} AS {sql}")
        nulls = ", ".join(["NULL"] * count)
        plan = await database.fetch(f"EXPLAIN EXECUTE hot{n}({nulls})")
        text = "\n".join(row[0] for row in plan)
        assert "Seq Scan" not in text, text
        assert "Index Scan" in text, text


async def test_texts_that_cannot_be_stored_are_refused_alone(postgres: str) -> None:
    opened = await _opened(postgres)
    await opened.chat("a", "ann")
    bad, good = message("a", "ann", "id-\x1f"), message("a", "ann", "id-1")
    results = await asyncio.gather(opened.append(bad), opened.append(good), return_exceptions=True)
    assert isinstance(results[0], ValueError)
    assert good.seq == 1
    with pytest.raises(ChinwagError) as refused:
        await opened.fetch("SELECT id FROM chats WHERE id = $1", "a\0b")
    assert refused.value.kind.code == "invalid"
    await opened.store.close()


# --- who may use it ------------------------------------------------------------------------------


async def test_the_only_server_is_alone(postgres: str) -> None:
    opened = await _opened(postgres, exclusive=True)
    await _unusable(postgres, "Another server uses this database")
    await opened.chat("a", "ann")
    await opened.append(message("a", "ann"))
    await opened.store.close()
    await (await _opened(postgres, exclusive=True)).store.close()


async def test_a_database_of_another_program_is_left_alone(
    postgres: str, database: asyncpg.Connection
) -> None:
    await database.execute("CREATE TABLE invoices (id int)")
    await _unusable(postgres, "some other program")
    assert await database.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == [
        ("invoices",)
    ]


async def test_an_older_program_goes_on_where_a_newer_one_only_added(
    postgres: str, database: asyncpg.Connection
) -> None:
    await (await _opened(postgres)).store.close()
    await database.execute("UPDATE alembic_version SET version_num = '9999'")
    opened = await _opened(postgres)
    await opened.chat("a", "ann")
    await opened.append(message("a", "ann"))
    await opened.store.close()
    await database.execute("INSERT INTO meta (key, value) VALUES ('needs', '9999')")
    await _unusable(postgres, "newer chinwag")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"path": "/nowhere"}, "cannot be reached: InvalidCatalogNameError"),
        ({"netloc": "chinwag:secret@127.0.0.1:1"}, "cannot be reached"),
        ({"netloc": "chinwag:secret@127.0.0.1:port"}, "no address of a PostgreSQL database"),
        ({"scheme": "mysql"}, "no address of a PostgreSQL database"),
        ({"query": "sslmode=require"}, "cannot be reached"),
    ],
)
async def test_what_is_wrong_is_said_without_the_password(
    postgres: str, change: dict[str, str], what: str
) -> None:
    await _unusable(urlsplit(postgres)._replace(**change).geturl(), what)


# --- lives ---------------------------------------------------------------------------------------


async def test_another_life_goes_on_counting_under_another_name(
    postgres: str, database: asyncpg.Connection
) -> None:
    opened = await _opened(postgres)
    await opened.chat("a", "ann")
    (old,) = await opened.one("SELECT value FROM meta WHERE key = 'generation'")
    await opened.store.close()
    same = await _opened(postgres)
    assert await same.one("SELECT value FROM meta WHERE key = 'generation'") == (old,)
    await same.store.close()
    for life in ("1:00000001", None):  # a dump that was restored; a standby that took over
        if life is None:
            (life,) = await opened_life(database)
            life = life.split(":")[0] + ":0000007F"
        await database.execute("UPDATE meta SET value = $1 WHERE key = 'life'", life)
        await database.execute("UPDATE members SET change = change + 1000000")
        (before,) = tuple(await database.fetchrow("SELECT max(change) FROM members"))
        opened = await _opened(postgres)
        (new,) = await opened.one("SELECT value FROM meta WHERE key = 'generation'")
        assert new != old
        old = new

        async def number(tx: Tx) -> int:
            return tx.change

        assert await opened.store.transact(number) > before
        await opened.append(message("a", "ann"))
        assert (await opened.seat("a", "ann"))["change"] > before
        await opened.store.close()


async def opened_life(database: asyncpg.Connection) -> tuple[str]:
    """The life that the database is in by its own account."""
    return tuple(await database.fetchrow("SELECT value FROM meta WHERE key = 'life'"))  # type: ignore[return-value]


async def test_a_change_never_goes_down(postgres: str) -> None:
    """Not even when the transaction got its number before the one that it follows."""
    one, other = await _opened(postgres), await _opened(postgres)
    await one.chat("a", "ann")

    async def late(tx: Tx) -> int:
        await other.append(message("a", "ann"))  # with a greater number, and committed before
        await tx.append(message("a", "ann"))
        return tx.change

    with pytest.raises(RuntimeError, match="nothing but its Tx"):
        await one.store.transact(late)
    session = await one.store._link.connect()  # type: ignore[attr-defined]
    await session.execute("BEGIN")
    number = await session.fetchval("SELECT pg_current_xact_id()::text::bigint") + session.offset
    await other.append(message("a", "ann"))
    before = (await one.seat("a", "ann"))["change"]
    assert before > number
    assert (
        await session.fetchval(
            "UPDATE members SET change = CASE WHEN change >= $1 THEN change + 1 ELSE $1 END"
            " WHERE chat = 'a' RETURNING change",
            number,
        )
        == before + 1
    )
    assert await one.store.read(_change) < number  # what has not ended is not in any view
    await session.execute("COMMIT")

    async def certain() -> bool:
        return await one.store.read(_change) >= number

    await eventually_async(certain)
    session.terminate()
    await one.store.close()
    await other.store.close()


async def _change(reader: object) -> int:
    return int(reader.change)  # type: ignore[attr-defined]


# --- the outbox ----------------------------------------------------------------------------------


async def test_a_commit_stands_in_the_outbox_until_it_is_told(postgres: str) -> None:
    one, other = await _opened(postgres), await _opened(postgres)
    for chat in "ab":
        await one.chat(chat, "ann", "bob")
    await one.append(message("a", "ann"), message("b", "ann"), message("a", "ann"))
    await one.append(marks=(mark("a", "bob", 2),))

    async def act(tx: Tx) -> None:
        await tx.append(message("b", "bob"))

    await one.store.transact(act)
    assert await other.store.untold(60, 10) == []
    found = await other.store.untold(0, 10)
    assert [each.touched for each in found] == [
        (("a", 1, 2), ("b", 1, 1)),
        (("a", 0, 0),),
        (("b", 2, 2),),
    ]
    assert [each.receipt for each in found] == [batch.receipt for batch in one.batches]
    assert await other.store.untold(0.5, 10) == []  # they were taken over
    other.store.told([each.receipt for each in found[:2]])
    await other.append(message("b", "ann"))  # takes along what was told
    left = await one.fetch("SELECT id FROM outbox ORDER BY id")
    assert left == [(found[2].receipt,), (other.batches[-1].receipt,)]
    one.store.told([row[0] for row in left])  # no commit comes

    async def empty() -> bool:
        return await one.fetch("SELECT id FROM outbox") == []

    await eventually_async(empty)
    await one.store.close()
    await other.store.close()


async def test_two_that_take_over_get_different_ones(postgres: str) -> None:
    stores = [await _opened(postgres) for _ in range(3)]
    await stores[0].chat("a", "ann")
    for _ in range(40):
        await stores[0].append(message("a", "ann"))
    takes = [stores[n % 3].store.untold(0, 7) for n in range(9)]
    found = [each.receipt for some in await asyncio.gather(*takes) for each in some]
    # What was taken counts as new, but is older than "now" the next time: so only those of one
    # moment are certain to be different ones.
    assert set(found) <= {batch.receipt for batch in stores[0].batches}
    assert len(await stores[1].store.untold(0, 100)) == 40
    assert await stores[2].store.untold(30, 100) == []
    for each in stores:
        await each.store.close()


async def test_a_server_alone_has_nobody_to_tell(postgres: str) -> None:
    opened = await _opened(postgres, exclusive=True)
    await opened.chat("a", "ann")
    await opened.append(message("a", "ann"))
    assert opened.batches[0].receipt == ""
    assert await opened.fetch("SELECT id FROM outbox") == []
    await opened.store.close()


def test_a_commit_that_changed_nothing_needs_no_telling() -> None:
    assert outbox.row_of(Batch([], [])) is None


# --- leading -------------------------------------------------------------------------------------


async def test_one_leads_until_it_goes(postgres: str, database: asyncpg.Connection) -> None:
    one, other = await _opened(postgres), await _opened(postgres)
    assert await one.store.leads()
    assert await one.store.leads()
    assert not await other.store.leads()
    await database.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
    )
    await eventually_async(other.store.leads)
    assert not await one.store.leads()
    await other.store.close()
    await eventually_async(one.store.leads)
    await one.store.close()
