"""Files from the server onto this machine: resumed after a cut, checked, and in place all at once
or not at all.
"""

import asyncio
import base64
import hashlib
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.files import File
from chinwag.sdk.errors import Damaged
from chinwag.sdk.filenames import safe_name
from chinwag.sdk.unfinished import unfinished

if TYPE_CHECKING:
    from chinwag.sdk.web import Web

PIECE_BYTES = 256 * 1024
BACKOFF_SECONDS = (0.5, 8.0)
PATIENCE = 10
"""Attempts in a row that brought nothing, until a download gives up."""
_DIGEST = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):")
_NAMES = {"photo": "photo.jpg", "video": "video.mp4", "voice": "voice message.ogg"}

Told = Callable[[int, int], None]


class Download:
    """The content of one file, on its way into ``target``."""

    def __init__(self, web: "Web", file: File, target: BinaryIO, told: Told) -> None:
        self._web = web
        self._file = file
        self._target = target
        self._told = told
        self._digest = b""
        self._seen = hashlib.sha256()
        self._have = 0

    async def run(self) -> None:
        """Bring all of it, over as many connections as it takes.

        Raises:
            ChinwagError: the server refused.
            OSError: the network was away for too long; or the disk.
            Damaged: what came is not what the server has.
        """
        vain = 0
        while self._have < self._file.size:
            before = self._have
            try:
                await self._attempt()
            except ConnectionError:
                vain = 0 if self._have > before else vain + 1
                if vain > PATIENCE:
                    raise
                await asyncio.sleep(_pause(vain))
            except ChinwagError as error:
                vain += 1
                if not error.kind.retry or vain > PATIENCE:
                    raise
                await asyncio.sleep(error.retry_after / 1000 or _pause(vain))
        if self._digest and self._seen.digest() != self._digest:
            raise Damaged("what came is not what the server has")

    def take_up(self) -> None:
        """Begin with what an earlier download left in the target. Blocks while it reads that."""
        while piece := self._target.read(1024 * 1024):
            self._seen.update(piece)
            self._have += len(piece)
        if self._have >= self._file.size:
            # No byte would be asked for, and so no digest: begin anew.
            self._target.seek(0)
            self._target.truncate()
            self._seen, self._have = hashlib.sha256(), 0

    async def _attempt(self) -> None:
        headers = {"Range": f"bytes={self._have}-"} if self._have else {}
        async with self._web.ask("GET", f"/api/files/{self._file.id}", headers=headers) as answer:
            if self._have and not _begins(answer.headers.get("Content-Range", ""), self._have):
                raise Damaged("the server sent another part than was asked for")
            if found := _DIGEST.search(answer.headers.get("Repr-Digest", "")):
                self._digest = base64.b64decode(found[1])
            async for piece in answer.content.iter_chunked(PIECE_BYTES):
                await self._keep(piece)

    async def _keep(self, piece: bytes) -> None:
        if self._have + len(piece) > self._file.size:
            raise Damaged("the server sent more than there is")
        await asyncio.to_thread(self._write, piece)
        self._have += len(piece)
        self._told(self._have, self._file.size)

    def _write(self, piece: bytes) -> None:
        self._target.write(piece)
        self._seen.update(piece)


def _begins(content_range: str, at: int) -> bool:
    return content_range.startswith(f"bytes {at}-")


def _pause(tried: int) -> float:
    low, high = BACKOFF_SECONDS
    return random.uniform(0, min(high, low * 2 ** min(tried, 10)))  # noqa: S311 - spreads load


async def download(web: "Web", file: File, to: Path, told: Told) -> Path:
    """Bring the file to ``to``: into it, under a name of its own, if that is a folder; else onto
    it. Gives its path. What a cut left goes on with the next download to the same place.

    Raises:
        ChinwagError, OSError, Damaged: see `Download.run`; then nothing stands under the name.
    """
    into = await asyncio.to_thread(to.is_dir)
    place = to / safe_name(file.name, _NAMES.get(file.kind, "file")) if into else to
    with unfinished(place.parent, file.id) as part:
        coming = Download(web, file, part.file, told)
        try:
            await asyncio.to_thread(coming.take_up)
            await coming.run()
        except (ChinwagError, Damaged):
            part.path.unlink(missing_ok=True)
            raise
        return await asyncio.to_thread(part.finish, place, replace=not into)
