"""The hot path: one group commit's entries and marks, inside the writer's transaction."""

import sqlite3

from chinwag.server.adapters.sqlite import repeats
from chinwag.server.adapters.sqlite.rows import Values, insert_rows, update_rows
from chinwag.server.adapters.sqlite.state import Seat, State, load, save
from chinwag.server.ports.store import Batch, Entry, Mark, Outcome

_PENDING, _APPENDED, _STALE = Outcome.PENDING, Outcome.APPENDED, Outcome.STALE
# OR FAIL: what failed is rolled back by the caller, so SQLite need not keep a copy to undo from.
_EVENTS = (
    "INSERT OR FAIL INTO events"
    " (chat, seq, kind, sender, at, count, client_id, digest, hidden, body, answer) VALUES?"
)
_RECEIPTS = "INSERT OR IGNORE INTO receipts (chat, account, kind, seq, at) VALUES?"
_ALERTS = "INSERT OR IGNORE INTO alerts_due (chat, seq) VALUES?"
_MENTIONS = (
    "WITH new (chat, account, seq, change) AS (VALUES?)"
    " UPDATE OR FAIL members SET mentioned = new.seq, change = new.change FROM new"
    " WHERE members.chat = new.chat AND members.account = new.account AND members.departed = 0"
)
DELIVERED, READ = 0, 1


def append(
    connection: sqlite3.Connection, batch: Batch, now: int, change: int, *, look: bool = False
) -> None:
    """Write the batch. Outcomes, seqs and read counts stand in its entries and marks after.

    Raises sqlite3.IntegrityError for repeats unless told to ``look`` for them first; the caller
    must then roll back, and come again.
    """
    for entry in batch.entries:
        entry.outcome = _PENDING  # a first try, rolled back since, may have left another
    if look:
        repeats.find(connection, batch.entries)
    state = load(connection, batch)
    stale = _place(batch.entries, state, now, {} if look else None)
    if stale and not look:
        # A repeat is answered as the first time, whatever happened to the chat since. Nothing has
        # been written yet, so begin again.
        append(connection, batch, now, change, look=True)
        return
    insert_rows(connection, _EVENTS, [row_of(e) for e in batch.entries if e.outcome is _APPENDED])
    if batch.marks:
        insert_rows(connection, _RECEIPTS, _mark(batch.marks, state, now, change))
    save(connection, state, change)
    follow(connection, batch.entries, change)


def follow(connection: sqlite3.Connection, entries: list[Entry], change: int) -> None:
    """What else the appended entries write: marks of those they mention, alerts to be sent."""
    _mention(connection, entries, change)
    due: list[Values] = [
        (entry.chat, entry.seq) for entry in entries if entry.alert and entry.outcome is _APPENDED
    ]
    insert_rows(connection, _ALERTS, due)


def _mention(connection: sqlite3.Connection, entries: list[Entry], change: int) -> None:
    """Raise the ``mentioned`` marks of those whom the appended entries name."""
    named = {}
    for entry in entries:
        if entry.mentions and entry.outcome is _APPENDED and not entry.hidden:
            entry.change = change
            named.update({(entry.chat, user): entry.seq for user in entry.mentions})
    if named:
        update_rows(connection, _MENTIONS, [(*key, seq, change) for key, seq in named.items()])


def _place(entries: list[Entry], state: State, now: int, seen: repeats.Seen | None) -> bool:
    """Give entries their place in the log; whether some have none because they are stale. With
    ``seen``, of client ids, repeats inside the batch come back as such.
    """
    stale = False
    for entry in entries:
        if entry.outcome is not _PENDING or (seen is not None and repeats.again(entry, seen)):
            continue
        chat = state.chats.get(entry.chat)
        if chat is None or (entry.version and entry.version != chat.version):
            entry.outcome = _STALE
            stale = True
            continue
        chat.add(counted=entry.counted)
        entry.seq, entry.count, entry.at = chat.last, chat.count, now
        entry.outcome = _APPENDED
        if seen is not None and entry.client_id is not None:
            seen[entry.sender, entry.client_id] = entry
        if is_message(entry):
            seat = state.seats.get((entry.chat, entry.sender))
            if seat is not None:
                seat.sends(entry.seq, counted=entry.counted)
                entry.read_count = seat.read_count
    return stale


def is_message(entry: Entry) -> bool:
    """Whether ticks are due for the entry, other than for a service line."""
    return entry.counted or entry.hidden


def row_of(entry: Entry) -> Values:
    """The entry as a row of ``events``."""
    return (
        entry.chat,
        entry.seq,
        entry.kind,
        entry.sender,
        entry.at,
        entry.count,
        entry.client_id,
        entry.digest,
        int(entry.hidden),
        entry.body.decode(),
        None if entry.answer is None else entry.answer.decode(),
    )


def _mark(marks: list[Mark], state: State, now: int, change: int) -> list[Values]:
    """Raise the marks; the rows of the receipt log that are due for it."""
    seats: dict[tuple[str, str], list[Mark]] = {}
    for mark in marks:
        mark.at, mark.change = now, change
        if (mark.chat, mark.user) in state.seats:
            seats.setdefault((mark.chat, mark.user), []).append(mark)
    rows: list[Values] = []
    for key, those in seats.items():
        _raise(state.seats[key], those, rows, now)
    return rows


def _raise(seat: Seat, marks: list[Mark], rows: list[Values], now: int) -> None:
    """Raise one member's marks to the highest asked for that the log reaches."""
    delivered = read = shown = 0
    for mark in marks:
        mark.delivered, mark.read = min(mark.delivered, seat.reach), min(mark.read, seat.reach)
        delivered = max(delivered, mark.delivered, mark.read)
        read = max(read, mark.read)
        if mark.shown:
            shown = max(shown, mark.read)
    if read:
        seat.reads(read)
    if seat.receives(delivered):
        rows.append((seat.chat.id, seat.account, DELIVERED, delivered, now))
        seat.chat.changed = True  # the others' ticks
    if seat.shows(shown):
        rows.append((seat.chat.id, seat.account, READ, shown, now))
        seat.chat.changed = True
    for mark in marks:
        if mark.read:
            mark.read_count = seat.read_count
