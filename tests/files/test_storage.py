"""What takes the space, what could go, and that nothing else does."""

import asyncio
import os
import secrets
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chinwag.cli.main import app
from chinwag.server.services.upload_rows import KEPT_MS
from engines.s3 import S3
from files.sender import Sender
from house import Site, served

_DAY = KEPT_MS + 60_000


async def _aged(site: Site, table: str, column: str) -> None:
    """Make the rows of a table a day older."""
    sql = f"UPDATE {table} SET {column} = {column} - {_DAY}"
    await site.app.store.transact(lambda tx: tx.execute(sql))


async def _objects(site: Site) -> list[str]:
    return sorted([kept.key async for kept in site.app.filing.blobs.list()])


async def test_a_finished_upload_that_nobody_sends_goes_after_a_day(
    ann: Sender, site: Site
) -> None:
    sweeping = site.app.filing.sweeping
    done = await ann.send(os.urandom(1000))
    await sweeping.sweep()
    assert len(await _objects(site)) == 1
    await _aged(site, "files", "created_at")
    going = {each.what: each.number for each in await sweeping.survey()}
    assert going == {"uploads": 0, "files": 1, "blobs": 0, "objects": 0}
    await sweeping.sweep()
    assert await _objects(site) == []
    assert [each for each in await sweeping.survey() if each.number] == []
    assert (await ann.ask("GET", f"/api/files/{done['id']}"))[0] == 404


async def test_bytes_stay_as_long_as_one_file_has_them(ann: Sender, site: Site) -> None:
    body = os.urandom(1000)
    one, other = await ann.send(body), await ann.send(body)
    sql = "UPDATE files SET created_at = 0 WHERE id = $1"
    await site.app.store.transact(lambda tx: tx.execute(sql, one["id"]))
    await site.app.filing.sweeping.sweep()
    assert await ann.content(other["id"]) == body


async def test_an_upload_that_nobody_finishes_goes_after_a_day(ann: Sender, site: Site) -> None:
    path = await ann.create(1000)
    await ann.patch(path, 0, b"x" * 100)
    await site.app.filing.sweeping.sweep()
    assert await ann.offset(path) == 100
    await _aged(site, "uploads", "expires_at")
    status, answer, _ = await ann.patch(path, 100, b"x")
    assert (status, answer["code"]) == (410, "upload_expired")
    await site.app.filing.sweeping.sweep()
    assert await _objects(site) == []
    assert (await ann.ask("HEAD", path))[0] == 404


async def test_objects_that_no_row_knows_go_after_a_day(
    ann: Sender, site: Site, tmp_path: Path
) -> None:
    path = await ann.create(1000)
    await ann.patch(path, 0, b"x" * 100)
    known = await _objects(site)
    files = tmp_path / "files"
    for name in ("uploads/lost/0-a", "made/lost/small-b", "uploads/new/0-c"):
        (files / name).parent.mkdir(parents=True, exist_ok=True)
        (files / name).write_bytes(b"lost")
    for name in (*known, "uploads/lost/0-a", "made/lost/small-b"):
        os.utime(files / name, (0, 0))
    gone = {each.what: each.number for each in await site.app.filing.sweeping.sweep()}
    assert gone["objects"] == 2
    assert await _objects(site) == sorted([*known, "uploads/new/0-c"])


async def test_the_operator_sees_it_cleans_up_and_finds_damage(
    ann: Sender, site: Site, tmp_path: Path
) -> None:
    await ann.send(os.urandom(300_000), filename="kept.bin")
    gone = await ann.send(os.urandom(200_000))
    sql = "UPDATE files SET created_at = 0 WHERE id = $1"
    await site.app.store.transact(lambda tx: tx.execute(sql, gone["id"]))

    def chinwag(*arguments: str, status: int = 0) -> str:
        result = CliRunner().invoke(app, [*arguments, "--data", str(tmp_path)])
        assert result.exit_code == status, result.output
        return result.output

    shown = await asyncio.to_thread(chinwag, "admin", "storage")
    assert "document" in shown
    assert "500.0 kB" in shown
    assert "ann" in shown
    would = await asyncio.to_thread(chinwag, "admin", "storage", "--clean", "--dry-run")
    assert "200.0 kB" in would
    assert len(await _objects(site)) == 2
    await asyncio.to_thread(chinwag, "admin", "storage", "--clean")
    [left] = await _objects(site)
    assert "all is well" in await asyncio.to_thread(chinwag, "admin", "check")
    with (tmp_path / "files" / left).open("r+b") as file:
        file.seek(1000)
        file.write(b"damage")
    assert "damaged" in await asyncio.to_thread(chinwag, "admin", "check", status=1)
    (tmp_path / "files" / left).unlink()
    assert "missing" in await asyncio.to_thread(chinwag, "admin", "check", status=1)


async def test_a_backup_has_the_files(tmp_path: Path) -> None:
    old, new, file = tmp_path / "old", tmp_path / "new", tmp_path / "backup.tar"
    body = os.urandom(100_000)
    async with served(old) as site:
        ann = Sender(site, (await site.sign_up("ann"))["token"])
        done = await ann.send(body)
        half = await ann.create(1000)
        await ann.patch(half, 0, b"x" * 500)

        def chinwag(*arguments: str) -> None:
            result = CliRunner().invoke(app, list(arguments))
            assert result.exit_code == 0, result.output

        await asyncio.to_thread(chinwag, "backup", str(file), "--data", str(old))
    await asyncio.to_thread(chinwag, "restore", str(file), "--data", str(new))
    await asyncio.to_thread(chinwag, "admin", "check", "--data", str(new))
    async with served(new) as site:
        ann.site = site
        assert await ann.content(done["id"]) == body
        assert await ann.offset(half) == 500
        assert (await ann.patch(half, 500, b"y" * 500))[0] == 204
        assert (await ann.settled(half))["state"] == "ready"


@pytest.mark.parametrize("first", [4_000, 6_001])
async def test_the_quota_counts_what_is_under_way(tmp_path: Path, first: int) -> None:
    async with served(tmp_path, file_quota=10_000, uploads_open=2) as site:
        ann = Sender(site, (await site.sign_up("ann"))["token"])
        path = await ann.create(first)
        status, answer, _ = await ann.ask("POST", Upload_Length="4000")
        assert status == (201 if first == 4_000 else 413), answer
        if status == 201:
            status, answer, _ = await ann.ask("POST", Upload_Length="1")
            assert (status, answer["code"]) == (409, "quota")
            return
        assert answer["code"] == "file_quota"
        # What was begun goes on all the same, and what it leaves can be used.
        assert (await ann.patch(path, 0, b"x" * first))[0] == 204
        assert (await ann.settled(path))["state"] == "ready"
        assert (await ann.ask("POST", Upload_Length="3999"))[0] == 201


async def test_files_in_s3(s3: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    body = os.urandom(18 << 20)
    place = f"s3://files/{secrets.token_hex(4)}"
    async with served(tmp_path, files_url=place, files_endpoint=s3.url) as site:
        ann = Sender(site, (await site.sign_up("ann"))["token"])
        path = await ann.create(len(body))
        assert (await ann.patch(path, 0, body[: 17 << 20]))[0] == 204
        assert (await ann.patch(path, 17 << 20, body[17 << 20 :]))[0] == 204
        done = await ann.settled(path)
        url, headers = (
            f"{site.url}/api/files/{done['id']}",
            {"Authorization": f"Bearer {ann.token}"},
        )
        async with site.client.get(url, headers=headers | {"Range": "bytes=16777000-"}) as answer:
            assert answer.status == 206
            assert await answer.read() == body[16_777_000:]
        assert len(await _objects(site)) == 3
        await _aged(site, "files", "created_at")
        await site.app.filing.sweeping.sweep(objects=False)
        assert await _objects(site) == []
    assert not (tmp_path / "files").exists()
