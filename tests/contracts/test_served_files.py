"""What is uploaded comes out again, whole and in parts, whatever storage it is in between."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from engines.s3 import S3
from flows.cast import sign_up
from flows.servers import Server
from flows.shelf import fetch, upload


@pytest.fixture(params=["folder", "s3"])
def server(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Server]:
    """A server with its files there."""
    there = {}
    if request.param == "s3":
        storage: S3 = request.getfixturevalue("s3")
        for name, value in storage.environment.items():
            monkeypatch.setenv(name, value)
        there = {"files_url": f"s3://files/{tmp_path.name}", "files_endpoint": storage.url}
    server = Server(tmp_path, **there).start()
    yield server
    server.stop()
    assert not server.errors()


async def test_a_file_goes_in_and_comes_out(server: Server) -> None:
    anna = await sign_up(server.url, online=False)
    content = secrets.token_bytes((17 << 20) + 5)  # in two objects
    file = await upload(server, anna, content)
    assert (await fetch(server, f"/api/files/{file}", anna)).body == content
    for start, stop in ((0, 1), ((16 << 20) - 3, (16 << 20) + 3), (len(content) - 7, len(content))):
        part = await fetch(server, f"/api/files/{file}", anna, Range=f"bytes={start}-{stop - 1}")
        assert (part.status, part.body) == (206, content[start:stop])
    await anna.close()
