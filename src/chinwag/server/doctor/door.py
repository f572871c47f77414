"""The node's own port: who answers there, and whether it is ready."""

import asyncio
import socket

import aiohttp
import msgspec

from chinwag.protocol import http
from chinwag.server.config import Settings
from chinwag.server.doctor.chart import Ailment, Chart, State, doubt

_SECONDS = 5.0
_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}


async def examine(chart: Chart, settings: Settings) -> None:
    """Knock. A node that does not run is no ailment; what is in its place is."""
    if settings.port == 0:
        chart.note(State.OK, "the port is another at every start; nothing to look at")
        return
    host = _ANY.get(settings.host, settings.host)
    url = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
    place = f"{settings.host}:{settings.port}"

    async def running() -> str:
        async with asyncio.timeout(_SECONDS):
            return await _running(url, place)

    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(host, settings.port), _SECONDS)
    except (OSError, TimeoutError):
        await chart.look(
            lambda: _can_listen(settings), "set host to an address of this machine; port is free?"
        )
        return
    writer.close()
    await chart.look(running, "another program listens there: --port takes another")


async def _running(url: str, place: str) -> str:
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as client:
        server = await server_at(client, url)
        async with client.get(f"{url}/readyz") as answer:
            ready = answer.status == 200
    text = f"chinwag {server.version} answers at {place}"
    if not ready:
        raise doubt(
            f"{text}, and is not ready: it is stopping, or its database does not answer",
            "see its log, and the lines about the database above",
        )
    return f"{text}, and is ready"


async def server_at(client: aiohttp.ClientSession, url: str) -> http.Server:
    """What the server says of itself."""
    async with client.get(f"{url}/api/server") as answer:
        body = await answer.read()
        try:
            return msgspec.json.decode(body, type=http.Server)
        except msgspec.MsgspecError:
            raise Ailment(f"{url} is answered by something else ({answer.status})") from None


async def _can_listen(settings: Settings) -> str:
    place = f"{settings.host}:{settings.port}"
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
    family, kind, number, _, address = found[0]
    with socket.socket(family, kind, number) as trying:
        trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trying.bind(address)
        except OSError as error:
            raise Ailment(f"cannot listen at {place}: {error.strerror}") from None
    return f"no node runs here; {place} is free"
