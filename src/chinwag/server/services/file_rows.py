"""Files and their bytes in the store: how they come, and how they go.

Bytes are kept once, by their SHA-256, and are shared by all files that come to the same. Whoever
refers to a blob, or removes it, locks its row first.
"""

from collections.abc import Iterable
from typing import NamedTuple

from msgspec import structs

from chinwag.server.ports.store import Tx
from chinwag.server.services.files import COLUMNS, Held
from chinwag.server.services.upload_rows import Segment, segments_of, segments_text


class NewBlob(NamedTuple):
    """Bytes as they were written."""

    sha256: str
    size: int
    segments: tuple[Segment, ...]


async def add(tx: Tx, file: Held, blobs: Iterable[NewBlob]) -> set[str]:
    """Enter a file with the bytes that it refers to; the keys of those of their objects that are
    now in use.
    """
    kept: set[str] = set()
    for blob in sorted(blobs):
        kept |= await _keep(tx, blob)
    await tx.execute(
        f"INSERT INTO files ({COLUMNS}, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        *structs.astuple(file), tx.now,
    )  # fmt: skip
    return kept


async def _keep(tx: Tx, blob: NewBlob) -> set[str]:
    sql = "SELECT segments FROM blobs WHERE sha256 = $1 FOR UPDATE"
    there = await tx.fetch(sql, blob.sha256)
    if there:
        # Perhaps by this very upload, made twice.
        return {key for key, _ in segments_of(str(there[0][0]))}
    await tx.execute(
        "INSERT INTO blobs (sha256, size, segments, created_at) VALUES ($1, $2, $3, $4)",
        blob.sha256, blob.size, segments_text(blob.segments), tx.now,
    )  # fmt: skip
    return {key for key, _ in blob.segments}
