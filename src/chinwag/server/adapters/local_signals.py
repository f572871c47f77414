"""`LocalSignals`: the signals of a single node. There is nobody else to tell."""

from collections.abc import Callable

from chinwag.server.ports.signals import Hear


class LocalSignals:
    """Nothing is said, nothing is heard."""

    async def open(self, hear: Hear, back: Callable[[], None]) -> None:
        """Nothing to connect to."""

    def publish(self, topic: str, body: bytes) -> None:
        """Nobody listens."""

    def listen(self, topic: str) -> None:
        """Nobody publishes."""

    def unlisten(self, topic: str) -> None:
        """Nobody did."""

    async def close(self) -> None:
        """Nothing was opened."""

    def gauges(self) -> dict[str, float]:
        return {}
