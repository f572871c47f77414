"""Pings: ours to a silent peer, where switched on, and the bound on the peer's."""

import asyncio
from typing import Protocol

from chinwag.server.framing import PING, frame

_PING = frame(PING, b"")


class ControlBudget:
    """A token bucket for pings and pongs."""

    __slots__ = ("_burst", "_rate", "_time", "_tokens")

    def __init__(self, rate: float, burst: int) -> None:
        self._rate = rate
        self._burst = burst
        self._tokens: float = burst
        self._time: float | None = None

    def take(self, now: float) -> bool:
        """Take a token; False if there is none left."""
        if self._time is not None:
            self._tokens = min(self._burst, self._tokens + (now - self._time) * self._rate)
        self._time = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class Peer(Protocol):
    """The socket, as far as the heartbeat needs it."""

    def heard(self) -> bool: ...

    def send(self, data: bytes) -> bool: ...

    def fall_silent(self) -> None: ...


class Heartbeat:
    """Pings a silent peer, and gives it up if it stays silent. One timer a socket."""

    __slots__ = ("_interval", "_loop", "_peer", "_timeout", "_timer")

    def __init__(self, peer: Peer, interval: float, timeout: float) -> None:
        self._peer = peer
        self._interval = interval
        self._timeout = timeout
        self._loop = asyncio.get_running_loop()
        self._timer = self._loop.call_later(interval, self._look)

    def stop(self) -> None:
        """No more of it."""
        self._timer.cancel()

    def _look(self) -> None:
        if self._peer.heard():
            self._timer = self._loop.call_later(self._interval, self._look)
        else:
            self._peer.send(_PING)
            self._timer = self._loop.call_later(self._timeout, self._judge)

    def _judge(self) -> None:
        if self._peer.heard():
            self._timer = self._loop.call_later(self._interval, self._look)
        else:
            self._peer.fall_silent()
