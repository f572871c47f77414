"""The hot statements: one group commit's entries and marks, inside the writer's transaction."""

import sqlite3
from dataclasses import dataclass

import msgspec

from chinwag.server.adapters.sqlite.rows import execute_rows
from chinwag.server.ports.store import Batch, Entry, Mark, Outcome, Value

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(list[tuple[str, int, int, int]]).decode

_INSERT = (
    "INSERT INTO events"
    " (chat, seq, kind, sender, at, count, client_id, digest, hidden, body, answer) VALUES?"
)
# One row of JSON instead of a row a chat: one step, so one wait for the interpreter lock.
_CHATS = (
    "SELECT json_group_array(json_array(id, last, count, version)) FROM chats"
    " WHERE id IN (SELECT value FROM json_each(?))"
)
_ADVANCE = (
    "WITH new (id, last, count, change) AS (VALUES?)"
    " UPDATE chats SET last = new.last, count = new.count, change = new.change"
    " FROM new WHERE chats.id = new.id"
)
_TOUCH = (
    "WITH new (id, change) AS (VALUES?)"
    " UPDATE chats SET change = new.change FROM new WHERE chats.id = new.id"
)
_OWN = (
    "WITH new (chat, account, n, sent, change) AS (VALUES?)"
    " UPDATE members SET read_count = read_count + new.n, sent = new.sent, change = new.change"
    " FROM new"
    " WHERE members.chat = new.chat AND members.account = new.account"
)
_DELIVERED = (
    "WITH new (chat, account, seq, change) AS (VALUES?)"
    " UPDATE members SET delivered = max(delivered, new.seq), change = new.change FROM new"
    " WHERE members.chat = new.chat AND members.account = new.account"
)
_READ = (
    "UPDATE members SET read = ?3, delivered = max(delivered, ?3), unread = 0, change = ?5,"
    " shown = CASE WHEN ?4 THEN ?3 ELSE shown END,"
    " read_count = (SELECT count FROM chats WHERE id = ?1)"
    " - (SELECT count(*) FROM events WHERE chat = ?1 AND seq > ?3 AND sender <> ?2"
    "    AND hidden = 0 AND kind IN ('message', 'invite'))"
    " WHERE chat = ?1 AND account = ?2 AND read < ?3 RETURNING read_count"
)
_RECEIPTS = "INSERT OR IGNORE INTO receipts (chat, account, kind, seq, at) VALUES?"
_PRIOR = (
    "SELECT chat, seq, at, count, digest, answer FROM events WHERE sender = ? AND client_id = ?"
)
DELIVERED, READ = 0, 1


@dataclass(slots=True)
class _Chat:
    last: int
    count: int
    version: int
    touched: bool = False


def append(connection: sqlite3.Connection, batch: Batch, now: int, change: int) -> None:
    """Write the batch. Outcomes, seqs and read counts stand in its entries and marks after."""
    chats: dict[str, _Chat] = {}
    if batch.entries:
        chats = _chats(connection, {entry.chat for entry in batch.entries})
        try:
            connection.execute("SAVEPOINT entries")
            _insert(connection, batch.entries, chats, now)
        except sqlite3.IntegrityError:
            # Some client id stands in the log already: rare, so look for it only now.
            connection.execute("ROLLBACK TO entries")
            chats = _chats(connection, {entry.chat for entry in batch.entries})
            firsts = _settle_repeats(connection, batch.entries)
            _insert(connection, batch.entries, chats, now)
            for entry, first in firsts:
                copy_first(entry, first)
        connection.execute("RELEASE entries")
        _advance(connection, chats, batch.entries, change)
    if batch.marks:
        _mark(connection, batch.marks, chats, now, change)


def _chats(connection: sqlite3.Connection, ids: set[str]) -> dict[str, _Chat]:
    row = connection.execute(_CHATS, (_encode(list(ids)).decode(),)).fetchone()
    return {id: _Chat(last, count, version) for id, last, count, version in _decode(row[0])}


def _insert(
    connection: sqlite3.Connection, entries: list[Entry], chats: dict[str, _Chat], now: int
) -> None:
    rows: list[tuple[Value, ...]] = []
    for entry in entries:
        if entry.outcome is Outcome.REPEAT or entry.outcome is Outcome.REUSED:
            continue
        chat = chats.get(entry.chat)
        if chat is None or (entry.version and entry.version != chat.version):
            entry.outcome = Outcome.STALE
            continue
        chat.last += 1
        chat.count += entry.counted
        chat.touched = True
        entry.seq, entry.count, entry.at = chat.last, chat.count, now
        entry.outcome = Outcome.APPENDED
        rows.append(row_of(entry))
    execute_rows(connection, _INSERT, rows)


def row_of(entry: Entry) -> tuple[Value, ...]:
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


def prior(connection: sqlite3.Connection, entry: Entry) -> bool:
    """Whether the entry's client id stands in the log; if so the entry has its outcome."""
    if entry.client_id is None:
        return False
    row = connection.execute(_PRIOR, (entry.sender, entry.client_id)).fetchone()
    if row is None:
        return False
    chat, entry.seq, entry.at, entry.count, digest, answer = row
    same = chat == entry.chat and digest == entry.digest
    entry.outcome = Outcome.REPEAT if same else Outcome.REUSED
    entry.answer = None if answer is None else answer.encode()
    return True


def _settle_repeats(
    connection: sqlite3.Connection, entries: list[Entry]
) -> list[tuple[Entry, Entry]]:
    """Give repeats of the log their outcome; pair repeats inside the batch with their first."""
    seen: dict[tuple[str, str], Entry] = {}
    pairs: list[tuple[Entry, Entry]] = []
    for entry in entries:
        entry.outcome = Outcome.PENDING
        if entry.client_id is None or prior(connection, entry):
            continue
        first = seen.setdefault((entry.sender, entry.client_id), entry)
        if first is not entry:
            entry.outcome = Outcome.REPEAT
            pairs.append((entry, first))
    return pairs


def copy_first(entry: Entry, first: Entry) -> None:
    """Answer a repeat as its first time was answered."""
    same = entry.chat == first.chat and entry.digest == first.digest
    if first.outcome is Outcome.APPENDED:
        entry.outcome = Outcome.REPEAT if same else Outcome.REUSED
    else:
        entry.outcome = first.outcome
    entry.seq, entry.at, entry.count = first.seq, first.at, first.count


def _advance(
    connection: sqlite3.Connection, chats: dict[str, _Chat], entries: list[Entry], change: int
) -> None:
    execute_rows(
        connection,
        _ADVANCE,
        [(id, chat.last, chat.count, change) for id, chat in chats.items() if chat.touched],
    )
    own: dict[tuple[str, str], list[int]] = {}
    for entry in entries:
        if entry.outcome is Outcome.APPENDED:
            sums = own.setdefault((entry.chat, entry.sender), [0, 0])
            sums[0] += entry.counted
            sums[1] = entry.seq
    execute_rows(
        connection,
        _OWN,
        [(chat, account, n, sent, change) for (chat, account), (n, sent) in own.items()],
    )


def _mark(
    connection: sqlite3.Connection,
    marks: list[Mark],
    chats: dict[str, _Chat],
    now: int,
    change: int,
) -> None:
    delivered: list[tuple[Value, ...]] = []
    receipts: list[tuple[Value, ...]] = []
    for mark in marks:
        mark.at, mark.change = now, change
        if mark.delivered:
            delivered.append((mark.chat, mark.user, mark.delivered, change))
            receipts.append((mark.chat, mark.user, DELIVERED, mark.delivered, now))
        if mark.read:
            _read(connection, mark, change)
            if mark.shown:
                receipts.append((mark.chat, mark.user, READ, mark.read, now))
    execute_rows(connection, _DELIVERED, delivered)
    execute_rows(connection, _RECEIPTS, receipts)
    # The others' ticks changed with these marks; chats that were appended to carry the change.
    quiet = {m.chat for m in marks if (c := chats.get(m.chat)) is None or not c.touched}
    execute_rows(connection, _TOUCH, [(chat, change) for chat in quiet])


def _read(connection: sqlite3.Connection, mark: Mark, change: int) -> None:
    row = connection.execute(
        _READ, (mark.chat, mark.user, mark.read, int(mark.shown), change)
    ).fetchone()
    if row is not None:
        mark.read_count = row[0]
