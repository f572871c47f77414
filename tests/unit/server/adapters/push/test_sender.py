"""What becomes of push messages: by the answers of a real HTTP server, and by where it is."""

import asyncio
import datetime
import os
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from email.utils import format_datetime
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from chinwag.server.adapters.push import base64url, vapid
from chinwag.server.adapters.push.encryption import point
from chinwag.server.adapters.push.sender import Sender
from chinwag.server.adapters.push.service import WebPush
from chinwag.server.ports.push import Alert, Fate, Reply, Target

KEYS = vapid.new_keys()
ALERT = Alert(b"{}", "topic", "high", 60)
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def target(endpoint: str) -> Target:
    """A browser there."""
    key = generate_private_key(SECP256R1()).public_key()
    return Target(endpoint, base64url.encode(point(key)), base64url.encode(os.urandom(16)))


@asynccontextmanager
async def served(answer: Answer, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server that answers like this; its port."""
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    try:
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


async def pushed(endpoint: str, *, loopback: bool = True) -> Reply:
    """What becomes of an alert that is sent there."""
    sender = Sender(KEYS, "", loopback)
    try:
        return await sender.send(target(endpoint), ALERT)
    finally:
        await sender.close()


async def answered(status: int, **headers: str) -> Reply:
    """What becomes of it if that is the answer."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(
            status=status, headers={key.replace("_", "-"): it for key, it in headers.items()}
        )

    async with served(answer) as port:
        return await pushed(f"http://127.0.0.1:{port}/x")


@pytest.mark.parametrize(
    ("status", "fate"),
    [
        (200, Fate.TAKEN),
        (201, Fate.TAKEN),
        (202, Fate.TAKEN),
        (301, Fate.REFUSED),
        (307, Fate.REFUSED),
        (400, Fate.REFUSED),
        (401, Fate.REFUSED),
        (403, Fate.REFUSED),
        (404, Fate.GONE),
        (408, Fate.FAILED),
        (410, Fate.GONE),
        (413, Fate.REFUSED),
        (429, Fate.FAILED),
        (500, Fate.FAILED),
        (503, Fate.FAILED),
        (599, Fate.FAILED),
    ],
)
async def test_fates(status: int, fate: Fate) -> None:
    reply = await answered(status)
    assert reply.fate is fate
    assert reply.reason == ("" if fate is Fate.TAKEN else f"127.0.0.1: {status}")


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("120", 120, 120),
        ("0", 0, 0),
        ("999999999999999999999999", 3600, 3600),
        ("-5", 0, 0),
        ("1e9", 0, 0),
        ("²", 0, 0),
        ("soon", 0, 0),
        ("Fri, 31 Dec 1999 23:59:59 GMT", 0, 0),
        ("in a minute", 0, 0),
    ],
)
async def test_pauses(text: str, least: int, most: int) -> None:
    reply = await answered(429, Retry_After=text)
    assert least * 1000 <= reply.retry_after <= most * 1000


async def test_a_pause_until_a_moment() -> None:
    then = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=90)
    reply = await answered(503, Retry_After=format_datetime(then, usegmt=True))
    assert 80_000 < reply.retry_after <= 90_000


async def test_an_answer_without_end_is_not_read() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:  # until the other side has had enough
            await response.write(b"x" * 65_536)

    async with served(answer) as port:
        async with asyncio.timeout(5):
            reply = await pushed(f"http://127.0.0.1:{port}/x")
    assert reply.fate is Fate.TAKEN


async def test_nobody_there() -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response()

    async with served(answer) as port:
        pass
    reply = await pushed(f"http://127.0.0.1:{port}/x")
    assert (reply.fate, reply.reason) == (Fate.FAILED, "127.0.0.1: no connection")


async def test_cookies_of_one_browser_do_not_go_to_another() -> None:
    seen: list[str | None] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Cookie"))
        return web.Response(headers={"Set-Cookie": "who=ann"})

    async with served(answer) as port:
        sender = Sender(KEYS, "", True)
        for _ in range(2):
            await sender.send(target(f"http://127.0.0.1:{port}/x"), ALERT)
        await sender.close()
    assert seen == [None, None]


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "2130706433",  # 127.0.0.1, as some resolvers read it
        "0x7f.1",
        "127.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        "[::]",
        "10.0.0.1",
        "169.254.169.254",
        "[fe80::1]",
        "[fd00::1]",
    ],
)
async def test_no_name_and_no_spelling_leads_to_a_private_address(host: str) -> None:
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response()

    async with served(answer) as port:
        for url in (f"http://{host}:{port}/x", f"https://{host}/x"):
            reply = await pushed(url, loopback=False)
            assert reply.fate in (Fate.GONE, Fate.FAILED)  # failed: no resolver knows the name
    assert asked == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254"])
async def test_a_forbidden_address_ends_the_subscription(host: str) -> None:
    reply = await pushed(f"https://{host}/x", loopback=False)
    assert reply.fate is Fate.GONE
    assert reply.reason.endswith("is at a forbidden address")


async def test_other_ports_are_forbidden_too() -> None:
    reply = await pushed("https://192.0.9.9:8443/x", loopback=False)
    assert reply.fate is Fate.GONE


async def test_a_certificate_must_be_in_order(tmp_path: Path) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response()

    async with served(answer, _self_signed(tmp_path)) as port:
        reply = await pushed(f"https://localhost:{port}/x")
    assert (reply.fate, reply.reason) == (Fate.FAILED, "localhost: no connection")


async def test_unusable_keys_end_the_subscription() -> None:
    sender = Sender(KEYS, "", True)
    for key in ("", "AAAA", base64url.encode(b"\x04" + bytes(64)), "é"):
        reply = await sender.send(Target("http://127.0.0.1:9/x", key, "AAAA"), ALERT)
        assert (reply.fate, reply.reason) == (Fate.GONE, "unusable keys")
    await sender.close()


async def test_many_at_once_load_what_they_need_once() -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=201)

    push = WebPush(loopback=True)
    push.use(push.new_keys())
    async with served(answer) as port:
        there = target(f"http://127.0.0.1:{port}/x")
        replies = await asyncio.gather(*(push.send(there, ALERT) for _ in range(20)))
        await push.close()
    assert {reply.fate for reply in replies} == {Fate.TAKEN}


def _self_signed(folder: Path) -> ssl.SSLContext:
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.fromtimestamp(time.time(), datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context
