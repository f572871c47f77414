"""Bring a SQLite file's schema up to date, before anything else opens it."""

import os
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

from chinwag.server.adapters.migrations import HEAD, REVISIONS
from chinwag.server.adapters.moved import MOVED, refuse_left
from chinwag.server.adapters.sqlite.connection import connect
from chinwag.server.adapters.sqlite.folder import FolderLock
from chinwag.server.ports.store import Unusable

_OLDEST = (3, 35, 0)  # RETURNING; UPDATE FROM came before
_FRESH = Path(__file__).parent / "fresh.sql"


def migrate(path: Path, *, alone: bool = True) -> None:
    """Create or upgrade the tables. ``alone``: the caller holds the folder's lock.

    Raises:
        Unusable: it is no database of ours, one that a newer version wrote, or was moved away.
    """
    if sqlite3.sqlite_version_info < _OLDEST:
        raise Unusable(f"SQLite {sqlite3.sqlite_version} is too old: 3.35 or later is needed.")
    if revision(path) != HEAD:
        lock = None if alone else FolderLock(path.parent)
        if lock is not None:
            lock.take()
        try:
            _bring_to_head(path)
        finally:
            if lock is not None:
                lock.release()
    with closing(connect(path)) as connection:
        first_rows(connection)
        left = connection.execute("SELECT value FROM meta WHERE key = ?", (MOVED,)).fetchone()
        refuse_left(left and left[0])


def revision(path: Path) -> str | None:
    """The schema's revision; None of a file that is not there or empty. Reads only."""
    if not path.exists() or not path.stat().st_size:
        return None
    try:
        with closing(connect(path, readonly=True)) as connection:
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
            found = None
            if "alembic_version" in tables:
                found = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise Unusable(f"{path} cannot be read as a database: {error}.") from error
    if tables and found is None:
        raise Unusable(f"{path} is a database of some other program.")
    if found is not None and found not in REVISIONS:
        raise Unusable(
            f"{path} was written by a newer chinwag (schema {found}; this one knows {HEAD})."
            " Install that version, or restore a backup of this one."
        )
    return found


def first_rows(connection: sqlite3.Connection) -> None:
    """What every database has from its first moment on: the life it is in, and the counter of
    changes. Clients' sync tokens carry both.
    """
    rows = connection.execute("SELECT count(*) FROM meta WHERE key IN ('generation', 'change')")
    if rows.fetchone()[0] < 2:
        sql = "INSERT OR IGNORE INTO meta VALUES ('generation', ?), ('change', '0')"
        connection.execute(sql, (secrets.token_hex(8),))


def _bring_to_head(path: Path) -> None:
    found = revision(path)
    if found == HEAD:
        return
    if found is None:
        # Also in a folder that others may look into: it holds the key that alerts are signed with.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        with closing(connect(path)) as connection:
            connection.executescript(_FRESH.read_text(encoding="utf-8"))
        return
    # Only now: an ordinary start must not pay for importing SQLAlchemy and Alembic.
    from chinwag.server.adapters.sqlite import upgrade  # noqa: PLC0415

    upgrade.upgrade(path, found)
