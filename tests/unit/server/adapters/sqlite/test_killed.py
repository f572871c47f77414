"""SIGKILL at any moment, again and again: nothing acknowledged is lost, nothing is half there."""

import sqlite3
import subprocess
import sys
from pathlib import Path

from unit.server.adapters.sqlite import killed

# After so many acknowledgements; different ones, to hit different moments.
LIVES = (1, 40, 333, 700, 2_500)


def _one_life(path: Path, life: int, count: int) -> dict[str, tuple[str, int]]:
    """Run a writer until it has acknowledged so many, and kill it; what it acknowledged."""
    command = [sys.executable, killed.__file__, str(path), str(life)]
    lines: list[bytes] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        while len(lines) < count:
            line = writer.stdout.readline()
            assert line, "the writer ended by itself"
            lines.append(line)
        writer.kill()
        # Written to the pipe before it died: acknowledged too.
        lines += [line for line in writer.stdout if line.endswith(b"\n")]
    return {
        client_id: (chat, int(seq))
        for client_id, chat, seq in (line.decode().split() for line in lines)
    }


def test_what_was_acknowledged_is_there_after_any_number_of_kills(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    acknowledged: dict[str, tuple[str, int]] = {}
    for life, count in enumerate(LIVES):
        acknowledged |= _one_life(path, life, count)
        connection = sqlite3.connect(path)
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        rows = connection.execute("SELECT client_id, chat, seq FROM events").fetchall()
        stored = {client_id: (chat, seq) for client_id, chat, seq in rows}
        assert acknowledged.items() <= stored.items()
        ends = "SELECT id, last, count FROM chats ORDER BY id"
        for chat, last, counted in connection.execute(ends).fetchall():
            seqs = sorted(seq for at, seq in stored.values() if at == chat)
            assert seqs == list(range(1, last + 1))
            assert counted == last
        marks = "SELECT 1 FROM members m JOIN chats c ON c.id = m.chat"
        wrong = f"{marks} WHERE m.read > m.delivered OR m.delivered > c.last"
        assert connection.execute(wrong).fetchall() == []
        connection.close()
