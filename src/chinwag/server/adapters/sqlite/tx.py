"""Rules' transactions on SQLite: portable SQL run on the thread that owns the connection."""

import sqlite3
from collections.abc import Coroutine
from typing import Any, TypeVar

from chinwag.server.adapters.sqlite import appending
from chinwag.server.adapters.sqlite.dialect import bind, translate
from chinwag.server.ports.store import Argument, Entry, Outcome, Row

T = TypeVar("T")


def drive(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that awaits nothing but its `Tx`, which never waits here."""
    try:
        work.send(None)
    except StopIteration as done:
        value: T = done.value
        return value
    work.close()
    raise RuntimeError("a transaction may await nothing but its Tx")


class SqliteReader:
    """A snapshot to read from."""

    def __init__(self, connection: sqlite3.Connection, change: int) -> None:
        self._connection = connection
        self.change = change

    async def fetch(self, sql: str, *args: Argument) -> list[Row]:
        return self._connection.execute(translate(sql), bind(args)).fetchall()


class SqliteTx(SqliteReader):
    """A write transaction."""

    def __init__(self, connection: sqlite3.Connection, now: int, change: int) -> None:
        super().__init__(connection, change)
        self.now = now
        self.entries: list[Entry] = []

    async def execute(self, sql: str, *args: Argument) -> int:
        return self._connection.execute(translate(sql), bind(args)).rowcount

    async def append(self, entry: Entry, *, bump: bool = True) -> Entry:
        if appending.prior(self._connection, entry):
            return entry
        row = self._connection.execute(
            "UPDATE chats SET last = last + 1, count = count + ?, version = version + ?,"
            " change = ? WHERE id = ? RETURNING last, count, version",
            (int(entry.counted), int(bump), self.change, entry.chat),
        ).fetchone()
        entry.seq, entry.count, entry.version = row
        entry.at = self.now
        entry.outcome = Outcome.APPENDED
        self._connection.execute(
            "INSERT INTO events (chat, seq, kind, sender, at, count, client_id, digest, hidden,"
            " body, answer) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            appending.row_of(entry),
        )
        if entry.counted or entry.hidden:
            self._connection.execute(
                "UPDATE members SET read_count = read_count + ?, sent = ?, change = ?"
                " WHERE chat = ? AND account = ?",
                (int(entry.counted), entry.seq, self.change, entry.chat, entry.sender),
            )
        self.entries.append(entry)
        return entry
