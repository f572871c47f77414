"""Token buckets: how often something may happen, without timers.

A bucket is two numbers; it fills as time passes, computed when somebody asks. `Buckets` keeps one
a key (an account, an address) and forgets the least recently used when it holds too many: under a
flood of made-up keys memory stays bounded, and a forgotten key starts with a full bucket. That is
the price; what a flood could gain by it is bounded by the buckets above (per address, in all).
"""

import time
from collections import OrderedDict
from collections.abc import Callable

from chinwag.protocol import errors
from chinwag.protocol.errors import ChinwagError
from chinwag.server.ports.meters import Meters, Rate

Clock = Callable[[], float]


class Bucket:
    """One bucket. Times are monotonic seconds."""

    __slots__ = ("at", "left")

    def __init__(self, burst: float, now: float) -> None:
        self.left = float(burst)
        self.at = now

    def take(self, rate: Rate, now: float, cost: float = 1) -> float:
        """Take ``cost`` out. 0 if that went; otherwise the seconds until it will, and nothing
        was taken.
        """
        if not rate.burst:
            return 0
        self.left = min(rate.burst, self.left + (now - self.at) / rate.every)
        self.at = now
        if self.left >= cost:
            self.left -= cost
            return 0
        return (cost - self.left) * rate.every

    def give_back(self, rate: Rate, cost: float = 1) -> None:
        """What was taken turned out to be harmless."""
        self.left = min(rate.burst, self.left + cost)


class Buckets:
    """A bucket a key, at most ``size`` of them."""

    def __init__(self, rate: Rate, *, size: int = 20_000, clock: Clock = time.monotonic) -> None:
        self._rate = rate
        self._size = size
        self._clock = clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def wait(self, key: str, cost: float = 1) -> float:
        """Take from the key's bucket; the seconds to wait if there is too little, else 0."""
        if not self._rate.burst:
            return 0
        now = self._clock()
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket(self._rate.burst, now)
            if len(self._buckets) > self._size:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(key)
        return bucket.take(self._rate, now, cost)

    def give_back(self, key: str, cost: float = 1) -> None:
        """What was taken turned out to be harmless."""
        bucket = self._buckets.get(key)
        if bucket is not None:
            bucket.give_back(self._rate, cost)


class Limit:
    """How often one thing may happen, counted by meters that nodes may share."""

    def __init__(self, meters: Meters, name: str, rate: Rate) -> None:
        self._meters = meters
        self._name = name
        self._rate = rate

    async def wait(self, key: str, cost: float = 1) -> float:
        """Take from the key's bucket; the seconds to wait if there is too little, else 0."""
        return await self._meters.wait(self._name, key, self._rate, cost)

    async def take(self, key: str, cost: float = 1) -> None:
        """Take from the key's bucket.

        Raises:
            ChinwagError: rate_limited, with the time to wait.
        """
        seconds = await self.wait(key, cost)
        if seconds:
            raise ChinwagError(errors.RATE_LIMITED, retry_after=int(seconds * 1000) + 1)

    async def give_back(self, key: str, cost: float = 1) -> None:
        """What was taken turned out to be harmless."""
        await self._meters.give_back(self._name, key, self._rate, cost)
