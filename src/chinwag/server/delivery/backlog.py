"""Backlog: how much stands in the database that ought to have been done, for the metrics page. The
node that does the chores looks for all.
"""

import asyncio

from chinwag.protocol.errors import ChinwagError
from chinwag.server.clock import now_ms
from chinwag.server.observe import log
from chinwag.server.ports.store import Reader, Store

_LOOK_SECONDS = 15.0
_JOBS = (
    "SELECT coalesce(sum(CASE WHEN dead_at = 0 THEN 1 ELSE 0 END), 0),"
    " coalesce(sum(CASE WHEN dead_at > 0 THEN 1 ELSE 0 END), 0),"
    " coalesce(min(CASE WHEN dead_at = 0 THEN due_at END), 0) FROM jobs"
)
_OUTBOX = "SELECT count(*), coalesce(min(at), 0) FROM outbox"


class Backlog:
    """What waits, as of the last look. Empty on nodes that do not look."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._figures: dict[str, float] = {}

    async def run(self) -> None:
        """Look now and then until cancelled."""
        while True:
            try:
                leads = await self._store.leads()
                self._figures = await self._store.read(_look) if leads else {}
            except ChinwagError as error:
                self._figures = {}
                log.info("backlog.unknown", reason=error.kind.code)
            await asyncio.sleep(_LOOK_SECONDS)

    def gauges(self) -> dict[str, float]:
        """Figures for the metrics page."""
        return self._figures


async def _look(reader: Reader) -> dict[str, float]:
    waiting, dead, due = (await reader.fetch(_JOBS))[0]
    rows, oldest = (await reader.fetch(_OUTBOX))[0]
    now = now_ms()
    return {
        "jobs_waiting": int(waiting),
        "jobs_dead": int(dead),
        "jobs_overdue_seconds": _seconds_since(now, int(due)),
        "outbox_rows": int(rows),
        "outbox_oldest_seconds": _seconds_since(now, int(oldest)),
    }


def _seconds_since(now: int, moment: int) -> float:
    return max(0, now - moment) / 1000 if moment else 0.0
