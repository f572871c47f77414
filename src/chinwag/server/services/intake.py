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
            return await self._stream(row, incoming)
        return await self._whole(row, incoming, checksum)

    async def _stream(self, row: UploadRow, incoming: Incoming) -> UploadRow:
        """Segment by segment. While one gets onto the disk and is entered, the next comes in."""
        offset = row.received
        entered: asyncio.Task[UploadRow] | None = None
        before: asyncio.Task[UploadRow] | None = None
        try:
            while offset < row.size and incoming.why is None:
                segment = await self._begin(row, offset, incoming)
                if segment is None:
                    break
                offset += segment.size
                last = offset == row.size and incoming.why is None
                fits = not last or not await incoming.more()
                if before is not None:
                    await before
                before, entered = (
                    entered,
                    asyncio.ensure_future(self._follow(entered, row, segment, fits=fits)),
                )
            return await entered if entered is not None else row
        finally:
            # What has begun is ended in any case: entered, or deleted.
            under_way = [task for task in (before, entered) if task is not None]
            await asyncio.gather(*under_way, return_exceptions=True)

    async def _follow(
        self,
        before: asyncio.Task[UploadRow] | None,
        row: UploadRow,
        segment: "_Segment",
        *,
        fits: bool,
    ) -> UploadRow:
        """Enter a segment behind the one before it."""
        written = await segment.written()
        try:
            if before is not None:
                row = await before
            if not fits:
                raise ChinwagError(errors.FILE_TOO_LARGE, text="More came than was announced.")
        except BaseException:
            await self._discard([written])
            raise
        return await self._enter(row, [written])

    async def _whole(self, row: UploadRow, incoming: Incoming, checksum: Checksum) -> UploadRow:
        """All of the body, if it comes to what the client says."""
        ours = hashlib.new(checksum.algorithm, usedforsecurity=False)
        segments: list[Segment] = []
        offset = row.received
        try:
            while offset < row.size and incoming.why is None:
                segment = await self._begin(row, offset, incoming, ours)
                if segment is not None:
                    segments.append(await segment.written())
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

    async def _begin(
        self, row: UploadRow, offset: int, incoming: Incoming, beside: Any = None
    ) -> "_Segment | None":
        """Write the next segment, if anything comes."""
        most = min(_SEGMENT, row.size - offset)
        key = f"{FOLDER}/{row.id}/{offset:013d}-{row.writer}-{secrets.token_hex(2)}"
        segment = _Segment(key, incoming, self.running.at(row.id, offset), beside)
        if not await segment.begin(self._blobs, most):
            return None
        await segment.read()
        self.running.keep(row.id, offset + segment.size, segment.known)
        return segment

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
            row = await self._store.transact(work)
        except ChinwagError as error:
            # Only where it is certain that nothing refers to them.
            if error.kind in (errors.UPLOAD_LOCKED, errors.FILE_TOO_LARGE, errors.STORAGE_FULL):
                await self._discard(more)
            raise
        self.received += sum(each.size for each in more)
        return row

    async def _discard(self, segments: Sequence[Segment]) -> None:
        try:
            await asyncio.shield(self._blobs.delete([each.key for each in segments]))
        except ChinwagError as error:  # the chore will find them
            log.warning("uploads.left_behind", reason=error.kind.code, objects=len(segments))


class _Segment:
    """One segment on its way: from a client, past a hash, into an object."""

    def __init__(self, key: str, incoming: Incoming, known: Any | None, beside: Any | None) -> None:
        self.size = 0
        self.known = known
        """The SHA-256 up to the end of this segment, once it is read."""
        self._key = key
        self._incoming = incoming
        self._hashing = Hashing(*(each for each in (known, beside) if each is not None))
        self._over = asyncio.Event()
        self._put: asyncio.Task[int] | None = None

    async def begin(self, blobs: Blobs, most: int) -> bool:
        """Wait for its first bytes; False if there are none."""
        blocks = self._blocks(most)
        first = await anext(blocks, None)
        if first is None:
            return False
        self._put = asyncio.ensure_future(blobs.put(self._key, self._from(first, blocks)))
        self._put.add_done_callback(lambda _: self._over.set())
        return True

    async def read(self) -> int:
        """Wait for its last bytes; how many it has."""
        assert self._put is not None
        try:
            await self._over.wait()
        except BaseException:
            self._put.cancel()
            raise
        if self._put.done():
            self._put.result()
        return self.size

    async def written(self) -> Segment:
        """Wait until it is durable."""
        assert self._put is not None
        return Segment(self._key, await self._put)

    async def _blocks(self, most: int) -> AsyncGenerator[bytes]:
        """Fewer when they come slowly."""
        until = time.monotonic() + _SEGMENT_SECONDS
        source = self._incoming.blocks(most)
        async with contextlib.aclosing(source):
            async for block in source:
                self.size += len(block)
                await self._hashing.add(block)
                yield block
                if time.monotonic() > until:
                    return

    async def _from(self, first: bytes, rest: AsyncGenerator[bytes]) -> AsyncIterator[bytes]:
        async with contextlib.aclosing(rest):
            yield first
            async for block in rest:
                yield block
        await self._hashing.settle()
        self._over.set()
