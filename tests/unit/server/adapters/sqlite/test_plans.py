"""The hot statements find rows by an index: none reads through a table."""

import sqlite3
from pathlib import Path

from chinwag.server.adapters.sqlite import appending, repeats
from chinwag.server.adapters.sqlite.connection import connect
from chinwag.server.adapters.sqlite.migrate import migrate
from chinwag.server.ports.store import Batch
from contracts.opened import mark, message


class Explained(sqlite3.Connection):
    """Notes the plan of every statement that it runs."""

    plans: dict[str, list[str]]

    def execute(self, sql: str, *args: object) -> sqlite3.Cursor:  # type: ignore[override]
        rows = super().execute(f"EXPLAIN QUERY PLAN {sql}", *args).fetchall()
        self.plans[sql[:60]] = [row[3] for row in rows]
        return super().execute(sql, *args)


def test_no_hot_statement_reads_through_a_table(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    migrate(path)
    filling = connect(path)
    filling.execute("INSERT INTO chats (id) VALUES ('a'), ('b')")
    filling.execute("INSERT INTO members (chat, account) VALUES ('a', 'ann'), ('a', 'bob')")
    filling.close()
    connection = sqlite3.connect(path, factory=Explained, isolation_level=None)
    connection.plans = {}
    first = [message("a", "ann", "id-1"), message("a", "bob", "id-2"), message("a", "bob", "id-3")]
    appending.append(connection, Batch(first, []), 1, 1)
    marks = [mark("a", "ann", 3, 2), mark("a", "bob", 1, 1)]
    appending.append(connection, Batch([message("a", "ann", "id-4")], marks), 2, 2)
    repeats.find(connection, [message("a", "ann", "id-1")])
    tables = ("chats", "members", "events", "receipts", "c", "m", "e", "prior")
    scans = {
        sql: step
        for sql, plan in connection.plans.items()
        for step in plan
        if step.split(" USING")[0] in {f"SCAN {table}" for table in tables}
    }
    connection.close()
    assert len(connection.plans) == 6
    assert scans == {}
