"""Files and their bytes in the store: how they come, and how they go.

Bytes are kept once, by their SHA-256, and are shared by all files that come to the same. Whoever
refers to a blob, or removes it, locks its row first.
"""

from collections.abc import Mapping
from typing import NamedTuple

from chinwag.server.ports.store import Tx
from chinwag.server.services.upload_rows import Segment, segments_of, segments_text


class NewBlob(NamedTuple):
    """Bytes as they were written."""

    sha256: str
    size: int
    segments: tuple[Segment, ...]


class NewFile(NamedTuple):
    """What is known of a file but for its bytes. See the table."""

    id: str
    account: str
    kind: str
    name: str
    type: str
    size: int
    width: int
    height: int
    duration: int
    placeholder: str
    waveform: str


async def add(tx: Tx, file: NewFile, blobs: Mapping[str, NewBlob]) -> set[str]:
    """Enter a file with its ``content`` and, if there are any, ``small`` and ``medium``; the keys
    of those of these objects that are now referred to.
    """
    kept: set[str] = set()
    for blob in sorted(blobs.values()):
        kept |= await _keep(tx, blob)
    roles = {role: blobs[role].sha256 if role in blobs else "" for role in ("small", "medium")}
    await tx.execute(
        "INSERT INTO files (id, account, kind, name, type, size, width, height, duration,"
        " placeholder, waveform, blob, small, medium, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        *file, blobs["content"].sha256, roles["small"], roles["medium"], tx.now,
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
