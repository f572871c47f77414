"""The durable store: one SQLite file.

WAL with ``synchronous=NORMAL``: what is committed outlives a kill of the process (a power cut may
take the last moments; the next sync and the client ids make that harmless). The file is locked
for as long as it is open, since two clients with one set of marks would lose events.
"""

import os
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from chinwag.protocol.events import Blank, Event
from chinwag.protocol.results import User
from chinwag.sdk.decoding import decoded
from chinwag.sdk.errors import StoreError
from chinwag.sdk.store import ChatRecord, Entry, Meta, Saved

VERSION = 1
_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE chats (id TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE users (id TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE events (chat TEXT, seq INTEGER, value BLOB NOT NULL, PRIMARY KEY (chat, seq))
    WITHOUT ROWID;
CREATE TABLE outbox (place INTEGER PRIMARY KEY, client_id TEXT UNIQUE NOT NULL,
    value BLOB NOT NULL);
"""
_encode = msgspec.json.encode


class SqliteStore:
    """A `Store` in the file at ``path``, made if there is none.

    Raises:
        StoreError: the file is in use, or is no store of this version.
    """

    durable = True

    def __init__(self, path: str | Path) -> None:
        self.folder = Path(f"{path}.files") if str(path) != ":memory:" else None
        _only_for_owner(Path(path))
        self._db = sqlite3.connect(path, isolation_level=None, timeout=0.2)
        try:
            self._prepare()
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise StoreError(f"{path}: {error}") from error

    def _prepare(self) -> None:
        self._db.execute("PRAGMA locking_mode=EXCLUSIVE")
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute("BEGIN IMMEDIATE")
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version == 0:
            for statement in _SCHEMA.split(";"):
                self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version={VERSION}")
        elif version != VERSION:
            raise sqlite3.DatabaseError(f"a store of version {version}, not {VERSION}")
        self._db.execute("COMMIT")

    def load(self) -> Saved:
        values = dict(self._db.execute("SELECT name, value FROM meta"))
        meta = decoded(Meta, values["meta"]) if "meta" in values else Meta()
        reads = msgspec.json.decode(values.get("reads", b"{}"), type=dict[str, int])
        return Saved(
            meta=meta,
            chats=[decoded(ChatRecord, it) for it in self._values("SELECT value FROM chats")],
            users=[decoded(User, it) for it in self._values("SELECT value FROM users")],
            outbox=[
                decoded(Entry, it) for it in self._values("SELECT value FROM outbox ORDER BY place")
            ],
            reads=reads,
        )

    def events(self, chat: str, first: int, last: int, limit: int) -> list[Event]:
        rows = self._values(
            "SELECT value FROM events WHERE chat = ? AND seq BETWEEN ? AND ? ORDER BY seq LIMIT ?",
            (chat, first, last, limit),
        )
        return [decoded(Event, row) for row in rows]

    def newest(self, chat: str, limit: int) -> list[Event]:
        rows = self._values(
            "SELECT value FROM events WHERE chat = ? ORDER BY seq DESC LIMIT ?", (chat, limit)
        )
        return [decoded(Event, row) for row in reversed(rows)]

    def put_meta(self, meta: Meta) -> None:
        self._put("INSERT OR REPLACE INTO meta VALUES ('meta', ?)", [(_encode(meta),)])

    def put_chats(self, chats: list[ChatRecord]) -> None:
        rows = [(it.head.chat, _encode(it)) for it in chats]
        self._put("INSERT OR REPLACE INTO chats VALUES (?, ?)", rows)

    def put_events(self, events: list[Event]) -> None:
        rows = [(it.chat, it.seq, _encode(it)) for it in events]
        self._put("INSERT OR IGNORE INTO events VALUES (?, ?, ?)", rows)

    def blank(self, chat: str, seq: int) -> None:
        for event in self.events(chat, seq, seq, 1):
            left = msgspec.structs.replace(event, body=Blank())
            self._put(
                "UPDATE events SET value = ? WHERE chat = ? AND seq = ?",
                [(_encode(left), chat, seq)],
            )

    def put_users(self, users: list[User]) -> None:
        rows = [(it.id, _encode(it)) for it in users]
        self._put("INSERT OR REPLACE INTO users VALUES (?, ?)", rows)

    def put_entry(self, entry: Entry) -> None:
        self._put(
            "INSERT INTO outbox (client_id, value) VALUES (?, ?)"
            " ON CONFLICT (client_id) DO UPDATE SET value = excluded.value",
            [(entry.client_id, _encode(entry))],
        )

    def drop_entry(self, client_id: str) -> None:
        self._put("DELETE FROM outbox WHERE client_id = ?", [(client_id,)])

    def put_reads(self, reads: dict[str, int]) -> None:
        self._put("INSERT OR REPLACE INTO meta VALUES ('reads', ?)", [(_encode(reads),)])

    def forget(self) -> None:
        self._put("DELETE FROM chats", [()])
        self._put("DELETE FROM events", [()])

    def commit(self) -> None:
        if self._db.in_transaction:
            self._db.execute("COMMIT")

    def close(self) -> None:
        self.commit()
        self._db.close()

    def _put(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        if not self._db.in_transaction:
            self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany(statement, rows)

    def _values(self, statement: str, values: tuple[Any, ...] = ()) -> list[bytes]:
        return [value for (value,) in self._db.execute(statement, values)]


def _only_for_owner(path: Path) -> None:
    """Make the file readable by its owner alone before anything is in it."""
    if str(path) != ":memory:" and not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
