"""A TCP proxy that can be told to lose, hold back or cut what goes through it."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable

Filter = Callable[[bytes], bool]
"""Whether a server's frame may pass."""


class Proxy:
    """Stands between clients and one server, and knows the frames that servers send.

    Attributes:
        url: for the clients.
        lose: server frames for which this gives True vanish.
        dropped: how many have.
    """

    def __init__(self, target: str) -> None:
        found = re.match(r"http://([^:/]+):(\d+)", target)
        assert found
        self._target = found[1], int(found[2])
        self.url = ""
        self.lose: Filter = lambda frame: False
        self.dropped = 0
        self._held = asyncio.Event()
        self._held.set()
        self._writers: set[asyncio.StreamWriter] = set()

    def hold(self) -> None:
        """Let nothing of the server's through for now; connections stay."""
        self._held.clear()

    def release(self) -> None:
        """Let all of it through again."""
        self._held.set()

    def cut(self) -> None:
        """Reset all connections."""
        for writer in list(self._writers):
            writer.transport.abort()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A client came."""
        try:
            up_reader, up_writer = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, up_writer}
        try:
            await asyncio.gather(
                self._pass(reader, up_writer), self._pass_frames(up_reader, writer)
            )
        finally:
            for each in (writer, up_writer):
                self._writers.discard(each)
                each.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        with contextlib.suppress(OSError):
            writer.write_eof()

    async def _pass_frames(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            writer.write(head)
            if not head.startswith(b"HTTP/1.1 101"):
                await self._pass(reader, writer)
                return
            while True:
                frame = await _frame(reader)
                await self._held.wait()
                if self.lose(frame):
                    self.dropped += 1
                    continue
                writer.write(frame)
                await writer.drain()
        with contextlib.suppress(OSError):
            writer.write_eof()


async def _frame(reader: asyncio.StreamReader) -> bytes:
    """One unmasked frame (RFC 6455 section 5.2), head and payload."""
    head = await reader.readexactly(2)
    size = head[1] & 0x7F
    if size >= 126:
        more = await reader.readexactly(2 if size == 126 else 8)
        head, size = head + more, int.from_bytes(more, "big")
    return head + await reader.readexactly(size)


@contextlib.asynccontextmanager
async def proxied(target: str) -> AsyncIterator[Proxy]:
    """A proxy in front of the server at ``target``."""
    proxy = Proxy(target)
    server = await asyncio.start_server(proxy.take, "127.0.0.1", 0)
    proxy.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield proxy
    finally:
        server.close()
        proxy.release()
        proxy.cut()
        await server.wait_closed()
