"""Uploads in the store: one row each, and what may be changed about it by whom.

``writer`` fences: whoever writes to an upload, or checks it, puts a token of its own there, and
each of its later statements holds only while the token stands. So the slower of two cannot spoil
what the faster did, on whatever node they are.
"""

import json
from collections.abc import Sequence
from typing import NamedTuple

from chinwag.protocol import errors
from chinwag.protocol.errors import ChinwagError
from chinwag.server.ports.store import Reader, Row, Tx

KEPT_MS = 24 * 3600 * 1000
"""How long an upload waits for its next byte, and how long its end can be asked for."""
LEASE_MS = 30_000
"""How long a node that checks an upload may be silent before another does it."""
_FOR_EVER = 2**63 - 1

_COLUMNS = (
    "id, account, name, kind, type, size, received, segments, sha256, writer, state, error,"
    " expires_at"
)


class Segment(NamedTuple):
    """A piece of the content: an object's key, and its size in bytes."""

    key: str
    size: int


class UploadRow(NamedTuple):
    """An upload as it is stored. ``sha256`` is what the client promised, in hex; or empty."""

    id: str
    account: str
    name: str
    kind: str
    type: str
    size: int
    received: int
    segments: tuple[Segment, ...]
    sha256: str
    writer: str
    state: str
    error: str
    expires_at: int


class Allowance(NamedTuple):
    """What one account may have: bytes in all, and uploads under way."""

    quota: int
    open: int


def segments_text(segments: Sequence[Segment]) -> str:
    """For the store."""
    return json.dumps([list(each) for each in segments], separators=(",", ":"))


def segments_of(text: str) -> tuple[Segment, ...]:
    """Out of the store."""
    return tuple(Segment(key, size) for key, size in json.loads(text))


def upload_of(row: Row) -> UploadRow:
    """Out of `_COLUMNS`."""
    values = list(row)
    values[7] = segments_of(values[7])
    return UploadRow(*values)


async def create(tx: Tx, row: UploadRow, allowance: Allowance) -> None:
    """Enter a new upload, and reserve its size.

    Raises:
        ChinwagError: file_quota; quota when too many are under way.
    """
    await tx.fetch("SELECT id FROM accounts WHERE id = $1 FOR UPDATE", row.account)
    [(count, reserved)] = await tx.fetch(
        "SELECT COUNT(*), COALESCE(SUM(size), 0) FROM uploads"
        " WHERE account = $1 AND state IN ('open', 'checking')",
        row.account,
    )
    if count >= allowance.open:
        raise ChinwagError(errors.QUOTA, text="Too many uploads are under way.")
    if await _used(tx, row.account) + int(reserved) + row.size > allowance.quota:
        raise ChinwagError(errors.FILE_QUOTA)
    await tx.execute(
        "INSERT INTO uploads (id, account, name, kind, type, size, sha256, created_at, expires_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        row.id, row.account, row.name, row.kind, row.type, row.size, row.sha256, tx.now,
        tx.now + KEPT_MS,
    )  # fmt: skip


async def _used(reader: Reader, account: str) -> int:
    sql = "SELECT COALESCE(SUM(size), 0) FROM files WHERE account = $1"
    [(size,)] = await reader.fetch(sql, account)
    return int(size)


async def find(reader: Reader, account: str, upload: str) -> UploadRow:
    """An account's own upload.

    Raises:
        ChinwagError: no_such_file.
    """
    sql = f"SELECT {_COLUMNS} FROM uploads WHERE id = $1 AND account = $2"
    rows = await reader.fetch(sql, upload, account)
    if not rows:
        raise ChinwagError(errors.NO_SUCH_FILE)
    return upload_of(rows[0])


async def take(tx: Tx, account: str, upload: str, writer: str) -> UploadRow:
    """Become the one who writes to it; "" takes it from whoever does.

    Raises:
        ChinwagError: no_such_file, upload_expired.
    """
    sql = f"SELECT {_COLUMNS} FROM uploads WHERE id = $1 AND account = $2 FOR UPDATE"
    rows = await tx.fetch(sql, upload, account)
    if not rows:
        raise ChinwagError(errors.NO_SUCH_FILE)
    row = upload_of(rows[0])
    if row.state != "open":
        return row
    if row.expires_at <= tx.now:
        raise ChinwagError(errors.UPLOAD_EXPIRED)
    if row.writer != writer:
        await tx.execute("UPDATE uploads SET writer = $2 WHERE id = $1", upload, writer)
    return row._replace(writer=writer)


async def extend(tx: Tx, row: UploadRow, more: Sequence[Segment]) -> UploadRow:
    """Enter what came, by whom ``row`` names. With the last byte it is to be checked, by the node
    that has it.

    Raises:
        ChinwagError: upload_locked when another has taken it.
    """
    received = row.received + sum(each.size for each in more)
    done = received == row.size
    longer = row._replace(
        received=received,
        segments=(*row.segments, *more),
        state="checking" if done else "open",
        expires_at=tx.now + (LEASE_MS if done else KEPT_MS),
    )
    changed = await tx.execute(
        "UPDATE uploads SET received = $3, segments = $4, state = $5, expires_at = $6"
        " WHERE id = $1 AND writer = $2 AND state = 'open'",
        row.id, row.writer, received, segments_text(longer.segments), longer.state,
        longer.expires_at,
    )  # fmt: skip
    if not changed:
        raise ChinwagError(errors.UPLOAD_LOCKED, retry_after=1000)
    return longer


async def release(tx: Tx, row: UploadRow) -> None:
    """Nobody writes to it any more."""
    sql = "UPDATE uploads SET writer = '' WHERE id = $1 AND writer = $2 AND state = 'open'"
    await tx.execute(sql, row.id, row.writer)


async def remove(tx: Tx, account: str, upload: str) -> UploadRow:
    """Give an upload up. Its objects are the caller's to delete; what became ready stays.

    Raises:
        ChinwagError: no_such_file.
    """
    sql = f"SELECT {_COLUMNS} FROM uploads WHERE id = $1 AND account = $2 FOR UPDATE"
    rows = await tx.fetch(sql, upload, account)
    if not rows:
        raise ChinwagError(errors.NO_SUCH_FILE)
    await tx.execute("DELETE FROM uploads WHERE id = $1", upload)
    return upload_of(rows[0])


async def adopt(tx: Tx, writer: str, *, everything: bool, most: int) -> list[UploadRow]:
    """Take over uploads whose check nobody pursues any more; ``everything``: whoever had them."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM uploads WHERE state = 'checking'"
        " AND expires_at < $1 AND writer <> $2 ORDER BY expires_at, id LIMIT $3 FOR UPDATE",
        _FOR_EVER if everything else tx.now, writer, most,
    )  # fmt: skip
    ids = [row[0] for row in rows]
    await tx.execute(
        "UPDATE uploads SET writer = $1, expires_at = $2 WHERE id = ANY($3)",
        writer, tx.now + LEASE_MS, ids,
    )  # fmt: skip
    return [upload_of(row)._replace(writer=writer) for row in rows]


async def renew(tx: Tx, held: Sequence[str]) -> None:
    """They are still being checked."""
    sql = "UPDATE uploads SET expires_at = $1 WHERE id = ANY($2) AND state = 'checking'"
    await tx.execute(sql, tx.now + LEASE_MS, held)


async def settle(tx: Tx, row: UploadRow, state: str, error: str = "") -> bool:
    """The end of its check; False when it is not ours to tell."""
    changed = await tx.execute(
        "UPDATE uploads SET state = $3, error = $4, segments = '[]', writer = '', expires_at = $5"
        " WHERE id = $1 AND writer = $2 AND state = 'checking'",
        row.id, row.writer, state, error, tx.now + KEPT_MS,
    )  # fmt: skip
    return bool(changed)
