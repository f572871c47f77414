"""`Hearing`: what other nodes tell. Their commits take the same way to the sessions of this node as
its own, once the rosters they go by are at hand.

Parcels can be lost: when the broker's link was down, when too many came at once, when a node died
between its commit and its parcel. Then the log is read for what the sessions here were not handed.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import partial

import msgspec

from chinwag.protocol import pushes
from chinwag.protocol.errors import ChinwagError
from chinwag.server.delivery import parcels, wire
from chinwag.server.delivery.delivery import Delivery
from chinwag.server.delivery.parcels import Closing, Parcel, Touched
from chinwag.server.observe import log
from chinwag.server.ports.store import Batch, Reader, Row, Store
from chinwag.server.services.chats import Chats
from chinwag.server.services.log import Log
from chinwag.server.services.roster import Roster
from chinwag.server.services.sync import TICKED

_MOST = 4_000
_CHATS_AT_ONCE = 50
_USERS_AT_ONCE = 1_000
_NEWEST = 50
# While the link is down the log is asked so often; less often if that takes long.
_LOOK_SECONDS = 0.5
# A moment of which it is certain that all parcels from before it have arrived.
_SURE_SECONDS = 10.0
_WATCH_SECONDS = 1.0
_RETRY_SECONDS = 1.0

_CHANGED = (
    "SELECT DISTINCT c.id, c.last FROM members m JOIN chats c ON c.id = m.chat"
    f" WHERE m.account = ANY($1) AND (c.change > $2 OR m.change > $2 OR {TICKED})"
)
_EVENTS = (
    f"SELECT {wire.COLUMNS} FROM events WHERE chat = $1 AND seq >= $2 AND seq <= $3 ORDER BY seq"
)


class Hearing:
    """From other nodes to the sessions of this one. ``known``: whether others certainly know of
    them; while they do not, nobody sends parcels, though they could be heard.
    """

    def __init__(
        self,
        store: Store,
        chats: Chats,
        delivery: Delivery,
        log_: Log,
        known: Callable[[], bool] = lambda: True,
    ) -> None:
        self._store = store
        self._chats = chats
        self._delivery = delivery
        self._log = log_
        self._parcels: deque[Parcel] = deque()
        self._wake = asyncio.Event()
        self._known = known
        self._linked = False
        self._sure: tuple[int, int] = (0, 0)
        self._behind: int | None = None
        """The change from which on parcels may be missing; None: none are."""
        self._misses = 0
        self._handed: dict[str, int] = {}
        """How far chats were handed out from the log since then. How far their rosters have come
        says nothing about that: a mark may have been heard whose message was not."""
        self.heard = self.dropped = self.caught_up = 0

    # --- in ----------------------------------------------------------------------------------

    def take(self, parcel: bytes) -> None:
        """The broker brings a parcel."""
        try:
            heard = parcels.decode(parcel)
        except msgspec.DecodeError:
            log.exception("hearing.unreadable")
            self.missed()
            return
        for closing in heard.closings:
            self._close(closing)
        for push in heard.pushes:
            self._delivery.sessions.hand(push.users, push.frame, besides=push.besides)
        if not (heard.entries or heard.marks or heard.touched):
            return
        if len(self._parcels) >= _MOST:
            self.dropped += 1
            self.missed()
            return
        self._parcels.append(heard)
        self._wake.set()

    def linked(self, link: bool) -> None:
        """The broker says whether parcels arrive from now on. Those of before may be lost."""
        first = self._sure == (0, 0)
        self._linked = link
        if not first:
            self.missed()

    def missed(self) -> None:
        """Parcels may have been lost, as when other nodes took this one for dead."""
        self._misses += 1
        if self._behind is None:
            self._behind = self._sure[0]
            self._handed.clear()
        self._wake.set()

    def _close(self, closing: Closing) -> None:
        session = self._delivery.sessions.of_device(closing.device)
        if session is not None and session.epoch < closing.epoch:
            session.close(closing.code, "a newer session of this device")

    # --- the pump ----------------------------------------------------------------------------

    async def run(self) -> None:
        """Apply what comes, in order, for ever."""
        await self._be_sure()
        sure_at = time.monotonic() + _SURE_SECONDS
        while True:
            pause = _WATCH_SECONDS if self._told and self._behind is None else _LOOK_SECONDS
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._wake.wait()
            self._wake.clear()
            if not self._told:
                self.missed()
                self._wake.clear()
            try:
                await self._apply_all()
                if self._behind is not None:
                    await self._catch_up()
                elif time.monotonic() >= sure_at:
                    sure_at = time.monotonic() + _SURE_SECONDS
                    await self._be_sure()
            except ChinwagError as error:
                log.warning("hearing.postponed", reason=error.kind.code)
                await asyncio.sleep(_RETRY_SECONDS)
            except Exception:  # noqa: BLE001 - the next round may go well
                log.exception("hearing.failed")
                self._parcels.clear()  # the log has all of it
                self.missed()
                await asyncio.sleep(_RETRY_SECONDS)

    @property
    def _told(self) -> bool:
        return self._linked and self._known()

    async def _be_sure(self) -> None:
        """What was committed by the last such moment has arrived by now."""
        newest = await self._store.read(_newest)
        self._sure = (self._sure[1] or newest, newest)

    async def _apply_all(self) -> None:
        while self._parcels:
            heard = [
                (Batch(parcels.entries(each.entries), parcels.marks(each.marks)), each.touched)
                for each in self._parcels
            ]
            await self._have_rosters([batch for batch, _ in heard])
            waited = False
            for batch, touched in heard:
                if touched:
                    await self._look_at(touched)
                    waited = True
                if waited:  # some may have been forgotten meanwhile
                    await self._have_rosters([batch])
                self._log.heard(batch)
                self.heard += len(batch.entries) + len(batch.marks)
                self._parcels.popleft()

    async def _have_rosters(self, batches: Sequence[Batch]) -> None:
        """See that the rosters of these are at hand, no older than they are."""
        versions: dict[str, int] = {}
        for batch in batches:
            for entry in batch.entries:
                versions[entry.chat] = max(versions.get(entry.chat, 0), entry.version)
            for mark in batch.marks:
                versions.setdefault(mark.chat, 0)
        self._untell(await self._chats.refresh(versions))

    def _untell(self, chats: Iterable[str]) -> None:
        """What the members here were last told of ticks was before these rosters were read."""
        for chat in chats:
            roster = self._chats.cached(chat)
            if roster is not None:
                roster.untold(self._here(roster))

    def _here(self, roster: Roster) -> list[str]:
        of = self._delivery.sessions.of
        return [user for user in roster.seats if of(user)]

    # --- from the log ------------------------------------------------------------------------

    async def _catch_up(self) -> None:
        """Hand the sessions here whatever changed since parcels may have been lost."""
        behind, misses = self._behind or 0, self._misses
        began = time.monotonic()
        newest = await self._store.read(_newest)
        users = list({session.user for session in self._delivery.sessions})
        for start in range(0, len(users), _USERS_AT_ONCE):
            some = users[start : start + _USERS_AT_ONCE]
            rows = await self._store.read(partial(_changed, users=some, since=behind))
            handed = self._handed
            firsts = {chat: max(handed.get(chat, 0), last - _NEWEST) + 1 for chat, last in rows}
            await self._look_at([Touched(chat, firsts[chat], last) for chat, last in rows])
            handed.update(rows)
            self.caught_up += len(rows)
        if self._told and misses == self._misses:
            self._behind = None
            self._sure = (newest, newest)
        else:
            self._behind = max(behind, newest)
            took = time.monotonic() - began
            if took > _LOOK_SECONDS / 4:
                await asyncio.sleep(4 * took)

    async def _look_at(self, touched: Sequence[Touched]) -> None:
        """Read the rosters of these chats anew, and hand the members here what is new there."""
        for start in range(0, len(touched), _CHATS_AT_ONCE):
            some = touched[start : start + _CHATS_AT_ONCE]
            for each in some:
                self._chats.rosters.drop(each.chat)
            await self._chats.refresh({each.chat: 0 for each in some})
            for each in some:
                roster = self._chats.cached(each.chat)
                here = self._here(roster) if roster is not None else []
                if roster is None or not here:
                    continue
                if each.first:
                    await self._hand(roster, here, each)
                roster.untold(here)
                self._log.tell_ticks(roster)
                for user in here:
                    self._delivery.push((user,), pushes.Mine(roster.seats[user].mine(each.chat)))

    async def _hand(self, roster: Roster, here: list[str], touched: Touched) -> None:
        """Those events and no later ones: these come by their own commits. What a client has
        already it passes over.
        """
        if touched.first > touched.last:
            return
        rows = await self._store.read(
            lambda reader: reader.fetch(_EVENTS, roster.id, touched.first, touched.last)
        )
        self._delivery.begin()
        for row in rows:
            for user in here:
                if roster.seats[user].sees(row[1]):
                    frame = wire.event_frame(wire.of_row(row, user))
                    self._delivery.hand((user,), roster.id, frame)

    def gauges(self) -> dict[str, float]:
        """Figures for the metrics page."""
        return {
            "parcels_heard_total": self.heard,
            "parcels_overflowed_total": self.dropped,
            "chats_caught_up_total": self.caught_up,
            "broker_linked": float(self._linked),
        }


async def _newest(reader: Reader) -> int:
    await reader.fetch("SELECT 1")
    return reader.change


async def _changed(reader: Reader, *, users: list[str], since: int) -> list[Row]:
    return await reader.fetch(_CHANGED, users, since)
