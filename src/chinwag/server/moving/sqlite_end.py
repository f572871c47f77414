"""SQLite as one end of a move."""

import sqlite3
from collections.abc import Mapping
from pathlib import Path

from chinwag.server.adapters.migrations import HEAD
from chinwag.server.adapters.moved import MOVED, PROGRESS
from chinwag.server.adapters.sqlite import migrate
from chinwag.server.adapters.sqlite.connection import connect
from chinwag.server.adapters.sqlite.copying import sync
from chinwag.server.clock import now_ms
from chinwag.server.moving.ends import GONE, MoveError
from chinwag.server.moving.tables import BATCH, LOG, Fingerprint, Table, Values


class _Sqlite:
    """What both directions need."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    async def fingerprint(self, table: Table) -> Fingerprint:
        found = Fingerprint()
        rows = self._db.execute(f"SELECT {', '.join(table.columns)} FROM {table.name}")
        while batch := rows.fetchmany(BATCH):
            found = found.with_rows(map(table.fitted, batch))
        return found

    def close(self) -> None:
        """Let go of it."""
        self._db.close()


class SqliteSource(_Sqlite):
    """A file that a server has written, and may still write while the log is moved ahead."""

    def __init__(self, path: Path) -> None:
        found = migrate.revision(path)
        if found is None:
            raise MoveError(f"There is no database {path} to be moved.")
        if found != HEAD:
            raise MoveError(
                f"{path} is of an older version (schema {found}). Start the server once with this"
                " version: it upgrades the database."
            )
        super().__init__(connect(path))

    async def meta(self) -> dict[str, str]:
        return dict(self._db.execute("SELECT key, value FROM meta"))

    async def count(self, table: Table) -> int:
        found: int = self._db.execute(f"SELECT count(*) FROM {table.name}").fetchone()[0]
        return found

    async def read(self, table: Table, after: str) -> tuple[list[Values], str]:
        if table is LOG:
            return self._read_log(after)
        columns, key = ", ".join(table.columns), ", ".join(table.key)
        behind = table.key_at(after) if after else []
        where = f"WHERE ({key}) > ({', '.join('?' * len(behind))})" if after else ""
        sql = f"SELECT {columns} FROM {table.name} {where} ORDER BY {key} LIMIT {BATCH}"
        rows = [table.fitted(row) for row in self._db.execute(sql, behind)]
        return rows, table.place(rows[-1]) if rows else after

    def _read_log(self, after: str) -> tuple[list[Values], str]:
        """In the order of the commits: what came while we were reading is at the end."""
        sql = (
            f"SELECT rowid, {', '.join(LOG.columns)} FROM events WHERE rowid > ?"
            f" ORDER BY rowid LIMIT {BATCH}"
        )
        rows = self._db.execute(sql, (int(after or 0),)).fetchall()
        return [LOG.fitted(row[1:]) for row in rows], str(rows[-1][0]) if rows else after

    async def leave(self, to: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (MOVED, to))


class SqliteTarget(_Sqlite):
    """A file that comes to its place when all is in it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(f"{path.name}.moving")
        if path.exists() and not _has_been_left(path):
            raise MoveError(f"There is a database at {path} already.")
        self._begun = self._part.exists()
        migrate.migrate(self._part)
        super().__init__(connect(self._part))
        self._db.execute("PRAGMA synchronous = off")  # synced once, at the end

    async def begin(self, source: str, *, only_resume: bool) -> None:
        if only_resume and not self._begun:
            raise MoveError(GONE)
        self._db.execute(f"CREATE TABLE IF NOT EXISTS {PROGRESS} (name TEXT PRIMARY KEY, at TEXT)")
        self._db.execute(f"INSERT OR IGNORE INTO {PROGRESS} VALUES ('', ?)", (source,))
        if await self._at("") != source:
            raise MoveError(f"{self._part} is left of the move of another installation: delete it.")

    async def _at(self, name: str) -> str:
        found = self._db.execute(f"SELECT at FROM {PROGRESS} WHERE name = ?", (name,)).fetchone()
        return str(found[0]) if found else ""

    async def reached(self, table: Table) -> str:
        return await self._at(table.name)

    async def write(self, table: Table, rows: list[Values], place: str) -> None:
        marks = ", ".join("?" * len(table.columns))
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._db.executemany(
                f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES ({marks})", rows
            )
            self._db.execute(
                f"INSERT OR REPLACE INTO {PROGRESS} VALUES (?, ?)", (table.name, place)
            )
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    async def clear(self, table: Table) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        self._db.execute(f"DELETE FROM {table.name}")
        self._db.execute(f"DELETE FROM {PROGRESS} WHERE name = ?", (table.name,))
        self._db.execute("COMMIT")

    async def finish(self, meta: Mapping[str, str]) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        self._db.execute("DELETE FROM meta")
        self._db.executemany("INSERT INTO meta (key, value) VALUES (?, ?)", meta.items())
        self._db.execute(f"DROP TABLE {PROGRESS}")
        self._db.execute("COMMIT")
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._db.close()  # takes the -wal along
        sync(self._part)
        if self._path.exists():
            self._put_aside()
        self._part.rename(self._path)
        sync(self._path.parent)

    def _put_aside(self) -> None:
        aside = f"{self._path.name}.before-move-{now_ms()}"
        for suffix in ("-wal", "-shm", ""):
            file = self._path.with_name(self._path.name + suffix)
            if file.exists():
                file.rename(self._path.with_name(aside + suffix))


def _has_been_left(path: Path) -> bool:
    if migrate.revision(path) is None:
        return False
    connection = connect(path, readonly=True)
    try:
        rows = connection.execute("SELECT 1 FROM meta WHERE key = ?", (MOVED,))
        return rows.fetchone() is not None
    finally:
        connection.close()
