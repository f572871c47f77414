"""The check finds each thing that must not be, and nothing where all is well."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chinwag.server.adapters.sqlite import check
from chinwag.server.adapters.sqlite.backup import BackupError, check_folder
from chinwag.server.adapters.sqlite.store import SqliteStore
from contracts.opened import Opened, mark, message


@pytest.fixture
async def folder(tmp_path: Path) -> AsyncIterator[Path]:
    """A data folder of two people who have talked."""
    opened = Opened(lambda: SqliteStore(tmp_path / "chinwag.db"))
    await opened.open()
    for account in ("ann", "bob"):
        await opened.execute("INSERT INTO accounts (id, handle) VALUES ($1, $1)", account)
    await opened.chat("a", "ann", "bob")
    await opened.chat("empty", "ann")
    await opened.append(message("a", "ann", "id-1"), message("a", "bob", "id-2", hidden=True))
    await opened.append(message("a", "ann", "id-3"), marks=(mark("a", "bob", 2, 1),))
    yield tmp_path
    await opened.store.close()


def test_all_is_well_also_while_a_server_runs(folder: Path) -> None:
    assert check_folder(folder) == []


@pytest.mark.parametrize(
    ("broken", "found"),
    [
        ("DELETE FROM events WHERE seq = 2", "events are not 1 to last: a"),
        ("UPDATE events SET seq = 9 WHERE seq = 3", "events are not 1 to last: a"),
        ("UPDATE chats SET last = 1 WHERE id = 'empty'", "events are not 1 to last: empty"),
        ("DELETE FROM chats WHERE id = 'a'", "events of no chat: a"),
        ("DELETE FROM chats WHERE id = 'a'", "members of no chat: a ann"),
        (
            "UPDATE chats SET count = 7 WHERE id = 'a'",
            "the count of messages is not that of the last event: a",
        ),
        ("UPDATE events SET count = 4 WHERE seq = 2", "the count of messages jumps: a 2"),
        ("UPDATE members SET read = 3 WHERE account = 'bob'", "marks out of order: a bob"),
        ("UPDATE members SET delivered = 4 WHERE account = 'bob'", "marks out of order: a bob"),
        ("UPDATE members SET shown = 2 WHERE account = 'bob'", "marks out of order: a bob"),
        ("UPDATE members SET sent = 8 WHERE account = 'bob'", "marks out of order: a bob"),
        ("UPDATE receipts SET seq = 10", "receipts beyond the log: a bob"),
        ("UPDATE chats SET change = 99999", "a change from the future: a"),
        ("DELETE FROM accounts WHERE id = 'bob'", "members without an account: a bob"),
        (
            "INSERT INTO devices (id, account, token) VALUES ('d', 'eve', x'00')",
            "devices without an account: d",
        ),
    ],
)
def test_what_is_broken_is_found(folder: Path, broken: str, found: str) -> None:
    connection = sqlite3.connect(folder / "chinwag.db")
    connection.execute(broken)
    connection.commit()
    connection.close()
    assert found in check_folder(folder)


def test_a_long_list_is_cut(folder: Path) -> None:
    connection = sqlite3.connect(folder / "chinwag.db")
    connection.executemany("INSERT INTO chats (id, last) VALUES (?, 1)", [(n,) for n in range(99)])
    connection.commit()
    found = check.problems(connection)
    connection.close()
    assert found[-1] == "events are not 1 to last: and more"
    assert len(found) == 21


async def test_a_damaged_file_is_found(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    source = sqlite3.connect(folder / "chinwag.db")
    copy = sqlite3.connect(other / "chinwag.db")
    source.backup(copy)
    ((page,),) = copy.execute("SELECT rootpage FROM sqlite_master WHERE name = 'events'")
    copy.close()
    source.close()
    with (other / "chinwag.db").open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 200)
    (found, *_) = check_folder(other)
    assert found.startswith("The database ")


def test_nothing_to_check(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="no database"):
        check_folder(tmp_path)
