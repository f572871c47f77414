"""A way to a server that is cut after so many bytes, and whole again from then on."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

_PIECE = 65_536


class Scissors:
    """Cuts each of the byte numbers of ``cuts`` once, counted over all connections: bytes to the
    server if ``up``, else from it.
    """

    def __init__(self, url: str, cuts: list[int], *, up: bool) -> None:
        self._target = urlsplit(url)
        self._cuts = sorted(cuts, reverse=True)
        self._up = up
        self._passed = 0
        self.url = ""

    @property
    def left(self) -> int:
        """How many cuts are still to come."""
        return len(self._cuts)

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Somebody connects."""
        far, there = await asyncio.open_connection(self._target.hostname, self._target.port)
        try:
            async with asyncio.TaskGroup() as ways:
                ways.create_task(self._pass(reader, there, counted=self._up))
                ways.create_task(self._pass(far, writer, counted=not self._up))
        except* (OSError, EOFError):
            pass  # the end of the one side is that of the other
        finally:
            writer.transport.abort()
            there.transport.abort()

    async def _pass(
        self, source: asyncio.StreamReader, to: asyncio.StreamWriter, *, counted: bool
    ) -> None:
        while data := await source.read(_PIECE):
            if counted and self._cuts and self._passed + len(data) > self._cuts[-1]:
                to.write(data[: self._cuts.pop() - self._passed])
                self._passed += len(data)
                await to.drain()
                raise EOFError
            self._passed += len(data) if counted else 0
            to.write(data)
            await to.drain()
        raise EOFError


@contextlib.asynccontextmanager
async def scissors(url: str, cuts: list[int], *, up: bool) -> AsyncIterator[Scissors]:
    """Such a way, on a free port."""
    way = Scissors(url, cuts, up=up)
    server = await asyncio.start_server(way.take, "127.0.0.1", 0)
    way.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield way
    finally:
        server.close()
