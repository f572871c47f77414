"""The outbox: a row a commit, written with it, that stays until all other nodes have been told."""

from collections.abc import Sequence

import msgspec
import uuid_utils

from chinwag.server.adapters.postgres.link import Session
from chinwag.server.ports.store import Batch, Outcome, Untold

_decode = msgspec.json.Decoder(tuple[tuple[str, int, int], ...]).decode
# Taken over: it counts as new from now on, for whoever asks next.
_TAKE = (
    "UPDATE outbox SET at = $1 WHERE id IN (SELECT id FROM outbox WHERE at <= $2"
    " ORDER BY at, id LIMIT $3 FOR UPDATE SKIP LOCKED) RETURNING id, body"
)
_DROP = "DELETE FROM outbox WHERE id = ANY($1)"
_NOW = "SELECT (date_part('epoch', clock_timestamp()) * 1000)::bigint"


def row_of(batch: Batch) -> tuple[str, str] | None:
    """The row for a commit, by a new receipt; None if it changed nothing."""
    touched: dict[str, tuple[int, int]] = {}
    for entry in batch.entries:
        if entry.outcome is Outcome.APPENDED:
            first, _ = touched.get(entry.chat, (entry.seq, 0))
            touched[entry.chat] = first, entry.seq
    for mark in batch.marks:
        touched.setdefault(mark.chat, (0, 0))
    if not touched:
        return None
    body = msgspec.json.encode([(chat, *range_) for chat, range_ in touched.items()])
    return str(uuid_utils.uuid7()), body.decode()


async def take(session: Session, older_than: float, most: int) -> list[Untold]:
    """Rows that have stood for so many seconds, oldest first: another that asks gets others."""
    now = await session.fetchval(_NOW)
    rows = await session.fetch(_TAKE, now, now - int(older_than * 1000), most)
    return [Untold(row[0], _decode(row[1])) for row in sorted(rows)]


async def drop(session: Session, receipts: Sequence[str]) -> None:
    """Everybody has been told."""
    await session.execute(_DROP, receipts)
