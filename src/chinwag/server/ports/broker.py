"""The broker: carries bytes between nodes, and keeps the jobs that must be tried again."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(slots=True)
class Job:
    """Work that failed and is to be tried again. ``key`` makes putting it idempotent within its
    ``kind``; ``attempts`` counts those made so far; ``due_at`` in ms UTC.
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
    """Parcels to nodes, and the retry ladder. What a broker accepted survives a crash."""

    async def publish(self, node: str, parcels: Sequence[bytes]) -> None:
        """Send parcels to a node; returns when the broker has confirmed them."""
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

    def gauges(self) -> dict[str, float]:
        """Figures for the metrics page."""
        ...
