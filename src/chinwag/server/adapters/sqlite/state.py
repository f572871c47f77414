"""What a group commit must know of its chats and members: read in one statement, written back in
two. What happens to it in between is `reckoning`'s.
"""

import sqlite3
from collections.abc import Iterable

import msgspec

from chinwag.server.adapters.reckoning import Chat, Seat, State, Values, wanted
from chinwag.server.adapters.sqlite.rows import join_rows, update_rows
from chinwag.server.ports.store import Batch

# JSON instead of a row a member: one step, so one wait for the interpreter lock (see `rows`).
# ``mark`` is the read mark to be judged, kept within the log and the member's stay; ``base`` the
# countable entries up to it; ``own`` the member's own ones after it.
_LOAD = """
WITH wanted (n, chat, account, read) AS (VALUES?),
seats AS (
  SELECT n, c.id, c.last, c.count, c.version, c.kind = 'direct' AS direct, m.account,
    m.delivered, m.read, m.shown, m.read_count, m.sent, m.departed, m.unread, m.muted_until,
    m.pinned_at, m.archived, m.change,
    min(wanted.read, CASE WHEN m.departed > 0 THEN m.departed - 1 ELSE c.last END) AS mark
  FROM wanted CROSS JOIN chats c ON c.id = wanted.chat
  LEFT JOIN members m ON m.chat = wanted.chat AND m.account = wanted.account)
SELECT json_group_array(CASE WHEN account IS NULL THEN json_array(n, last, count, version, direct)
  ELSE json_array(n, last, count, version, direct,
    delivered, read, shown, read_count, sent, departed,
    unread, muted_until, pinned_at, archived, change,
    coalesce(CASE WHEN mark > read THEN (
      SELECT e.count FROM events e WHERE e.chat = id AND e.seq = mark) END, 0),
    CASE WHEN mark > read AND sent > mark THEN (
      SELECT count(*) FROM events e
      JOIN events prior ON prior.chat = id AND prior.seq = e.seq - 1
      WHERE e.chat = id AND e.seq > mark AND e.sender = account AND e.count > prior.count)
    ELSE 0 END) END)
FROM seats
"""
_CHATS = (
    "WITH new (id, last, count, change) AS (VALUES?)"
    " UPDATE OR FAIL chats SET last = new.last, count = new.count, change = new.change"
    " FROM new WHERE chats.id = new.id"
)
_MEMBERS = (
    "WITH new (chat, account, delivered, read, shown, read_count, sent, unread, change)"
    " AS (VALUES?)"
    " UPDATE OR FAIL members SET delivered = new.delivered, read = new.read, shown = new.shown,"
    " read_count = new.read_count, sent = new.sent, unread = new.unread, change = new.change"
    " FROM new WHERE members.chat = new.chat AND members.account = new.account"
)
_decode = msgspec.json.Decoder(list[list[int]]).decode


def load(connection: sqlite3.Connection, batch: Batch) -> State:
    """Read what the batch touches."""
    touched = wanted(batch)
    keys = list(touched)
    rows: list[Values] = [(n, *key, touched[key]) for n, key in enumerate(keys)]
    state = State()
    for cursor in join_rows(connection, _LOAD, rows):
        for row in _decode(cursor.fetchone()[0]):
            key = keys[row[0]]
            chat = state.chats.get(key[0])
            if chat is None:
                chat = state.chats[key[0]] = Chat(key[0], *row[1:5])
            if len(row) > 5:
                state.seats[key] = Seat(chat, key[1], row[5:])
    return state


def save(connection: sqlite3.Connection, state: State, change: int) -> None:
    """Write what changed."""
    update_rows(connection, _CHATS, _chat_rows(state.chats.values(), change))
    update_rows(connection, _MEMBERS, _seat_rows(state.seats.values(), change))


def _chat_rows(chats: Iterable[Chat], change: int) -> list[Values]:
    return [(chat.id, chat.last, chat.count, change) for chat in chats if chat.changed]


def _seat_rows(seats: Iterable[Seat], change: int) -> list[Values]:
    return [
        (
            seat.chat.id,
            seat.account,
            seat.delivered,
            seat.read,
            seat.shown,
            seat.read_count,
            seat.sent,
            seat.unread,
            seat.changes_at(change),
        )
        for seat in seats
        if seat.changed
    ]
