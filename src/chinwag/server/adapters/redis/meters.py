"""`RedisMeters`: token buckets in Redis, by its clock. While it is away each node counts for
itself: limits are then as many times as wide as there are nodes, which is better than none.
"""

from chinwag.protocol.errors import ChinwagError
from chinwag.server.adapters.local_meters import LocalMeters
from chinwag.server.adapters.redis.link import Link
from chinwag.server.adapters.redis.scripts import TAKE
from chinwag.server.ports.meters import Rate

_KEY = "chinwag:meter:"


class RedisMeters:
    """Buckets of all nodes."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._own = LocalMeters()

    async def wait(self, name: str, key: str, rate: Rate, cost: float = 1) -> float:
        if not rate.burst:
            return 0
        try:
            return await self._take(name, key, rate, cost, "")
        except ChinwagError:
            return await self._own.wait(name, key, rate, cost)

    async def give_back(self, name: str, key: str, rate: Rate, cost: float = 1) -> None:
        if not rate.burst:
            return
        try:
            await self._take(name, key, rate, cost, "back")
        except ChinwagError:
            await self._own.give_back(name, key, rate, cost)

    async def _take(self, name: str, key: str, rate: Rate, cost: float, way: str) -> float:
        bucket = f"{_KEY}{name}:{key}"
        missing = await self._link.run(TAKE, [bucket], rate.burst, rate.every, cost, way)
        return float(missing) * rate.every
