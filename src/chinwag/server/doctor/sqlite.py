"""The SQLite file: whether it is ours, and takes a write beside a running server."""

import asyncio
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

from chinwag.server.adapters.migrations import HEAD
from chinwag.server.adapters.sqlite.connection import connect
from chinwag.server.adapters.sqlite.migrate import revision
from chinwag.server.doctor.chart import Ailment, Chart, doubt
from chinwag.server.ports.store import Unusable

_ADVICE = "run `chinwag admin check`; is the disk full, or the file somebody else's?"


async def examine(chart: Chart, path: Path) -> dict[str, str] | None:
    """What it says of the server (``meta``); None if it cannot be asked."""
    meta: dict[str, str] = {}

    there = await asyncio.to_thread(path.exists)
    sound = await chart.look(lambda: asyncio.to_thread(_schema, path), _ADVICE)
    if sound and there:
        sound = await chart.look(lambda: asyncio.to_thread(_round_trip, path, meta), _ADVICE)
    return meta if sound else None


def _schema(path: Path) -> str:
    try:
        found = revision(path)
    except Unusable as error:
        raise Ailment(str(error)) from None
    version = f"SQLite {sqlite3.sqlite_version}"
    if found is None:
        return f"{version}; there is no database yet: the first start makes it"
    if found != HEAD:
        raise doubt(
            f"{version}; schema {found}, this program's is {HEAD}",
            "nothing: the next start upgrades it, and keeps a copy",
        )
    return f"{version}, schema {found}"


def _round_trip(path: Path, meta: dict[str, str]) -> str:
    key = f"doctor:{secrets.token_hex(8)}"
    with closing(connect(path)) as writer, closing(connect(path, readonly=True)) as reader:
        writer.execute("INSERT INTO meta (key, value) VALUES (?, ?)", (key, key))
        found = reader.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        writer.execute("DELETE FROM meta WHERE key = ?", (key,))
        meta.update(reader.execute("SELECT key, value FROM meta"))
        mode = writer.execute("PRAGMA journal_mode").fetchone()[0]
        full = writer.execute("PRAGMA synchronous").fetchone()[0] == 2
    if found != (key,):
        raise Ailment("what was committed cannot be read")
    if mode != "wal" or not full:
        raise Ailment(f"commits are not durable: journal_mode {mode}", "is it a network share?")
    return "commits a row durably, reads it, and deletes it"
