"""What comes in for an upload is written away in segments, each an object and a commit.

A segment is at most 16 MiB, and ends early when the client does, or is slow: what is lost by a
crash is one segment. Only a body with a checksum is entered as a whole, or not at all.
"""

import asyncio
import contextlib
import hashlib
import secrets
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from typing import Any

from chinwag.protocol import errors
from chinwag.protocol.errors import ChinwagError
from chinwag.server.observe import log
from chinwag.server.ports.blobs import Blobs
from chinwag.server.ports.store import Store, Tx
from chinwag.server.services import upload_rows
from chinwag.server.services.digests import Checksum, Hashing, Running
from chinwag.server.services.incoming import End, Incoming
from chinwag.server.services.upload_rows import Segment, UploadRow

FOLDER = "uploads"
_SEGMENT = 16 << 20
_SEGMENT_SECONDS = 20.0
# A client that sends a few bytes a request would make a row that is endless to rewrite.
_SEGMENTS = 10_000


class Intake:
    """Writes bodies to the storage and tells the store. Knows nothing of who may."""

    def __init__(self, store: Store, blobs: Blobs) -> None:
        self._store = store
        self._blobs = blobs
        self.running = Running()
        self.received = 0

    async def write(
        self, row: UploadRow, incoming: Incoming, checksum: Checksum | None
    ) -> UploadRow:
        """Add a body to an upload that is ours to write to; how it stands then.

        Raises:
            ChinwagError: file_too_large when more comes than was announced, checksum_mismatch,
                upload_locked, storage_full, unavailable. What was entered before stays.
        """
        if checksum is None:
            while row.received < row.size and incoming.why is None:
                more = await self._segment(row, row.received, incoming)
                if not more:
                    break
                await self._no_more(row, more, incoming)
                row = await self._enter(row, more)
            return row
        return await self._whole(row, incoming, checksum)

    async def _whole(self, row: UploadRow, incoming: Incoming, checksum: Checksum) -> UploadRow:
        """All of the body, if it comes to what the client says."""
        ours = hashlib.new(checksum.algorithm, usedforsecurity=False)
        segments: list[Segment] = []
        offset = row.received
        try:
            while offset < row.size and incoming.why is None:
                for segment in await self._segment(row, offset, incoming, ours):
                    segments.append(segment)
                    offset += segment.size
            await self._no_more(row, segments, incoming)
            whole = incoming.why is End.COMPLETE
            if whole and ours.digest() != checksum.digest:
                raise ChinwagError(errors.CHECKSUM_MISMATCH)
        except BaseException:
            await self._discard(segments)
            raise
        if not whole:
            await self._discard(segments)
            return row
        return await self._enter(row, segments)

    async def _segment(
        self, row: UploadRow, offset: int, incoming: Incoming, beside: Any = None
    ) -> Sequence[Segment]:
        """Write the next segment, if anything comes: its object, not yet entered."""
        known = self.running.at(row.id, offset)
        hashing = Hashing(*(each for each in (known, beside) if each is not None))
        key = f"{FOLDER}/{row.id}/{offset:013d}-{row.writer}-{secrets.token_hex(2)}"
        blocks = _hashed(incoming, min(_SEGMENT, row.size - offset), hashing)
        try:
            first = await anext(blocks, None)
            if first is None:
                return ()
            size = await self._blobs.put(key, _from(first, blocks))
            await hashing.settle()
        finally:
            await blocks.aclose()
        self.running.keep(row.id, offset + size, known)
        self.received += size
        return (Segment(key, size),)

    async def _no_more(self, row: UploadRow, more: Sequence[Segment], incoming: Incoming) -> None:
        """See that nothing comes behind the last byte, before that is entered."""
        received = row.received + sum(each.size for each in more)
        if received == row.size and incoming.why is None and await incoming.more():
            await self._discard(more)
            raise ChinwagError(errors.FILE_TOO_LARGE, text="More came than was announced.")

    async def _enter(self, row: UploadRow, more: Sequence[Segment]) -> UploadRow:
        if not more:
            return row

        async def work(tx: Tx) -> UploadRow:
            return await upload_rows.extend(tx, row, more)

        try:
            if len(row.segments) + len(more) > _SEGMENTS:
                raise ChinwagError(errors.FILE_TOO_LARGE, text="It came in too many pieces.")
            return await self._store.transact(work)
        except ChinwagError as error:
            # Only where it is certain that nothing refers to them.
            if error.kind in (errors.UPLOAD_LOCKED, errors.FILE_TOO_LARGE, errors.STORAGE_FULL):
                await self._discard(more)
            raise

    async def _discard(self, segments: Sequence[Segment]) -> None:
        try:
            await asyncio.shield(self._blobs.delete([each.key for each in segments]))
        except ChinwagError as error:  # the chore will find them
            log.warning("uploads.left_behind", reason=error.kind.code, objects=len(segments))


async def _hashed(incoming: Incoming, most: int, hashing: Hashing) -> AsyncGenerator[bytes]:
    """Blocks on their way, each counted in; fewer when they come slowly."""
    until = time.monotonic() + _SEGMENT_SECONDS
    source = incoming.blocks(most)
    async with contextlib.aclosing(source):
        async for block in source:
            await hashing.add(block)
            yield block
            if time.monotonic() > until:
                return


async def _from(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for block in rest:
        yield block
