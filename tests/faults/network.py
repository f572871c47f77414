"""A bad network before a server or an engine: a TCP relay that stalls, cuts, halves, delays."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Protocol

_CHUNK = 65_536


class _Listening(Protocol):
    @property
    def port(self) -> int: ...


class _Pipe:
    """One direction of one connection."""

    def __init__(self, network: "Network", source: asyncio.StreamReader) -> None:
        self._network = network
        self._source = source
        self.dead = False

    async def run(self, to: asyncio.StreamWriter) -> None:
        """Relay until the end, as the network is at the moment."""
        network = self._network
        while data := await self._source.read(_CHUNK):
            await network.flows.wait()
            if network.delay:
                await asyncio.sleep(network.delay)
            if self.dead:
                continue  # swallowed: neither side hears of it
            if network.halving:
                network.halving = False
                to.write(data[: len(data) // 2])
                network.cut()
                return
            for start in range(0, len(data), network.piece):
                to.write(data[start : start + network.piece])
                await to.drain()
        if self.dead:
            await asyncio.Event().wait()  # the end of one side does not reach the other


class Network:
    """The way to a server. New connections are always possible unless it is ``down``."""

    def __init__(self, server: _Listening) -> None:
        self._server = server
        self._tasks: set[asyncio.Task[None]] = set()
        self._pipes: set[_Pipe] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self.flows = asyncio.Event()
        self.flows.set()
        self.port = 0
        self.url = ""
        self.delay = 0.0
        self.piece = _CHUNK
        self.halving = False
        self.down = False

    # --- weather -----------------------------------------------------------------------------

    def stall(self) -> None:
        """Nothing arrives any more, until `resume`."""
        self.flows.clear()

    def resume(self) -> None:
        """All arrives that was held back."""
        self.flows.set()

    def cut(self) -> None:
        """Reset every connection."""
        for writer in self._writers:
            writer.transport.abort()

    def halve(self) -> None:
        """The next frame, of whichever side, is cut in the middle, and all connections with it."""
        self.halving = True

    def bury(self) -> None:
        """Present connections are dead, and neither side is told (a cable pulled out)."""
        for pipe in self._pipes:
            pipe.dead = True

    # --- inside ------------------------------------------------------------------------------

    async def _connected(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        writers, pipes = [back], []
        try:
            if self.down:
                return
            far, there = await asyncio.open_connection("127.0.0.1", self._server.port)
            writers.append(there)
            self._writers.update(writers)
            pipes = [_Pipe(self, near), _Pipe(self, far)]
            self._pipes.update(pipes)
            ways = [
                asyncio.create_task(pipe.run(to))
                for pipe, to in zip(pipes, (there, back), strict=True)
            ]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
        except (OSError, asyncio.CancelledError):
            pass  # asyncio's streams would log a task that was cancelled as one that broke
        finally:
            self._pipes.difference_update(pipes)
            self._writers.difference_update(writers)
            self._tasks.discard(task)
            for writer in writers:
                writer.transport.abort()


@contextlib.asynccontextmanager
async def network_to(server: _Listening) -> AsyncIterator[Network]:
    """A network whose ``port``, and whose ``url`` where HTTP is spoken, leads to the server."""
    network = Network(server)
    listening = await asyncio.start_server(network._connected, "127.0.0.1", 0)
    network.port = listening.sockets[0].getsockname()[1]
    network.url = f"http://127.0.0.1:{network.port}"
    try:
        yield network
    finally:
        listening.close()
        tasks = list(network._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await listening.wait_closed()
