"""Blobs in a folder: of this machine, or one that all nodes share.

obstore writes each object beside its place and renames it there. What it does not do is done here:
an object is on the disk before it is told of, reading is not done in steps of 8 KiB, and what a
killed server left half written is removed.
"""

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from pathlib import Path

import obstore
from obstore.store import LocalStore

from chinwag.server.adapters.blobs.failures import translated
from chinwag.server.adapters.blobs.pieces import PIECE, Pieces
from chinwag.server.ports.blobs import Kept, Missing

# obstore's own mark of an object that is being written.
_HALF = "#"
_ABANDONED_SECONDS = 24 * 3600
# Of one object that are on their way to the disk: they are held in memory.
_PIECES_AT_ONCE = 3


class FolderBlobs:
    """Objects as files below ``folder``, which is made when it is opened."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._store: LocalStore | None = None
        # The database waits for the same disk: it is to find a short queue.
        self._settling = asyncio.Semaphore(2)

    async def open(self) -> None:
        """Make the folder, and remove what was left half written a day ago or more."""
        try:
            await asyncio.to_thread(self._prepare)
            self._store = LocalStore(self._folder)
        except OSError as error:
            raise translated(error) from None

    async def put(self, key: str, chunks: AsyncIterable[bytes]) -> int:
        """See `Blobs`."""
        assert self._store is not None
        pieces = Pieces(chunks)
        try:
            await obstore.put_async(
                self._store, key, aiter(pieces), chunk_size=PIECE, max_concurrency=_PIECES_AT_ONCE
            )
            async with self._settling:
                await asyncio.to_thread(_settle, self._folder / key)
        except Exception as error:  # noqa: BLE001 - obstore may wrap what the source raised
            if pieces.failed is not None:
                raise pieces.failed from None
            raise translated(error) from None
        return pieces.size

    async def get(self, key: str, start: int, stop: int) -> AsyncIterator[bytes]:
        """See `Blobs`."""
        try:
            file = await asyncio.to_thread((self._folder / key).open, "rb", buffering=0)
        except FileNotFoundError:
            raise Missing(key) from None
        except OSError as error:
            raise translated(error) from None
        with file:
            while start < stop:
                want = min(PIECE, stop - start)
                try:
                    piece = await asyncio.to_thread(os.pread, file.fileno(), want, start)
                except OSError as error:
                    raise translated(error) from None
                if not piece:
                    raise Missing(key)
                start += len(piece)
                yield piece

    async def delete(self, keys: Iterable[str]) -> None:
        """See `Blobs`."""
        try:
            await asyncio.to_thread(self._delete, list(keys))
        except OSError as error:
            raise translated(error) from None

    async def list(self, prefix: str = "") -> AsyncIterator[Kept]:
        """See `Blobs`."""
        for kept in await asyncio.to_thread(lambda: list(self._walk(prefix))):
            yield kept

    def path(self, key: str) -> Path | None:
        """See `Blobs`."""
        return self._folder / key

    # --- on a thread -------------------------------------------------------------------------

    def _prepare(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        before = time.time() - _ABANDONED_SECONDS
        for path in self._files(self._folder):
            with contextlib.suppress(FileNotFoundError):
                if _HALF in path.name and path.stat().st_mtime < before:
                    path.unlink()

    def _delete(self, keys: Iterable[str]) -> None:
        for key in keys:
            path = self._folder / key
            path.unlink(missing_ok=True)
            with contextlib.suppress(OSError):  # not empty, or another was as quick
                if path.parent != self._folder:
                    path.parent.rmdir()

    def _walk(self, prefix: str) -> Iterator[Kept]:
        for path in self._files(self._folder / prefix):
            with contextlib.suppress(FileNotFoundError):
                if _HALF not in path.name:
                    stat = path.stat()
                    key = path.relative_to(self._folder).as_posix()
                    yield Kept(key, stat.st_size, stat.st_mtime_ns // 1_000_000)

    def _files(self, folder: Path) -> Iterator[Path]:
        return (path for path in folder.rglob("*") if path.is_file())


def _settle(path: Path) -> None:
    """Have a file, and its name, on the disk."""
    for each in (path, path.parent, path.parent.parent):
        handle = os.open(each, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
