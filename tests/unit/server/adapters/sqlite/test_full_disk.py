"""A full disk: sends are refused and may be tried again, reads go on, and room ends it (S24)."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from chinwag.server.adapters.sqlite.store import SqliteStore
from unit.server.adapters.sqlite import full_disk


def test_files_that_may_not_grow(tmp_path: Path) -> None:
    """In a process of its own: the limit is the process's."""
    subprocess.run([sys.executable, full_disk.__file__, str(tmp_path / "x.db")], check=True)


async def test_a_database_that_may_not_grow(tmp_path: Path) -> None:
    """SQLite's own limit, which fails in the middle of a transaction, not at its commit."""

    def limit(pages: int) -> full_disk.Act:
        def act(store: SqliteStore) -> None:
            store._writer._connection.execute(f"PRAGMA max_page_count = {pages}")

        return act

    await full_disk.scenario(tmp_path / "x.db", limit(100), limit(1_000_000))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root can mount a small file system")
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("mounting is not permitted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


async def test_a_disk_that_is_full(small_disk: Path) -> None:
    ballast = small_disk / "ballast"

    def fill(store: SqliteStore) -> None:
        ballast.write_bytes(bytes(1_000_000))

    await full_disk.scenario(small_disk / "x.db", fill, lambda store: ballast.unlink())
