"""Client ids that stand in the log already: found by its unique index, never by looking first."""

import sqlite3

import msgspec

from chinwag.server.adapters.reckoning import Values
from chinwag.server.adapters.sqlite.rows import join_rows
from chinwag.server.ports.store import Entry, Outcome

_FIND = (
    "WITH wanted (n, sender, client_id) AS (VALUES?)"
    " SELECT json_group_array(json_array(n, e.chat, e.seq, e.at, e.count, hex(e.digest), e.answer))"
    " FROM wanted CROSS JOIN events e"
    " ON e.sender = wanted.sender AND e.client_id = wanted.client_id"
)
_decode = msgspec.json.Decoder(list[tuple[int, str, int, int, int, str, str | None]]).decode


def find(connection: sqlite3.Connection, entries: list[Entry]) -> None:
    """Give entries whose client id stands in the log their outcome, and the first answer."""
    asked = [entry for entry in entries if entry.client_id is not None]
    rows: list[Values] = [(n, e.sender, e.client_id) for n, e in enumerate(asked)]
    for cursor in join_rows(connection, _FIND, rows):
        for n, chat, seq, at, count, digest, answer in _decode(cursor.fetchone()[0]):
            entry = asked[n]
            if chat != entry.chat or digest != entry.digest.hex().upper():
                entry.outcome = Outcome.REUSED
                continue
            entry.outcome = Outcome.REPEAT
            entry.seq, entry.at, entry.count = seq, at, count
            entry.answer = None if answer is None else answer.encode()
