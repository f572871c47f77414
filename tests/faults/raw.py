"""A WebSocket client without manners: it does what a test says, byte by byte."""

import asyncio
import json
import socket
from typing import Any, Protocol

TEXT, CLOSE, PING, PONG, CONTINUATION = 1, 8, 9, 10, 0
_KEY = "dGhlIHNhbXBsZSBub25jZQ=="


class At(Protocol):
    """Where a server is."""

    url: str


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True) -> bytes:
    """A client's frame, masked with zeros (RFC 6455 section 5.2)."""
    size = len(payload)
    assert size < 65_536
    length = bytes((0x80 | size,)) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
    return bytes(((0x80 if fin else 0) | opcode,)) + length + bytes(4) + payload


def ask(number: int, **command: Any) -> bytes:
    """A request as a frame."""
    return frame(TEXT, json.dumps({"id": number, "do": command}).encode())


class Raw:
    """One TCP connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def connect(cls, server: At, *, receive_buffer: int | None = None) -> "Raw":
        """Just TCP. With a small ``receive_buffer`` what is not read backs up soon."""
        port = int(server.url.rpartition(":")[2])
        plain = socket.socket()
        if receive_buffer is not None:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        plain.setblocking(False)
        await asyncio.get_running_loop().sock_connect(plain, ("127.0.0.1", port))
        return cls(*await asyncio.open_connection(sock=plain, limit=4096))

    @classmethod
    async def session(cls, server: At, token: str, *, receive_buffer: int | None = None) -> "Raw":
        """An open WebSocket of a device."""
        raw = await cls.connect(server, receive_buffer=receive_buffer)
        raw.send(
            "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {_KEY}\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Protocol: chinwag.v1\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        )
        head = await raw.reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101"), head
        return raw

    def send(self, data: bytes) -> None:
        """Send bytes, however many wait already."""
        self.writer.write(data)

    async def next(self) -> tuple[int, bytes] | None:
        """The next frame; None at the end of the connection."""
        try:
            first, size = await self.reader.readexactly(2)
            if size >= 126:
                size = int.from_bytes(await self.reader.readexactly(2 if size == 126 else 8), "big")
            return first & 0x0F, await self.reader.readexactly(size)
        except (asyncio.IncompleteReadError, ConnectionError):
            self.abort()
            return None

    async def close_code(self) -> int:
        """Read to the end; the code of the close frame, 1006 if there was none."""
        code = 1006
        while (got := await self.next()) is not None:
            if got[0] == CLOSE:
                code = int.from_bytes(got[1][:2], "big")
                self.send(frame(CLOSE, got[1][:2]))
        return code

    async def pushes(self, kind: str) -> list[dict[str, Any]]:
        """Read to the end; the pushes of this type."""
        found = []
        while (got := await self.next()) is not None:
            if got[0] == TEXT and json.loads(got[1]).get("push", {}).get("type") == kind:
                found.append(json.loads(got[1])["push"])
        return found

    def abort(self) -> None:
        """Drop it."""
        self.writer.transport.abort()
