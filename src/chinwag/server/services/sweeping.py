"""What nothing refers to goes: uploads nobody finished, files nobody sent, bytes of no file, and
objects that no row knows. One node does it for all.

Every step first says what would go (`survey`), and removes just that (`sweep`): what an operator is
shown is what happens. Rows go before the objects they name, so that a crash in between leaves at
most objects that no row knows, which a later round finds.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple

from chinwag.protocol.errors import ChinwagError
from chinwag.server.clock import now_ms
from chinwag.server.observe import log
from chinwag.server.ports.blobs import Blobs
from chinwag.server.ports.store import Reader, Row, Store, Tx
from chinwag.server.services import files
from chinwag.server.services.upload_rows import KEPT_MS, segments_of

_ROUND_SECONDS = 600.0
# To look at every object is a matter of minutes where there are millions.
_ROUNDS_A_LISTING = 144
_PAGE = 500

_EXPIRED = "SELECT id, segments FROM uploads WHERE state <> 'checking' AND expires_at <= $1"
_UNUSED = f"SELECT f.id, f.size FROM files f WHERE f.created_at <= $1 AND {files.UNUSED}"
_NO_FILE = (
    " NOT EXISTS (SELECT 1 FROM files f WHERE f.blob = b.sha256)"
    " AND NOT EXISTS (SELECT 1 FROM files f WHERE f.small = b.sha256)"
    " AND NOT EXISTS (SELECT 1 FROM files f WHERE f.medium = b.sha256)"
)
_IDLE = f"SELECT b.sha256, b.size, b.segments FROM blobs b WHERE {_NO_FILE}"


class Going(NamedTuple):
    """How many of one kind would go, or went, and the bytes of their objects."""

    what: str
    number: int
    size: int


class Sweeping:
    """See the module."""

    def __init__(self, store: Store, blobs: Blobs) -> None:
        self._store = store
        self._blobs = blobs
        self.freed = 0

    async def run(self) -> None:
        """Go on until cancelled."""
        n = 0
        while True:
            n += 1
            await asyncio.sleep(_ROUND_SECONDS)
            try:
                if await self._store.leads():
                    gone = await self.sweep(objects=n % _ROUNDS_A_LISTING == 0)
                    self.freed += sum(each.size for each in gone)
                    for each in gone:
                        if each.number:
                            log.info("files.swept", what=each.what, number=each.number)
            except ChinwagError as error:
                log.warning("sweeping.postponed", reason=error.kind.code)
            except Exception:  # noqa: BLE001 - the next round may go well
                log.exception("sweeping.failed")

    async def survey(self) -> list[Going]:
        """What a `sweep` would remove now."""
        now = now_ms()
        expired = await self._rows(_EXPIRED, now)
        unused = await self._rows(_UNUSED, now - KEPT_MS)
        idle = await self._rows(_IDLE)
        strays = [kept async for kept in self._strays(now)]
        return [
            Going("uploads", len(expired), sum(_size(row[1]) for row in expired)),
            Going("files", len(unused), sum(row[1] for row in unused)),
            Going("blobs", len(idle), sum(row[1] for row in idle)),
            Going("objects", len(strays), sum(size for _, size in strays)),
        ]

    async def sweep(self, *, objects: bool = True) -> list[Going]:
        """Remove it. ``objects``: also look at every object whether a row knows it."""
        now = now_ms()
        gone = [await self._uploads(now), await self._files(now), await self._idle()]
        if objects:
            strays = [kept async for kept in self._strays(now)]
            await self._blobs.delete([key for key, _ in strays])
            gone.append(Going("objects", len(strays), sum(size for _, size in strays)))
        return gone

    # --- each kind ---------------------------------------------------------------------------

    async def _uploads(self, now: int) -> Going:
        count = size = 0
        for upload, _ in await self._rows(_EXPIRED, now):

            async def work(tx: Tx, upload: str = upload) -> list[Row]:
                sql = f"{_EXPIRED} AND id = $2 FOR UPDATE"
                rows = await tx.fetch(sql, tx.now, upload)
                await tx.execute("DELETE FROM uploads WHERE id = ANY($1)", [row[0] for row in rows])
                return rows

            for _, text in await self._store.transact(work):
                await self._blobs.delete([key for key, _ in segments_of(text)])
                count, size = count + 1, size + _size(text)
        return Going("uploads", count, size)

    async def _files(self, now: int) -> Going:
        count = size = 0
        for page in _pages(await self._rows(_UNUSED, now - KEPT_MS)):
            ids = [row[0] for row in page]

            async def work(tx: Tx, ids: list[str] = ids) -> int:
                return await files.release(tx, ids)

            count += await self._store.transact(work)
            size += sum(row[1] for row in page)
        return Going("files", count, size)

    async def _idle(self) -> Going:
        count = size = 0
        for page in _pages(await self._rows(_IDLE)):
            hashes = [row[0] for row in page]

            async def work(tx: Tx, hashes: list[str] = hashes) -> list[Row]:
                lock = "SELECT sha256 FROM blobs WHERE sha256 = ANY($1) ORDER BY sha256 FOR UPDATE"
                await tx.fetch(lock, hashes)
                # Asked again now that no new file can refer to them.
                rows = await tx.fetch(f"{_IDLE} AND b.sha256 = ANY($1)", hashes)
                gone = [row[0] for row in rows]
                await tx.execute("DELETE FROM blobs WHERE sha256 = ANY($1)", gone)
                return rows

            for _, bytes_, text in await self._store.transact(work):
                await self._blobs.delete([key for key, _ in segments_of(text)])
                count, size = count + 1, size + bytes_
        return Going("blobs", count, size)

    async def _strays(self, now: int) -> AsyncIterator[tuple[str, int]]:
        """Objects of a day ago or more that no row knows."""
        old = {}
        for prefix in ("uploads", "made"):
            async for kept in self._blobs.list(prefix):
                if kept.at <= now - KEPT_MS:
                    old[kept.key] = kept.size
        # Read after the listing: what has been entered since is known.
        for (text,) in await self._rows(
            "SELECT segments FROM uploads UNION ALL SELECT segments FROM blobs"
        ):
            for key, _ in segments_of(text):
                old.pop(key, None)
        for key, size in old.items():
            yield key, size

    async def _rows(self, sql: str, *args: int) -> list[Row]:
        async def work(reader: Reader) -> list[Row]:
            return await reader.fetch(sql, *args)

        return await self._store.read(work)


def _size(text: str) -> int:
    return sum(size for _, size in segments_of(text))


def _pages(rows: Sequence[Row]) -> list[Sequence[Row]]:
    return [rows[start : start + _PAGE] for start in range(0, len(rows), _PAGE)]
