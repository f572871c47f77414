"""Backup and restore: verified, all or nothing, and while the server runs."""

import asyncio
import io
import json
import shutil
import sqlite3
import tarfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from chinwag.server.adapters.migrations import HEAD
from chinwag.server.adapters.sqlite.backup import (
    BackupError,
    Steps,
    Unusable,
    backup,
    check_folder,
    restore,
)
from chinwag.server.adapters.sqlite.folder import FolderLock
from chinwag.server.adapters.sqlite.store import SqliteStore
from contracts.opened import Opened, mark, message


def _opened(folder: Path) -> Opened:
    return Opened(lambda: SqliteStore(folder / "chinwag.db"))


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Opened]:
    """A store in ``data`` with something in it, and files beside it."""
    opened = _opened(tmp_path / "data")
    await opened.open()
    for account in ("ann", "bob"):
        await opened.execute("INSERT INTO accounts (id, handle) VALUES ($1, $1)", account)
    await opened.chat("a", "ann", "bob")
    entries = [message("a", "ann", f"id-{n}") for n in range(50)]
    await opened.append(*entries, marks=(mark("a", "bob", 5),))
    (tmp_path / "data/blobs/ab").mkdir(parents=True)
    (tmp_path / "data/blobs/ab/abcdef").write_bytes(bytes(range(256)) * 99)
    (tmp_path / "data/blobs/ab/unfinished.part").write_bytes(b"half")
    yield opened
    await opened.store.close()


def _rows(folder: Path, sql: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(folder / "chinwag.db")
    rows = connection.execute(sql).fetchall()
    connection.close()
    return rows


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


class Seen(Steps):
    def __init__(self) -> None:
        self.steps: list[str] = []
        self.last = (0, 0)

    def step(self, what: str) -> None:
        self.steps.append(what)

    def at(self, done: int, total: int) -> None:
        assert 0 <= done <= total
        self.last = (done, total)


async def test_a_round_trip_while_the_server_runs(server: Opened, tmp_path: Path) -> None:
    file, seen = tmp_path / "backup.tar", Seen()
    manifest = backup(tmp_path / "data", file, seen)
    assert manifest.schema == HEAD
    assert (manifest.counts["events"], manifest.counts["accounts"]) == (50, 2)
    assert set(manifest.items) == {"chinwag.db", "files/blobs/ab/abcdef"}
    assert file.stat().st_mode & 0o777 == 0o600
    assert seen.steps == ["copying the database", "checking the copy", "writing the backup"]
    assert seen.last[0] == seen.last[1] > 0
    assert _names(tmp_path) == {"backup.tar", "data"}
    await server.append(message("a", "ann", "later"))

    done = restore(file, tmp_path / "new")
    assert done.aside is None
    assert check_folder(tmp_path / "new") == []
    log = "SELECT chat, seq, client_id, body, at, count FROM events ORDER BY seq"
    assert _rows(tmp_path / "new", log) == _rows(tmp_path / "data", log)[:50]
    blob = "blobs/ab/abcdef"
    assert (tmp_path / "new" / blob).read_bytes() == (tmp_path / "data" / blob).read_bytes()
    assert _names(tmp_path / "new") == {"chinwag.db", "blobs", "chinwag.lock"}


async def test_a_restored_server_lives_another_life(server: Opened, tmp_path: Path) -> None:
    backup(tmp_path / "data", tmp_path / "b")
    restore(tmp_path / "b", tmp_path / "new")
    sql = "SELECT value FROM meta WHERE key = 'generation'"
    assert _rows(tmp_path / "new", sql) != _rows(tmp_path / "data", sql)
    other = _opened(tmp_path / "new")
    await other.open()
    (again, next_) = await other.append(message("a", "ann", "id-7"), message("a", "ann", "new"))
    assert (again.seq, next_.seq) == (8, 51)
    await other.store.close()


async def test_a_backup_under_load_is_one_moment(server: Opened, tmp_path: Path) -> None:
    async def write() -> None:
        for n in range(100_000):
            await server.append(message("a", "ann", f"load-{n}", text="x" * 2_000))

    for _ in range(2_000):
        await server.append(message("a", "bob", text="y" * 2_000))
    writing = asyncio.ensure_future(write())
    manifests = [
        await asyncio.to_thread(backup, tmp_path / "data", tmp_path / f"b{n}") for n in range(3)
    ]
    assert not writing.done()
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    for n, manifest in enumerate(manifests):
        restore(tmp_path / f"b{n}", tmp_path / f"new{n}")
        assert check_folder(tmp_path / f"new{n}") == []
        stored = _rows(tmp_path / f"new{n}", "SELECT count(*), max(seq) FROM events")
        assert stored == [(manifest.counts["events"],) * 2]
    assert manifests[0].counts["events"] < manifests[2].counts["events"]


async def test_existing_files_are_not_overwritten(server: Opened, tmp_path: Path) -> None:
    file = tmp_path / "b"
    file.write_bytes(b"precious")
    with pytest.raises(BackupError, match="exists already"):
        backup(tmp_path / "data", file)
    assert file.read_bytes() == b"precious"
    backup(tmp_path / "data", file, overwrite=True)
    assert tarfile.is_tarfile(file)


async def test_what_is_not_sound_is_not_backed_up(server: Opened, tmp_path: Path) -> None:
    await server.execute("UPDATE chats SET last = 99")
    with pytest.raises(BackupError, match="events are not 1 to last: a"):
        backup(tmp_path / "data", tmp_path / "b")
    assert _names(tmp_path) == {"data"}


def test_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="no database"):
        backup(tmp_path, tmp_path / "b")


# --- restoring -----------------------------------------------------------------------------------


async def test_no_restore_under_a_running_server(server: Opened, tmp_path: Path) -> None:
    backup(tmp_path / "data", tmp_path / "b")
    with pytest.raises(Unusable, match="Another chinwag server"):
        restore(tmp_path / "b", tmp_path / "data", force=True)


async def test_existing_data_is_put_aside_and_only_by_force(server: Opened, tmp_path: Path) -> None:
    backup(tmp_path / "data", tmp_path / "b")
    await server.append(message("a", "ann", "later"))
    await server.store.close()
    with pytest.raises(BackupError, match=r"data in .* already"):
        restore(tmp_path / "b", tmp_path / "data")
    assert _rows(tmp_path / "data", "SELECT last FROM chats") == [(51,)]
    done = restore(tmp_path / "b", tmp_path / "data", force=True)
    assert done.aside is not None
    assert _rows(tmp_path / "data", "SELECT last FROM chats") == [(50,)]
    assert _rows(done.aside, "SELECT last FROM chats") == [(51,)]
    assert (done.aside / "blobs/ab/abcdef").exists()
    # What was put aside belongs to no later backup.
    manifest = backup(tmp_path / "data", tmp_path / "b2")
    assert set(manifest.items) == {"chinwag.db", "files/blobs/ab/abcdef"}


async def test_a_restore_that_was_cut_off_lets_no_server_start(
    server: Opened, tmp_path: Path
) -> None:
    backup(tmp_path / "data", tmp_path / "b")
    await server.store.close()
    (tmp_path / "data/restoring").mkdir()
    (tmp_path / "data/restoring/chinwag.db").write_bytes(b"half")
    with pytest.raises(Unusable, match="cut off"):
        FolderLock(tmp_path / "data").take()
    restore(tmp_path / "b", tmp_path / "data", force=True)
    await server.reopen()
    assert len(await server.log("a")) == 50


Spoil = Callable[[dict[str, bytes]], None]


def _manifest(files: dict[str, bytes], **changes: object) -> None:
    files["manifest.json"] = json.dumps(json.loads(files["manifest.json"]) | changes).encode()


def _other_byte(files: dict[str, bytes]) -> None:
    blob = bytearray(files["files/blobs/ab/abcdef"])
    blob[17] ^= 1
    files["files/blobs/ab/abcdef"] = bytes(blob)


def _no_manifest(files: dict[str, bytes]) -> None:
    del files["manifest.json"]


def _missing(files: dict[str, bytes]) -> None:
    del files["files/blobs/ab/abcdef"]


def _extra(files: dict[str, bytes]) -> None:
    files["../../evil"] = b"x"


def _escaping(files: dict[str, bytes]) -> None:
    items = json.loads(files["manifest.json"])["items"]
    files["files/../../evil"] = files["files/blobs/ab/abcdef"]
    items["files/../../evil"] = items["files/blobs/ab/abcdef"]
    _manifest(files, items=items)


def _newer_format(files: dict[str, bytes]) -> None:
    _manifest(files, format=2)


def _newer_schema(files: dict[str, bytes]) -> None:
    _manifest(files, schema="9999")


def _other_counts(files: dict[str, bytes]) -> None:
    _manifest(files, counts={"events": 1})


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (_other_byte, "another checksum"),
        (_no_manifest, "no manifest"),
        (_missing, "other files than its manifest"),
        (_extra, "other files than its manifest"),
        (_escaping, "no backup of ours"),
        (_newer_format, "format 2"),
        (_newer_schema, "another than the manifest says"),
        (_other_counts, "other rows"),
    ],
)
async def test_a_spoilt_backup_is_refused_and_nothing_touched(
    server: Opened, tmp_path: Path, spoil: Spoil, why: str
) -> None:
    backup(tmp_path / "data", tmp_path / "b")
    with tarfile.open(tmp_path / "b") as tar:
        files = {info.name: tar.extractfile(info).read() for info in tar}  # type: ignore[union-attr]
    spoil(files)
    with tarfile.open(tmp_path / "spoilt", "w") as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    with pytest.raises(BackupError, match=why):
        restore(tmp_path / "spoilt", tmp_path / "new")
    assert _names(tmp_path / "new") == {"chinwag.lock"}
    assert _names(tmp_path) == {"data", "b", "spoilt", "new"}


@pytest.mark.parametrize("kept", [0, 1, 511, 20_000, 0.5, 0.999])
async def test_a_backup_that_is_cut_off_is_refused(
    server: Opened, tmp_path: Path, kept: float
) -> None:
    backup(tmp_path / "data", tmp_path / "b")
    whole = (tmp_path / "b").read_bytes()
    size = int(kept * (len(whole) - 12_000)) if kept < 1 else int(kept)
    (tmp_path / "b").write_bytes(whole[:size])
    with pytest.raises(BackupError):
        restore(tmp_path / "b", tmp_path / "new")


async def test_a_link_in_a_backup_is_refused(server: Opened, tmp_path: Path) -> None:
    backup(tmp_path / "data", tmp_path / "b")
    shutil.copy(tmp_path / "b", tmp_path / "linked")
    with tarfile.open(tmp_path / "linked", "a") as tar:
        info = tarfile.TarInfo("files/link")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(info)
    with pytest.raises(BackupError):
        restore(tmp_path / "linked", tmp_path / "new")
