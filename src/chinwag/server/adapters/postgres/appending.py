"""The hot path: one group commit in two statements, one that reads and one that writes all of it.

Nothing is locked in between: the second statement writes only if every chat that entries go into
still ends where the first one found it, at the same version, and every seat still has the change it
had then (no write leaves it as it was). Otherwise it fails as a whole, and is tried again with all
of them locked. Marks alone do not care how far their chat has come meanwhile.

Rows are locked in one order, or commits of several nodes would lock each other out: all chats by
id, then all seats.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from asyncpg.prepared_stmt import PreparedStatement

from chinwag.server.adapters.postgres import repeats
from chinwag.server.adapters.postgres.link import Session
from chinwag.server.adapters.reckoning import (
    Chat,
    Seat,
    State,
    Values,
    named,
    place,
    raise_marks,
    row_of,
    stamp,
    wanted,
)
from chinwag.server.clock import now_ms
from chinwag.server.ports.store import Batch, Entry, Outcome

_LOCK = (
    "SELECT FROM chats WHERE id = ANY($1::text[]) OR (id = ANY($2::text[]) AND kind <> 'direct')"
    " ORDER BY id FOR UPDATE"
)
_LOCK_SEATS = (
    "SELECT FROM members m JOIN unnest($1::text[], $2::text[]) AS w (chat, account)"
    " ON m.chat = w.chat AND m.account = w.account ORDER BY m.chat, m.account FOR UPDATE OF m"
)
# ``mark`` is the read mark to be judged, kept within the log and the member's stay.
_LOAD = """
SELECT (SELECT (date_part('epoch', clock_timestamp()) * 1000)::bigint),
  w.n, c.last, c.count, c.version, (c.kind = 'direct')::int,
  m.delivered, m.read, m.shown, m.read_count, m.sent,
  m.departed, m.unread, m.muted_until, m.pinned_at, m.archived, m.change,
  coalesce(CASE WHEN mark > m.read THEN (
    SELECT e.count FROM events e WHERE e.chat = c.id AND e.seq = mark) END, 0),
  CASE WHEN mark > m.read AND m.sent > mark THEN (
    SELECT count(*) FROM events e
    JOIN events prior ON prior.chat = c.id AND prior.seq = e.seq - 1
    WHERE e.chat = c.id AND e.seq > mark AND e.sender = m.account AND e.count > prior.count)
  ELSE 0 END
FROM unnest($1::text[], $2::text[], $3::bigint[]) WITH ORDINALITY AS w (chat, account, read, n)
JOIN chats c ON c.id = w.chat
LEFT JOIN members m ON m.chat = w.chat AND m.account = w.account
CROSS JOIN LATERAL (SELECT least(
  w.read, CASE WHEN m.departed > 0 THEN m.departed - 1 ELSE c.last END) AS mark) AS judged
"""
# Division by zero: somebody else was quicker. The chats are written before the seats, and both
# before the rest, because the result asks for them in this order.
_SAVE = """
WITH changed AS MATERIALIZED (
  SELECT $1::bigint + pg_current_xact_id()::text::bigint AS change
), chat AS (
  UPDATE chats SET last = greatest(chats.last, n.last), count = greatest(chats.count, n.count),
    change = greatest(chats.change, CASE WHEN n.moved THEN changed.change END)
  FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bool[])
    AS n (id, before, version, last, count, moved), changed
  WHERE chats.id = n.id
    AND (n.last = n.before OR (chats.last = n.before AND chats.version = n.version))
  RETURNING 1
), seat AS (
  UPDATE members SET delivered = n.delivered, read = n.read, shown = n.shown,
    read_count = n.read_count, sent = n.sent, unread = n.unread,
    mentioned = greatest(members.mentioned, n.mentioned),
    change = greatest(members.change + 1, changed.change, n.floor)
  FROM unnest($8::text[], $9::text[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[],
    $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[], $18::bigint[])
    AS n (chat, account, change, delivered, read, shown, read_count, sent, unread, mentioned,
      floor), changed
  WHERE members.chat = n.chat AND members.account = n.account AND members.change = n.change
  RETURNING 1
), event AS (
  INSERT INTO events
    (chat, seq, kind, sender, at, count, client_id, digest, hidden, body, answer)
  SELECT * FROM unnest($19::text[], $20::bigint[], $21::text[], $22::text[], $23::bigint[],
    $24::bigint[], $25::text[], $26::bytea[], $27::bigint[], $28::text[], $29::text[])
), alert AS (
  INSERT INTO alerts_due (chat, seq) SELECT * FROM unnest($30::text[], $31::bigint[])
  ON CONFLICT DO NOTHING
), receipt AS (
  INSERT INTO receipts (chat, account, kind, seq, at)
  SELECT * FROM unnest($32::text[], $33::text[], $34::int[], $35::bigint[], $36::bigint[])
  ON CONFLICT DO NOTHING
), untold AS (
  INSERT INTO outbox (id, at, body) SELECT id, $37::bigint, body
  FROM unnest($38::text[], $39::text[]) AS n (id, body)
), told AS (
  DELETE FROM outbox WHERE id = ANY($40::text[])
)
SELECT change, 1 / ((SELECT count(*) FROM chat) = cardinality($2))::int
  / ((SELECT count(*) FROM seat) = cardinality($8))::int FROM changed
"""


class Reckoned(NamedTuple):
    """What a batch comes to, before it is written."""

    state: State
    now: int
    receipts: list[Values]

    @property
    def moved(self) -> bool:
        """Whether there is anything to write."""
        return any(chat.changed for chat in self.state.chats.values()) or any(
            seat.changed for seat in self.state.seats.values()
        )


async def reckon(session: Session, batch: Batch, *, look: bool = False) -> Reckoned:
    """Read what the batch touches, and give its entries and marks their place. Repeats are found
    out by writing them, unless told to ``look`` for them first.
    """
    for entry in batch.entries:
        entry.outcome = Outcome.PENDING  # a first try, rolled back since, may have left another
    if look:
        await repeats.find(session, batch.entries)
    state, now = await _load(session, batch)
    if place(batch.entries, state, now, {} if look else None) and not look:
        # A repeat is answered as the first time, whatever happened to the chat since.
        return await reckon(session, batch, look=True)
    receipts = raise_marks(batch.marks, state, now)
    _name(batch.entries, state)
    return Reckoned(state, now, receipts)


async def lock(session: Session, batch: Batch) -> None:
    """Lock what the batch is about to write, for the rest of the transaction."""
    written = {entry.chat for entry in batch.entries}
    marked = {mark.chat for mark in batch.marks}
    await (await _prepared(session, _LOCK)).fetch(list(written), list(marked))
    seats = list(_touched(batch))
    await (await _prepared(session, _LOCK_SEATS)).fetch(
        [chat for chat, _ in seats], [account for _, account in seats]
    )


async def save(
    session: Session,
    batch: Batch,
    reckoned: Reckoned,
    untold: Sequence[tuple[str, str]],
    told: Sequence[str],
) -> None:
    """Write it, with ``untold`` (receipt, body) into the outbox and ``told`` out of it.

    Raises:
        asyncpg.DivisionByZeroError: something was written since it was read.
        asyncpg.UniqueViolationError: there are repeats.
    """
    state, now, receipts = reckoned
    entries = [entry for entry in batch.entries if entry.outcome is Outcome.APPENDED]
    alerts = [entry for entry in entries if entry.alert]
    row = await (await _prepared(session, _SAVE)).fetchrow(
        session.offset,
        *_chat_columns(state),
        *_seat_columns(state),
        *_columns([row_of(entry) for entry in entries], 11),
        [entry.chat for entry in alerts],
        [entry.seq for entry in alerts],
        *_columns(receipts, 5),
        now,
        *_columns(untold, 2),
        told,
    )
    assert row is not None
    change = row[0]
    stamp(batch.marks, state, change)
    for entry in named(entries)[0]:
        seats = (state.seats.get((entry.chat, user)) for user in entry.mentions)
        entry.change = max((change, *(seat.floor for seat in seats if seat is not None)))


async def _prepared(session: Session, sql: str) -> PreparedStatement:
    statement = session.statements.get(sql)
    if statement is None:
        statement = session.statements[sql] = await session.prepare(sql)
    return statement


def _touched(batch: Batch) -> dict[tuple[str, str], int]:
    """The seats that a batch touches, those it mentions among them, and the read marks asked."""
    touched = wanted(batch)
    for entry in batch.entries:
        if entry.mentions and not entry.hidden:
            for user in entry.mentions:
                touched.setdefault((entry.chat, user), 0)
    return touched


async def _load(session: Session, batch: Batch) -> tuple[State, int]:
    touched = _touched(batch)
    keys = list(touched)
    rows = await (await _prepared(session, _LOAD)).fetch(
        [key[0] for key in keys], [key[1] for key in keys], list(touched.values())
    )
    state = State()
    now = now_ms() if not rows else rows[0][0]
    for row in rows:
        key = keys[row[1] - 1]
        chat = state.chats.get(key[0])
        if chat is None:
            chat = state.chats[key[0]] = Chat(key[0], *row[2:6])
        if row[6] is not None:
            state.seats[key] = Seat(chat, key[1], row[6:])
    return state, now


def _name(entries: list[Entry], state: State) -> None:
    """Raise the ``mentioned`` marks. All seats named by one commit get the same change, since an
    entry tells only one.
    """
    seats = []
    for key, seq in named(entries)[1].items():
        seat = state.seats.get(key)
        if seat is not None and not seat.departed:
            seat.mentioned, seat.changed = seq, True
            seats.append(seat)
    floor = max((seat.change + 1 for seat in seats), default=0)
    for seat in seats:
        seat.floor = floor


def _chat_columns(state: State) -> Sequence[Sequence[Any]]:
    chats = [chat for chat in state.chats.values() if chat.changed]
    chats.sort(key=_by_id)
    rows = [(c.id, c.before, c.version, c.last, c.count, c.changed) for c in chats]
    return _columns(rows, 6)


def _by_id(chat: Chat) -> bytes:
    return chat.id.encode()


def _seat_columns(state: State) -> Sequence[Sequence[Any]]:
    seats = [(key, state.seats[key]) for key in sorted(state.seats)]
    rows = [
        (
            *key,
            seat.change,
            seat.delivered,
            seat.read,
            seat.shown,
            seat.read_count,
            seat.sent,
            seat.unread,
            seat.mentioned,
            seat.floor,
        )
        for key, seat in seats
        if seat.changed
    ]
    return _columns(rows, 11)


def _columns(rows: Sequence[Sequence[Any]], width: int) -> Sequence[Sequence[Any]]:
    """Rows as one array a column, which is how they travel in one statement."""
    return list(zip(*rows, strict=True)) if rows else [()] * width
