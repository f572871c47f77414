"""Connections, with the settings that durability and speed rest on."""

import sqlite3
from pathlib import Path

PAGE_BYTES = 4096
# Checkpoints are the checkpointer's work; should it lag, the writer does one itself at this size.
_WAL_PAGES_AT_MOST = 16_000
_WAL_BYTES_KEPT = 64 * 1024 * 1024
_BUSY_MS = 10_000  # another process, such as an admin command, may hold the write lock
_KIB_WRITER, _KIB_READER = 16_000, 2_000


def connect(
    path: Path, *, readonly: bool = False, cached_statements: int = 256
) -> sqlite3.Connection:
    """Open a database file. In WAL mode a commit is durable only with ``synchronous=FULL``: with
    NORMAL a power cut loses acknowledged rows.
    """
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={'ro' if readonly else 'rwc'}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=cached_statements,
        timeout=_BUSY_MS / 1000,
    )
    connection.execute("PRAGMA temp_store = memory")
    connection.execute(f"PRAGMA cache_size = -{_KIB_READER if readonly else _KIB_WRITER}")
    if not readonly:
        connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")  # heeded while the file is empty
        connection.execute("PRAGMA journal_mode = wal")
        connection.execute("PRAGMA synchronous = full")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_WAL_PAGES_AT_MOST}")
        connection.execute(f"PRAGMA journal_size_limit = {_WAL_BYTES_KEPT}")
    return connection
