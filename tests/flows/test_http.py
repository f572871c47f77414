"""The HTTP side under rude requests: wrong bodies, foreign pages, smuggling, many at once."""

import asyncio
import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from chinwag.sdk import Client
from flows.cast import eventually
from flows.conftest import People, Serve
from flows.servers import Server

JSON = {"Content-Type": "application/json"}


def exchange(
    server: Server,
    method: str,
    path: str,
    body: bytes | str | None = None,
    headers: Mapping[str, str] | None = None,
) -> tuple[int, dict[str, str], bytes]:
    """One request; status, headers and body of the answer."""
    host = urlsplit(server.url)
    connection = http.client.HTTPConnection(host.hostname or "", host.port, timeout=20)
    try:
        connection.request(method, path, body=body, headers=dict(headers or {}))
        answer = connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, found, answer.read()
    finally:
        connection.close()


async def post(
    server: Server, path: str, body: Any, headers: Mapping[str, str] = JSON
) -> tuple[int, str]:
    """POST; status and error code."""
    data = body if isinstance(body, bytes | str) else json.dumps(body)
    status, _, answer = await asyncio.to_thread(exchange, server, "POST", path, data, headers)
    return status, json.loads(answer).get("code", "")


async def spoken(server: Server, request: bytes) -> bytes:
    """What is answered to these very bytes, until the server closes."""
    parts = urlsplit(server.url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        writer.write(request)
        async with asyncio.timeout(15):
            return await reader.read()
    finally:
        writer.close()


SIGN_UP = {"handle": "somebody.new", "name": "N", "password": "a long enough one"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "invalid"),
        ("{", "malformed"),
        ("[]", "invalid"),
        ("null", "invalid"),
        ({}, "invalid"),
        ({**SIGN_UP, "handle": "A"}, "invalid"),
        ({**SIGN_UP, "handle": "with space"}, "invalid"),
        ({**SIGN_UP, "handle": "x\n.y"}, "invalid"),
        ({**SIGN_UP, "handle": ["a"]}, "invalid"),
        ({**SIGN_UP, "name": ""}, "invalid"),
        ({**SIGN_UP, "name": "\x00"}, "invalid"),
        ({**SIGN_UP, "name": "x" * 65}, "invalid"),
        ({**SIGN_UP, "password": "short"}, "invalid"),
        ({**SIGN_UP, "password": "x" * 257}, "invalid"),
        ({**SIGN_UP, "password": "password123"}, "weak_password"),
        ({**SIGN_UP, "admin": True}, "invalid"),
        ({**SIGN_UP, "handle": "admin"}, "handle_taken"),
        ('{"handle": "abc", "name": "\\ud800", "password": "a long enough one"}', "malformed"),
        (b'{"handle": "abc", "name": "\xff", "password": "a long enough one"}', "malformed"),
        ("[" * 50_000, "malformed"),
    ],
)
async def test_a_wrong_sign_up_is_refused_with_a_reason(
    server: Server, body: Any, code: str
) -> None:
    status, found = await post(server, "/api/sign-up", body)
    assert 400 <= status < 500
    assert found in {code, "malformed"} if code == "invalid" else found == code


async def test_a_name_of_ten_megabytes_is_too_large(server: Server) -> None:
    status, code = await post(server, "/api/sign-up", {**SIGN_UP, "name": "x" * 10_000_000})
    assert (status, code) == (413, "too_large")


@pytest.mark.parametrize(
    "kind",
    ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/json"],
)
async def test_only_json_changes_anything(server: Server, kind: str) -> None:
    headers = {"Content-Type": kind} if kind else {}
    sign_in = {"handle": "somebody.new", "password": "a long enough one"}
    for path, form in (("sign-up", SIGN_UP), ("sign-in", sign_in), ("sign-out", {})):
        status, code = await post(server, f"/api/{path}", form, headers)
        assert (status, code) == (400, "malformed"), path


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://127.0.0.1.evil.example", "http://127.0.0.1:1", "x"],
)
async def test_foreign_pages_may_not_talk_to_the_server(
    people: People, server: Server, origin: str
) -> None:
    (anna,) = await people(1)
    headers = {**JSON, "Origin": origin}
    assert await post(server, "/api/sign-in", {"handle": "x", "password": "y"}, headers) == (
        403, "forbidden_origin",
    )  # fmt: skip
    url = server.url.replace("http", "ws", 1) + "/ws"
    for given in (
        {"Authorization": f"Bearer {anna.token}"},
        {"Cookie": f"chinwag={anna.token}"},
    ):
        with pytest.raises(InvalidStatus) as refusal:
            await connect(url, origin=origin, additional_headers=given, proxy=None)  # type: ignore[arg-type]
        assert refusal.value.response.status_code == 403


async def test_a_cookie_needs_its_own_page_behind_it(people: People, server: Server) -> None:
    (anna,) = await people(1)
    await anna.away()
    url = server.url.replace("http", "ws", 1) + "/ws"
    cookie = {"Cookie": f"chinwag={anna.token}"}
    with pytest.raises(InvalidStatus) as refusal:
        await connect(url, additional_headers=cookie, proxy=None)
    assert refusal.value.response.status_code == 403
    own = server.url
    socket = await connect(url, origin=own, additional_headers=cookie, proxy=None)  # type: ignore[arg-type]
    assert '"hello"' in str(await socket.recv())
    await socket.close()


async def test_a_page_may_ask_whose_cookie_it_is(server: Server) -> None:
    client = await Client.sign_up(server.url, "page", "Page", "a long enough one")
    cookie = {"Cookie": f"chinwag={client.token}"}
    answer = await asyncio.to_thread(exchange, server, "GET", "/api/session", None, cookie)
    status, headers, body = answer
    assert status == 200
    assert json.loads(body) == {"user": client.user, "device": client.state.device}
    assert headers["cache-control"] == "no-store"
    await client.sign_out()
    for none in ({}, cookie):
        answer = await asyncio.to_thread(exchange, server, "GET", "/api/session", None, none)
        assert (answer[0], json.loads(answer[2])) == (200, {"user": "", "device": ""})


async def test_a_token_in_the_address_opens_nothing(people: People, server: Server) -> None:
    (anna,) = await people(1)
    for query in (f"?token={anna.token}", f"?access_token={anna.token}"):
        with pytest.raises(InvalidStatus) as refusal:
            await connect(server.url.replace("http", "ws", 1) + "/ws" + query, proxy=None)
        assert refusal.value.response.status_code == 401


async def test_unknown_routes_and_methods(server: Server) -> None:
    for method, path, status in (
        ("GET", "/api/nothing", 404),
        ("GET", "/../../etc/passwd", 404),
        ("GET", "/%2e%2e/%2e%2e/etc/passwd", 404),
        ("GET", "/api/sign-up", 405),
        ("DELETE", "/api/server", 405),
        ("TRACE", "/", 405),
        ("GET", "/ws", 400),
        ("POST", "/ws", 404),
    ):
        found, headers, _ = await asyncio.to_thread(exchange, server, method, path)
        assert found == status or found in (400, 404, 405, 426), (method, path, found)
        assert found < 500
        assert "server" not in headers


async def test_answers_are_not_for_caches_or_frames(server: Server) -> None:
    _, headers, _ = await asyncio.to_thread(exchange, server, "GET", "/api/server")
    assert "no-store" in headers["cache-control"]
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "access-control-allow-origin" not in headers


SMUGGLED = {
    "length and chunks": b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths": b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "two lengths in one": b"Content-Length: 2, 3\r\n\r\n{}",
    "a signed length": b"Content-Length: +2\r\n\r\n{}",
    "a folded line": b"X-Folded: a\r\n b\r\nContent-Length: 2\r\n\r\n{}",
    "a blank before the colon": b"Content-Length : 2\r\n\r\n{}",
    "two hosts": b"Host: elsewhere\r\nContent-Length: 2\r\n\r\n{}",
    "an unknown coding": b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "NUL in a header": b"X-Nul: a\x00b\r\nContent-Length: 2\r\n\r\n{}",
    "a bad chunk": b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("rest", SMUGGLED.values(), ids=SMUGGLED.keys())
async def test_what_two_readers_could_read_differently_is_refused(
    server: Server, rest: bytes
) -> None:
    head = b"POST /api/sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    smuggled = b"GET /api/server HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    answer = await spoken(server, head + rest + smuggled)
    # Or no answer at all, where the body turned out to be wrong behind a good head.
    assert not answer or answer.startswith((b"HTTP/1.1 4", b"HTTP/1.1 501")), answer[:200]
    assert answer.count(b"HTTP/1.1") <= 1, "the second request was read, too"


async def test_log_ins_do_not_stall_the_chat(people: People, server: Server) -> None:
    anna, ben, carol = await people(3)
    chat = await anna.direct(ben)
    done: list[int] = []

    async def log_in(number: int) -> None:
        password = carol.password if number % 2 else f"wrong {number}"
        form = {"handle": carol.handle, "password": password}
        status, code = await post(server, "/api/sign-in", form)
        assert (status, code) in ((200, ""), (401, "wrong_credentials"), (503, "busy"))
        done.append(number)

    log_ins = [asyncio.create_task(log_in(number)) for number in range(200)]
    while_pending = 0
    for number in range(300):
        await anna.say(chat, str(number))
        if len(done) < len(log_ins) and ben.chat(chat).last > 1:
            while_pending += 1
    assert while_pending > 0
    await eventually(lambda: ben.texts(chat) == [str(number) for number in range(300)])
    await asyncio.gather(*log_ins)
    assert len(done) == 200


async def test_guessing_passwords_is_slowed_down_but_locks_nobody_out(
    people: People, serve: Serve
) -> None:
    server = serve(tries_burst=5, tries_every=600, sign_ins_burst=0)
    (anna,) = await people(1, at=server)
    codes = [
        (await post(server, "/api/sign-in", {"handle": anna.handle, "password": f"guess {n}"}))[1]
        for n in range(8)
    ]
    assert codes == ["wrong_credentials"] * 5 + ["rate_limited"] * 3
    status, headers, body = await asyncio.to_thread(
        exchange, server, "POST", "/api/sign-in",
        json.dumps({"handle": anna.handle, "password": anna.password}), JSON,
    )  # fmt: skip
    assert status == 429
    assert int(headers["retry-after"]) > 0
    assert json.loads(body)["retry_after"] > 0
    # With a token of hers one is let in all the same; so is everybody else.
    own = {**JSON, "Authorization": f"Bearer {anna.token}"}
    form = {"handle": anna.handle, "password": anna.password}
    assert (await post(server, "/api/sign-in", form, own))[0] == 200
    (ben,) = await people(1, at=server)
    assert (await Client.sign_in(server.url, ben.handle, ben.password)).user == ben.id


async def test_known_and_unknown_handles_are_answered_alike(people: People, server: Server) -> None:
    (anna,) = await people(1)
    answers = {
        await asyncio.to_thread(
            lambda handle=handle: exchange(
                server,
                "POST",
                "/api/sign-in",
                json.dumps({"handle": handle, "password": "not the one"}),
                JSON,
            )[::2]
        )
        for handle in (anna.handle, "nobody.at.all", "Ünbekannt", "x" * 64)
    }
    assert len(answers) == 1


@pytest.mark.parametrize("kind", ["claim", "invite", "join"])
async def test_links_lead_to_pages(server: Server, kind: str) -> None:
    """The three links that are printed, sent and drawn as QR codes."""
    get = "GET"
    status, headers, _ = await asyncio.to_thread(exchange, server, get, f"/{kind}/abcdefgh12345678")
    assert status == 200
    assert headers["content-type"].startswith("text/html")
    _, _, page = await asyncio.to_thread(exchange, server, get, f"/{kind}/%3Cscript%3Ex()")
    assert b"<script>x()" not in page
