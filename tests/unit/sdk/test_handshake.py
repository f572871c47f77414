"""What a client makes of a server that goes away in the middle of the handshake."""

import asyncio

import pytest

from chinwag.sdk import Connection


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
