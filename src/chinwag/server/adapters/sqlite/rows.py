"""Many rows in few statements.

`sqlite3` gives up the interpreter lock around every step of a statement. With ``executemany``
that is once a row, and when the event loop is busy on another core the writer waits for the lock
each time: measured at 10 ms a row against 0.05 ms. So rows go in as multi-row ``VALUES``, in
sizes that are powers of two: few enough for the statement cache to know them all.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain

from chinwag.server.adapters.reckoning import Values

_MOST = 512


@lru_cache(maxsize=128)
def _statement(template: str, rows: int, width: int) -> str:
    row = "(" + ",".join("?" * width) + ")"
    return template.replace("VALUES?", "VALUES" + ",".join([row] * rows))


def insert_rows(connection: sqlite3.Connection, template: str, rows: Sequence[Values]) -> None:
    """Run an ``INSERT … VALUES?``, in which ``VALUES?`` stands for the rows."""
    start, size = 0, _MOST
    while start < len(rows):
        while size > len(rows) - start:
            size //= 2
        _run(connection, template, rows[start : start + size])
        start += size


def join_rows(
    connection: sqlite3.Connection, template: str, rows: Sequence[Values]
) -> Iterator[sqlite3.Cursor]:
    """Run a statement that joins ``VALUES?`` to tables by equality.

    Rows of NULL fill up to the next size: they join with nothing.
    """
    for start in range(0, len(rows), _MOST):
        chunk = list(rows[start : start + _MOST])
        size = 1 << (len(chunk) - 1).bit_length()
        chunk += [(None,) * len(chunk[0])] * (size - len(chunk))
        yield _run(connection, template, chunk)


def update_rows(connection: sqlite3.Connection, template: str, rows: Sequence[Values]) -> None:
    """Run an ``UPDATE … FROM`` over ``VALUES?``. No two rows may mean the same row."""
    for cursor in join_rows(connection, template, rows):
        cursor.close()


def _run(connection: sqlite3.Connection, template: str, rows: Sequence[Values]) -> sqlite3.Cursor:
    sql = _statement(template, len(rows), len(rows[0]))
    return connection.execute(sql, list(chain.from_iterable(rows)))
