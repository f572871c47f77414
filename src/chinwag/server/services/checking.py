"""What happens after an upload's last byte: its hash, its media work, its place among the files.

The node that got the last byte does it, some at once. It holds a lease on each (`upload_rows`), so
that when it dies another finds the upload and begins anew; nothing is half done, since all that
counts is one transaction at the end.
"""

import asyncio
import hashlib
import secrets
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple, cast
from weakref import WeakValueDictionary

from chinwag.media.made import Killed, Kind, Made, Overloaded, Refused
from chinwag.protocol import errors
from chinwag.protocol.errors import ChinwagError
from chinwag.server.observe import log
from chinwag.server.ports.blobs import Blobs, Missing
from chinwag.server.ports.media import Media
from chinwag.server.ports.store import Store, Tx
from chinwag.server.services import content, file_rows, upload_rows
from chinwag.server.services.digests import Hashing
from chinwag.server.services.file_rows import NewBlob
from chinwag.server.services.files import Held
from chinwag.server.services.upload_rows import Segment, UploadRow

MADE = "made"
_AT_ONCE = 4
_TRIES = 2
_LOOK_SECONDS = 5.0
_PAUSE_SECONDS = 1.0
_PIECE = 1 << 20
_PDF = b"%PDF-"


class _Given(NamedTuple):
    """An upload to be checked; ``digest``: the SHA-256 of all of it, if it is at hand."""

    row: UploadRow
    digest: Any | None


class Checking:
    """See the module. ``alone``: no other node works on these data."""

    def __init__(self, store: Store, blobs: Blobs, media: Media, *, alone: bool) -> None:
        self._store = store
        self._blobs = blobs
        self._media = media
        self._alone = alone
        self._writer = secrets.token_hex(6)
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._warm: asyncio.Task[None] | None = None
        self._over: WeakValueDictionary[str, asyncio.Event] = WeakValueDictionary()
        self.ready = 0
        self.refused = 0

    def begin(self, row: UploadRow, digest: Any | None) -> None:
        """Check an upload whose last byte has just come."""
        if row.id not in self._tasks:
            self._spawn(_Given(row, digest))

    def expect(self, kind: str) -> None:
        """An upload of this kind has begun: have somebody ready to look at it when it is here."""
        if kind != "document" and self._warm is None:
            self._warm = asyncio.get_running_loop().create_task(self._start())

    async def _start(self) -> None:
        try:
            await self._media.start()
        except (Killed, OSError) as error:  # the first job tries again
            log.warning("media.cold", reason=str(error))

    def over(self, upload: str) -> asyncio.Event:
        """Set when this node has settled it."""
        return self._over.setdefault(upload, asyncio.Event())

    @property
    def waiting(self) -> int:
        """Uploads of this node that are being checked or wait for it."""
        return len(self._tasks)

    async def run(self) -> None:
        """Renew the leases, and take over what nobody pursues. Goes on until cancelled."""
        first = True
        while True:
            try:
                await self._look(everything=first and self._alone)
                first = False
            except ChinwagError as error:
                log.warning("checking.postponed", reason=error.kind.code)
            except Exception:  # noqa: BLE001 - the next round may go well
                log.exception("checking.failed")
            await asyncio.sleep(_LOOK_SECONDS)

    async def close(self) -> None:
        """End all work; whoever comes next begins anew."""
        tasks = [*self._tasks.values(), *filter(None, [self._warm])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _look(self, *, everything: bool) -> None:
        held = list(self._tasks)
        room = 4 * _AT_ONCE - len(held)

        async def work(tx: Tx) -> list[UploadRow]:
            if held:
                await upload_rows.renew(tx, held)
            if room <= 0:
                return []
            return await upload_rows.adopt(tx, self._writer, everything=everything, most=room)

        for row in await self._store.transact(work):
            if row.id not in self._tasks:
                log.info("checking.adopted", upload=row.id)
                self._spawn(_Given(row, None))

    def _spawn(self, given: _Given) -> None:
        task = asyncio.get_running_loop().create_task(self._check(given))
        self._tasks[given.row.id] = task
        task.add_done_callback(lambda _: self._tasks.pop(given.row.id, None))

    # --- one upload --------------------------------------------------------------------------

    async def _check(self, given: _Given) -> None:
        row = given.row
        async with self._slots:
            while True:
                try:
                    await self._settle(given)
                    break
                except (ChinwagError, Overloaded) as error:
                    log.warning("checking.postponed", upload=row.id, reason=str(error))
                except Exception:  # noqa: BLE001 - the sender is owed an answer
                    log.exception("checking.failed", upload=row.id)
                    await self._refuse(row, errors.MEDIA_FAILED.code)
                    break
                await asyncio.sleep(_PAUSE_SECONDS)
        if event := self._over.get(row.id):
            event.set()

    async def _settle(self, given: _Given) -> None:
        row = given.row
        digest = given.digest or await self._digest(row)
        sha256 = digest.hexdigest() if digest is not None else ""
        if digest is None or (row.sha256 and row.sha256 != sha256):
            await self._refuse(row, errors.CHECKSUM_MISMATCH.code)
            return
        original = NewBlob(sha256, row.size, row.segments)
        if row.kind == "document" and not await self._is_pdf(row):
            await self._keep(row, Made(), {"content": original})
            return
        with tempfile.TemporaryDirectory(prefix="chinwag-") as folder:
            made = await self._looked_at(row, Path(folder))
            if isinstance(made, str):
                await self._refuse(row, made)
                return
            blobs = {"content": original}
            for role in ("content", "small", "medium"):
                path = getattr(made.outputs, role)
                if path is not None:
                    blobs[role] = await self._put(row, role, path)
            await self._keep(row, made, blobs)

    async def _digest(self, row: UploadRow) -> Any | None:
        """The SHA-256 of all of it, read again. None: not all of it is there."""
        digest = hashlib.sha256()
        hashing = Hashing(digest)
        size = 0
        try:
            async for piece in content.read(self._blobs, row.segments):
                size += len(piece)
                await hashing.add(piece)
        except Missing as missing:
            log.error("uploads.missing", upload=row.id, key=str(missing))
        await hashing.settle()
        return digest if size == row.size else None

    async def _is_pdf(self, row: UploadRow) -> bool:
        stop = min(len(_PDF), row.size)
        head = [piece async for piece in content.read(self._blobs, row.segments, 0, stop)]
        return b"".join(head) == _PDF

    async def _looked_at(self, row: UploadRow, folder: Path) -> Made | str:
        """What was made of it; or the code to refuse it with. A document goes as it is."""
        try:
            return await self._make(row, folder)
        except Refused as refused:
            code: str = refused.code
        except Killed:
            code = errors.MEDIA_FAILED.code
        return Made() if row.kind == "document" else code

    async def _make(self, row: UploadRow, folder: Path) -> Made:
        paths = [self._blobs.path(key) for key, _ in row.segments]
        if not all(paths):
            paths = [folder / "original"]
            await self._fetch(row, folder / "original")
        if self._warm is not None:
            await asyncio.shield(self._warm)
        there = [path for path in paths if path is not None]
        for left in reversed(range(_TRIES)):
            try:
                return await self._media.make(cast(Kind, row.kind), there, folder, row.id)
            except Killed:
                if not left:
                    raise
        raise AssertionError

    async def _fetch(self, row: UploadRow, path: Path) -> None:
        with await asyncio.to_thread(path.open, "wb") as file:
            async for piece in content.read(self._blobs, row.segments):
                await asyncio.to_thread(file.write, piece)

    async def _put(self, row: UploadRow, role: str, path: Path) -> NewBlob:
        digest = hashlib.sha256()
        hashing = Hashing(digest)
        key = f"{MADE}/{row.id}/{role}-{secrets.token_hex(4)}"
        size = await self._blobs.put(key, _pieces(path, hashing))
        await hashing.settle()
        return NewBlob(digest.hexdigest(), size, (Segment(key, size),))

    # --- its end -----------------------------------------------------------------------------

    async def _refuse(self, row: UploadRow, code: str) -> None:
        log.info("uploads.refused", upload=row.id, reason=code)

        async def work(tx: Tx) -> bool:
            return await upload_rows.settle(tx, row, "refused", code)

        if await self._store.transact(work):
            self.refused += 1
            await self._delete([key for key, _ in row.segments])

    async def _keep(self, row: UploadRow, made: Made, blobs: dict[str, NewBlob]) -> None:
        hashes = {role: blob.sha256 for role, blob in blobs.items()}
        file = Held(
            id=row.id,
            account=row.account,
            kind=row.kind,
            name=row.name,
            type=made.type or row.type,
            size=blobs["content"].size,
            width=made.width,
            height=made.height,
            duration=made.duration,
            placeholder=made.placeholder,
            waveform=made.waveform,
            blob=hashes["content"],
            small=hashes.get("small", ""),
            medium=hashes.get("medium", ""),
        )

        async def work(tx: Tx) -> list[str]:
            # Whatever is not referred to afterwards may go: the original of what was made anew,
            # and bytes that are here already.
            mine = {key for blob in blobs.values() for key, _ in blob.segments}
            mine |= {key for key, _ in row.segments}
            if not await upload_rows.settle(tx, row, "ready"):
                return sorted(mine - {key for key, _ in row.segments})
            return sorted(mine - await file_rows.add(tx, file, blobs.values()))

        await self._delete(await self._store.transact(work))
        self.ready += 1

    async def _delete(self, keys: list[str]) -> None:
        try:
            await self._blobs.delete(keys)
        except ChinwagError as error:  # the chore will find them
            log.warning("uploads.left_behind", reason=error.kind.code, objects=len(keys))


async def _pieces(path: Path, hashing: Hashing) -> AsyncIterator[bytes]:
    with await asyncio.to_thread(path.open, "rb") as file:
        while piece := await asyncio.to_thread(file.read, _PIECE):
            await hashing.add(piece)
            yield piece
