"""The hot path: one group commit's entries and marks, inside the writer's transaction."""

import sqlite3

from chinwag.server.adapters.reckoning import Values, named, place, raise_marks, row_of, stamp
from chinwag.server.adapters.sqlite import repeats
from chinwag.server.adapters.sqlite.rows import insert_rows, update_rows
from chinwag.server.adapters.sqlite.state import load, save
from chinwag.server.ports.store import Batch, Entry, Outcome

_PENDING, _APPENDED = Outcome.PENDING, Outcome.APPENDED
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
    stale = place(batch.entries, state, now, {} if look else None)
    if stale and not look:
        # A repeat is answered as the first time, whatever happened to the chat since. Nothing has
        # been written yet, so begin again.
        append(connection, batch, now, change, look=True)
        return
    insert_rows(connection, _EVENTS, [row_of(e) for e in batch.entries if e.outcome is _APPENDED])
    if batch.marks:
        insert_rows(connection, _RECEIPTS, raise_marks(batch.marks, state, now))
        stamp(batch.marks, state, change)
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
    naming, who = named(entries)
    for entry in naming:
        entry.change = change
    if who:
        update_rows(connection, _MENTIONS, [(*key, seq, change) for key, seq in who.items()])
