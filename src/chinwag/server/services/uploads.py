"""Uploads: files on their way here, in as many requests as it takes, to whichever node.

Each is its owner's alone until it is ready. One request at a time writes to it; a newer one, or the
question where it stands, ends the one before, which may hang on a connection that is long dead.
"""

import asyncio
import contextlib
import re
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass

from uuid_utils import uuid7

from chinwag.protocol import errors
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.files import Upload
from chinwag.server.ports.blobs import Blobs
from chinwag.server.ports.meters import Meters, Rate
from chinwag.server.ports.store import Reader, Store, Tx
from chinwag.server.services import files, upload_rows
from chinwag.server.services.checking import Checking
from chinwag.server.services.digests import Checksum
from chinwag.server.services.file_names import named, typed
from chinwag.server.services.incoming import End, Incoming
from chinwag.server.services.intake import Intake
from chinwag.server.services.limits import Limit
from chinwag.server.services.upload_rows import Allowance, UploadRow

KINDS = ("photo", "video", "voice", "document", "avatar")
_SHA256 = re.compile(r"[0-9a-f]{64}")
# How long the one before has to write away what it has.
_YIELD_SECONDS = 10.0
_LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """``size``: bytes of one file. ``quota``: bytes of one account's files. ``open``: of one
    account's uploads under way. ``rate``: of its new ones.
    """

    size: int
    quota: int
    open: int
    rate: Rate


@dataclass(frozen=True, slots=True)
class Announced:
    """What a client says of a file before it sends it."""

    size: int
    kind: str
    name: str = ""
    type: str = ""
    sha256: str = ""


class Uploads:
    """See the module."""

    def __init__(
        self,
        store: Store,
        blobs: Blobs,
        checking: Checking,
        intake: Intake,
        meters: Meters,
        limits: UploadLimits,
    ) -> None:
        self.limits = limits
        self._store = store
        self._blobs = blobs
        self._checking = checking
        self._intake = intake
        self._rate = Limit(meters, "uploads", limits.rate)
        self._writing: dict[str, tuple[Incoming, asyncio.Event]] = {}
        self._stopping = False

    async def create(self, account: str, announced: Announced) -> UploadRow:
        """Make room for a file.

        Raises:
            ChinwagError: invalid, file_too_large, file_quota, quota, rate_limited.
        """
        if announced.kind not in KINDS:
            raise ChinwagError(errors.INVALID, field="kind")
        if announced.sha256 and not _SHA256.fullmatch(announced.sha256):
            raise ChinwagError(errors.INVALID, field="sha256")
        if announced.size > self.limits.size:
            raise ChinwagError(errors.FILE_TOO_LARGE)
        await self._rate.take(account)
        row = UploadRow(
            id=str(uuid7()),
            account=account,
            name=named(announced.name),
            kind=announced.kind,
            type=typed(announced.type),
            size=announced.size,
            received=0,
            segments=(),
            sha256=announced.sha256,
            writer="",
            state="open",
            error="",
            expires_at=0,
        )
        allowance = Allowance(self.limits.quota, self.limits.open)

        async def work(tx: Tx) -> UploadRow:
            await upload_rows.create(tx, row, allowance)
            return await upload_rows.find(tx, account, row.id)

        made = await self._store.transact(work)
        self._checking.expect(made.kind)
        return await self.write(account, made.id, 0, Incoming(_nothing)) if not made.size else made

    async def write(
        self,
        account: str,
        upload: str,
        offset: int,
        incoming: Incoming,
        *,
        length: int | None = None,
        checksum: Checksum | None = None,
    ) -> UploadRow:
        """Add a body (of ``length``, if that is known) at ``offset``; how the upload stands then.

        Raises:
            ChinwagError: no_such_file, upload_expired, upload_offset, and whatever `Intake.write`
                raises; shutting_down and upload_locked when it was stopped (what came is kept).
        """
        incoming.others = self._others
        async with self._turn(upload, incoming):
            row = await self._take(account, upload, secrets.token_hex(4))
            if row.state != "open" or row.received != offset:
                await self._release(row)
                raise ChinwagError(errors.UPLOAD_OFFSET)
            if length is not None and length > row.size - offset:
                await self._release(row)
                raise ChinwagError(errors.FILE_TOO_LARGE, text="More than was announced.")
            try:
                row = await self._intake.write(row, incoming, checksum)
                if not row.size:
                    row = await self._empty(row)
            except ChinwagError:
                with contextlib.suppress(ChinwagError):
                    await self._release(row)
                raise
            if row.state == "open":
                await self._release(row)
        if row.state == "checking":
            self._checking.begin(row, self._intake.running.at(row.id, row.size))
            self._intake.running.forget(row.id)
        elif incoming.why is End.STOPPED:
            raise ChinwagError(errors.SHUTTING_DOWN if self._stopping else errors.UPLOAD_LOCKED)
        return row

    async def where(self, account: str, upload: str) -> UploadRow:
        """How far it has come. Nobody else writes to it any more when this is answered."""
        async with self._turn(upload, None):
            row = await self._read(account, upload)
            return await self._take(account, upload, "") if row.writer else row

    async def cancel(self, account: str, upload: str) -> None:
        """Give it up. A file that it became stays while it is used."""
        async with self._turn(upload, None):

            async def work(tx: Tx) -> UploadRow:
                return await upload_rows.remove(tx, account, upload)

            row = await self._store.transact(work)
            self._intake.running.forget(upload)
            await self._blobs.delete([key for key, _ in row.segments])

    async def status(self, account: str, upload: str, wait: float = 0) -> Upload:
        """How it stands, for its owner; up to ``wait`` seconds later while it is being checked."""
        until = asyncio.get_running_loop().time() + wait
        while True:
            over = self._checking.over(upload)
            found = await self._store.read(lambda reader: _status(reader, account, upload))
            left = until - asyncio.get_running_loop().time()
            if found.state != "checking" or left <= 0 or self._stopping:
                return found
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), min(_LOOK_SECONDS, left))

    async def drain(self) -> None:
        """End all requests that write: what came is kept."""
        self._stopping = True
        for incoming, _ in self._writing.values():
            incoming.stop()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_YIELD_SECONDS):
                for _, done in list(self._writing.values()):
                    await done.wait()

    def _others(self) -> int:
        return max(0, len(self._writing) - 2)

    @property
    def active(self) -> int:
        """Requests under way that write."""
        return len(self._writing)

    # --- one at a time -----------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def _turn(self, upload: str, incoming: Incoming | None) -> AsyncIterator[None]:
        """End whoever writes to it here and, with ``incoming``, be the next."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_YIELD_SECONDS):
                while upload in self._writing:
                    other, done = self._writing[upload]
                    other.stop()
                    await done.wait()
        if upload in self._writing:
            raise ChinwagError(errors.UPLOAD_LOCKED, retry_after=1000)
        if incoming is None:
            yield
            return
        if self._stopping:
            raise ChinwagError(errors.SHUTTING_DOWN, retry_after=1000)
        done = asyncio.Event()
        self._writing[upload] = (incoming, done)
        try:
            yield
        finally:
            del self._writing[upload]
            done.set()

    # --- the store ---------------------------------------------------------------------------

    async def _read(self, account: str, upload: str) -> UploadRow:
        return await self._store.read(lambda reader: upload_rows.find(reader, account, upload))

    async def _take(self, account: str, upload: str, writer: str) -> UploadRow:
        return await self._store.transact(lambda tx: upload_rows.take(tx, account, upload, writer))

    async def _release(self, row: UploadRow) -> None:
        if row.state == "open":
            await self._store.transact(lambda tx: upload_rows.release(tx, row))

    async def _empty(self, row: UploadRow) -> UploadRow:
        return await self._store.transact(lambda tx: upload_rows.extend(tx, row, ()))


async def _nothing() -> bytes:
    return b""


async def _status(reader: Reader, account: str, upload: str) -> Upload:
    row = await upload_rows.find(reader, account, upload)
    file = error = None
    if row.state == "ready":
        file = (await files.find(reader, upload, account)).shown()
    elif row.state == "refused":
        kind = errors.CATALOGUE.get(row.error, errors.MEDIA_FAILED)
        error = ChinwagError(kind).failure()
    return Upload(
        id=row.id,
        state=row.state,  # type: ignore[arg-type] # the table holds no other
        received=row.received,
        size=row.size,
        expires_at=row.expires_at,
        file=file,
        error=error,
    )
