"""How fast one person may go: wide for people, bounded for programs that run wild."""

import random
import time
import weakref
from dataclasses import dataclass, field

from chinwag.protocol import errors
from chinwag.protocol.errors import ChinwagError
from chinwag.server.ports.meters import Rate
from chinwag.server.services.limits import Bucket


@dataclass(frozen=True, slots=True)
class Pace:
    """Rates a person, all devices together, but ``frames``, which is a socket's."""

    sends: Rate = field(default_factory=lambda: Rate(burst=200, every=1 / 50))
    """Messages. Nobody types 50 a second; a bot that does waits, and loses nothing."""
    commands: Rate = field(default_factory=lambda: Rate(burst=200, every=1 / 50))
    """Everything that reads or changes the database."""
    frames: Rate = field(default_factory=lambda: Rate(burst=4_000, every=1 / 1_000))
    """All frames of a socket, acknowledgements too. Beyond this it is closed."""
    reconnect_ms: int = 3_000
    """After a restart clients come back spread over this long."""
    each_elsewhere_ms: int = 3
    """Where other nodes take them at once, few need not wait for each other that long."""

    def reconnect_after(self, clients: int, *, elsewhere: bool) -> int:
        """The moment to come back of one of so many, in ms; ``elsewhere``: to other nodes."""
        spread = self.reconnect_ms
        if elsewhere:
            spread = min(spread, 1 + clients * self.each_elsewhere_ms)
        return 200 + random.randrange(spread)  # noqa: S311 - no secret


class _Budget:
    """A person's buckets."""

    __slots__ = ("__weakref__", "commands", "sends")

    def __init__(self, pace: Pace) -> None:
        now = time.monotonic()
        self.sends = Bucket(pace.sends.burst, now)
        self.commands = Bucket(pace.commands.burst, now)


class Budgets:
    """The buckets of everybody connected, shared by a person's connections."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._budgets: weakref.WeakValueDictionary[str, _Budget] = weakref.WeakValueDictionary()

    def of(self, user: str) -> _Budget:
        """The person's buckets; they last as long as a connection holds them."""
        budget = self._budgets.get(user)
        if budget is None:
            budget = self._budgets[user] = _Budget(self._pace)
        return budget


def spend(bucket: Bucket, rate: Rate, now: float) -> None:
    """Take one out of a bucket.

    Raises:
        ChinwagError: rate_limited, with the time to wait.
    """
    seconds = bucket.take(rate, now)
    if seconds:
        raise ChinwagError(errors.RATE_LIMITED, retry_after=int(seconds * 1000) + 1)
