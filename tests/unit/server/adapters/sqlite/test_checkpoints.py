"""The write-ahead log keeps its size, whatever is written, and is empty after a clean end."""

import asyncio
from pathlib import Path

from chinwag.server.adapters.sqlite.store import SqliteStore
from contracts.opened import Opened, message


async def test_the_log_before_the_database_is_used_over_and_over(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    opened = Opened(lambda: SqliteStore(path))
    await opened.open()
    chats = [f"chat-{n}" for n in range(200)]
    for chat in chats:
        await opened.chat(chat, "ann")
    wal, written = tmp_path / "x.db-wal", 0
    for turn in range(60):
        batch = [message(chat, "ann", f"{chat}-{turn}", text="x" * 500) for chat in chats]
        await asyncio.gather(*(opened.append(*batch[n : n + 50]) for n in range(0, 200, 50)))
        written += 200 * 500
    assert opened.store.gauges()["store_checkpoints_total"] > 1
    database = path.stat().st_size
    assert database > written
    # Without checkpoints it would be larger than the database by far; with them a few MB.
    assert wal.stat().st_size < 40_000_000
    await opened.store.close()
    assert not wal.exists()
