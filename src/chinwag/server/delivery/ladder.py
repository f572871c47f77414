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

from chinwag.protocol import commands, errors, results
from chinwag.protocol.closing import Close
from chinwag.protocol.errors import ChinwagError
from chinwag.server.clock import now_ms
from chinwag.server.delivery import wire
from chinwag.server.delivery.delivery import Delivery
from chinwag.server.delivery.failures import Failures
from chinwag.server.observe import log
from chinwag.server.ports.broker import Broker, Job, Verdict
from chinwag.server.ports.store import Store
from chinwag.server.sessions.session import Session

DELIVER = "deliver"
_SWEEP_SECONDS = 1.0
_HANDED_AGAIN = 100


@dataclass(frozen=True, slots=True)
class Steps:
    """How the ladder climbs. ``limit`` counts all attempts, the first hand-over included."""

    acknowledge_seconds: float = 10.0
    limit: int = 5
    backoff_seconds: float = 1.0
    factor: float = 5.0

    def pause_ms(self, attempts: int) -> int:
        """The pause after so many failed attempts."""
        return int(self.backoff_seconds * self.factor ** (attempts - 1) * 1000)


class _Parcel(Struct):
    """``handed``: hand-overs besides those that the job counts. No ``device``: all that the user
    has here.
    """

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


class Ladder:
    """Watches sessions and works off what they owe. ``overdue`` is told who owes what."""

    def __init__(
        self,
        store: Store,
        broker: Broker,
        delivery: Delivery,
        failures: Failures,
        steps: Steps,
        *,
        overdue: Callable[[Session, str], None] = lambda session, chat: None,
    ) -> None:
        self._store = store
        self._broker = broker
        self._delivery = delivery
        self._failures = failures
        self._sessions = delivery.sessions
        self._steps = steps
        self._overdue = overdue

    async def run(self) -> None:
        """Climb, for ever."""
        await self._failures.open()
        await self._broker.work(DELIVER, self.attempt)
        while True:
            try:
                await self.sweep()
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
            jobs = []
            for session, chat in owing:
                self._overdue(session, chat)
                jobs.append(self._first_step(session, chat, lasts.get(chat, 0)))
            await self._broker.put(jobs)
        await self._settle()

    def _first_step(self, session: Session, chat: str, last: int, handed: int = 1) -> Job:
        # On the ladder now: not due again before the next acknowledgement.
        session.unacknowledged[chat] = math.inf
        parcel = _Parcel(session.user, session.device, chat, last, handed)
        pause = self._steps.pause_ms(1) if handed else 0
        return self._job(f"{session.device}:{chat}", parcel, self._sessions.node, pause)

    def _job(self, key: str, parcel: _Parcel, node: str, pause: int = 0) -> Job:
        now = now_ms()
        return Job(
            id=str(uuid_utils.uuid7()),
            kind=DELIVER,
            key=key,
            body=_encode(parcel),
            due_at=now + pause,
            created_at=now,
            node=node,
        )

    async def _settle(self) -> None:
        while self._delivery.recovered:
            await self._failures.end(*self._delivery.recovered.pop())
        while self._delivery.gone:
            chat, user, seq = self._delivery.gone.pop()
            await self._failures.fail(chat, user, seq, seq, "gone", 0)

    # --- what failed, once more ---------------------------------------------------------------

    async def retry(self, session: Session, command: commands.Retry) -> results.Done:
        """See `commands.Retry`. Those who are here are handed it again; the others get it when
        they come.

        Raises:
            ChinwagError: not_found, unavailable.
        """
        chat = command.chat
        tried = dict(await self._failures.retry(chat, session.user, command.seq))
        if not tried:
            raise ChinwagError(errors.NOT_FOUND)
        places = await self._sessions.where(tried)
        await self._broker.put(
            [
                self._job(f"{user}:{chat}", _Parcel(user, "", chat, tried[user]), node)
                for node, users in places.items()
                for user in users
            ]
        )
        return results.Done()

    # --- an attempt --------------------------------------------------------------------------

    async def attempt(self, job: Job) -> Verdict:
        """Hand over again what is still owed; give up at the limit."""
        parcel = _parcel(job.body)
        if not parcel.device:
            sessions = list(self._sessions.of(parcel.user))
            jobs = [self._first_step(it, parcel.chat, parcel.last, handed=0) for it in sessions]
            await self._broker.put(jobs)
            return Verdict()
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
            await self._failures.fail(
                parcel.chat, parcel.user, delivered + 1, last, "unreachable", handed
            )
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


def _off_the_ladder(session: Session, chat: str, *, more: bool) -> None:
    """What a session owed has reached another of the user's devices. ``more``: it was handed
    newer events since, which it may owe still.
    """
    if session.unacknowledged.get(chat) == math.inf:
        if more:
            session.unacknowledged[chat] = time.monotonic()
        else:
            del session.unacknowledged[chat]
