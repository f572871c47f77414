"""The broker: carries bytes between nodes, and keeps the jobs that must be tried again."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(slots=True)
class Job:
    """Work that failed and is to be tried again. ``key`` makes putting it idempotent within its
    ``kind``; ``attempts`` counts those made so far; ``due_at`` in ms UTC. ``node``: it concerns
    sessions of that node; no other attempts it, and it may be forgotten when that one is gone.
    ``crashes``: how many of the latest attempts were never heard of again.
    """

    id: str
    kind: str
    key: str
    body: bytes
    attempts: int = 0
    due_at: int = 0
    created_at: int = 0
    dead_at: int = 0
    error: str = ""
    node: str = ""
    crashes: int = 0


@dataclass(slots=True)
class Verdict:
    """What became of an attempt. ``done``: forget the job. Otherwise it is tried again after
    ``delay`` ms, or buried as a dead letter when ``dead``; ``error`` says why.
    """

    done: bool = True
    delay: int = 0
    dead: bool = False
    error: str = ""
    body: bytes | None = field(default=None)


Attempt = Callable[[Job], Awaitable[Verdict]]


class Broker(Protocol):
    """Parcels to nodes, which may be lost (the log has what they say), and jobs, which survive any
    crash. Sends raise `ChinwagError` (``unavailable``, ``busy``) when the broker did not take them
    in time.
    """

    async def open(self, link: Callable[[bool], None]) -> None:
        """Connect, and stay connected. ``link`` is told when parcels for this node arrive from now
        on (True), and when they may get lost (False).
        """
        ...

    async def publish(self, parcels: Sequence[tuple[str, bytes]]) -> None:
        """Send parcels, each to a node; returns when the broker has confirmed all of them. Those
        to a node that is not there are dropped. Parcels to one node arrive in order, also those
        of calls of which the one before is still under way.
        """
        ...

    async def consume(self, take: Callable[[bytes], None]) -> None:
        """Hand this node's parcels to ``take`` from now on."""
        ...

    async def put(self, jobs: Sequence[Job]) -> None:
        """Store jobs durably; one with the kind and key of a waiting one is dropped."""
        ...

    async def work(self, kind: str, attempt: Attempt) -> None:
        """Have due jobs of ``kind`` attempted by this node. An attempt that raises counts."""
        ...

    async def dead(self, limit: int = 100) -> list[Job]:
        """Dead letters, newest first."""
        ...

    async def replay(self, job_id: str) -> bool:
        """Put a dead letter back with its attempts at 0; False if there is none such."""
        ...

    async def discard(self, job_id: str) -> bool:
        """Forget a dead letter; False if there is none such."""
        ...

    async def forget(self, before: int) -> int:
        """Forget the dead letters of before that moment (ms UTC); how many."""
        ...

    async def close(self) -> None:
        """Stop attempting. What was under way is attempted again after the next start."""
        ...

    def gauges(self) -> dict[str, float]:
        """Figures for the metrics page."""
        ...
