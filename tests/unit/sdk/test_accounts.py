"""Signing up, in and out, against a tiny HTTP peer."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from chinwag.protocol import errors as catalogue
from chinwag.protocol.errors import ChinwagError
from chinwag.sdk import Client

SIGNED_IN = {"user": {"id": "me", "handle": "me", "name": "Me"}, "device": "d", "token": "t0ken"}


class Http:
    """Answers each request with ``status`` and ``body``, and remembers them."""

    def __init__(self) -> None:
        self.status = 200
        self.body: bytes = b"{}"
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        self.url = ""

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
        headers = {name.lower(): value for name, value in (it.split(": ", 1) for it in lines)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.asked.append((first, headers, body))
        writer.write(
            b"HTTP/1.1 %d X\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b"
            % (self.status, len(self.body), self.body)
        )
        await writer.drain()
        writer.close()
        await writer.wait_closed()


@asynccontextmanager
async def serving() -> AsyncIterator[Http]:
    http = Http()
    server = await asyncio.start_server(http.take, "127.0.0.1", 0)
    http.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield http


async def test_signing_up_gives_a_client_with_its_token() -> None:
    async with serving() as http:
        http.body = json.dumps(SIGNED_IN | {"extra": "of a newer server"}).encode()
        client = await Client.sign_up(http.url + "/", "me", "Me", "pass phrase", device="desk")
        assert (client.token, client.user, client.state.device) == ("t0ken", "me", "d")
        line, headers, body = http.asked[0]
        assert line == "POST /api/sign-up HTTP/1.1"
        assert headers["content-type"] == "application/json"
        assert json.loads(body)["device"] == "desk"
        await client.close()


async def test_signing_in_and_out() -> None:
    async with serving() as http:
        http.body = json.dumps(SIGNED_IN).encode()
        client = await Client.sign_in(http.url, "me", "pass phrase")
        await client.sign_out()
        assert [line.split()[1] for line, _, _ in http.asked] == ["/api/sign-in", "/api/sign-out"]
        assert http.asked[1][1]["authorization"] == "Bearer t0ken"
        assert client.status == "closed"


async def test_refusals_are_of_the_catalogue() -> None:
    async with serving() as http:
        http.status, http.body = 401, b'{"code":"wrong_credentials","text":"no"}'
        with pytest.raises(ChinwagError) as caught:
            await Client.sign_in(http.url, "me", "wrong")
        assert caught.value.kind is catalogue.WRONG_CREDENTIALS


async def test_a_proxy_in_between_is_no_riddle() -> None:
    async with serving() as http:
        http.status, http.body = 502, b"<html>bad gateway</html>"
        with pytest.raises(ChinwagError) as caught:
            await Client.server(http.url)
        assert caught.value.kind is catalogue.UNAVAILABLE


async def test_nobody_there() -> None:
    with pytest.raises(ConnectionRefusedError):
        await Client.server("http://127.0.0.1:1")
