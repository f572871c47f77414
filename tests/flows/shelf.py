"""Files that are there: uploaded, or put there as no upload would leave them."""

import asyncio
import base64
import hashlib
import io
import json
import secrets
import sqlite3
from dataclasses import dataclass
from typing import Any

import aiohttp
from PIL import Image
from uuid_utils import uuid7

from chinwag.server.clock import now_ms
from flows.cast import PATIENCE, Person
from flows.servers import Server

_SEGMENT = 70_000  # so that small contents have several


@dataclass(frozen=True)
class Answer:
    """What an HTTP request was answered. Names of headers in any case."""

    status: int
    headers: Any
    body: bytes


async def upload(
    server: Server,
    owner: Person,
    content: bytes = b"",
    *,
    kind: str = "document",
    name: str = "notes.txt",
    type: str = "text/plain",  # noqa: A002 - as the wire calls it
) -> str:
    """A new file of somebody's, ready to be sent; its id."""
    content = content or secrets.token_bytes(1_000)
    told = {"filename": name, "filetype": type, "kind": kind}
    metadata = ",".join(
        f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items()
    )
    made = await fetch(
        server,
        "/api/uploads",
        owner,
        method="POST",
        body=content,
        Tus_Resumable="1.0.0",
        Upload_Length=str(len(content)),
        Upload_Metadata=metadata,
        Content_Type="application/offset+octet-stream",
    )
    assert made.status == 201, made
    checked = await fetch(server, made.headers["Location"], owner, Prefer="wait=25")
    stands = json.loads(checked.body)
    assert stands["state"] == "ready", stands
    file: str = stands["id"]
    return file


def picture(colour: str = "teal") -> bytes:
    """A photo in miniature."""
    made = io.BytesIO()
    Image.new("RGB", (400, 400), colour).save(made, "JPEG")
    return made.getvalue()


async def put(
    server: Server,
    owner: Person,
    content: bytes = b"",
    *,
    kind: str = "document",
    name: str = "notes.txt",
    type: str = "text/plain",  # noqa: A002 - as the column
    previews: bool = False,
) -> str:
    """A file of somebody's that only its rows tell of; its id. For one node with SQLite."""
    content = content or secrets.token_bytes(200_000)
    return await asyncio.to_thread(_put, server, owner.id, content, kind, name, type, previews)


def _put(
    server: Server,
    owner: str,
    content: bytes,
    kind: str,
    name: str,
    type: str,  # noqa: A002
    previews: bool,
) -> str:
    database = sqlite3.connect(server.data / "chinwag.db", timeout=PATIENCE)
    file = str(uuid7())
    blobs = [_blob(server, database, content)]
    if previews:
        blobs += [_blob(server, database, size + secrets.token_bytes(100)) for size in (b"s", b"m")]
    database.execute(
        "INSERT INTO files (id, account, kind, name, type, size, blob, small, medium, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (file, owner, kind, name, type, len(content), *[*blobs, "", ""][:3], now_ms()),
    )
    database.commit()
    database.close()
    return file


def _blob(server: Server, database: sqlite3.Connection, content: bytes) -> str:
    segments = []
    for start in range(0, len(content), _SEGMENT):
        key = f"uploads/{uuid7()}/{start:013d}"
        path = server.data / "files" / key
        path.parent.mkdir(parents=True)
        path.write_bytes(content[start : start + _SEGMENT])
        segments.append([key, path.stat().st_size])
    sha256 = hashlib.sha256(content).hexdigest()
    database.execute(
        "INSERT OR IGNORE INTO blobs (sha256, size, segments, created_at) VALUES (?, ?, ?, ?)",
        (sha256, len(content), json.dumps(segments), now_ms()),
    )
    return sha256


async def fetch(
    server: Server,
    path: str,
    who: Person | None = None,
    *,
    method: str = "GET",
    body: bytes | None = None,
    **headers: str,
) -> Answer:
    """Ask for ``path``, as somebody or as nobody. ``If_Range="x"`` is a header."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    if who is not None:
        given["Authorization"] = f"Bearer {who.token}"
    async with (
        aiohttp.ClientSession(auto_decompress=False) as session,
        session.request(
            method,
            server.url + path,
            headers=given,
            data=None if body is None else io.BytesIO(body),
        ) as answer,
    ):
        return Answer(answer.status, answer.headers, await answer.read())
