"""`LocalMeters`: the token buckets of a single node, in memory."""

from chinwag.server.ports.meters import Rate
from chinwag.server.services.limits import Buckets


class LocalMeters:
    """A set of buckets a name and rate."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[str, Rate], Buckets] = {}

    def _of(self, name: str, rate: Rate) -> Buckets:
        buckets = self._buckets.get((name, rate))
        if buckets is None:
            buckets = self._buckets[name, rate] = Buckets(rate)
        return buckets

    async def wait(self, name: str, key: str, rate: Rate, cost: float = 1) -> float:
        return self._of(name, rate).wait(key, cost)

    async def give_back(self, name: str, key: str, rate: Rate, cost: float = 1) -> None:
        self._of(name, rate).give_back(key, cost)
