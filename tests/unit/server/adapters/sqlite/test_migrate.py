"""Starting: fresh files, older ones, newer ones, and files that are something else."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from chinwag.server.adapters.migrations import HEAD
from chinwag.server.adapters.sqlite import upgrade
from chinwag.server.adapters.sqlite.folder import FolderLock
from chinwag.server.adapters.sqlite.migrate import migrate, revision
from chinwag.server.ports.store import Unusable


def _meta(path: Path) -> dict[str, str]:
    connection = sqlite3.connect(path)
    found = dict(connection.execute("SELECT key, value FROM meta").fetchall())
    connection.close()
    return found


@pytest.mark.parametrize("content", [None, b""])
def test_a_fresh_database(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "a b%20?#.db"
    if content is not None:
        path.write_bytes(content)
    migrate(path)
    assert revision(path) == HEAD
    meta = _meta(path)
    assert meta["change"] == "0"
    assert len(meta["generation"]) == 16
    migrate(path)
    assert _meta(path) == meta


def test_two_databases_are_two_lives(tmp_path: Path) -> None:
    for name in "ab":
        migrate(tmp_path / name)
    assert _meta(tmp_path / "a")["generation"] != _meta(tmp_path / "b")["generation"]


def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    migrate(path)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    before = path.read_bytes()
    with pytest.raises(Unusable, match=r"newer chinwag \(schema 9999"):
        migrate(path)
    assert path.read_bytes() == before


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(Unusable, match="some other program"):
        migrate(path)
    assert path.read_bytes() == before


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(b"no database at all " * 100)
    with pytest.raises(Unusable, match="cannot be read"):
        migrate(path)


def test_a_creation_that_was_cut_off_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN")
    connection.execute("CREATE TABLE meta (key, value)")
    connection.close()
    migrate(path)
    assert revision(path) == HEAD


def test_an_upgrade_keeps_a_copy_from_before(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    upgrade.run(path)
    assert upgrade.upgrade(path, HEAD) is None  # nobody is in it yet
    connection = sqlite3.connect(path)
    connection.execute("INSERT INTO accounts (id, handle) VALUES ('1', 'ann')")
    connection.commit()
    connection.close()
    saved = upgrade.upgrade(path, HEAD)
    assert saved == tmp_path / f"x.db.before-{HEAD}"
    assert saved.stat().st_mode & 0o777 == 0o600
    connection = sqlite3.connect(saved)
    assert connection.execute("SELECT handle FROM accounts").fetchall() == [("ann",)]
    connection.close()
    assert not list(tmp_path.glob("*.part"))


def test_a_command_does_not_migrate_under_a_server(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    lock.take()
    with pytest.raises(Unusable, match="Another chinwag server"):
        migrate(tmp_path / "x.db", alone=False)
    lock.release()
    migrate(tmp_path / "x.db", alone=False)


def test_an_ordinary_start_imports_neither_sqlalchemy_nor_alembic(tmp_path: Path) -> None:
    code = (
        "import sys, asyncio, pathlib\n"
        "from chinwag.server.adapters.sqlite.store import SqliteStore\n"
        "async def main():\n"
        f"    store = SqliteStore(pathlib.Path({str(tmp_path / 'x.db')!r}))\n"
        "    await store.open(lambda batch: None)\n"
        "    await store.close()\n"
        "asyncio.run(main())\n"
        "assert not {'sqlalchemy', 'alembic'} & set(sys.modules)\n"
    )
    for _ in range(2):  # fresh, and once more
        subprocess.run([sys.executable, "-c", code], check=True)
