"""Copy a live database into a single file."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

_STEP_PAGES = 1024
Progress = Callable[[int, int], None]
"""Called with how much is done, and of how much."""


def copy(source: sqlite3.Connection, target: Path, progress: Progress | None = None) -> None:
    """Copy the database as it is now, readable by its owner only, durably, all or nothing.

    Writers are not held up. The open read transaction keeps the snapshot the same throughout:
    without it every commit of theirs would start the copy over.
    """
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    copied = sqlite3.connect(part, isolation_level=None)
    try:
        copied.execute("PRAGMA synchronous = off")  # synced once, below
        source.execute("BEGIN")
        source.execute("SELECT 1 FROM sqlite_master").fetchone()
        report = progress or (lambda done, total: None)
        source.backup(
            copied,
            pages=_STEP_PAGES,
            progress=lambda _, remaining, total: report(total - remaining, total),
        )
        copied.execute("PRAGMA journal_mode = delete")  # no -wal beside it
    except BaseException:
        copied.close()
        part.unlink(missing_ok=True)
        raise
    finally:
        source.execute("ROLLBACK")
    copied.close()
    sync(part)
    part.replace(target)
    sync(target.parent)


def sync(path: Path) -> None:
    """Make a file's content, or a folder's entries, durable."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
