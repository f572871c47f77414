"""The bytes of files, for who may have them: the content, and the previews of it."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from chinwag.protocol import errors
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.scalars import Preview
from chinwag.server.ports.blobs import Blobs
from chinwag.server.ports.store import Reader, Store
from chinwag.server.services import files
from chinwag.server.services.content import read
from chinwag.server.services.upload_rows import Segment, segments_of

Part = Literal["content"] | Preview
PREVIEW_TYPE = "image/webp"

_BLOB = "SELECT size, segments FROM blobs WHERE sha256 = $1"


@dataclass(frozen=True, slots=True)
class Content:
    """One of a file's parts: ``segments`` are the objects that hold its bytes, with their sizes.
    ``shown``: it may be shown where it is asked for, as the ``type`` that was found to be its.
    """

    name: str
    type: str
    size: int
    sha256: str
    shown: bool
    segments: tuple[Segment, ...]


class Place(NamedTuple):
    """Some bytes of a file of this machine."""

    path: Path
    start: int
    stop: int


class Contents:
    """Finds and reads them."""

    def __init__(self, store: Store, blobs: Blobs) -> None:
        self._store = store
        self._blobs = blobs

    async def find(self, user: str, file: str, part: Part) -> Content:
        """A part of a file, as ``user`` may have it at this moment.

        Raises:
            ChinwagError: no_such_file, whether there is none or it is not for them.
        """

        async def work(reader: Reader) -> Content:
            held = await files.find(reader, file, user)
            sha256 = held.blob if part == "content" else getattr(held, part)
            rows = await reader.fetch(_BLOB, sha256)
            if not rows:
                raise ChinwagError(errors.NO_SUCH_FILE)
            size, segments = rows[0]
            whole = part == "content"
            return Content(
                held.name,
                held.type if whole else PREVIEW_TYPE,
                size,
                sha256,
                shown=not whole or held.kind != "document",
                segments=segments_of(segments),
            )

        return await self._store.read(work)

    async def read(self, content: Content, start: int, stop: int) -> AsyncGenerator[bytes, None]:
        """The bytes from ``start`` up to ``stop`` in large pieces. While one is being used the next
        is read already, and no more than that.

        Raises:
            Missing: an object is not there.
        """
        pieces = read(self._blobs, content.segments, start, stop)
        coming = asyncio.ensure_future(anext(pieces, None))
        try:
            while (piece := await coming) is not None:
                coming = asyncio.ensure_future(anext(pieces, None))
                yield piece
        finally:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)
            await pieces.aclose()

    def places(self, content: Content, start: int, stop: int) -> list[Place] | None:
        """Where these bytes are, if they are in files of this machine."""
        found = []
        offset = 0
        for key, size in content.segments:
            first, last = max(start - offset, 0), min(stop - offset, size)
            offset += size
            if first < last:
                path = self._blobs.path(key)
                if path is None:
                    return None
                found.append(Place(path, first, last))
        return found
