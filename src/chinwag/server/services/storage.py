"""What the files of everybody take: for operators to see, and to verify."""

import hashlib
from collections.abc import Callable
from typing import NamedTuple

from chinwag.server.ports.blobs import Blobs, Missing
from chinwag.server.ports.store import Reader, Row, Store
from chinwag.server.services import content
from chinwag.server.services.upload_rows import segments_of

_KINDS = "SELECT kind, COUNT(*), COALESCE(SUM(size), 0) FROM files GROUP BY kind ORDER BY 3 DESC"
_BLOBS = "SELECT COUNT(*), COALESCE(SUM(size), 0) FROM blobs"
_UPLOADS = (
    "SELECT COUNT(*), COALESCE(SUM(received), 0) FROM uploads WHERE state IN ('open', 'checking')"
)
_PEOPLE = (
    "SELECT a.handle, COUNT(*), SUM(f.size) FROM files f JOIN accounts a ON a.id = f.account"
    " GROUP BY a.handle ORDER BY 3 DESC LIMIT 10"
)
_EVERY = "SELECT sha256, size, segments FROM blobs WHERE sha256 > $1 ORDER BY sha256 LIMIT 500"


class Part(NamedTuple):
    """Something that takes space: what, how many of it, how many bytes."""

    what: str
    number: int
    size: int


class Use(NamedTuple):
    """``files``: by kind, as people count them. ``kept``: bytes on the storage, each once, and what
    has come of uploads under way. ``people``: the ten with the most.
    """

    files: list[Part]
    kept: list[Part]
    people: list[Part]


async def use(store: Store) -> Use:
    """What there is."""

    async def work(reader: Reader) -> Use:
        files = [_part(row) for row in await reader.fetch(_KINDS)]
        [blobs], [uploads] = await reader.fetch(_BLOBS), await reader.fetch(_UPLOADS)
        kept = [
            Part("content and previews", int(blobs[0]), int(blobs[1])),
            Part("uploads under way", int(uploads[0]), int(uploads[1])),
        ]
        people = [_part(row) for row in await reader.fetch(_PEOPLE)]
        return Use(files, kept, people)

    return await store.read(work)


async def problems(store: Store, blobs: Blobs, progress: Callable[[int, int], None]) -> list[str]:
    """Whatever is not there as it was written, in sentences. Reads every byte."""
    [total] = (await store.read(lambda reader: reader.fetch(_BLOBS)))[0][1:]
    found: list[str] = []
    done, after = 0, ""

    async def page(reader: Reader) -> list[Row]:
        return await reader.fetch(_EVERY, after)

    while rows := await store.read(page):
        for sha256, size, text in rows:
            progress(done, int(total))
            if problem := await _problem(blobs, str(sha256), int(size), str(text)):
                found.append(problem)
            done += size
        after = rows[-1][0]
    progress(int(total), int(total))
    return found


async def _problem(blobs: Blobs, sha256: str, size: int, text: str) -> str:
    digest = hashlib.sha256()
    read = 0
    try:
        async for piece in content.read(blobs, segments_of(text)):
            digest.update(piece)
            read += len(piece)
    except Missing as missing:
        return f"The content {sha256} is not all there: {missing} is missing."
    if read != size or digest.hexdigest() != sha256:
        return f"The content {sha256} is damaged: it is not what was written."
    return ""


def _part(row: Row) -> Part:
    what, number, size = row
    return Part(what, number, int(size))  # sums are decimals in PostgreSQL
