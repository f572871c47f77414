"""A client of uploads, in plain HTTP: it can be told to do each thing wrong."""

import asyncio
import base64
import hashlib
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from house import Site


def metadata(**fields: str) -> str:
    """``Upload-Metadata``."""
    return ",".join(
        f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in fields.items()
    )


def checksum(body: bytes, algorithm: str = "sha256") -> str:
    """``Upload-Checksum``."""
    digest = hashlib.new(algorithm, body).digest()
    return f"{algorithm} {base64.b64encode(digest).decode()}"


@asynccontextmanager
async def at(url: str) -> AsyncIterator[Site]:
    """A server that runs elsewhere."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client:
        site = Site.__new__(Site)
        site.client, site.url = client, url
        yield site


class Sender:
    """Somebody who is signed in at a server."""

    def __init__(self, site: Site, token: str) -> None:
        self.site = site
        self.token = token

    async def ask(
        self, method: str, path: str = "/api/uploads", body: Any = None, **headers: str
    ) -> tuple[int, Any, Any]:
        fields = {"Tus-Resumable": "1.0.0", "Authorization": f"Bearer {self.token}"}
        if isinstance(body, bytes):
            body = io.BytesIO(body)  # which aiohttp wants of large ones
        fields |= {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.site.ask(method, path, data=body, headers=fields)

    async def create(self, size: int, **fields: str) -> str:
        """A new upload's path."""
        status, answer, headers = await self.ask(
            "POST",
            Upload_Length=str(size),
            Upload_Metadata=metadata(**({"kind": "document", "filename": "a.bin"} | fields)),
        )
        assert status == 201, answer
        return str(headers["Location"])

    async def patch(
        self, path: str, offset: int, body: Any, **headers: str
    ) -> tuple[int, Any, Any]:
        kind = "application/offset+octet-stream"
        return await self.ask(
            "PATCH", path, body, Content_Type=kind, Upload_Offset=str(offset), **headers
        )

    async def offset(self, path: str) -> int:
        """How far it has come."""
        status, answer, headers = await self.ask("HEAD", path)
        assert status == 200, answer
        return int(headers["Upload-Offset"])

    async def settled(self, path: str) -> dict[str, Any]:
        """How it ended, once it has."""
        async with asyncio.timeout(60):
            while True:
                status, answer, _ = await self.ask("GET", path, Prefer="wait=20")
                assert status == 200, answer
                if answer["state"] in ("ready", "refused"):
                    return dict(answer)

    async def send(self, body: bytes, **fields: str) -> dict[str, Any]:
        """A whole upload."""
        path = await self.create(len(body), **fields)
        if body:
            status, answer, _ = await self.patch(path, 0, body)
            assert status == 204, answer
        return await self.settled(path)

    async def content(self, upload: str) -> bytes:
        """The bytes of the file that an own upload became, as the storage has them."""
        store, blobs = self.site.app.store, self.site.app.filing.blobs
        sql = "SELECT b.segments FROM files f JOIN blobs b ON b.sha256 = f.blob WHERE f.id = $1"
        from chinwag.server.services import content
        from chinwag.server.services.upload_rows import segments_of

        [(text,)] = await store.read(lambda reader: reader.fetch(sql, upload))
        return b"".join([piece async for piece in content.read(blobs, segments_of(str(text)))])

    async def begin_patch(
        self, path: str, offset: int, body: bytes, length: int, **headers: str
    ) -> asyncio.StreamWriter:
        """A request whose body is sent as far as here."""
        host = urlsplit(self.site.url)
        _, writer = await asyncio.open_connection(host.hostname, host.port)
        fields = {
            "Host": host.netloc,
            "Authorization": f"Bearer {self.token}",
            "Tus-Resumable": "1.0.0",
            "Content-Type": "application/offset+octet-stream",
            "Upload-Offset": str(offset),
            "Content-Length": str(length),
        } | {name.replace("_", "-"): value for name, value in headers.items()}
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        writer.write(f"PATCH {path} HTTP/1.1\r\n{head}\r\n".encode() + body)
        await writer.drain()
        return writer
