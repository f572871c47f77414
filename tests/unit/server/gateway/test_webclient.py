"""What a browser gets of the web client: whole, small, kept as long as is right; and no more."""

import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from chinwag.server.gateway.assets import load
from chinwag.server.gateway.webclient import WebClient

PAGE = b"<!doctype html><title>chinwag</title>" + b" " * 500
SCRIPT = b"export const answer = 42;" * 40
PASSED_ON = 299


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes


class Browser:
    """Asks the middleware; what it passes on comes back with a status of its own."""

    def __init__(self, folder: Path) -> None:
        self._app = WebClient(_beyond, load(folder))

    async def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        raw = [(name.replace("_", "-").encode(), each.encode()) for name, each in headers.items()]
        scope: Any = {"type": "http", "method": method, "path": path, "headers": raw}
        events: list[Any] = []

        async def send(event: Any) -> None:
            events.append(event)

        await self._app(scope, _nothing, send)
        start, end = events
        fields = {name.decode(): value.decode() for name, value in start["headers"]}
        return Answer(start["status"], fields, end["body"])


async def _beyond(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": PASSED_ON, "headers": []})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _nothing() -> Any:
    raise AssertionError("nobody reads the body of a GET")


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A small build, as the tools leave it; brotli's file need not be brotli here."""
    folder = tmp_path / "web"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_bytes(PAGE)
    (folder / "index.html.gz").write_bytes(gzip.compress(PAGE))
    (folder / "assets/main-Ab12.js").write_bytes(SCRIPT)
    (folder / "assets/main-Ab12.js.br").write_bytes(b"brotli")
    (folder / "assets/main-Ab12.js.gz").write_bytes(gzip.compress(SCRIPT))
    (folder / "assets/inter-Cd34.woff2").write_bytes(b"wOF2")
    (folder / "sw.js").write_bytes(b"self;")
    (folder / "manifest.webmanifest").write_bytes(b"{}")
    (folder / ".sources").write_bytes(b"0123")
    (tmp_path / "secret.txt").write_bytes(b"secret")
    return folder


@pytest.fixture
def browser(built: Path) -> Browser:
    return Browser(built)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/assets/main-Ab12.js", "text/javascript; charset=utf-8"),
        ("/assets/inter-Cd34.woff2", "font/woff2"),
        ("/sw.js", "text/javascript; charset=utf-8"),
        ("/manifest.webmanifest", "application/manifest+json"),
        ("/", "text/html; charset=utf-8"),
    ],
)
async def test_files_have_their_types(browser: Browser, path: str, kind: str) -> None:
    answer = await browser.get(path)
    assert (answer.status, answer.headers["content-type"]) == (200, kind)
    assert answer.headers["content-length"] == str(len(answer.body))


@pytest.mark.parametrize(
    ("path", "cache"),
    [
        ("/assets/main-Ab12.js", "public, max-age=31536000, immutable"),
        ("/assets/inter-Cd34.woff2", "public, max-age=31536000, immutable"),
        ("/", "no-cache"),
        ("/sw.js", "no-cache"),
        ("/manifest.webmanifest", "no-cache"),
    ],
)
async def test_only_what_cannot_change_is_kept_unasked(
    browser: Browser, path: str, cache: str
) -> None:
    assert (await browser.get(path)).headers["cache-control"] == cache


@pytest.mark.parametrize(
    ("accepted", "coding", "body"),
    [
        ("gzip, deflate, br, zstd", "br", b"brotli"),
        ("gzip;q=1.0, br;q=0", "gzip", SCRIPT),
        ("GZIP", "gzip", SCRIPT),
        ("br;q=0.000, gzip;q=0, identity", None, SCRIPT),
        ("", None, SCRIPT),
        ("zstd", None, SCRIPT),
        ("*", None, SCRIPT),
    ],
)
async def test_each_gets_the_coding_that_it_reads(
    browser: Browser, accepted: str, coding: str | None, body: bytes
) -> None:
    answer = await browser.get("/assets/main-Ab12.js", accept_encoding=accepted)
    assert answer.headers.get("content-encoding") == coding
    assert (gzip.decompress(answer.body) if coding == "gzip" else answer.body) == body
    assert answer.headers["vary"] == "accept-encoding"


async def test_what_is_unchanged_is_not_sent_again(browser: Browser) -> None:
    first = await browser.get("/", accept_encoding="gzip")
    tag = first.headers["etag"]
    for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = await browser.get("/", accept_encoding="gzip", if_none_match=given)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
        assert "content-type" not in again.headers
    other = await browser.get("/", if_none_match=tag)  # those were other bytes
    assert (other.status, other.body) == (200, PAGE)


async def test_head_is_get_without_a_body(browser: Browser) -> None:
    whole = await browser.get("/assets/main-Ab12.js", accept_encoding="br")
    bare = await browser.get("/assets/main-Ab12.js", "HEAD", accept_encoding="br")
    assert bare == whole._replace(body=b"")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/c/0190-abcd",
        "/c/0190-abcd/info",
        "/c/0190-abcd/gallery",
        "/c/0190-abcd/message/12",
        "/new",
        "/new/group",
        "/settings",
        "/settings/alerts",
        "/sign-in",
        "/sign-up",
        "/invite/ueMfcld3",
        "/claim/ueMfcld3",
        "/join/ueMfcld3",
    ],
)
async def test_every_address_of_the_client_is_its_page(browser: Browser, path: str) -> None:
    answer = await browser.get(path)
    assert (answer.status, answer.body) == (200, PAGE)


@pytest.mark.parametrize("path", ["/nothing", "/index.html", "/c", "/c/a/b/c", "/../secret.txt"])
async def test_a_person_who_is_lost_gets_the_page_all_the_same(browser: Browser, path: str) -> None:
    answer = await browser.get(path, accept="text/html,*/*;q=0.8")
    assert (answer.status, answer.body) == (404, PAGE)
    assert "etag" not in answer.headers
    assert "cache-control" not in answer.headers  # no-store, like everything that says nothing


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/.sources",
        "/index.html.gz",
        "/assets/main-Ab12.js.br",
        "/assets/../secret.txt",
        "/../secret.txt",
        "//secret.txt",
        "/assets/main-Zz99.js",
        "/assets",
        "/sw.js/",
        "/c/a\0b.js/x/y",
    ],
)
async def test_what_is_no_file_of_the_client_is_passed_on(browser: Browser, path: str) -> None:
    assert (await browser.get(path, accept="*/*")).status == PASSED_ON


@pytest.mark.parametrize("path", ["/api/server", "/api/nothing", "/healthz", "/docs", "/ws"])
async def test_what_is_the_servers_is_passed_on(browser: Browser, path: str) -> None:
    assert (await browser.get(path, accept="text/html")).status == PASSED_ON


@pytest.mark.parametrize("method", ["POST", "PUT", "OPTIONS", "TRACE"])
async def test_nothing_is_done_to_files(browser: Browser, method: str) -> None:
    assert (await browser.get("/", method)).status == PASSED_ON


async def test_without_a_build_everything_is_passed_on(tmp_path: Path) -> None:
    browser = Browser(tmp_path / "web")
    for path in ("/", "/c/0190-abcd", "/nothing"):
        assert (await browser.get(path, accept="text/html")).status == PASSED_ON
