"""Files of the outbox on their way to the server: a few at once, oldest first, each for as long as
it takes. When one is there, its message may go; see `outbox`.
"""

import asyncio
import contextlib
import random
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.files import File
from chinwag.sdk.attachments import Attachment
from chinwag.sdk.outbox import Outbox
from chinwag.sdk.store import Entry

if TYPE_CHECKING:
    from chinwag.sdk.tus import Tus

AT_ONCE = 2
BACKOFF_SECONDS = (0.5, 30.0)
TELL_SECONDS = 0.1
# What the server says of something that was taken for a picture or a video, and is none.
_MISTAKEN = frozenset({"not_a_picture", "picture_too_large", "not_a_video", "media_failed"})

Progress = Callable[[int, int], None]
"""Told how many bytes of how many are done. Called often; it must not block."""


class Transfer(Struct):
    """How the upload of a message's file stands; ``done`` of ``size`` bytes, ``speed`` a second."""

    size: int
    done: int = 0
    speed: float = 0.0
    state: Literal["waiting", "sending", "checking"] = "waiting"


class Uploads:
    """See the module.

    Attributes:
        transfers: by client id, of the messages that wait for their file.
    """

    def __init__(
        self, outbox: Outbox, tus: Callable[[], Awaitable["Tus"]], told: Callable[[Entry], None]
    ) -> None:
        self.transfers: dict[str, Transfer] = {}
        self._outbox = outbox
        self._tus = tus
        self._told = told
        self._callbacks: dict[str, Progress] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._ending: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._network = asyncio.Event()
        self._running = False

    def start(self) -> None:
        """Begin with what waits."""
        self._running = True
        for entry in self._outbox:
            self.notice(entry)

    async def stop(self) -> None:
        """Hold everything; what is unfinished goes on at the next start."""
        self._running = False
        tasks = [*self._tasks.values(), *self._ending]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def hurry(self) -> None:
        """The network is back."""
        self._network.set()
        self._network = asyncio.Event()

    def follow(self, client_id: str, progress: Progress) -> None:
        """Tell of that message's file from now on, until the server has it."""
        self._callbacks[client_id] = progress

    def notice(self, entry: Entry) -> None:
        """The entry was added, retried, refused or taken back."""
        wanted = self._outbox.get(entry.client_id) is entry and entry.uploading
        task = self._tasks.get(entry.client_id)
        if wanted and task is None and self._running:
            assert entry.attachment is not None
            self.transfers[entry.client_id] = Transfer(entry.attachment.size)
            task = self._tasks[entry.client_id] = asyncio.create_task(self._upload(entry))
            task.add_done_callback(lambda _: self._end(entry))
        elif not wanted and task is not None:
            task.cancel()
        if entry.client_id not in self._outbox and entry.attachment is not None:
            self._put_away(entry.attachment, sent=entry.body.file is not None)

    # --- inside ------------------------------------------------------------------------------

    async def _upload(self, entry: Entry) -> None:
        attachment = entry.attachment
        assert attachment is not None
        vain = 0

        def landed() -> None:
            nonlocal vain
            vain = 0
            self._outbox.keep(entry.client_id)

        async with self._slots:
            while True:
                try:
                    file = await self._attempt(entry, attachment, landed)
                except ChinwagError as error:
                    if self._mistaken(entry, attachment, error):
                        continue
                    if not error.kind.retry and error.kind.code != "unauthenticated":
                        self._outbox.refuse(entry.client_id, error)
                        return
                    vain += 1
                    await self._pause(vain, error.retry_after / 1000)
                except OSError:
                    vain += 1
                    await self._pause(vain, 0.0)
                else:
                    self._outbox.attached(entry.client_id, file)
                    return

    async def _attempt(
        self, entry: Entry, attachment: Attachment, landed: Callable[[], None]
    ) -> File:
        transfer = self.transfers[entry.client_id]
        transfer.state, transfer.speed = "sending", 0.0
        tus = await self._tus()
        return await tus.put(attachment, landed, _Meter(self, entry, transfer))

    def _mistaken(self, entry: Entry, attachment: Attachment, error: ChinwagError) -> bool:
        """Whether what was taken for a picture or a video now goes as a document."""
        if not attachment.guessed or error.kind.code not in _MISTAKEN:
            return False
        attachment.kind, attachment.guessed, attachment.upload = "document", False, ""
        self._outbox.keep(entry.client_id)
        return True

    async def _pause(self, vain: int, retry_after: float) -> None:
        """Wait before the next try: as long as the server says, else with full jitter, or until
        the network is back.
        """
        low, high = BACKOFF_SECONDS
        ceiling = min(high, low * 2 ** min(vain - 1, 10))
        network = self._network
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(retry_after or random.uniform(0, ceiling)):  # noqa: S311
                await (asyncio.Event() if retry_after else network).wait()

    def _put_away(self, attachment: Attachment, *, sent: bool) -> None:
        """The message is in the log, or was taken back."""
        attachment.discard()
        if attachment.upload and not sent and self._running:
            task = asyncio.create_task(self._cancel(attachment.upload))
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)

    async def _cancel(self, upload: str) -> None:
        with contextlib.suppress(ChinwagError, OSError):  # it lapses by itself
            await (await self._tus()).cancel(upload)

    def _end(self, entry: Entry) -> None:
        self._tasks.pop(entry.client_id, None)
        self.transfers.pop(entry.client_id, None)
        self._callbacks.pop(entry.client_id, None)
        if entry.client_id in self._outbox:
            self.notice(entry)  # it may have been retried meanwhile

    def _tell(self, entry: Entry, transfer: Transfer) -> None:
        self._told(entry)
        if callback := self._callbacks.get(entry.client_id):
            callback(transfer.done, transfer.size)


class _Meter:
    """Keeps a transfer's numbers, and tells of them now and then."""

    def __init__(self, uploads: Uploads, entry: Entry, transfer: Transfer) -> None:
        self._uploads = uploads
        self._entry = entry
        self._transfer = transfer
        self._begun: tuple[float, int] | None = None
        self._told_at = 0.0

    def __call__(self, done: int) -> None:
        transfer, now = self._transfer, time.monotonic()
        transfer.done = done
        if self._begun is None:
            self._begun = now, done
        since, first = self._begun
        if now > since:
            transfer.speed = max(0.0, (done - first) / (now - since))
        if done >= transfer.size:
            transfer.state = "checking"
        if now - self._told_at >= TELL_SECONDS or done >= transfer.size:
            self._told_at = now
            self._uploads._tell(self._entry, transfer)
