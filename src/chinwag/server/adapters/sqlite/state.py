"""What a group commit must know of its chats and members: read in one statement, changed in
plain Python, written back in two.
"""

import sqlite3
from collections.abc import Iterable

import msgspec

from chinwag.server.adapters.sqlite.rows import Values, join_rows, update_rows
from chinwag.server.ports.store import Batch

# JSON instead of a row a member: one step, so one wait for the interpreter lock (see `rows`).
# ``mark`` is the read mark to be judged, kept within the log and the member's stay; ``base`` the
# countable entries up to it; ``own`` the member's own ones after it.
_LOAD = """
WITH wanted (n, chat, account, read) AS (VALUES?),
seats AS (
  SELECT n, c.id, c.last, c.count, c.version, m.account, m.delivered, m.read, m.shown,
    m.read_count, m.sent, m.departed, m.unread,
    min(wanted.read, CASE WHEN m.departed > 0 THEN m.departed - 1 ELSE c.last END) AS mark
  FROM wanted CROSS JOIN chats c ON c.id = wanted.chat
  LEFT JOIN members m ON m.chat = wanted.chat AND m.account = wanted.account)
SELECT json_group_array(CASE WHEN account IS NULL THEN json_array(n, last, count, version)
  ELSE json_array(n, last, count, version, delivered, read, shown, read_count, sent, departed,
    unread,
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


class Chat:
    """A chat's counters. ``before``: its last seq before this commit."""

    __slots__ = ("before", "changed", "count", "id", "last", "version")

    def __init__(self, chat: str, last: int, count: int, version: int) -> None:
        self.id = chat
        self.last = self.before = last
        self.count = count
        self.version = version
        self.changed = False

    def add(self, *, counted: bool) -> None:
        """One entry more."""
        self.last += 1
        self.count += counted
        self.changed = True


class Seat:
    """A member's marks. ``base``, ``own_after`` and ``own`` make up the read count at the mark to
    be judged: the countable entries up to it, and the own ones after it before and in this commit.
    """

    __slots__ = (
        "account",
        "base",
        "changed",
        "chat",
        "delivered",
        "departed",
        "own",
        "own_after",
        "read",
        "read_count",
        "sent",
        "shown",
        "unread",
    )

    def __init__(self, chat: Chat, account: str, row: list[int]) -> None:
        self.chat = chat
        self.account = account
        self.delivered, self.read, self.shown, self.read_count, self.sent = row[:5]
        self.departed, self.unread, self.base, self.own_after = row[5:]
        self.own = 0
        self.changed = False

    @property
    def reach(self) -> int:
        """The last seq that a mark may stand at: nobody has seen what is being committed."""
        return self.departed - 1 if self.departed else self.chat.before

    def sends(self, seq: int, *, counted: bool) -> None:
        """An own message was appended."""
        self.sent = seq
        if counted:
            self.read_count += 1
            self.own += 1
        self.changed = True

    def receives(self, seq: int) -> bool:
        """Raise the delivered mark; whether that moved it."""
        if seq <= self.delivered:
            return False
        self.delivered = seq
        self.changed = True
        return True

    def reads(self, seq: int) -> None:
        """Raise the read mark to one within `reach`. Call once, with the highest."""
        self.changed = self.changed or bool(self.unread)
        self.unread = 0
        if seq <= self.read:
            return
        self.read = seq
        self.read_count = max(self.read_count, self.base + self.own_after + self.own)
        self.changed = True

    def shows(self, seq: int) -> bool:
        """Raise the read mark that others see; whether that moved it."""
        if seq <= self.shown:
            return False
        self.shown = seq
        self.changed = True
        return True


_decode = msgspec.json.Decoder(list[list[int]]).decode


class State:
    """The chats and seats that a batch touches."""

    __slots__ = ("chats", "seats")

    def __init__(self) -> None:
        self.chats: dict[str, Chat] = {}
        self.seats: dict[tuple[str, str], Seat] = {}


def load(connection: sqlite3.Connection, batch: Batch) -> State:
    """Read what the batch touches."""
    wanted: dict[tuple[str, str], int] = {(e.chat, e.sender): 0 for e in batch.entries}
    for mark in batch.marks:
        key = mark.chat, mark.user
        wanted[key] = max(mark.read, wanted.get(key, 0))
    keys = list(wanted)
    rows: list[Values] = [(n, *key, wanted[key]) for n, key in enumerate(keys)]
    state = State()
    for cursor in join_rows(connection, _LOAD, rows):
        for row in _decode(cursor.fetchone()[0]):
            key = keys[row[0]]
            chat = state.chats.get(key[0])
            if chat is None:
                chat = state.chats[key[0]] = Chat(key[0], *row[1:4])
            if len(row) > 4:
                state.seats[key] = Seat(chat, key[1], row[4:])
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
            change,
        )
        for seat in seats
        if seat.changed
    ]
