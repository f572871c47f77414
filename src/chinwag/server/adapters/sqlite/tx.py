"""Rules' transactions on SQLite: portable SQL run on the thread that owns the connection."""

import sqlite3
from collections.abc import Coroutine
from typing import Any, TypeVar

from chinwag.server.adapters.reckoning import is_message, row_of
from chinwag.server.adapters.sqlite import appending, repeats
from chinwag.server.adapters.sqlite.dialect import bind, translate
from chinwag.server.ports.store import Argument, Entry, Outcome, Row

T = TypeVar("T")

_ADVANCE = (
    "UPDATE chats SET last = last + 1, count = count + ?, version = version + ?, change = ?"
    " WHERE id = ? RETURNING last, count, version"
)
_EVENT = (
    "INSERT INTO events (chat, seq, kind, sender, at, count, client_id, digest, hidden, body,"
    " answer) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_SENT = (
    "UPDATE members SET read_count = read_count + ?, sent = ?, change = ?"
    " WHERE chat = ? AND account = ? RETURNING read_count"
)


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
        return self._run(sql, args).fetchall()

    def _run(self, sql: str, args: tuple[Argument, ...]) -> sqlite3.Cursor:
        if not self._connection.in_transaction:
            # SQLite gave the transaction up under a rule that went on regardless.
            raise sqlite3.OperationalError("the transaction is over")
        return self._connection.execute(translate(sql), bind(args))


class SqliteTx(SqliteReader):
    """A write transaction."""

    def __init__(self, connection: sqlite3.Connection, now: int, change: int, origin: str) -> None:
        super().__init__(connection, change)
        self.now = now
        self.origin = origin
        self.entries: list[Entry] = []

    async def execute(self, sql: str, *args: Argument) -> int:
        return self._run(sql, args).rowcount

    async def append(self, entry: Entry, *, bump: bool = True) -> Entry:
        entry.outcome = Outcome.PENDING
        if entry.client_id is not None:
            repeats.find(self._connection, [entry])
        if entry.outcome is Outcome.PENDING:
            self._place(entry, bump)
        return entry

    def _place(self, entry: Entry, bump: bool) -> None:
        counted = int(entry.counted)
        advance = (counted, int(bump), self.change, entry.chat)
        row = self._connection.execute(_ADVANCE, advance).fetchone()
        if row is None:
            entry.outcome = Outcome.STALE
            return
        entry.seq, entry.count, entry.version = row
        entry.at = self.now
        entry.outcome = Outcome.APPENDED
        self._connection.execute(_EVENT, row_of(entry))
        if is_message(entry):
            sent = (counted, entry.seq, self.change, entry.chat, entry.sender)
            seat = self._connection.execute(_SENT, sent).fetchone()
            entry.read_count = seat[0] if seat is not None else 0
        appending.follow(self._connection, [entry], self.change)
        self.entries.append(entry)
