"""The one bounded, coalescing writer of a socket.

Frames of all sockets collect while the loop runs its callbacks, and each socket's are written
once a tick: with fan-out to many sockets this is several times as fast as a write a frame.
"""

import asyncio
import logging
from collections.abc import Callable

from chinwag.server.framing import PONG, frame
from chinwag.server.gateway.limits import Limits

_LOG = logging.getLogger(__name__)
_PONGS_A_TICK = 16


class Flusher:
    """Flushes the outboxes that were written to, once a tick of the loop. One for a server."""

    __slots__ = ("_dirty", "_loop")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._dirty: list[Outbox] = []

    def add(self, outbox: "Outbox") -> None:
        """Have this outbox flushed at the end of the tick."""
        if not self._dirty:
            self._loop.call_soon(self._flush)
        self._dirty.append(outbox)

    def _flush(self) -> None:
        batch = self._dirty
        self._dirty = []
        for outbox in batch:
            try:
                outbox.flush()
            except Exception:  # noqa: BLE001 - one broken transport must not keep the others waiting
                _LOG.exception("outbox could not be flushed")


class Outbox:
    """Frames waiting for one socket.

    It holds at most `outbox_bytes`, counting what the transport has buffered, and at most
    `outbox_frames`. Whoever does not fit in pays: the socket is told that it overflowed.
    """

    __slots__ = (
        "_flusher",
        "_frames",
        "_late_pong",
        "_limits",
        "_max_frames",
        "_overflowed",
        "_pongs",
        "_room",
        "_sealed",
        "_size",
        "_transport",
        "paused",
    )

    def __init__(
        self,
        transport: asyncio.Transport,
        flusher: Flusher,
        limits: Limits,
        overflowed: Callable[[], None],
    ) -> None:
        self._transport = transport
        self._flusher = flusher
        self._limits = limits
        self._overflowed = overflowed
        self._frames: list[bytes] = []
        self._size = 0
        self._max_frames = limits.outbox_frames
        self._room = limits.outbox_bytes - limits.write_high
        self._sealed = False
        self._pongs = 0
        self._late_pong: bytes | None = None
        self.paused = False
        transport.set_write_buffer_limits(high=limits.write_high)

    def put(self, data: bytes) -> bool:
        """Queue a ready frame. False if the outbox is sealed, or overflowed by it."""
        if self._sealed:
            return False
        frames = self._frames
        if not frames:
            self._flusher.add(self)
        frames.append(data)
        self._size += len(data)
        if self._size > self._room or len(frames) > self._max_frames:
            return self._make_room()
        return True

    def pong(self, payload: bytes) -> None:
        """Answer a ping. When backed up, only the latest is answered (RFC 6455, 5.5.3)."""
        answer = frame(PONG, payload)
        if self.paused or self._pongs >= _PONGS_A_TICK:
            self._late_pong = None if self._sealed else answer
        else:
            self._pongs += 1
            self.put(answer)

    def flush(self) -> None:
        """Hand to the transport what is queued, unless it said pause."""
        if self.paused:
            return
        self._pongs = 0
        frames = self._frames
        if self._late_pong is not None:
            frames.append(self._late_pong)
            self._late_pong = None
        if not frames:
            return
        # Joined or by writelines() measured alike; joined, the transport holds one buffer.
        data = frames[0] if len(frames) == 1 else b"".join(frames)
        frames.clear()
        self._size = 0
        self._transport.write(data)

    def pause(self) -> None:
        """The transport's buffer is full: keep, and count what it holds."""
        self.paused = True
        self._room = self._limits.outbox_bytes - self._transport.get_write_buffer_size()

    def resume(self) -> None:
        """The transport's buffer has drained."""
        self.paused = False
        self._room = self._limits.outbox_bytes - self._limits.write_high
        self.flush()

    def seal(self, last: bytes) -> bool:
        """Queue the last frame; nothing comes behind it. False as with `put`."""
        fits = self.put(last)
        self._late_pong = None
        self._sealed = True
        return fits

    def finish(self) -> None:
        """Hand over what is left, even to a full transport: the connection is about to end."""
        self.paused = False
        self._sealed = True
        self.flush()

    def discard(self) -> None:
        """Forget what is left; nothing more is taken."""
        self._sealed = True
        self._late_pong = None
        self._frames.clear()
        self._size = 0

    def _make_room(self) -> bool:
        # More may come in one tick than the outbox holds: only a peer that does not take it pays.
        self.flush()
        held = max(self._transport.get_write_buffer_size(), self._limits.write_high)
        self._room = self._limits.outbox_bytes - held
        if self._size <= self._room and len(self._frames) <= self._max_frames:
            return True
        self.discard()
        self._overflowed()
        return False
