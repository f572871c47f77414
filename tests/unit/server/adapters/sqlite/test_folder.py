"""One server a data folder."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from chinwag.server.adapters.sqlite.folder import FolderLock
from chinwag.server.adapters.sqlite.store import SqliteStore
from chinwag.server.ports.store import Batch, Tx, Unusable


def _ignored(batch: Batch) -> None:
    pass


async def test_a_second_server_is_refused_until_the_first_is_closed(tmp_path: Path) -> None:
    first, second = SqliteStore(tmp_path / "x.db"), SqliteStore(tmp_path / "x.db")
    await first.open(_ignored)
    with pytest.raises(Unusable, match=rf"process {os.getpid()}\) uses .*Stop it"):
        await second.open(_ignored)
    await first.close()
    await second.open(_ignored)
    await second.close()


async def test_a_command_may_write_beside_a_server(tmp_path: Path) -> None:
    server = SqliteStore(tmp_path / "x.db")
    command = SqliteStore(tmp_path / "x.db", exclusive=False)
    await server.open(_ignored)
    await command.open(_ignored)

    async def number(tx: Tx) -> int:
        await tx.execute("UPDATE meta SET value = value WHERE key = 'generation'")
        return tx.change

    changes = [await store.transact(number) for store in (server, command) * 3]
    assert changes == sorted(set(changes))
    await command.close()
    await server.close()


def test_a_server_that_was_killed_holds_no_lock(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib\n"
        "from chinwag.server.adapters.sqlite.folder import FolderLock\n"
        f"FolderLock(pathlib.Path({str(tmp_path)!r})).take()\n"
        "print('taken', flush=True)\n"
        "sys.stdin.read()\n"
    )
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == b"taken\n"
        lock = FolderLock(tmp_path)
        with pytest.raises(Unusable, match=str(server.pid)):
            lock.take()
        server.send_signal(signal.SIGKILL)
        server.wait()
        lock.take()
        lock.release()


def test_the_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path / "new/data")
    lock.take()
    assert (tmp_path / "new/data").stat().st_mode & 0o777 == 0o700
    lock.release()


async def test_a_refused_database_leaves_the_folder_free(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"nothing like a database" * 100)
    store = SqliteStore(tmp_path / "x.db")
    with pytest.raises(Unusable):
        await store.open(_ignored)
    (tmp_path / "x.db").unlink()
    await store.open(_ignored)
    await store.close()
