"""Rules' transactions on PostgreSQL: portable SQL as it stands."""

from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any, TypeVar

from chinwag.server.adapters.postgres import repeats
from chinwag.server.adapters.postgres.link import Session
from chinwag.server.adapters.reckoning import is_message, named, row_of
from chinwag.server.ports.store import Argument, Entry, Outcome, Row

T = TypeVar("T")

_ADVANCE = (
    "UPDATE chats SET last = last + 1, count = count + $1, version = version + $2,"
    " change = greatest(change, $3) WHERE id = $4 RETURNING last, count, version"
)
_EVENT = (
    "INSERT INTO events (chat, seq, kind, sender, at, count, client_id, digest, hidden, body,"
    " answer) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
)
_SENT = (
    "UPDATE members SET read_count = read_count + $1, sent = $2,"
    " change = greatest(change + 1, $3) WHERE chat = $4 AND account = $5"
    " RETURNING read_count"
)
# One change for all that are named, since the entry tells only one.
_MENTIONS = (
    "UPDATE members m SET mentioned = $3, change = greatest(m.change + 1, (SELECT"
    " greatest($4, max(change) + 1) FROM members WHERE chat = $1 AND account = ANY($2)))"
    " WHERE chat = $1 AND account = ANY($2) AND departed = 0 RETURNING change"
)
_ALERT = "INSERT INTO alerts_due (chat, seq) VALUES ($1, $2) ON CONFLICT DO NOTHING"


class Step:
    """What a rule awaits: one call to the database. Only `drive` knows what to do with it, so that
    a rule that awaits anything else is found out.
    """

    __slots__ = ("args", "call")

    def __init__(self, call: Callable[..., Awaitable[Any]], *args: Any) -> None:
        self.call = call
        self.args = args

    def __await__(self) -> Generator["Step", Any, Any]:
        return (yield self)


async def drive(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that awaits nothing but its `Tx`."""
    value: Any = None
    failure: Exception | None = None
    try:
        while True:
            step = work.send(value) if failure is None else work.throw(failure)
            if type(step) is not Step:
                raise RuntimeError("a transaction may await nothing but its Tx")
            value = failure = None
            try:
                value = await step.call(*step.args)
            except Exception as error:  # noqa: BLE001 - the rule's to see
                failure = error
    except StopIteration as done:
        result: T = done.value
        return result
    finally:
        work.close()


class PostgresReader:
    """A snapshot to read from."""

    def __init__(self, session: Session, change: int) -> None:
        self._session = session
        self.change = change

    async def fetch(self, sql: str, *args: Argument) -> list[Row]:
        rows = await Step(self._session.fetch, sql, *args)
        return [tuple(row) for row in rows]


class PostgresTx(PostgresReader):
    """A write transaction."""

    def __init__(self, session: Session, now: int, change: int, origin: str) -> None:
        super().__init__(session, change)
        self.now = now
        self.origin = origin
        self.entries: list[Entry] = []

    async def execute(self, sql: str, *args: Argument) -> int:
        status: str = await Step(self._session.execute, sql, *args)
        count = status.rpartition(" ")[2]
        return int(count) if count.isdigit() else -1

    async def append(self, entry: Entry, *, bump: bool = True) -> Entry:
        entry.outcome = Outcome.PENDING
        if entry.client_id is not None:
            await Step(repeats.find, self._session, [entry])
        if entry.outcome is Outcome.PENDING:
            await self._place(entry, bump)
        return entry

    async def _place(self, entry: Entry, bump: bool) -> None:
        counted = int(entry.counted)
        rows = await self.fetch(_ADVANCE, counted, int(bump), self.change, entry.chat)
        if not rows:
            entry.outcome = Outcome.STALE
            return
        entry.seq, entry.count, entry.version = rows[0]
        entry.at = self.now
        entry.outcome = Outcome.APPENDED
        await self.execute(_EVENT, *row_of(entry))
        if is_message(entry):
            sent = (counted, entry.seq, self.change, entry.chat, entry.sender)
            seats = await self.fetch(_SENT, *sent)
            entry.read_count = seats[0][0] if seats else 0
        naming, _ = named([entry])
        if naming:
            users = list(entry.mentions)
            changed = await self.fetch(_MENTIONS, entry.chat, users, entry.seq, self.change)
            entry.change = max((row[0] for row in changed), default=self.change)
        if entry.alert:
            await self.execute(_ALERT, entry.chat, entry.seq)
        self.entries.append(entry)
