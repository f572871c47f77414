"""`Alerts`: which devices are to be told of what while they are away.

A message that somebody may have to be alerted of puts a row into ``alerts_due`` with its own
commit, so that no crash can lose it. What is due is worked out here for many messages at once, and
never on the way of a message: for each device and chat, the newest one that it is to be told of. A
job a device, in the broker, does the telling (`pushing`).

A job that waits takes up what becomes due meanwhile; another with its key would be dropped. One
that is just ending must not drop anything: so its key names the ``round`` of the subscription, and
the transaction that finds nothing more due begins the next.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

import uuid_utils

from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.frames import encode
from chinwag.server.clock import now_ms
from chinwag.server.delivery.away import Away
from chinwag.server.delivery.news import News, is_quiet
from chinwag.server.delivery.pushing import ALERT, Parcel
from chinwag.server.observe import log
from chinwag.server.ports.broker import Broker, Job
from chinwag.server.ports.registry import Registry
from chinwag.server.ports.store import Reader, Row, Store, Tx
from chinwag.server.sessions.session import Session

# Alerts are not urgent to the tenth of a second: many messages share one look.
_GATHER_SECONDS = 0.05
_RETRY_SECONDS = 1.0
# After a start clients need a moment to come back, before they count as away.
_COME_BACK_SECONDS = 60.0
_EVENTS, _DEVICES = 500, 200
# Bounds what waits in memory. Beyond it nothing is noted: the log has it all the same.
_MOST = 20_000

_DUE = (
    "SELECT d.chat, d.seq, e.sender, e.body FROM alerts_due d"
    " JOIN events e ON e.chat = d.chat AND e.seq = d.seq ORDER BY d.chat, d.seq LIMIT $1"
)
_MEMBERS = (
    "SELECT s.device, s.account, m.chat, m.joined, m.read, m.muted_until, m.archived,"
    " coalesce(a.done, 0) FROM members m JOIN push_subscriptions s ON s.account = m.account"
    " LEFT JOIN alerts a ON a.device = s.device AND a.chat = m.chat"
    " WHERE m.chat = ANY($1) AND m.departed = 0"
)
_LEFT = (
    "SELECT m.account, m.read, m.muted_until, m.archived, coalesce(a.done, 0), m.mentioned,"
    " (SELECT max(e.seq) FROM events e WHERE e.chat = m.chat AND e.seq > m.read"
    " AND e.seq >= m.joined AND e.hidden = 0 AND e.sender <> m.account"
    " AND e.kind IN ('message', 'invite'))"
    " FROM push_subscriptions s JOIN members m ON m.account = s.account AND m.chat = $2"
    " LEFT JOIN alerts a ON a.device = s.device AND a.chat = m.chat"
    " WHERE s.device = $1 AND m.departed = 0"
)
_RAISE = (
    "INSERT INTO alerts (device, chat, due)"
    " SELECT device, $2, $3 FROM push_subscriptions WHERE device = ANY($1)"
    " ON CONFLICT (device, chat) DO UPDATE SET due = excluded.due WHERE excluded.due > alerts.due"
)
# Locked, so that no round ends between this and what it is to tell.
_ROUNDS = (
    "SELECT device, round FROM push_subscriptions WHERE device = ANY($1) ORDER BY device FOR UPDATE"
)
_SETTLE = "DELETE FROM alerts_due WHERE chat = $1 AND seq = ANY($2)"
_NOTE = "INSERT INTO alerts_due (chat, seq) VALUES ($1, $2) ON CONFLICT DO NOTHING"
_SHOWN = (
    "SELECT s.account, a.chat, s.device, s.round, m.read >= a.shown FROM alerts a"
    " JOIN push_subscriptions s ON s.device = a.device"
    " JOIN members m ON m.chat = a.chat AND m.account = s.account WHERE a.shown > 0"
)
_SHOWN_OF = f"{_SHOWN} AND s.account = $1 AND a.chat = $2"
# CROSS JOIN: SQLite keeps the order, else it begins with all members there are.
_UNDELIVERED = (
    "SELECT s.device, m.chat FROM push_subscriptions s CROSS JOIN members m"
    " JOIN chats c ON c.id = m.chat AND c.last > m.delivered AND c.last > m.sent"
    " LEFT JOIN alerts a ON a.device = s.device AND a.chat = m.chat"
    " WHERE m.account = s.account AND m.departed = 0 AND coalesce(a.due, 0) < c.last"
)

_Due = dict[tuple[str, int], list[str]]
"""Devices to be told, by chat and seq."""


class Alerts:
    """From commits, and from sessions that fall silent, to jobs."""

    def __init__(
        self,
        store: Store,
        broker: Broker,
        registry: Registry,
        away: Away,
        shown: set[tuple[str, str]],
    ) -> None:
        self._store = store
        self._broker = broker
        self._registry = registry
        self._away = away
        self._shown = shown
        self._wake = asyncio.Event()
        self._back = False
        self._unwritten: list[tuple[str, int]] = []
        self._left: dict[tuple[str, str], None] = {}
        self._read: dict[tuple[str, str], None] = {}

    # --- what happens ------------------------------------------------------------------------

    def wanted(self, users: Iterable[str], chat: str, sender: str) -> bool:
        """Whether somebody may have to be alerted of a message by ``sender``."""
        return self._away.among(users, chat, besides=sender)

    def committed(self, chat: str, seq: int, *, noted: bool) -> None:
        """An event that is wanted was committed. Not ``noted``: everybody was there when it was
        prepared, and ``alerts_due`` does not have it.
        """
        if not noted and len(self._unwritten) < _MOST:
            self._unwritten.append((chat, seq))
        self._wake.set()

    def overdue(self, session: Session, chat: str) -> None:
        """A session does not acknowledge what it was handed of a chat."""
        if session.device in self._away and len(self._left) < _MOST:
            self._left[session.device, chat] = None
            self._wake.set()

    def left(self, session: Session) -> None:
        """A session has ended."""
        for chat in session.unacknowledged:
            self.overdue(session, chat)

    def read(self, user: str, chat: str) -> None:
        """A person has read more of a chat. What other nodes alerted of, only the store knows."""
        if (user, chat) in self._shown or (
            not self._registry.alone and self._away.subscribed(user)
        ):
            self._read[user, chat] = None
            self._wake.set()

    # --- looking -----------------------------------------------------------------------------

    async def run(self) -> None:
        """Look whenever something happened, and first at what a crash left behind."""
        self.crashed()
        while True:
            try:
                await self.look()
            except ChinwagError as error:
                log.warning("alerts.postponed", error=error.kind.code)
                await asyncio.sleep(_RETRY_SECONDS)
            except Exception:  # noqa: BLE001 - what is due stays noted
                log.exception("alerts.look_failed")
                await asyncio.sleep(_RETRY_SECONDS)
            else:
                await self._wake.wait()
                await asyncio.sleep(_GATHER_SECONDS)

    async def look(self) -> None:
        """Put jobs for all that is due."""
        self._wake.clear()
        await self._write()
        while await self._look_at_events():
            pass
        if self._back:
            rows = await self._store.read(lambda reader: reader.fetch(_UNDELIVERED))
            self._left |= dict.fromkeys((device, chat) for device, chat in rows[:_MOST])
            self._back = False
        await self._look_at_left()
        await self._look_at_read()

    async def _write(self) -> None:
        pairs, self._unwritten = self._unwritten, []

        async def work(tx: Tx) -> None:
            for pair in sorted(pairs):
                await tx.execute(_NOTE, *pair)

        try:
            if pairs:
                await self._store.transact(work)
        except BaseException:
            self._unwritten = pairs + self._unwritten
            raise

    async def _look_at_events(self) -> bool:
        """Work off the first events that are noted; whether there may be more."""

        async def work(reader: Reader) -> tuple[list[Row], list[Row]]:
            events = await reader.fetch(_DUE, _EVENTS)
            chats = list(dict.fromkeys(row[0] for row in events))
            return events, await reader.fetch(_MEMBERS, chats) if chats else []

        events, members = await self._store.read(work)
        news: dict[str, News] = defaultdict(News)
        for chat, seq, sender, body in events:
            news[chat].add(seq, sender, body)
        busy = await self._busy({row[1] for row in members})
        await self._raise(self._due(news, [row for row in members if row[0] not in busy]))

        async def settle(tx: Tx) -> None:
            for chat, those in news.items():
                await tx.execute(_SETTLE, chat, those.seqs)

        if news:
            await self._store.transact(settle)
        return len(events) == _EVENTS

    def _due(self, news: dict[str, News], members: list[Row]) -> _Due:
        now = now_ms()
        due: _Due = defaultdict(list)
        for device, user, chat, joined, read, muted_until, archived, done in members:
            seq = news[chat].newest(user, quiet=is_quiet(muted_until, archived, now))
            if seq >= joined and seq > max(read, done) and self._away.is_away(device, chat):
                due[chat, seq].append(device)
        return due

    async def _busy(self, users: Iterable[str]) -> set[str]:
        """Those devices of the users that another node has a session of, and so sees to."""
        if self._registry.alone:
            return set()
        try:
            found = await self._registry.devices(users)
        except ChinwagError:  # rather an alert too many than none
            return set()
        return {device for device, node in found.items() if node != self._registry.node}

    async def _look_at_left(self) -> None:
        """What sessions left behind unacknowledged, if it has not been read elsewhere."""
        pairs, self._left = self._left, {}

        async def work(reader: Reader) -> list[tuple[str, str, Row]]:
            return [(*pair, row) for pair in pairs for row in await reader.fetch(_LEFT, *pair)]

        try:
            found = await self._store.read(work) if pairs else []
            busy = await self._busy({row[0] for *_, row in found})
            now = now_ms()
            due: _Due = defaultdict(list)
            for device, chat, (_, read, muted_until, archived, done, mentioned, newest) in found:
                if device in busy:
                    continue
                seq = mentioned if is_quiet(muted_until, archived, now) else newest or 0
                if seq > max(read, done) and self._away.is_away(device, chat):
                    due[chat, seq].append(device)
            await self._raise(due)
        except BaseException:
            self._left = pairs | self._left
            raise

    async def _look_at_read(self) -> None:
        """Notifications of what has been read since."""
        pairs, self._read = self._read, {}

        async def work(reader: Reader) -> dict[tuple[str, str], list[Row]]:
            return {pair: await reader.fetch(_SHOWN_OF, *pair) for pair in pairs}

        try:
            found = await self._store.read(work) if pairs else {}
            over = {
                device: number
                for rows in found.values()
                for _, _, device, number, read in rows
                if read
            }
            await self._put(list(over.items()))
        except BaseException:
            self._read = pairs | self._read
            raise
        self._shown.difference_update(pair for pair, rows in found.items() if not rows)

    # --- jobs --------------------------------------------------------------------------------

    async def _raise(self, due: _Due) -> None:
        """Write down what is due, some devices a transaction, and put their jobs."""
        each = iter([(key, device) for key, devices in due.items() for device in devices])
        while some := list(islice(each, _DEVICES)):
            part: _Due = defaultdict(list)
            for key, device in some:
                part[key].append(device)

            async def work(tx: Tx, part: _Due = part) -> list[Row]:
                rounds = await tx.fetch(_ROUNDS, sorted(set().union(*part.values())))
                for (chat, seq), devices in part.items():
                    await tx.execute(_RAISE, devices, chat, seq)
                return rounds

            await self._put(await self._store.transact(work))

    async def _put(self, rounds: Sequence[tuple[Any, ...]]) -> None:
        now = now_ms()
        for start in range(0, len(rounds), _DEVICES):
            await self._broker.put(
                [
                    Job(
                        id=str(uuid_utils.uuid7()),
                        kind=ALERT,
                        key=f"{device}:{number}",
                        body=encode(Parcel(device)),
                        due_at=now,
                        created_at=now,
                    )
                    for device, number in rounds[start : start + _DEVICES]
                ]
            )

    # --- after a start -----------------------------------------------------------------------

    async def open(self) -> None:
        """Learn of which notifications may be on screens, and close those that are read."""
        for user, chat, *_, read in await self._store.read(lambda db: db.fetch(_SHOWN)):
            self._shown.add((user, chat))
            if read:
                self.read(user, chat)

    def crashed(self) -> None:
        """This node, or another, ended without a word. What was handed to its sessions, and what
        nobody has fetched once their clients had time to come back, is to be alerted of.
        """
        asyncio.get_running_loop().call_later(_COME_BACK_SECONDS, self._look_back)

    def _look_back(self) -> None:
        self._back = True
        self._wake.set()

    def gauges(self) -> dict[str, float]:
        """Figures for the metrics page."""
        return {
            "push_subscriptions": len(self._away),
            "alerts_waiting": len(self._unwritten) + len(self._left) + len(self._read),
        }
