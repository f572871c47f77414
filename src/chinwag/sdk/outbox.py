"""Messages on their way: an ordered, durable queue for each chat.

An entry leaves the queue when the server has accepted it, or waits as failed for the person to
retry or discard it. After a reconnect or a restart it is sent again with the same client id, so
that it stands in the log exactly once. Chats do not wait for each other; within a chat the next
message goes out when the one before is answered. ``depth`` allows more in flight a chat: then a
passing refusal (`rate_limited`, `busy` …) of one can let later ones overtake it.
"""

import asyncio
import random
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial

import msgspec

from chinwag.protocol import errors as catalogue
from chinwag.protocol.commands import Send
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.events import Message
from chinwag.protocol.files import File
from chinwag.protocol.results import Accepted
from chinwag.sdk.attachments import Attachment
from chinwag.sdk.connection import Connection
from chinwag.sdk.errors import OutboxFull
from chinwag.sdk.store import Entry, Store

LIMIT = 10_000
WINDOW = 64
BACKOFF_SECONDS = (0.5, 30.0)
# `internal` may be the message's own fault: after so many, it makes room for the next one.
INTERNAL_ATTEMPTS = 8

Change = Callable[[Entry, Accepted | ChinwagError | None], None]
"""Told of each change: with the answer, with the final refusal, or (queued, gone) with None."""


class _Queue:
    """The unsent entries of one chat, oldest first; those ``flying`` are with the server. After
    a passing refusal nothing goes out while it is ``held`` or others are still flying.
    """

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.flying: set[str] = set()
        self.attempts = 0
        self.refused = False
        self.held = False

    def next(self, depth: int) -> Entry | None:
        """What may go out now."""
        if self.held or (self.refused and self.flying) or len(self.flying) >= depth:
            return None
        first = next((it for key, it in self.entries.items() if key not in self.flying), None)
        return None if first is None or first.uploading else first

    def forget_flights(self) -> None:
        """A new connection knows nothing of what went out over the old one."""
        self.flying.clear()
        self.attempts, self.refused, self.held = 0, False, False


class Outbox:
    """See the module. All methods belong to the loop's thread and return at once."""

    def __init__(
        self,
        store: Store,
        entries: Iterable[Entry],
        changed: Change,
        *,
        window: int = WINDOW,
        depth: int = 1,
    ) -> None:
        self._store = store
        self._changed = changed
        self._window = window
        self._depth = depth
        self._entries: dict[str, Entry] = {}
        self._queues: dict[str, _Queue] = {}
        self._ready: dict[str, None] = {}
        self._flying = 0
        self._connection: Connection | None = None
        for entry in entries:
            self._entries[entry.client_id] = entry
            if entry.failed is None:
                self._enqueue(entry)

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(list(self._entries.values()))

    def __contains__(self, client_id: object) -> bool:
        return client_id in self._entries

    def get(self, client_id: str) -> Entry | None:
        """The entry, if it waits or failed."""
        return self._entries.get(client_id)

    def of(self, chat: str) -> list[Entry]:
        """What waits or failed in ``chat``, oldest first."""
        return [entry for entry in self._entries.values() if entry.chat == chat]

    # --- what people do ----------------------------------------------------------------------

    def add(
        self, chat: str, body: Message, client_id: str, attachment: Attachment | None = None
    ) -> Entry:
        """Queue a message; it is durable on return.

        Raises:
            OutboxFull: nothing was queued.
        """
        if known := self._entries.get(client_id):
            return known
        if len(self._entries) >= LIMIT:
            raise OutboxFull(f"{LIMIT} messages wait")
        entry = Entry(
            client_id=client_id,
            chat=chat,
            body=body,
            created_at=time.time_ns() // 1_000_000,
            attachment=attachment,
        )
        self._entries[client_id] = entry
        self._store.put_entry(entry)
        self._store.commit()
        self._enqueue(entry)
        self._changed(entry, None)
        self.pump()
        return entry

    def retry(self, client_id: str, *, document: bool = False) -> bool:
        """Send a failed message again, behind what waits now. ``document``: its file as one, since
        the server takes it for nothing else. False if it has not failed.
        """
        entry = self._entries.get(client_id)
        if entry is None or entry.failed is None:
            return False
        if entry.attachment is not None and entry.body.file is None:
            entry.attachment.upload = ""
            entry.attachment.kind = "document" if document else entry.attachment.kind
        del self._entries[client_id]
        self._store.drop_entry(client_id)
        entry.failed = None
        self._entries[client_id] = entry
        self._store.put_entry(entry)
        self._store.commit()
        self._enqueue(entry)
        self._changed(entry, None)
        self.pump()
        return True

    def discard(self, client_id: str) -> bool:
        """Take a message back. False if it is with the server already, or is not here."""
        entry = self._entries.get(client_id)
        if entry is None:
            return False
        queue = self._queues.get(entry.chat)
        if entry.failed is None and queue is not None:
            if client_id in queue.flying:
                return False
            queue.entries.pop(client_id, None)
        self._remove(entry)
        self._store.commit()
        self._changed(entry, None)
        return True

    # --- what uploads do ---------------------------------------------------------------------

    def attached(self, client_id: str, file: File) -> None:
        """The message's file is on the server: it may go."""
        entry = self._entries.get(client_id)
        if entry is None or not entry.uploading:
            return
        entry.body = msgspec.structs.replace(entry.body, file=file)
        self.keep(client_id)
        if queue := self._queues.get(entry.chat):
            self._note_ready(entry.chat, queue)
        self._changed(entry, None)
        self.pump()

    def keep(self, client_id: str) -> None:
        """Make what was noted in the entry last."""
        if entry := self._entries.get(client_id):
            self._store.put_entry(entry)
            self._store.commit()

    def refuse(self, client_id: str, error: ChinwagError) -> None:
        """The message's file cannot be sent: it waits as failed, and those behind it go on."""
        entry = self._entries.get(client_id)
        if entry is None or entry.failed is not None:
            return
        if queue := self._queues.get(entry.chat):
            queue.entries.pop(client_id, None)
        self._fail(entry, error)
        self._settle(entry.chat)

    # --- what the link does ------------------------------------------------------------------

    def attach(self, connection: Connection) -> None:
        """Send over this connection from now on, beginning with what was not answered."""
        self._connection = connection
        connection.on_writable = self.pump
        self._flying = 0
        for chat, queue in self._queues.items():
            queue.forget_flights()
            self._note_ready(chat, queue)
        self.pump()

    def detach(self) -> None:
        """The connection is gone: hold everything."""
        self._connection = None

    def resolve(self, client_id: str, accepted: Accepted) -> None:
        """The log shows that the server has this message: the answer got lost on the way."""
        entry = self._entries.get(client_id)
        if entry is None:
            return
        if queue := self._queues.get(entry.chat):
            self._landed(queue, client_id)
            queue.entries.pop(client_id, None)
        self._remove(entry)
        self._changed(entry, accepted)
        self._settle(entry.chat)

    def pump(self) -> None:
        """Send what may be sent now."""
        connection = self._connection
        while (
            connection is not None
            and self._connection is connection
            and self._ready
            and self._flying < self._window
            and connection.writable
        ):
            chat = next(iter(self._ready))
            queue = self._queues[chat]
            entry = queue.next(self._depth)
            if entry is None:
                del self._ready[chat]
                continue
            queue.flying.add(entry.client_id)
            queue.refused = False
            self._flying += 1
            self._note_ready(chat, queue)
            connection.submit(_command(entry), partial(self._answered, connection, entry))

    # --- inside ------------------------------------------------------------------------------

    def _enqueue(self, entry: Entry) -> None:
        queue = self._queues.setdefault(entry.chat, _Queue())
        queue.entries[entry.client_id] = entry
        self._note_ready(entry.chat, queue)

    def _note_ready(self, chat: str, queue: _Queue) -> None:
        if queue.next(self._depth):
            self._ready[chat] = None
        else:
            self._ready.pop(chat, None)

    def _answered(
        self, connection: Connection, entry: Entry, result: msgspec.Struct | Exception
    ) -> None:
        queue = self._queues.get(entry.chat)
        if (
            connection is not self._connection
            or queue is None
            or entry.client_id not in queue.entries
        ):
            return  # an older connection, or resolved by the log already
        if isinstance(result, Exception) and not isinstance(result, ChinwagError):
            return  # the connection went; the next one sends it again
        self._landed(queue, entry.client_id)
        if isinstance(result, Accepted):
            queue.attempts = 0
            del queue.entries[entry.client_id]
            self._remove(entry)
            self._changed(entry, result)
        elif isinstance(result, ChinwagError):
            self._refused(queue, entry, result)
        self._settle(entry.chat)

    def _refused(self, queue: _Queue, entry: Entry, error: ChinwagError) -> None:
        queue.attempts += 1
        hopeless = error.kind is catalogue.INTERNAL and queue.attempts >= INTERNAL_ATTEMPTS
        if error.kind.retry and not hopeless:
            self._hold(entry.chat, queue, error.retry_after / 1000)
            return
        queue.attempts = 0
        if error.kind is catalogue.NO_SUCH_FILE and self._forgotten(entry):
            return
        del queue.entries[entry.client_id]
        self._fail(entry, error)

    def _forgotten(self, entry: Entry) -> bool:
        """Whether the server no longer has a file that was uploaded here, having waited too long
        for its message; then it is uploaded again, once.
        """
        attachment = entry.attachment
        if attachment is None or attachment.renewed:
            return False
        attachment.renewed, attachment.upload = True, ""
        entry.body = msgspec.structs.replace(entry.body, file=None)
        self.keep(entry.client_id)
        self._changed(entry, None)
        return True

    def _fail(self, entry: Entry, error: ChinwagError) -> None:
        entry.failed = error.failure()
        self.keep(entry.client_id)
        self._changed(entry, error)

    def _hold(self, chat: str, queue: _Queue, retry_after: float) -> None:
        """Wait before the chat's next try: as long as the server says, else full jitter."""
        low, high = BACKOFF_SECONDS
        ceiling = min(high, low * 2 ** min(queue.attempts, 10))
        queue.held = queue.refused = True
        delay = retry_after or random.uniform(0, ceiling)  # noqa: S311 - spreads load
        loop = asyncio.get_running_loop()
        loop.call_later(delay, self._release, chat, queue)

    def _release(self, chat: str, queue: _Queue) -> None:
        if self._queues.get(chat) is queue:
            queue.held = False
            self._settle(chat)

    def _settle(self, chat: str) -> None:
        if queue := self._queues.get(chat):
            self._note_ready(chat, queue)
            if not queue.entries:
                del self._queues[chat]
        self.pump()

    def _landed(self, queue: _Queue, client_id: str) -> None:
        if client_id in queue.flying:
            queue.flying.remove(client_id)
            self._flying -= 1

    def _remove(self, entry: Entry) -> None:
        self._entries.pop(entry.client_id, None)
        self._store.drop_entry(entry.client_id)


def _command(entry: Entry) -> Send:
    """What the server fills in of a file is left out."""
    file = entry.body.file
    if file is None:
        return Send(chat=entry.chat, client_id=entry.client_id, body=entry.body)
    body = msgspec.structs.replace(entry.body, file=None)
    return Send(chat=entry.chat, client_id=entry.client_id, body=body, file=file.id)
