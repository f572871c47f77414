"""Expiry: senders are told of what no device of somebody has fetched for too long.

The log may be long and the members many, so the look at them goes in small steps: each holds a
reader for some milliseconds, whatever there is.
"""

import asyncio
from functools import partial

from chinwag.server.clock import now_ms
from chinwag.server.delivery.failures import EXPIRED, FAILS, Failures
from chinwag.server.observe import log
from chinwag.server.ports.store import Reader, Store, Tx

_PAUSE_SECONDS = 3600.0
_MEMBERS_AT_ONCE = 500
_EVENTS_AT_ONCE = 1_000
_DAY_MS = 86_400_000

# All of them in the order of their key: looking for those that lag could read any number.
_MEMBERS = (
    "SELECT m.chat, m.account, m.departed, m.delivered, m.expired, c.last"
    " FROM members m JOIN chats c ON c.id = m.chat WHERE (m.chat, m.account) > ($1, $2)"
    " ORDER BY m.chat, m.account LIMIT $3"
)
_FAILS = FAILS.format(user="$5")
# What is too old in a stretch of the log: through where, and the first and last that can fail.
_OLD = (
    f"SELECT max(seq), min(CASE WHEN {_FAILS} THEN seq END), max(CASE WHEN {_FAILS} THEN seq END)"
    " FROM events WHERE chat = $1 AND seq > $2 AND seq <= $3 AND at < $4"
)

_Place = tuple[str, str]
"""The key of a member."""


class Expiry:
    """Looks once an hour."""

    def __init__(self, store: Store, failures: Failures, days: float) -> None:
        self._store = store
        self._failures = failures
        self._days = days

    async def run(self) -> None:
        """Look, for ever."""
        while True:
            try:
                if await self._store.leads():
                    await self.expire()
            except Exception:  # noqa: BLE001 - the next round may go well
                log.exception("expiry.failed")
            await asyncio.sleep(_PAUSE_SECONDS)

    async def expire(self) -> None:
        """Tell the senders of all that is too old by now."""
        cutoff = now_ms() - int(self._days * _DAY_MS)
        place: _Place | None = ("", "")
        while place is not None:
            lagging, place = await self._store.read(partial(_look, place=place, cutoff=cutoff))
            for chat, user, marked in lagging:
                await self._tell(chat, user, marked, cutoff)

    async def _tell(self, chat: str, user: str, marked: int, cutoff: int) -> None:
        while True:
            old = await self._store.read(
                partial(_old, chat=chat, user=user, marked=marked, cutoff=cutoff)
            )
            if old is None:
                return
            marked, failing = old
            if failing is None:
                await self._store.transact(partial(_pass, chat=chat, user=user, marked=marked))
            else:
                marked = failing[1]
                await self._failures.fail(chat, user, *failing, "expired", 0)


async def _look(
    reader: Reader, *, place: _Place, cutoff: int
) -> tuple[list[tuple[str, str, int]], _Place | None]:
    """Of the members behind ``place``: who lags behind something old, and behind which seq; and
    where to look next.
    """
    rows = await reader.fetch(_MEMBERS, *place, _MEMBERS_AT_ONCE)
    lagging = []
    for chat, user, departed, delivered, expired, last in rows:
        marked = max(delivered, expired)
        lags = not departed and marked < last
        if lags and await _old(reader, chat=chat, user=user, marked=marked, cutoff=cutoff):
            lagging.append((chat, user, marked))
    return lagging, (rows[-1][0], rows[-1][1]) if len(rows) == _MEMBERS_AT_ONCE else None


async def _old(
    reader: Reader, *, chat: str, user: str, marked: int, cutoff: int
) -> tuple[int, tuple[int, int] | None] | None:
    """Of the stretch behind ``marked``: through where it is old, and the first and last event that
    failed to reach the user, if any. None: nothing is old.
    """
    ((through, first, last),) = await reader.fetch(
        _OLD, chat, marked, marked + _EVENTS_AT_ONCE, cutoff, user
    )
    return (through, (first, last) if first else None) if through else None


async def _pass(tx: Tx, *, chat: str, user: str, marked: int) -> None:
    """What is old up to ``marked`` can fail to reach nobody."""
    await tx.execute(EXPIRED, chat, user, marked)
