"""What every storage of files promises. A storage is added in the fixture below."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chinwag.server.adapters.blobs.bucket import BucketBlobs
from chinwag.server.adapters.blobs.folder import FolderBlobs
from chinwag.server.ports.blobs import Blobs, Missing
from engines.s3 import S3


@pytest.fixture(params=["folder", "s3"])
async def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    """A fresh storage, open."""
    blobs: Blobs = FolderBlobs(tmp_path / "files")
    if request.param == "s3":
        server: S3 = request.getfixturevalue("s3")
        patch: pytest.MonkeyPatch = request.getfixturevalue("monkeypatch")
        for name, value in server.environment.items():
            patch.setenv(name, value)
        blobs = BucketBlobs(f"s3://files/{tmp_path.name}-{os.getpid()}", server.url)
    await blobs.open()
    return blobs


async def _chunks(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def _all(blobs: Blobs, key: str, start: int, stop: int) -> bytes:
    return b"".join([piece async for piece in blobs.get(key, start, stop)])


async def _keys(blobs: Blobs, prefix: str = "") -> dict[str, int]:
    return {kept.key: kept.size async for kept in blobs.list(prefix)}


async def test_what_was_put_is_read(blobs: Blobs) -> None:
    body = os.urandom(3_000_017)
    parts = [body[start : start + 65_536] for start in range(0, len(body), 65_536)]
    assert await blobs.put("one/0", _chunks(*parts)) == len(body)
    assert await _all(blobs, "one/0", 0, len(body)) == body


@pytest.mark.parametrize("size", [0, 1, 1 << 20, (1 << 20) + 1, 16 << 20])
async def test_every_size_is_kept(blobs: Blobs, size: int) -> None:
    body = os.urandom(size)
    assert await blobs.put("sizes/0", _chunks(body)) == size
    assert await _keys(blobs, "sizes") == {"sizes/0": size}
    assert await _all(blobs, "sizes/0", 0, size) == body


@pytest.mark.parametrize("where", [(0, 1), (10, 11), (999, 1000), (0, 1000), (5, 5), (3, 998)])
async def test_any_range_is_read(blobs: Blobs, where: tuple[int, int]) -> None:
    body = os.urandom(1000)
    await blobs.put("one/0", _chunks(body))
    assert await _all(blobs, "one/0", *where) == body[slice(*where)]


async def test_long_objects_are_read_in_pieces(blobs: Blobs) -> None:
    await blobs.put("one/0", _chunks(*[b"x" * 65_536] * 160))
    pieces = [len(piece) async for piece in blobs.get("one/0", 0, 160 * 65_536)]
    assert sum(pieces) == 160 * 65_536
    assert max(pieces) <= 4 << 20


async def test_what_is_not_there_is_missing(blobs: Blobs) -> None:
    with pytest.raises(Missing):
        await _all(blobs, "nowhere/0", 0, 10)


async def test_objects_are_listed_by_folder(blobs: Blobs) -> None:
    for key in ("a/1", "a/2", "ab/1"):
        await blobs.put(key, _chunks(b"x"))
    assert await _keys(blobs) == {"a/1": 1, "a/2": 1, "ab/1": 1}
    assert await _keys(blobs, "a") == {"a/1": 1, "a/2": 1}
    assert await _keys(blobs, "nothing") == {}


async def test_deleted_objects_are_gone_and_may_be_deleted_again(blobs: Blobs) -> None:
    for key in ("a/1", "a/2", "b/1"):
        await blobs.put(key, _chunks(b"x"))
    await blobs.delete(["a/1", "b/1", "never/there"])
    await blobs.delete(["a/1"])
    await blobs.delete([])
    assert await _keys(blobs) == {"a/2": 1}


async def test_a_source_that_fails_leaves_nothing(blobs: Blobs) -> None:
    class Cut(Exception):
        pass

    async def source() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * 262_144
        raise Cut

    with pytest.raises(Cut):
        await blobs.put("cut/0", source())
    assert await _keys(blobs) == {}
    with pytest.raises(Missing):
        await _all(blobs, "cut/0", 0, 1)


async def test_a_put_that_is_cancelled_leaves_nothing(blobs: Blobs) -> None:
    begun = asyncio.Event()

    async def source() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * 262_144
        begun.set()
        await asyncio.Event().wait()

    put = asyncio.ensure_future(blobs.put("cut/0", source()))
    await begun.wait()
    put.cancel()
    with pytest.raises(asyncio.CancelledError):
        await put
    assert await _keys(blobs) == {}


async def test_many_at_once_do_not_mix(blobs: Blobs) -> None:
    bodies = {f"many/{n}": os.urandom(100_000 + n) for n in range(20)}
    await asyncio.gather(*[blobs.put(key, _chunks(body)) for key, body in bodies.items()])
    for key, body in bodies.items():
        assert await _all(blobs, key, 0, len(body)) == body


async def test_a_path_is_the_object_or_there_is_none(blobs: Blobs) -> None:
    await blobs.put("one/0", _chunks(b"these"))
    path = blobs.path("one/0")
    assert path is None or path.read_bytes() == b"these"
