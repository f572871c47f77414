"""Bare inserts into the table of events, so many a commit: the ceiling for what goes to disk.

`python -m bench.inserts FOLDER ROWS SECONDS` prints rows a second.
"""

import os
import sys
import time
from pathlib import Path

from chinwag.server.adapters.sqlite.connection import connect
from chinwag.server.adapters.sqlite.migrate import migrate

_CHATS = 100
_INSERT = (
    "INSERT INTO events (chat, seq, kind, sender, at, count, client_id, digest, hidden, body)"
    " VALUES (?, ?, 'message', ?, ?, ?, ?, ?, 0, ?)"
)


def main(folder: Path, batch: int, seconds: float) -> float:
    """Rows a second."""
    migrate(folder / "chinwag.db")
    connection = connect(folder / "chinwag.db")
    chats = [f"01933f3a-7c00-7000-8000-{n:012d}" for n in range(_CHATS)]
    digest, body = os.urandom(16), '{"kind":"message","text":"' + "x" * 57 + '"}'
    rows, started = 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            _INSERT,
            [
                (chat, seq + 1, chat, 1_700_000_000_000, seq, f"client-{n:026d}", digest, body)
                for n in range(rows, rows + batch)
                for seq, chat in [(n // _CHATS, chats[n % _CHATS])]
            ],
        )
        connection.execute("COMMIT")
        rows += batch
    return rows / (time.perf_counter() - started)


if __name__ == "__main__":
    sys.stdout.write(f"{main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))}\n")
