"""Signals: fleeting news between nodes, such as who types. They may be lost, and nobody waits."""

from collections.abc import Callable
from typing import Protocol

Hear = Callable[[str, bytes], None]
"""Called on the event loop with topic and body of another node's signal."""


class Signals(Protocol):
    """Topics that nodes publish to and listen on. A node does not hear itself."""

    async def open(self, hear: Hear, back: Callable[[], None]) -> None:
        """Begin. ``back`` is called whenever signals may have been missed and arrive again."""
        ...

    def publish(self, topic: str, body: bytes) -> None:
        """Tell the other nodes that listen. What there is no room for, or no link, is dropped."""
        ...

    def listen(self, topic: str) -> None:
        """Hear of this topic from now on. Once for every `unlisten`."""
        ...

    def unlisten(self, topic: str) -> None:
        """Hear of it no more."""
        ...

    async def close(self) -> None:
        """Stop."""
        ...

    def gauges(self) -> dict[str, float]:
        """Figures for the metrics page."""
        ...
