"""Clients of tus that others wrote, as they are."""

import asyncio
import io
import os
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tusclient.client import TusClient

from files.sender import Sender
from scripts import web


@pytest.mark.parametrize("chunk", [0, 1_000_000])
async def test_tus_js_client(ann: Sender, tmp_path: Path, chunk: int) -> None:
    node = web.node()
    await asyncio.to_thread(web.install, node)
    body = os.urandom(5_000_000)
    file = tmp_path / "body"
    file.write_bytes(body)
    script = (Path(__file__).parent / "tus_client.mjs").read_text()
    done = await asyncio.to_thread(
        subprocess.run,
        [
            str(node.folder / "node"), "--input-type=module", "--eval", script, "--",
            f"{ann.site.url}/api/uploads", ann.token, str(file), str(chunk),
        ],
        cwd=web.SOURCES,
        capture_output=True,
        text=True,
        timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    settled = await ann.settled(urlsplit(done.stdout.strip()).path)
    assert (settled["state"], settled["file"]["name"]) == ("ready", "from node.bin")
    assert await ann.content(settled["id"]) == body


async def test_tuspy(ann: Sender) -> None:
    body = os.urandom(2_500_000)

    def upload() -> str:
        client = TusClient(
            f"{ann.site.url}/api/uploads", headers={"Authorization": f"Bearer {ann.token}"}
        )
        uploader = client.uploader(
            file_stream=io.BytesIO(body),
            chunk_size=1_000_000,
            upload_checksum=True,
            metadata={"filename": "from python.bin", "kind": "document"},
        )
        uploader.upload_chunk()
        # Somebody else goes on, who knows only where.
        rest = client.uploader(
            file_stream=io.BytesIO(body),
            chunk_size=1_000_000,
            url=uploader.url,
            upload_checksum=True,
        )
        rest.upload()
        return str(rest.url)

    settled = await ann.settled(urlsplit(await asyncio.to_thread(upload)).path)
    assert settled["state"] == "ready"
    assert await ann.content(settled["id"]) == body
