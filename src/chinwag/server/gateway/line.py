"""A client's connection, lent to who answers on it: files go out without passing through here.

What ASGI has for it, `zerocopysend`, uvicorn has not. The kernel moves the bytes from the file to
the socket (sendfile), on a thread, for reading a disk may take a while; and of a slow client's file
nothing waits in memory.
"""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

T = TypeVar("T")

EXTENSION = "chinwag.line"
"""Its name among the ``extensions`` of a scope."""
_MOST = 4 << 20


class Line:
    """Of one request. ``patience``: seconds that the client may take nothing."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        transport: asyncio.Transport,
        cycle: RequestResponseCycle,
        patience: float,
    ) -> None:
        self._loop = loop
        self._transport = transport
        self._cycle = cycle
        self._patience = patience

    @property
    def sends_files(self) -> bool:
        """Whether this system, and this connection, can."""
        kernel = self._transport.get_extra_info("socket")
        return hasattr(os, "sendfile") and kernel is not None

    @property
    def gone(self) -> bool:
        """Whether nobody is there any more to whom something could be sent."""
        return self._cycle.disconnected or self._transport.is_closing()

    async def send_file(self, path: Path, start: int, stop: int) -> None:
        """Send these bytes of a file as a part of the body, whose head has been sent. Returns early
        when the client is gone.

        Raises:
            OSError: the file is not there, or is shorter.
        """
        await self._flush()
        if self.gone:
            return
        out = os.dup(self._transport.get_extra_info("socket").fileno())
        try:
            file = await self._open(path)
            try:
                await self._move(out, file, start, stop)
            finally:
                os.close(file)
        finally:
            os.close(out)
        self._cycle.expected_content_length -= stop - start

    def cut(self) -> None:
        """Hang up: the client will see that it has not got all."""
        self._transport.abort()

    async def _flush(self) -> None:
        """Wait until all that was written has left."""
        while not self.gone and self._transport.get_write_buffer_size():
            # Any rest counts as too much, so that the flow tells when there is none.
            self._transport.set_write_buffer_limits(high=0)
            await asyncio.sleep(0)
            await self._cycle.flow.drain()
        if not self.gone:
            self._transport.set_write_buffer_limits()

    async def _open(self, path: Path) -> int:
        opening = self._loop.run_in_executor(None, os.open, path, os.O_RDONLY)
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            opening.add_done_callback(_close)
            raise

    async def _move(self, out: int, file: int, start: int, stop: int) -> None:
        while start < stop and not self.gone:
            count = min(stop - start, _MOST)
            try:
                sent = await self._in_thread(os.sendfile, out, file, start, count)
            except BlockingIOError:
                await self._writable(out)
                continue
            except (BrokenPipeError, ConnectionError):
                return
            if not sent:
                raise OSError("a file is shorter than it was")
            start += sent

    async def _writable(self, out: int) -> None:
        ready = asyncio.Event()
        self._loop.add_writer(out, ready.set)
        try:
            async with asyncio.timeout(self._patience):
                await ready.wait()
        except TimeoutError:
            self.cut()
        finally:
            self._loop.remove_writer(out)

    async def _in_thread(self, call: Callable[..., T], *args: object) -> T:
        """Call on a thread, and be back only when it is done: it uses our file descriptors."""
        done = self._loop.run_in_executor(None, call, *args)
        try:
            return await asyncio.shield(done)
        except asyncio.CancelledError:
            await asyncio.gather(done, return_exceptions=True)
            raise


def _close(opened: asyncio.Future[int]) -> None:
    if opened.exception() is None:
        os.close(opened.result())
