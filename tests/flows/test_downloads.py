"""Fetching files over HTTP: who may, in which parts, and as what."""

import asyncio
import base64
import contextlib
import hashlib
import re
import secrets
from dataclasses import dataclass
from urllib.parse import unquote

import psutil
import pytest

from flows.cast import Person, eventually
from flows.conftest import People, Serve
from flows.servers import Server
from flows.shelf import Answer, fetch, put
from flows.test_files import path, raw, send

CONTENT = secrets.token_bytes(300_001)
SHA256 = hashlib.sha256(CONTENT).hexdigest()
ABSENT = "00000000-0000-7000-8000-000000000000"
PARTS = ("", "/small", "/medium", "?download")


class Shelf:
    """Somebody's document, which holds `CONTENT`, and ways to ask for it."""

    def __init__(self, server: Server, owner: Person, file: str) -> None:
        self.server = server
        self.owner = owner
        self.file = file
        self._process = psutil.Process(server.pid)

    async def fetch(self, *, method: str = "GET", **headers: str) -> Answer:
        """Ask for it."""
        return await fetch(self.server, path(self.file), self.owner, method=method, **headers)

    async def ranges_on_one_connection(self, asked: list[str]) -> list[bytes]:
        """Ask for these, sent all at once; what each is answered, head and body."""
        reader, writer = await self.connect()
        for each in asked:
            writer.write(self.request(path(self.file), f"Range: {each}\r\n"))
        found = []
        for _ in asked:
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head)
            assert length, head
            found.append(head + await reader.readexactly(int(length[1])))
        writer.close()
        return found

    async def leave_early(self, target: str) -> None:
        """Ask, and go when it begins to come."""
        reader, writer = await self.connect()
        writer.write(self.request(target))
        await reader.readexactly(10_000)
        writer.transport.abort()

    def open_files(self) -> list[str]:
        """What the server has open of the storage, and connections."""
        files = [each.path for each in self._process.open_files() if "/files/" in each.path]
        return files + [str(each) for each in self._process.net_connections("tcp")]

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection to the server."""
        port = self.server.url.rpartition(":")[2]
        return await asyncio.open_connection("127.0.0.1", int(port))

    def request(self, target: str, more: str = "") -> bytes:
        """A request of the owner's."""
        token = f"Authorization: Bearer {self.owner.token}\r\n"
        return f"GET {target} HTTP/1.1\r\nHost: localhost\r\n{token}{more}\r\n".encode()


@pytest.fixture
async def shelf(server: Server, people: People) -> Shelf:
    """A shelf on the shared server."""
    (owner,) = await people(1)
    return Shelf(server, owner, await put(server, owner, CONTENT))


@dataclass
class Case:
    """Who stands how to one file, and to another of which nobody else was told."""

    people: dict[str, Person | None]
    shared: str
    unsent: str


@pytest.fixture
async def case(server: Server, people: People) -> Case:
    """A group's photo, and everybody there may be."""
    owner, member, past, late, stranger = await people(5)
    chat = await owner.group("Seen", member, past)
    shared, unsent = [
        await put(server, owner, CONTENT + end, kind="photo", type="image/jpeg", previews=True)
        for end in (b"", b"!")
    ]
    async with await raw(owner) as socket:
        assert "ok" in await send(socket, chat, shared)
    await owner.phone.groups.remove(chat, past.id)
    await owner.phone.groups.add(chat, late.id)  # sees what comes from now on
    # Knows them well from elsewhere, and is blocked there.
    other = await owner.direct(stranger)
    await stranger.say(other, "hello")
    await owner.phone.people.block(stranger.id)
    found = {
        "owner": owner, "member": member, "past member": past, "late member": late,
        "stranger": stranger, "nobody": None,
    }  # fmt: skip
    return Case(found, shared, unsent)


async def test_who_may_fetch_what(server: Server, case: Case) -> None:
    may = {("owner", "shared"), ("owner", "unsent"), ("member", "shared")}
    for who, person in case.people.items():
        for what, file in (("shared", case.shared), ("unsent", case.unsent)):
            for part in PARTS:
                for method in ("GET", "HEAD"):
                    answer = await fetch(server, path(file) + part, person, method=method)
                    none = await fetch(server, path(ABSENT) + part, person, method=method)
                    if (who, what) in may:
                        assert answer.status == 200, (who, what, part)
                        continue
                    # What is there is answered as what is not, to the byte.
                    assert answer.status == (404 if person else 401), (who, what, part)
                    assert (answer.body, _told(answer)) == (none.body, _told(none))
            # An upload is its owner's alone, whatever became of it.
            upload = await fetch(server, f"/api/uploads/{file}", person)
            none = await fetch(server, f"/api/uploads/{ABSENT}", person)
            assert (upload.status, upload.body) == (none.status, none.body)


def _told(answer: Answer) -> dict[str, str]:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return {name: value for name, value in headers.items() if name not in ("x-request-id", "date")}


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, 300_001),
        ("bytes=69999-70000", 69_999, 70_001),  # across two objects
        ("bytes=100-250000", 100, 250_001),
        ("bytes=299999-999999999999", 299_999, 300_001),
        ("bytes=-1", 300_000, 300_001),
        ("bytes=-999999", 0, 300_001),
        ("Bytes = 5-7", 5, 8),
    ],
)
async def test_a_range(shelf: Shelf, asked: str, start: int, stop: int) -> None:
    answer = await shelf.fetch(Range=asked)
    assert answer.status == 206
    assert answer.body == CONTENT[start:stop]
    assert answer.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(CONTENT)}"
    assert int(answer.headers["Content-Length"]) == stop - start


@pytest.mark.parametrize(
    "asked",
    ["bytes=5-3", "bytes=", "bytes=-", "bytes=a-b", "lines=0-1", "bytes=0-1,5-6", "0-1",
     "bytes=0-1-2", "bytes=--1", f"bytes={'9' * 40}-"],
)  # fmt: skip
async def test_what_is_no_single_range_is_ignored(shelf: Shelf, asked: str) -> None:
    answer = await shelf.fetch(Range=asked)
    assert (answer.status, answer.body) == (200, CONTENT)


@pytest.mark.parametrize("asked", ["bytes=300001-", "bytes=999999999-999999999", "bytes=-0"])
async def test_a_range_beyond_the_end(shelf: Shelf, asked: str) -> None:
    answer = await shelf.fetch(Range=asked)
    assert (answer.status, answer.body) == (416, b"")
    assert answer.headers["Content-Range"] == f"bytes */{len(CONTENT)}"


async def test_conditions(shelf: Shelf) -> None:
    whole = await shelf.fetch()
    etag = whole.headers["ETag"]
    assert etag == f'"{SHA256}"'
    part = {"Range": "bytes=0-9"}
    assert (await shelf.fetch(**part, If_Range=etag)).status == 206
    for other in ('"other"', f"W/{etag}", "Sun, 22 Nov 2026 18:00:00 GMT"):
        assert (await shelf.fetch(**part, If_Range=other)).status == 200
    for known in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        answer = await shelf.fetch(If_None_Match=known)
        assert (answer.status, answer.body) == (304, b"")
        assert answer.headers["ETag"] == etag
    assert (await shelf.fetch(If_None_Match='"other"')).status == 200


async def test_headers_of_a_document(shelf: Shelf) -> None:
    answer = await shelf.fetch()
    digest = base64.b64encode(bytes.fromhex(SHA256)).decode()
    wanted = {
        "Content-Type": "text/plain",
        "Content-Length": str(len(CONTENT)),
        "Content-Disposition": "attachment; filename=\"notes.txt\"; filename*=UTF-8''notes.txt",
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Repr-Digest": f"sha-256=:{digest}:",
    }
    assert {name: answer.headers[name] for name in wanted} == wanted
    head = await shelf.fetch(method="HEAD")
    assert head.body == b""
    assert {name: head.headers[name] for name in wanted} == wanted


async def test_two_answers_on_one_connection(shelf: Shelf) -> None:
    """What goes past uvicorn leaves its account of the connection right."""
    spans = [(0, 100_000), (5, 6), (0, len(CONTENT)), (299_000, 300_000)]
    asked = [f"bytes={start}-{stop - 1}" for start, stop in spans]
    answers = await shelf.ranges_on_one_connection(asked)
    for (start, stop), answer in zip(spans, answers, strict=True):
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 206")
        assert body == CONTENT[start:stop]


@pytest.mark.parametrize(
    ("kind", "declared", "served", "inline"),
    [
        ("photo", "image/jpeg", "image/jpeg", True),
        ("video", "video/mp4", "video/mp4", True),
        ("voice", "audio/ogg", "audio/ogg", True),
        ("photo", "image/svg+xml", "application/octet-stream", False),
        ("document", "application/pdf", "application/pdf", False),
        ("document", "text/html", "application/octet-stream", False),
        ("document", "image/svg+xml", "application/octet-stream", False),
        ("document", "application/xhtml+xml", "application/octet-stream", False),
        ("document", "text/javascript", "application/octet-stream", False),
        ("document", "text/xml; charset=x", "application/octet-stream", False),
    ],
)
async def test_types(shelf: Shelf, kind: str, declared: str, served: str, inline: bool) -> None:
    file = await put(shelf.server, shelf.owner, b"<script>", kind=kind, type=declared)
    answer = await fetch(shelf.server, path(file), shelf.owner)
    assert answer.headers["Content-Type"] == served
    assert answer.headers["Content-Disposition"].startswith("inline" if inline else "attachment")
    answer = await fetch(shelf.server, path(file) + "?download", shelf.owner)
    assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Übersicht für Zoë.pdf", "Übersicht für Zoë.pdf"),
        ("日本語.txt", "日本語.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\x.exe", "x.exe"),
        ('a"b;c%41.txt', 'a"b;c%41.txt'),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("a\r\nSet-Cookie: x=1.txt", "aSet-Cookie: x=1.txt"),
        (".htaccess", "htaccess"),
        ("...", "file"),
        ("é" * 4_000 + ".txt", None),
    ],
)
async def test_names(shelf: Shelf, name: str, shown: str | None) -> None:
    file = await put(shelf.server, shelf.owner, b"x", name=name)
    answer = await fetch(shelf.server, path(file), shelf.owner)
    assert answer.status == 200
    assert "Set-Cookie" not in answer.headers
    line = answer.headers["Content-Disposition"]
    found = re.fullmatch(r'attachment; filename="([ -~]+)"; filename\*=UTF-8\'\'([!-~]+)', line)
    assert found, line
    assert not re.search(r'["\\/%]', found[1])
    saved = unquote(found[2])
    assert saved == (shown or saved)
    assert len(saved.encode()) <= 255


async def test_previews_are_kept_for_a_day(shelf: Shelf) -> None:
    file = await put(
        shelf.server, shelf.owner, b"big", kind="photo", type="image/jpeg", previews=True
    )
    small = await fetch(shelf.server, path(file) + "/small", shelf.owner)
    assert small.body.startswith(b"s")
    assert small.headers["Content-Type"] == "image/webp"
    assert small.headers["Cache-Control"] == "private, max-age=86400"
    plain = await put(shelf.server, shelf.owner)
    assert (await fetch(shelf.server, path(plain) + "/small", shelf.owner)).status == 404


async def test_a_client_that_goes_leaves_nothing_behind(shelf: Shelf) -> None:
    large = await put(shelf.server, shelf.owner, secrets.token_bytes(30_000_000))
    before = shelf.open_files()
    for _ in range(5):
        await shelf.leave_early(path(large))
    answer = await fetch(shelf.server, path(large), shelf.owner)
    assert len(answer.body) == 30_000_000

    def closed() -> bool:
        left = [each for each in shelf.open_files() if each not in before]
        assert not left, left
        return True

    await eventually(closed)


async def test_a_download_goes_on_after_a_restart(people: People, serve: Serve) -> None:
    server = serve()
    (anna,) = await people(1, at=server)
    content = secrets.token_bytes(30_000_000)
    shelf = Shelf(server, anna, await put(server, anna, content))
    reader, writer = await shelf.connect()
    writer.write(shelf.request(path(shelf.file)))
    await reader.readuntil(b"\r\n\r\n")
    got = await reader.readexactly(100_000)  # and no more: the server waits for us to read
    await asyncio.to_thread(server.stop)
    assert server.status == 0
    with contextlib.suppress(ConnectionError):
        got += await reader.read()
    writer.transport.abort()
    assert len(got) < len(content)
    await asyncio.to_thread(server.start)
    rest = await shelf.fetch(
        Range=f"bytes={len(got)}-", If_Range=f'"{hashlib.sha256(content).hexdigest()}"'
    )
    assert rest.status == 206
    assert got + rest.body == content


@pytest.mark.parametrize("target", ["/api/files/", "/api/files/..%2f..%2fetc", "/api/files/a/big"])
async def test_other_addresses(shelf: Shelf, target: str) -> None:
    assert (await fetch(shelf.server, target, shelf.owner)).status == 404
