"""The times an HTTP client has: for a head, for a body and its pace, and to read its answer."""

import asyncio
from collections.abc import Callable

from chinwag.server.gateway.limits import PortLimits


class Deadlines:
    """One timer for what the client is to send, and one while it does not read."""

    __slots__ = (
        "_body_ends", "_bytes", "_limits", "_loop", "_out_of_time", "_paused", "_reading",
        "_writing",
    )  # fmt: skip

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        limits: PortLimits,
        paused: Callable[[], bool],
        out_of_time: Callable[[], None],
    ) -> None:
        """`paused` says whether it is us who do not read on, which is not the client's fault."""
        self._loop = loop
        self._limits = limits
        self._out_of_time = out_of_time
        self._paused = paused
        self._reading: asyncio.TimerHandle | None = None
        self._writing: asyncio.TimerHandle | None = None
        self._body_ends = 0.0
        self._bytes = 0

    def head_begins(self) -> None:
        """A head is expected. Calling again does not give more time: dripping must not help."""
        if self._reading is None:
            self._reading = self._loop.call_later(self._limits.head_timeout, self._out_of_time)

    def body_begins(self) -> None:
        """The head was complete in time."""
        self._disarm_reading()
        self._body_ends = self._loop.time() + self._limits.body_timeout
        self._look_later()

    def body_goes_on(self, size: int) -> None:
        """A part of the body has come."""
        self._bytes += size

    def stop(self) -> None:
        """Nothing more is expected of the client."""
        self._disarm_reading()
        self.writing_resumes()

    def writing_stalls(self) -> None:
        """The client does not read."""
        if self._writing is None:
            self._writing = self._loop.call_later(self._limits.write_timeout, self._out_of_time)

    def writing_resumes(self) -> None:
        """The client reads."""
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None

    def _look_later(self) -> None:
        self._bytes = 0
        self._reading = self._loop.call_later(self._limits.body_window, self._look)

    def _look(self) -> None:
        too_slow = self._bytes < self._limits.body_rate * self._limits.body_window
        if (too_slow and not self._paused()) or self._loop.time() >= self._body_ends:
            self._out_of_time()
        else:
            self._look_later()

    def _disarm_reading(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
