"""`Session`: one live connection of one device of one user."""

import time
from typing import Protocol

from chinwag.protocol.frames import Pushed, encode
from chinwag.protocol.pushes import Push
from chinwag.server.framing import frame_text


class Wire(Protocol):
    """The part of a socket that a session writes to."""

    def send(self, data: bytes, /) -> object:
        """Queue a ready WebSocket frame; never blocks, cuts the socket when it is behind."""
        ...

    def close(self, code: int, reason: str = "") -> None:
        """Close after what is queued."""
        ...


def push_frame(push: Push) -> bytes:
    """A push as a ready frame, to be shared by all sockets it goes to."""
    return frame_text(encode(Pushed(push)))


class Session:
    """One live connection. ``epoch`` grows with every session of a device: the newest is valid.

    ``unacknowledged`` holds, per chat, since when (monotonic seconds) events handed over wait to
    be acknowledged by the device: what the retry ladder goes by.
    """

    __slots__ = (
        "alive_at",
        "device",
        "epoch",
        "fenced",
        "foreground",
        "open_chat",
        "stale",
        "unacknowledged",
        "user",
        "watching",
        "wire",
    )

    def __init__(self, user: str, device: str, wire: Wire) -> None:
        self.user = user
        self.device = device
        self.wire = wire
        self.epoch = 0
        self.fenced = False
        self.foreground = False
        self.stale = False
        self.open_chat: str | None = None
        self.watching: tuple[str, ...] = ()
        self.alive_at = time.monotonic()
        self.unacknowledged: dict[str, float] = {}

    def push(self, push: Push) -> None:
        """Encode and queue something for this session alone."""
        self.wire.send(push_frame(push))

    def close(self, code: int, reason: str = "") -> None:
        """End the session. Nothing it still sends has any effect."""
        self.fenced = True
        self.wire.close(code, reason)
