"""Meters: token buckets that all nodes share, so that nobody gets around one by changing nodes."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Rate:
    """``burst`` at once, and one more every ``every`` seconds. ``burst`` 0: no limit."""

    burst: int
    every: float


class Meters(Protocol):
    """One bucket a name and key. Where the shared ones cannot be reached, this node's own count."""

    async def wait(self, name: str, key: str, rate: Rate, cost: float = 1) -> float:
        """Take from a bucket; the seconds to wait if there is too little, else 0."""
        ...

    async def give_back(self, name: str, key: str, rate: Rate, cost: float = 1) -> None:
        """What was taken turned out to be harmless."""
        ...
