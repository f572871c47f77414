"""Statements find rows by an index: none reads through a table, but for those that may."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from chinwag.server.adapters.sqlite import appending, repeats
from chinwag.server.adapters.sqlite.connection import connect
from chinwag.server.adapters.sqlite.dialect import translate
from chinwag.server.adapters.sqlite.migrate import migrate
from chinwag.server.ports.store import Batch
from contracts.opened import mark, message
from unit.server.adapters.sqlite.statements import statements

_PARAMETER = re.compile(r"\$(\d+)")
_NO_TABLE = ("SCAN json_each VIRTUAL TABLE", "SCAN CONSTANT ROW", "SCAN (")
_MAY = {
    "An operator asks, and it is about all there are.": {
        "admin._ACCOUNTS: a",
        "admin._STATS: accounts",
        "admin._STATS: chats",
        "admin._STATS: devices",
        "admin._STATS: files",
        "services.storage._BLOBS: blobs",
        "services.storage._KINDS: files",
        "services.storage._PEOPLE: a",
        "services.storage._UPLOADS: uploads",
    },
    "Once, at a start, to know of all.": {
        "delivery.alerts._SHOWN: a",
        "delivery.alerts._UNDELIVERED: s",
        "delivery.failures.Failures.open: failures",
        "services.subscriptions.Subscriptions.open: push_subscriptions",
    },
    "Once an hour or less, by the node that does the chores, and not in the writer's time.": {
        "services.devices._OVER: a",
        "services.sweeping._IDLE: b",
        "services.sweeping.Sweeping._strays: blobs",
        "services.sweeping.Sweeping._strays: uploads",
    },
    "What waits, and goes as soon as it is done.": {
        "delivery.alerts._DUE: d",
        "delivery.backlog._JOBS: jobs",
        "delivery.backlog._OUTBOX: outbox",
    },
    "A day of them at most, once an hour.": {
        "delivery.revisions._FORGET: revisions",
    },
    "Invitations to the server that are open: a thousand at most.": {
        "services.codes._void_claims: sign_up_codes",
        "services.codes.list_codes: sign_up_codes",
        "services.codes.new_claim: sign_up_codes",
        "services.codes.open_codes: sign_up_codes",
        "services.codes.revoke_code: sign_up_codes",
    },
    "Until the first admin, who is mostly the oldest account; then it is remembered.": {
        "services.codes.is_claimed: accounts",
    },
    "No table: what was just found by an index.": {
        "services.loading._WITHHELD: newest",
    },
}
"""Statements (the constant or function that holds each, and what it reads through), by reason."""


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


@pytest.fixture
def tables(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """All tables, empty."""
    migrate(tmp_path / "x.db")
    connection = connect(tmp_path / "x.db")
    yield connection
    connection.close()


def test_no_statement_reads_through_a_table_unless_it_may(tables: sqlite3.Connection) -> None:
    found = statements()
    assert len(found) > 250  # that they are found at all
    scans = {
        f"{place}: {step.split()[1]}"
        for place, sql in found
        for step in _plan(tables, sql)
        if step.startswith("SCAN") and not step.startswith(_NO_TABLE)
    }
    assert scans == set().union(*_MAY.values())


def _plan(tables: sqlite3.Connection, sql: str) -> list[str]:
    given = ["[]"] * max(map(int, _PARAMETER.findall(sql)), default=0)
    return [row[3] for row in tables.execute(f"EXPLAIN QUERY PLAN {translate(sql)}", given)]
