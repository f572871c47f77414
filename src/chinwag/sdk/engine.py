"""The parts of a client wired together: replica, outbox, marks and link, and what flows between
them. `client` is the face of it.
"""

import asyncio
import contextlib
import ssl
import time
from pathlib import Path
from typing import Any

import msgspec

from chinwag.protocol import pushes
from chinwag.protocol.commands import Command, History
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.results import Accepted, Page
from chinwag.sdk.absorbing import absorb
from chinwag.sdk.changes import Found, OutboxChanged
from chinwag.sdk.connection import Connection
from chinwag.sdk.errors import Closed, Discarded, SdkError, Timeout
from chinwag.sdk.link import Link
from chinwag.sdk.marks import Reads
from chinwag.sdk.outbox import Outbox
from chinwag.sdk.pages import local_page, span
from chinwag.sdk.replica import Replica
from chinwag.sdk.sending import Waiting
from chinwag.sdk.state import TYPING_SECONDS
from chinwag.sdk.store import Entry, Store
from chinwag.sdk.transport import Transport
from chinwag.sdk.uploads import Uploads


class Engine:
    """See the module. Made and ended by a `Client`."""

    def __init__(
        self, url: str, token: str, store: Store, *, tls: ssl.SSLContext | None, depth: int
    ) -> None:
        self.store = store
        self.replica = Replica(store)
        self.state = self.replica.state
        saved = store.load()
        self.replica.restore(saved)
        self.waiting = Waiting(self.state)
        self.outbox = Outbox(store, saved.outbox, self._outbox_changed, depth=depth)
        self.transport = Transport(url, token, tls, store.folder)
        self.uploads = Uploads(self.outbox, self.transport.tus, self._transferred)
        self.reads = Reads(saved.reads, self._keep_reads)
        self.link = Link(url, token, self.replica, push=self._push, attach=self._attach, tls=tls)
        self.closed = False
        self._task: asyncio.Task[None] | None = None
        self.state.outgoing = self.outbox
        self.replica.found = self._found
        self.replica.fetch = self.fetch
        self.replica.hub.listen(self.waiting.notice)

    # --- life --------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to connect."""
        if self.closed:
            raise Closed("the client was closed")
        if self._task is None:
            self._task = asyncio.create_task(self._run())
            self.transport.sweep(Path(it.attachment.path) for it in self.outbox if it.attachment)
            self.uploads.start()

    async def close(self) -> None:
        """End everything, the store last."""
        if self.closed:
            return
        self.closed = True
        self.reads.flush()
        if (connection := self.link.connection) is not None:
            with contextlib.suppress(Exception):
                await connection.close()
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self.uploads.stop()
        self._finish(Closed("the client was closed"))
        await self.transport.close()
        self.replica.close()

    async def _run(self) -> None:
        try:
            await self.link.run()
        except Exception as error:
            self._finish(SdkError(f"the client broke: {error!r}"))
            raise
        self._finish(self.link.failure)

    def _finish(self, failure: Exception | None) -> None:
        if failure is not None:
            self.link.end(failure)
        quiet = type(failure) is Closed
        self.replica.hub.end(None if quiet else failure)
        self.waiting.end(failure)

    # --- asking ------------------------------------------------------------------------------

    async def call(self, command: Command, within: float) -> Any:
        """See `Client.call`."""
        try:
            async with asyncio.timeout(within):
                while True:
                    connection = await self.link.online()
                    try:
                        return await self._ask(connection, command, within)
                    except Closed:
                        if self.link.failure is not None:
                            raise self.link.failure from None
                        await asyncio.sleep(0)
        except TimeoutError:
            raise Timeout(f"no answer within {within:g} s") from self.link.trouble

    async def fetch(self, command: History, within: float = 30.0) -> Page:
        """A page from the server; the state keeps it."""
        page: Page = await self.call(command, within)
        if (held := self.state.chats.get(command.chat)) is not None:
            self.replica.absorb(self.state.merge_page(page, *span(held, command, page)))
        return page

    def page(self, command: History) -> Page | None:
        """A page of what is held, if all of it is."""
        held = self.state.chats.get(command.chat)
        return local_page(held, command, self.store) if held is not None else None

    async def _ask(self, connection: Connection, command: Command, within: float) -> Any:
        held = self.state.chats.get(getattr(command, "chat", ""))
        tip = held.tip if held else 0

        def seen(answer: msgspec.Struct) -> None:
            self.replica.absorb(absorb(self.state, command, answer, tip))

        return await connection.request(command, within, seen)

    # --- what flows --------------------------------------------------------------------------

    def _push(self, push: pushes.Push) -> None:
        if isinstance(push, pushes.Typing):
            asyncio.get_running_loop().call_later(TYPING_SECONDS + 0.05, self._expire)
        self.replica.absorb(self.state.apply(push, time.monotonic()))

    def _expire(self) -> None:
        self.replica.absorb(self.state.expire(time.monotonic()))

    def _attach(self, connection: Connection | None) -> None:
        self.reads.attach(connection)
        if connection is None:
            self.outbox.detach()
        else:
            self.outbox.attach(connection)
            self.uploads.hurry()

    def _found(self, found: Found) -> None:
        accepted = Accepted(
            chat=found.chat, seq=found.seq, at=found.at, count=found.count, read_count=0
        )
        self.outbox.resolve(found.client_id, accepted)

    def _outbox_changed(self, entry: Entry, result: Accepted | ChinwagError | None) -> None:
        if isinstance(result, Accepted):
            self.replica.absorb(self.state.accept(result, entry.body, entry.client_id))
        if result is not None:
            self.waiting.settle(entry.client_id, result)
        elif entry.client_id not in self.outbox:
            self.waiting.settle(entry.client_id, Discarded("taken back"))
        self.uploads.notice(entry)
        self.replica.absorb((OutboxChanged(entry.chat, entry.client_id),))

    def _transferred(self, entry: Entry) -> None:
        self.replica.absorb((OutboxChanged(entry.chat, entry.client_id),))

    def _keep_reads(self, marks: dict[str, int]) -> None:
        if not self.closed:
            self.store.put_reads(marks)
            self.store.commit()
