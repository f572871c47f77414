"""What must be true of every database, asked of one: what `chinwag admin check` and every backup
go by.
"""

import sqlite3
from collections.abc import Callable

from chinwag.server.adapters.sqlite.copying import Progress

# Each finds rows that break an invariant; the first columns say which.
_INVARIANTS = {
    "events are not 1 to last": (
        "SELECT c.id FROM chats c LEFT JOIN events e ON e.chat = c.id GROUP BY c.id"
        " HAVING count(e.seq) <> c.last OR coalesce(max(e.seq), 0) <> c.last"
        " OR coalesce(min(e.seq), 1) <> 1"
    ),
    "the count of messages is not that of the last event": (
        "SELECT c.id FROM chats c LEFT JOIN events e ON e.chat = c.id AND e.seq = c.last"
        " WHERE c.count <> coalesce(e.count, 0)"
    ),
    "the count of messages jumps": (
        "SELECT e.chat, e.seq FROM events e"
        " LEFT JOIN events p ON p.chat = e.chat AND p.seq = e.seq - 1"
        " WHERE e.count - coalesce(p.count, 0) NOT IN (0, 1)"
    ),
    "events of no chat": (
        "SELECT DISTINCT e.chat FROM events e LEFT JOIN chats c ON c.id = e.chat WHERE c.id IS NULL"
    ),
    "marks out of order": (
        "SELECT m.chat, m.account FROM members m JOIN chats c ON c.id = m.chat"
        " WHERE m.read > m.delivered OR m.delivered > c.last OR m.shown > m.read"
        " OR m.sent > c.last OR m.read_count > c.count OR m.mentioned > c.last"
    ),
    "receipts beyond the log": (
        "SELECT r.chat, r.account FROM receipts r JOIN chats c ON c.id = r.chat"
        " WHERE r.seq > c.last"
    ),
    "a change from the future": (
        "SELECT id FROM chats WHERE change > (SELECT CAST(value AS INTEGER) FROM meta"
        " WHERE key = 'change')"
    ),
    "members of no chat": (
        "SELECT m.chat, m.account FROM members m LEFT JOIN chats c ON c.id = m.chat"
        " WHERE c.id IS NULL"
    ),
    "members without an account": (
        "SELECT m.chat, m.account FROM members m LEFT JOIN accounts a ON a.id = m.account"
        " WHERE a.id IS NULL"
    ),
    "push subscriptions of no device": (
        "SELECT s.device FROM push_subscriptions s LEFT JOIN devices d ON d.id = s.device"
        " WHERE d.id IS NULL OR d.account <> s.account"
    ),
    "devices without an account": (
        "SELECT d.id FROM devices d LEFT JOIN accounts a ON a.id = d.account WHERE a.id IS NULL"
    ),
}
_COUNTED = ("accounts", "devices", "chats", "members", "events", "receipts", "jobs")
_EACH = 20  # of a kind are named, not all of a million


def problems(connection: sqlite3.Connection, progress: Progress | None = None) -> list[str]:
    """What is wrong with a database, in sentences; empty if nothing is. Reads all of it."""
    report = progress or (lambda done, total: None)
    checks: list[Callable[[], list[str]]] = [lambda: _integrity(connection)]
    for what, sql in _INVARIANTS.items():
        checks.append(lambda what=what, sql=sql: _broken(connection, what, sql))  # type: ignore[misc]
    found: list[str] = []
    for done, check in enumerate(checks):
        report(done, len(checks))
        found += check()
        if done == 0 and found:
            return found  # what a damaged file says further is worth nothing
    report(len(checks), len(checks))
    return found


def counts(connection: sqlite3.Connection) -> dict[str, int]:
    """How many rows there are in the tables that tell."""
    return {
        table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in _COUNTED
    }


def _integrity(connection: sqlite3.Connection) -> list[str]:
    try:
        rows = connection.execute("PRAGMA integrity_check").fetchall()
    except sqlite3.DatabaseError as error:
        return [f"The database cannot be read: {error}."]
    return [f"The database is damaged: {row[0]}." for row in rows if row[0] != "ok"]


def _broken(connection: sqlite3.Connection, what: str, sql: str) -> list[str]:
    rows = connection.execute(f"{sql} LIMIT {_EACH + 1}").fetchall()
    found = [f"{what}: {' '.join(str(value) for value in row)}" for row in rows[:_EACH]]
    return [*found, f"{what}: and more"] if len(rows) > _EACH else found
