"""The content of a file: its segments, read as one."""

from collections.abc import AsyncGenerator, Sequence

from chinwag.server.ports.blobs import Blobs
from chinwag.server.services.upload_rows import Segment


async def read(
    blobs: Blobs, segments: Sequence[Segment], start: int = 0, stop: int | None = None
) -> AsyncGenerator[bytes, None]:
    """The bytes ``start`` up to ``stop`` (the end), in pieces of 1 MiB or so.

    Raises:
        Missing: when an object is not there.
    """
    offset = 0
    for key, size in segments:
        first = max(start - offset, 0)
        last = size if stop is None else min(stop - offset, size)
        offset += size
        if first < last:
            async for piece in blobs.get(key, first, last):
                yield piece
