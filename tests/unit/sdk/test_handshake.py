"""What a client makes of a server that goes away in the middle of the handshake."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import psutil
import pytest

from chinwag.sdk import Connection
from chinwag.sdk.errors import Timeout
from unit.sdk.peer import PATIENCE


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 101 Switching Pro"])
async def test_an_end_before_the_answer_is_no_connection(answer: bytes) -> None:
    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        with pytest.raises(OSError, match="during the handshake"):
            await Connection.open(f"http://127.0.0.1:{port}", "token", lambda push: None)


class Silent:
    """A server that takes whoever comes, and never answers."""

    def __init__(self) -> None:
        self.ended = asyncio.Event()
        self.asked = asyncio.Event()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.asked.set()
        with contextlib.suppress(ConnectionError):
            await reader.read()
        writer.close()
        self.ended.set()


@contextlib.asynccontextmanager
async def silent() -> AsyncIterator[tuple[Silent, str]]:
    there = Silent()
    server = await asyncio.start_server(there.take, "127.0.0.1", 0)
    async with server:
        yield there, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_an_attempt_that_is_cancelled_leaves_no_socket() -> None:
    async with silent() as (server, url):
        attempt = asyncio.create_task(Connection.open(url, "token", lambda push: None))
        await asyncio.wait_for(server.asked.wait(), PATIENCE)
        attempt.cancel()
        with pytest.raises(asyncio.CancelledError):
            await attempt
        assert not sockets_to(url)
        await asyncio.wait_for(server.ended.wait(), PATIENCE)


async def test_an_attempt_that_takes_too_long_leaves_no_socket() -> None:
    async with silent() as (server, url):
        with pytest.raises(Timeout):
            await Connection.open(url, "token", lambda push: None, within=0.2)
        assert not sockets_to(url)
        await asyncio.wait_for(server.ended.wait(), PATIENCE)


def sockets_to(url: str) -> list[object]:
    """What this process has open to the port of ``url``."""
    port = int(url.rpartition(":")[2])
    connections = psutil.Process().net_connections("tcp")
    return [one for one in connections if one.raddr and one.raddr.port == port]
