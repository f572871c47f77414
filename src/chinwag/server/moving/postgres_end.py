"""PostgreSQL as one end of a move."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from chinwag.server.adapters.migrations import HEAD
from chinwag.server.adapters.moved import MOVED, PROGRESS
from chinwag.server.adapters.postgres.link import Link, Session, farewell
from chinwag.server.adapters.postgres.migrate import bring_to_head, revision
from chinwag.server.moving.ends import GONE, MoveError
from chinwag.server.moving.tables import BATCH, Fingerprint, Table, Values

_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND application_name = 'chinwag' AND pid <> pg_backend_pid()"
)
# Only one moves, and no server that would be alone here starts meanwhile.
_LOCK = "SELECT pg_try_advisory_lock($1)"
_MOVING, _ALONE = 0x63686E_0005, 0x63686E_0002
_CHANGE = (
    "SELECT greatest((SELECT max(change) FROM chats), (SELECT max(change) FROM members),"
    " (SELECT value::bigint FROM meta WHERE key = 'change'), (SELECT value::bigint FROM meta"
    " WHERE key = 'offset') + pg_snapshot_xmax(pg_current_snapshot())::text::bigint, 0)"
)
_HOLDS = "SELECT EXISTS (SELECT 1 FROM accounts) OR EXISTS (SELECT 1 FROM chats)"
_PUT = "INSERT INTO {} ({}) VALUES ($1, $2) ON CONFLICT ({}) DO UPDATE SET {} = excluded.{}"


class _Postgres:
    """What both directions need."""

    def __init__(self, session: Session) -> None:
        self._db = session

    async def fingerprint(self, table: Table) -> Fingerprint:
        found = Fingerprint()
        sql = f"SELECT {', '.join(table.columns)} FROM {table.name}"
        async with self._snapshot():
            cursor = await self._db.cursor(sql)
            while batch := await cursor.fetch(BATCH):
                found = found.with_rows(map(tuple, batch))
        return found

    @asynccontextmanager
    async def _snapshot(self) -> AsyncIterator[None]:
        async with self._db.transaction(isolation="repeatable_read", readonly=True):
            yield

    async def close(self) -> None:
        """Let go of it, and of its locks: whoever comes next finds nobody."""
        await farewell(self._db)


async def connected(url: str) -> Session:
    """A connection on which statements may take their time.

    Raises:
        MoveError: it cannot be reached, or somebody works with this database.
    """
    try:
        session = await Link(url).bare()
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        text = f"{type(error).__name__}: {error}".split("\n", 1)[0]
        raise MoveError(f"The PostgreSQL database cannot be reached: {text}.") from error
    free = await session.fetchval(_LOCK, _MOVING) and await session.fetchval(_LOCK, _ALONE)
    if not free or await session.fetchval(_OTHERS):
        await farewell(session)
        raise MoveError("Nodes use the PostgreSQL database. Stop them all, and try again.")
    return session


class PostgresSource(_Postgres):
    """A database that no node uses any more."""

    @classmethod
    async def of(cls, url: str) -> "PostgresSource":
        """Raises `MoveError` when there is nothing to be moved."""
        session = await connected(url)
        found = await revision(session)
        if found != HEAD:
            await farewell(session)
            what = "is empty" if found is None else f"is of an older version (schema {found})"
            raise MoveError(f"The PostgreSQL database {what}: start a node of this version once.")
        return cls(session)

    async def meta(self) -> dict[str, str]:
        meta = dict(map(tuple, await self._db.fetch("SELECT key, value FROM meta")))
        return meta | {"change": str(await self._db.fetchval(_CHANGE))}

    async def count(self, table: Table) -> int:
        found: int = await self._db.fetchval(f"SELECT count(*) FROM {table.name}")
        return found

    async def read(self, table: Table, after: str) -> tuple[list[Values], str]:
        columns, key = ", ".join(table.columns), ", ".join(table.key)
        behind: list[Any] = table.key_at(after) if after else []
        marks = ", ".join(f"${n}" for n in range(1, len(behind) + 1))
        where = f"WHERE ({key}) > ({marks})" if after else ""
        sql = f"SELECT {columns} FROM {table.name} {where} ORDER BY {key} LIMIT {BATCH}"
        rows = [tuple(row) for row in await self._db.fetch(sql, *behind)]
        return rows, table.place(rows[-1]) if rows else after

    async def leave(self, to: str) -> None:
        await self._db.execute(
            _PUT.format("meta", "key, value", "key", "value", "value"), MOVED, to
        )


class PostgresTarget(_Postgres):
    """An empty database, or one that a move was cut off in."""

    @classmethod
    async def of(cls, url: str) -> "PostgresTarget":
        """Raises `MoveError` when nodes use it."""
        return cls(await connected(url))

    async def begin(self, source: str, *, only_resume: bool) -> None:
        if await self._db.fetchval("SELECT to_regclass($1)", PROGRESS) is not None:
            if await self._at("") != source:
                raise MoveError("The PostgreSQL database is left of another installation's move.")
            return
        if only_resume:
            raise MoveError(GONE)
        found = await revision(self._db)
        if found is not None and await self._db.fetchval(_HOLDS):
            raise MoveError("There is data in the PostgreSQL database already.")
        await bring_to_head(self._db)
        async with self._db.transaction():
            await self._db.execute(f"CREATE TABLE {PROGRESS} (name text PRIMARY KEY, at text)")
            await self._db.execute(f"INSERT INTO {PROGRESS} VALUES ('', $1)", source)

    async def _at(self, name: str) -> str:
        at = await self._db.fetchval(f"SELECT at FROM {PROGRESS} WHERE name = $1", name)
        return str(at or "")

    async def reached(self, table: Table) -> str:
        return await self._at(table.name)

    async def write(self, table: Table, rows: list[Values], place: str) -> None:
        async with self._db.transaction():
            await self._db.copy_records_to_table(
                table.name, records=rows, columns=list(table.columns)
            )
            await self._db.execute(
                _PUT.format(PROGRESS, "name, at", "name", "at", "at"), table.name, place
            )

    async def clear(self, table: Table) -> None:
        async with self._db.transaction():
            await self._db.execute(f"TRUNCATE {table.name}")
            await self._db.execute(f"DELETE FROM {PROGRESS} WHERE name = $1", table.name)

    async def finish(self, meta: Mapping[str, str]) -> None:
        async with self._db.transaction():
            await self._db.execute("DELETE FROM meta")
            await self._db.executemany(
                "INSERT INTO meta (key, value) VALUES ($1, $2)", list(meta.items())
            )
            await self._db.execute(f"DROP TABLE {PROGRESS}")
        await self._db.execute("ANALYZE")
