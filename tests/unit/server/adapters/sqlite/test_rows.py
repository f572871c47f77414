"""Many rows in few statements: each row once, whatever their number."""

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chinwag.server.adapters.sqlite.rows import insert_rows, update_rows

COUNTS = st.integers(0, 1_300)


@pytest.fixture(scope="module")
def connection() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, value)")
    yield connection
    connection.close()


@given(COUNTS)
@example(0)
@example(512)
@example(1_025)
def test_every_row_goes_in_once(connection: sqlite3.Connection, count: int) -> None:
    connection.execute("DELETE FROM t")
    insert_rows(connection, "INSERT INTO t VALUES?", [(n, f"v{n}") for n in range(count)])
    found = connection.execute("SELECT * FROM t ORDER BY id").fetchall()
    assert found == [(n, f"v{n}") for n in range(count)]


@given(COUNTS)
@example(1)
@example(513)
def test_every_row_is_updated_and_no_other(connection: sqlite3.Connection, count: int) -> None:
    connection.execute("DELETE FROM t")
    insert_rows(connection, "INSERT INTO t VALUES?", [(n, "old") for n in range(count + 5)])
    template = (
        "WITH new (id, value) AS (VALUES?)"
        " UPDATE t SET value = new.value FROM new WHERE t.id = new.id"
    )
    update_rows(connection, template, [(n, f"v{n}") for n in range(count)])
    found = connection.execute("SELECT value FROM t ORDER BY id").fetchall()
    assert found == [(f"v{n}",) for n in range(count)] + [("old",)] * 5
