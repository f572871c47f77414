"""The hot path: one group commit in two statements, one that reads and one that writes all of it.

Nothing is locked in between: the second statement writes only if every chat that entries go into
still ends where the first one found it, at the same version, and every seat still has the change it
had then (no write leaves it as it was). Otherwise it fails as a whole, and is tried again with all
of them locked. Marks alone do not care how far their chat has come meanwhile.

Rows are locked in one order, or commits of several nodes would lock each other out: all chats by
id, then all seats.
"""

import re
from collections.abc import Iterable, Sequence
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
_APART = "\x1f"
"""No id holds it, and in JSON it is written otherwise."""


def _arrays(sql: str) -> str:
    """``t:1`` stands for the texts, ``n:1`` for the numbers in parameter 1. Arrays travel as one
    text each: asyncpg looks at every element of a real one, for what it might be, and that took
    longer than all else. An array of one empty text comes out empty.
    """
    sql = re.sub(r"t:(\d+)", rf"string_to_array($\1, '{_APART}')", sql)
    return re.sub(r"n:(\d+)", r"$\1::text::bigint[]", sql)


# ``mark`` is the read mark to be judged, kept within the log and the member's stay.
_LOAD = _arrays("""
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
FROM unnest(t:1, t:2, n:3) WITH ORDINALITY AS w (chat, account, read, n)
JOIN chats c ON c.id = w.chat
LEFT JOIN members m ON m.chat = w.chat AND m.account = w.account
CROSS JOIN LATERAL (SELECT least(
  w.read, CASE WHEN m.departed > 0 THEN m.departed - 1 ELSE c.last END) AS mark) AS judged
""")
# Division by zero: somebody else was quicker. The chats are written before the seats, and both
# before the rest, because the result asks for them in this order.
_SAVE = _arrays("""
WITH changed AS MATERIALIZED (
  SELECT $1::bigint + pg_current_xact_id()::text::bigint AS change
), chat AS (
  UPDATE chats SET last = greatest(chats.last, n.last), count = greatest(chats.count, n.count),
    change = greatest(chats.change, changed.change)
  FROM unnest(t:2, n:3, n:4, n:5, n:6) AS n (id, before, version, last, count), changed
  WHERE chats.id = n.id
    AND (n.last = n.before OR (chats.last = n.before AND chats.version = n.version))
  RETURNING 1
), seat AS (
  UPDATE members SET delivered = n.delivered, read = n.read, shown = n.shown,
    read_count = n.read_count, sent = n.sent, unread = n.unread,
    mentioned = greatest(members.mentioned, n.mentioned),
    change = greatest(members.change + 1, changed.change, n.floor)
  FROM unnest(t:7, t:8, n:9, n:10, n:11, n:12, n:13, n:14, n:15, n:16, n:17)
    AS n (chat, account, change, delivered, read, shown, read_count, sent, unread, mentioned,
      floor), changed
  WHERE members.chat = n.chat AND members.account = n.account AND members.change = n.change
  RETURNING 1
), event AS (
  INSERT INTO events
    (chat, seq, kind, sender, at, count, client_id, digest, hidden, body, answer)
  SELECT chat, seq, kind, coalesce(sender, ''), $28, count, nullif(client_id, ''),
    decode(coalesce(digest, ''), 'hex'), hidden, body, nullif(answer, '')
  FROM unnest(t:18, n:19, t:20, t:21, n:22, t:23, t:24, n:25, t:26, t:27)
    AS n (chat, seq, kind, sender, count, client_id, digest, hidden, body, answer)
), receipt AS (
  INSERT INTO receipts (chat, account, kind, seq, at) SELECT chat, account, kind::int, seq, $28
  FROM unnest(t:29, t:30, n:31, n:32) AS n (chat, account, kind, seq)
  ON CONFLICT DO NOTHING
), alert AS (
  INSERT INTO alerts_due (chat, seq) SELECT * FROM unnest(t:33, n:34) ON CONFLICT DO NOTHING
), untold AS (
  INSERT INTO outbox (id, at, body)
  SELECT id, $28::bigint, body FROM unnest(t:35, t:36) AS n (id, body)
), told AS (
  DELETE FROM outbox WHERE id = ANY(t:37)
)
SELECT change, 1 / ((SELECT count(*) FROM chat) = $38::int)::int
  / ((SELECT count(*) FROM seat) = $39::int)::int FROM changed
""")


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
    alerts = [(entry.chat, entry.seq) for entry in entries if entry.alert]
    chats = [chat for chat in state.chats.values() if chat.changed]
    seats = [seat for seat in state.seats.values() if seat.changed]
    row = await (await _prepared(session, _SAVE)).fetchrow(
        session.offset,
        *_chat_columns(chats),
        *_seat_columns(seats),
        *_event_columns(entries),
        now,
        *_columns("ttnn", [row[:4] for row in receipts]),
        *_columns("tn", alerts),
        *_columns("tt", untold),
        _texts(told),
        len(chats),
        len(seats),
    )
    assert row is not None
    change = row[0]
    stamp(batch.marks, state, change)
    for entry in named(entries)[0]:
        there = (state.seats.get((entry.chat, user)) for user in entry.mentions)
        entry.change = max((change, *(seat.floor for seat in there if seat is not None)))


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
        *_columns("tt", keys), _numbers(touched.values())
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


def _chat_columns(chats: list[Chat]) -> list[str]:
    chats.sort(key=_by_id)
    rows = [(chat.id, chat.before, chat.version, chat.last, chat.count) for chat in chats]
    return _columns("tnnnn", rows)


def _by_id(chat: Chat) -> str:
    return chat.id


def _seat_columns(seats: list[Seat]) -> list[str]:
    seats.sort(key=_by_key)
    rows = [
        (
            seat.chat.id,
            seat.account,
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
        for seat in seats
    ]
    return _columns("ttnnnnnnnnn", rows)


def _by_key(seat: Seat) -> tuple[str, str]:
    return seat.chat.id, seat.account


def _event_columns(entries: Sequence[Entry]) -> list[str]:
    rows = [
        (
            entry.chat,
            entry.seq,
            entry.kind,
            entry.sender,
            entry.count,
            entry.client_id or "",
            entry.digest.hex(),
            int(entry.hidden),
            entry.body.decode(),
            "" if entry.answer is None else entry.answer.decode(),
        )
        for entry in entries
    ]
    return _columns("tnttnttntt", rows)


def _columns(kinds: str, rows: Sequence[Sequence[Any]]) -> list[str]:
    """Rows as one array a column, of texts (``t``) or numbers (``n``): see `_arrays`."""
    columns: Iterable[Sequence[Any]] = zip(*rows, strict=True) if rows else [()] * len(kinds)
    return [
        _numbers(column) if kind == "n" else _texts(column)
        for kind, column in zip(kinds, columns, strict=True)
    ]


def _numbers(column: Iterable[int]) -> str:
    return "{" + ",".join(map(str, column)) + "}"


def _texts(column: Sequence[str]) -> str:
    joined = _APART.join(column)
    if column and joined.count(_APART) != len(column) - 1:
        raise ValueError("a text holds what keeps texts apart")
    return joined
