"""The retry ladder: what a live session did not acknowledge is handed over again, with growing
pauses, up to a limit; then the senders are told, and the job becomes a dead letter.

In the steady state nothing is here: a look once a second at the sessions that owe an
acknowledgement for too long is all it costs. The log keeps every message throughout, so whatever
happens here, a later connection gets it, and the failure ends.
"""

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
import uuid_utils
from msgspec import Struct

from chinwag.protocol import pushes, results
from chinwag.protocol.closing import Close
from chinwag.protocol.scalars import FailureReason
from chinwag.server.clock import now_ms
from chinwag.server.delivery import wire
from chinwag.server.delivery.delivery import Delivery
from chinwag.server.observe import log
from chinwag.server.ports.broker import Broker, Job, Verdict
from chinwag.server.ports.store import Reader, Row, Store, Tx
from chinwag.server.sessions.session import Session

DELIVER = "deliver"
_SWEEP_SECONDS = 1.0
_EXPIRE_SECONDS = 3600.0
_HANDED_AGAIN = 100
_EXPIRED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Steps:
    """How the ladder climbs. ``limit`` counts all attempts, the first hand-over included."""

    acknowledge_seconds: float = 10.0
    limit: int = 5
    backoff_seconds: float = 1.0
    factor: float = 5.0
    expire_days: float = 30.0

    def pause_ms(self, attempts: int) -> int:
        """The pause after so many failed attempts."""
        return int(self.backoff_seconds * self.factor ** (attempts - 1) * 1000)


class _Parcel(Struct):
    """``handed``: hand-overs besides those that the job counts."""

    user: str
    device: str
    chat: str
    last: int
    handed: int = 1


_encode = msgspec.json.Encoder().encode
_parcel = msgspec.json.Decoder(_Parcel).decode

_MARK = (
    "SELECT m.delivered, m.departed, c.last FROM members m JOIN chats c ON c.id = m.chat"
    " WHERE m.chat = $1 AND m.account = $2"
)
_LAST = "SELECT id, last FROM chats WHERE id = ANY($1)"
_EVENTS = (
    f"SELECT {wire.COLUMNS} FROM events WHERE chat = $1 AND seq > $2 AND seq <= $3"
    " ORDER BY seq LIMIT $4"
)
_SENDERS = (
    "SELECT DISTINCT sender FROM events WHERE chat = $1 AND seq >= $2 AND seq <= $3"
    " AND hidden = 0 AND sender <> $4 AND kind IN ('message', 'invite')"
)
_FAIL = (
    "INSERT INTO failures (chat, account, first, last, reason, attempts, at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (chat, account, first) DO UPDATE"
    " SET last = excluded.last, reason = excluded.reason, attempts = excluded.attempts,"
    " at = excluded.at"
)
_ENDED = (
    "SELECT f.first, f.last, f.reason, f.attempts, f.at FROM failures f JOIN members m"
    " ON m.chat = f.chat AND m.account = f.account"
    " WHERE f.chat = $1 AND f.account = $2 AND f.last <= m.delivered"
)
_EXPIRED = (
    "SELECT m.chat, m.account, min(e.seq), max(e.seq) FROM members m"
    " JOIN chats c ON c.id = m.chat AND c.last > m.delivered"
    " JOIN events e ON e.chat = m.chat AND e.seq > m.delivered AND e.seq > m.expired"
    " WHERE m.departed = 0 AND e.at < $1 AND e.hidden = 0 AND e.sender <> m.account"
    " AND e.kind IN ('message', 'invite') GROUP BY m.chat, m.account LIMIT $2"
)


class Ladder:
    """Watches sessions and works off what they owe. ``overdue`` is told who owes what."""

    def __init__(
        self,
        store: Store,
        broker: Broker,
        delivery: Delivery,
        steps: Steps,
        *,
        overdue: Callable[[Session, str], None] = lambda session, chat: None,
    ) -> None:
        self._store = store
        self._broker = broker
        self._delivery = delivery
        self._sessions = delivery.sessions
        self._steps = steps
        self._overdue = overdue

    async def run(self) -> None:
        """Climb, for ever."""
        known = await self._store.read(
            lambda reader: reader.fetch("SELECT DISTINCT chat, account FROM failures")
        )
        self._delivery.failed.update((chat, user) for chat, user in known)
        await self._broker.work(DELIVER, self.attempt)
        expire_at = 0.0
        while True:
            try:
                await self.sweep()
                if time.monotonic() >= expire_at:
                    expire_at = time.monotonic() + _EXPIRE_SECONDS
                    await self.expire()
            except Exception:  # noqa: BLE001 - the next round may go well
                log.exception("ladder.sweep_failed")
            await asyncio.sleep(_SWEEP_SECONDS)

    # --- who owes ----------------------------------------------------------------------------

    async def sweep(self) -> None:
        """Put jobs for what live sessions owe for too long, and settle what has ended."""
        due = time.monotonic() - self._steps.acknowledge_seconds
        owing = [
            (session, chat)
            for session in self._sessions
            for chat, since in session.unacknowledged.items()
            if since < due
        ]
        if owing:
            chats = sorted({chat for _, chat in owing})
            lasts: dict[str, int] = dict(
                await self._store.read(lambda reader: reader.fetch(_LAST, chats))
            )
            now = now_ms()
            jobs = []
            for session, chat in owing:
                # On the ladder now: not due again before the next acknowledgement.
                session.unacknowledged[chat] = math.inf
                self._overdue(session, chat)
                parcel = _Parcel(session.user, session.device, chat, lasts.get(chat, 0))
                jobs.append(
                    Job(
                        id=str(uuid_utils.uuid7()),
                        kind=DELIVER,
                        key=f"{session.device}:{chat}",
                        body=_encode(parcel),
                        due_at=now + self._steps.pause_ms(1),
                        created_at=now,
                    )
                )
            await self._broker.put(jobs)
        await self._settle()

    async def _settle(self) -> None:
        while self._delivery.recovered:
            await self._end(*self._delivery.recovered.pop())
        while self._delivery.gone:
            chat, user, seq = self._delivery.gone.pop()
            await self._fail(chat, user, seq, seq, "gone", 0)

    # --- an attempt --------------------------------------------------------------------------

    async def attempt(self, job: Job) -> Verdict:
        """Hand over again what is still owed; give up at the limit."""
        parcel = _parcel(job.body)
        marks = await self._store.read(lambda reader: reader.fetch(_MARK, parcel.chat, parcel.user))
        if not marks:
            return Verdict()
        delivered, departed, newest = marks[0]
        last = min(parcel.last, departed - 1) if departed else parcel.last
        session = self._sessions.of_device(parcel.device)
        if session is None:
            return Verdict()  # it is parked until the next connection
        if delivered >= last:
            _off_the_ladder(session, parcel.chat, more=newest > parcel.last)
            return Verdict()
        handed = parcel.handed + job.attempts
        if handed >= self._steps.limit:
            await self._fail(parcel.chat, parcel.user, delivered + 1, last, "unreachable", handed)
            session.close(Close.UNRESPONSIVE, "no acknowledgement")
            parcel.handed = 0  # should it be replayed, nothing has been handed over yet
            return Verdict(done=False, dead=True, error="unreachable", body=_encode(parcel))
        for frame in await self._frames(parcel, delivered, last):
            session.wire.send(frame)
        wait = 0 if handed + 1 >= self._steps.limit else self._steps.pause_ms(handed + 1)
        return Verdict(done=False, delay=wait + int(self._steps.acknowledge_seconds * 1000))

    async def _frames(self, parcel: _Parcel, delivered: int, last: int) -> list[bytes]:
        # A member up to ``last`` at this moment: a removal would have set ``departed``.
        rows = await self._store.read(
            lambda reader: reader.fetch(_EVENTS, parcel.chat, delivered, last, _HANDED_AGAIN)
        )
        return [wire.event_frame(wire.of_row(row, parcel.user)) for row in rows]

    # --- telling the senders -----------------------------------------------------------------

    async def _fail(
        self, chat: str, user: str, first: int, last: int, reason: FailureReason, attempts: int
    ) -> None:
        """Record a failure and tell the senders of what failed, if somebody else sent any of it.
        May be repeated.
        """

        async def work(tx: Tx) -> tuple[int, list[Row]]:
            senders = await tx.fetch(_SENDERS, chat, first, last, user)
            if not senders:
                return tx.now, senders
            await tx.execute(_FAIL, chat, user, first, last, reason, attempts, tx.now)
            await tx.execute("UPDATE chats SET change = $2 WHERE id = $1", chat, tx.change)
            if reason == "expired":
                await tx.execute(
                    "UPDATE members SET expired = $3 WHERE chat = $1 AND account = $2",
                    chat,
                    user,
                    last,
                )
            return tx.now, senders

        at, senders = await self._store.transact(work)
        if not senders:
            return
        self._delivery.failed.add((chat, user))
        failure = results.Failure(chat, user, first, last, reason, attempts, at)
        self._delivery.push([row[0] for row in senders], pushes.Failed(failure))

    async def _end(self, chat: str, user: str) -> None:
        """What had failed has arrived after all."""

        async def work(tx: Tx) -> tuple[list[tuple[Row, list[Row]]], bool]:
            ended = []
            for row in await tx.fetch(_ENDED, chat, user):
                ended.append((row, await tx.fetch(_SENDERS, chat, row[0], row[1], user)))
                await tx.execute(
                    "DELETE FROM failures WHERE chat = $1 AND account = $2 AND first = $3",
                    chat,
                    user,
                    row[0],
                )
            if ended:
                await tx.execute("UPDATE chats SET change = $2 WHERE id = $1", chat, tx.change)
            left = await tx.fetch(
                "SELECT 1 FROM failures WHERE chat = $1 AND account = $2 LIMIT 1", chat, user
            )
            return ended, bool(left)

        ended, left = await self._store.transact(work)
        if not left:
            self._delivery.failed.discard((chat, user))
        for (first, last, reason, attempts, at), senders in ended:
            failure = results.Failure(chat, user, first, last, reason, attempts, at, ended=True)
            self._delivery.push([row[0] for row in senders], pushes.Failed(failure))

    async def expire(self) -> None:
        """Tell the senders of what no device has fetched for too long."""
        cutoff = now_ms() - int(self._steps.expire_days * 86_400_000)

        async def overdue(reader: Reader) -> list[Row]:
            return await reader.fetch(_EXPIRED, cutoff, _EXPIRED_AT_ONCE)

        while rows := await self._store.read(overdue):
            for chat, user, first, last in rows:
                await self._fail(chat, user, first, last, "expired", 0)


def _off_the_ladder(session: Session, chat: str, *, more: bool) -> None:
    """What a session owed has reached another of the user's devices. ``more``: it was handed
    newer events since, which it may owe still.
    """
    if session.unacknowledged.get(chat) == math.inf:
        if more:
            session.unacknowledged[chat] = time.monotonic()
        else:
            del session.unacknowledged[chat]
