"""The way that people come: through whatever stands in front, by the public URL."""

import asyncio
import contextlib
import ssl
import time
from urllib.parse import urlsplit

import aiohttp
import msgspec

from chinwag.protocol import http
from chinwag.protocol.errors import UNAUTHENTICATED
from chinwag.protocol.version import SUBPROTOCOL
from chinwag.server.config import Settings
from chinwag.server.doctor.chart import Ailment, Chart, State, doubt
from chinwag.server.doctor.door import server_at

_SECONDS = 8.0
_DAY = 24 * 3600
_SOON_DAYS, _VERY_SOON_DAYS = 21, 3
_SOMEBODY_ELSE = "192.0.2.77"  # of the block for documentation (RFC 5737)
_TRUST = "set trusted_proxies to the address that the proxy has towards the node"


async def examine(chart: Chart, settings: Settings) -> None:
    """Come as a client would."""
    url = settings.public_url.rstrip("/")
    if not url:
        chart.note(State.OK, "public_url is not set: people come to the node itself")
        return
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    if url.startswith("https://") and not await chart.look(
        lambda: _certificate(url), "see the certificate in the proxy, and its renewal"
    ):
        return
    async with aiohttp.ClientSession(timeout=timeout) as client:
        if await chart.look(
            lambda: _reaches(client, url, settings), "does the proxy run, and lead to the nodes?"
        ):
            await chart.look(
                lambda: _upgrades(client, url),
                "let the proxy pass Upgrade and Connection on, by HTTP/1.1 (deploy/haproxy.cfg)",
            )
            await chart.look(lambda: _forwards(client, url), _TRUST)
            await chart.look(lambda: _hides(client, url), "deny /metrics in the proxy")


async def _certificate(url: str) -> str:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 443
    try:
        _, writer = await asyncio.open_connection(host, port, ssl=ssl.create_default_context())
    except ssl.SSLCertVerificationError as error:
        raise Ailment(f"the certificate is not good: {error.verify_message}") from None
    try:
        until = ssl.cert_time_to_seconds(writer.get_extra_info("peercert")["notAfter"])
    finally:
        writer.close()
        with contextlib.suppress(OSError, TimeoutError):
            await asyncio.wait_for(writer.wait_closed(), 1)
    days = (until - time.time()) / _DAY
    text = f"the certificate is good for {days:.0f} more days"
    if days < _VERY_SOON_DAYS:
        raise Ailment(text)
    if days < _SOON_DAYS:
        raise doubt(text)
    return text


async def _reaches(client: aiohttp.ClientSession, url: str, settings: Settings) -> str:
    server = await server_at(client, url)
    if server.name != settings.name:
        raise doubt(
            f"{url} leads to chinwag {server.version}, whose name is another: {server.name}",
            "is it the server meant, and do all nodes have the same settings?",
        )
    async with client.get(f"{url}/readyz") as answer:  # the proxy we ship keeps it to itself
        if answer.status not in (200, 404):
            raise Ailment(f"{url}/readyz answers {answer.status}")
    return f"{url} leads to chinwag {server.version}"


async def _upgrades(client: aiohttp.ClientSession, url: str) -> str:
    """Ask for a socket without a token: the server's own refusal shows that the question came."""
    try:
        socket = await client.ws_connect(f"{url}/ws", protocols=[SUBPROTOCOL], timeout=_WAIT)
    except aiohttp.WSServerHandshakeError as error:
        if error.status == UNAUTHENTICATED.status and "X-Request-Id" in (error.headers or {}):
            return "WebSockets reach a node, which asks for a token"
        raise Ailment(f"a WebSocket is answered with {error.status}") from None
    await socket.close()
    raise Ailment("a WebSocket without a token is let in: that was not chinwag")


_WAIT = aiohttp.ClientWSTimeout(ws_close=2.0)


async def _forwards(client: aiohttp.ClientSession, url: str) -> str:
    seen = await _address(client, url)
    if seen.forwarding == "ignored":
        raise Ailment(
            "the proxy is not trusted: to the limits, all people together are one address"
        )
    if seen.forwarding == "none":
        raise doubt(
            "no proxy says where requests come from (X-Forwarded-For)",
            "fine if public_url leads to the node itself; else let the proxy set the header",
        )
    claimed = await _address(client, url, {"X-Forwarded-For": _SOMEBODY_ELSE})
    if claimed.address == _SOMEBODY_ELSE:
        raise Ailment(
            "the proxy passes on what clients say of their address: limits can be got around",
            "let the proxy replace X-Forwarded-For, or add the client's address to its end",
        )
    return f"the proxy says where people come from (now: {seen.address}), and is believed"


async def _address(
    client: aiohttp.ClientSession, url: str, headers: dict[str, str] | None = None
) -> http.Address:
    async with client.get(f"{url}/api/address", headers=headers) as answer:
        if answer.status == 404:
            raise doubt(
                "the server is of an older version, and does not say where it sees people",
                "upgrade the nodes",
            )
        return msgspec.json.decode(await answer.read(), type=http.Address)


async def _hides(client: aiohttp.ClientSession, url: str) -> str:
    async with client.get(f"{url}/metrics") as answer:
        if answer.status == 200:
            raise Ailment("everybody can read the metrics through the proxy")
    return "the metrics are not shown to everybody"
