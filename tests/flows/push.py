"""A push service, and browsers that subscribe there: messages are judged as the standards have it
(RFC 8030, 8291, 8292) and decrypted by another implementation than the server's.
"""

import asyncio
import json
import os
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import http_ece
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chinwag.sdk import Client
from flows.cast import eventually


def encode(data: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """The same backwards."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass(frozen=True)
class Got:
    """An alert, as the service worker gets it, and what its push message said of itself."""

    alert: dict[str, Any]
    headers: dict[str, str]
    size: int


class Browser:
    """A browser with a subscription. ``answers`` are the next statuses (and headers) that its push
    service gives, then 201; while it ``hangs`` there is none.
    """

    def __init__(self, service: "PushService", name: str) -> None:
        self.service = service
        self.name = name
        self.got: list[Got] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.asked = 0
        self.hangs = False
        self._key = generate_private_key(SECP256R1())
        self._auth = os.urandom(16)

    @property
    def subscription(self) -> dict[str, str]:
        """What the browser tells of itself."""
        public = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        endpoint = f"{self.service.url}/push/{self.name}"
        return {"endpoint": endpoint, "p256dh": encode(public), "auth": encode(self._auth)}

    async def subscribe(self, client: Client, **how: bool) -> None:
        """Have a device alerted here."""
        self.service.key = client.state.push_key
        await client.devices.subscribe_push(**self.subscription, **how)
        await self.service.told()

    def take(self, body: bytes, headers: dict[str, str]) -> None:
        """A push message arrived."""
        plain = http_ece.decrypt(body, private_key=self._key, auth_secret=self._auth)
        self.got.append(Got(json.loads(plain), headers, len(body)))

    def alerts(self, kind: str = "message") -> list[dict[str, Any]]:
        """What came of a type."""
        return [got.alert for got in self.got if got.alert["type"] == kind]

    async def next(self, number: int = 1, kind: str = "message") -> dict[str, Any]:
        """Wait until so many of a type came; the last of them."""
        await eventually(lambda: len(self.alerts(kind)) >= number)
        return self.alerts(kind)[number - 1]


class PushService:
    """The push service of a browser's maker. ``key``: the one that senders must sign by. ``told``
    returns when all senders know of a new subscription.
    """

    def __init__(self, told: Callable[[], Awaitable[None]] | None = None) -> None:
        self.told = told or _at_once
        self.url = ""
        self.key = ""
        self.browsers: dict[str, Browser] = {}
        self.wrong: list[str] = []

    def browser(self) -> Browser:
        """Another one."""
        name = encode(os.urandom(12))
        self.browsers[name] = Browser(self, name)
        return self.browsers[name]

    async def answer(self, request: web.Request) -> web.Response:
        """Take a push message, or refuse it."""
        browser = self.browsers[request.match_info["name"]]
        browser.asked += 1
        body = await request.read()
        headers = dict(request.headers)
        try:
            self._judge(body, headers)
        except AssertionError as error:
            self.wrong.append(str(error))
            raise
        while browser.hangs:  # noqa: ASYNC110 - until the test is over it
            await asyncio.sleep(0.02)
        status, more = browser.answers.pop(0) if browser.answers else (201, {})
        if status == 201:
            browser.take(body, headers)
        return web.Response(status=status, headers=more)

    def _judge(self, body: bytes, headers: dict[str, str]) -> None:
        assert len(body) <= 3_000
        assert headers["Content-Encoding"] == "aes128gcm"
        assert 0 < int(headers["TTL"]) <= 28 * 24 * 3600
        assert headers["Urgency"] in ("very-low", "low", "normal", "high")
        assert 0 < len(headers["Topic"]) <= 32
        assert not set(headers["Topic"]) - set(encode(bytes(range(256)))) - set("-_")
        scheme, _, parts = headers["Authorization"].partition(" ")
        assert scheme == "vapid"
        fields = dict(part.strip().split("=", 1) for part in parts.split(","))
        assert fields["k"] == self.key
        head, claims, signature = fields["t"].split(".")
        assert json.loads(decode(head)) == {"typ": "JWT", "alg": "ES256"}
        found = json.loads(decode(claims))
        assert found["aud"] == self.url
        assert time.time() < found["exp"] <= time.time() + 24 * 3600
        raw = decode(signature)
        both = [int.from_bytes(half, "big") for half in (raw[:32], raw[32:])]
        key = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), decode(fields["k"]))
        key.verify(encode_dss_signature(*both), f"{head}.{claims}".encode(), ECDSA(SHA256()))


async def _at_once() -> None:
    """Where there is one server."""


@asynccontextmanager
async def push_service(
    told: Callable[[], Awaitable[None]] | None = None,
) -> AsyncIterator[PushService]:
    """A push service on this machine; everything that comes must be as the standards have it."""
    service = PushService(told)
    app = web.Application()
    app.router.add_post("/push/{name}", service.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0]
    service.url = f"http://{host}:{port}"
    try:
        yield service
    finally:
        await runner.cleanup()
    assert service.wrong == []
