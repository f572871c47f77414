"""The port behind which a device keeps what it has, and its twin in memory.

A store belongs to one device of one account, and to one client at a time. Writes collect until
`Store.commit`; `replica` commits once a loop tick, and acknowledges to the server only after it.
"""

from pathlib import Path
from typing import Protocol

from msgspec import Struct

from chinwag.protocol.errors import Failure
from chinwag.protocol.events import Event, Message
from chinwag.protocol.results import Account, Head, User
from chinwag.protocol.scalars import Millis
from chinwag.sdk.attachments import Attachment


class Meta(Struct):
    """Whose store it is, and how far it has caught up."""

    user: str = ""
    device: str = ""
    since: str | None = None
    account: Account | None = None


class ChatRecord(Struct, omit_defaults=True):
    """A chat's state without its events. ``ranges`` are those of the log; see `chats` for the
    marks.
    """

    head: Head
    tip: int
    stored: int
    shown: int
    at: Millis = 0
    waiting: int = 0
    here: tuple[int, ...] = ()
    ranges: tuple[tuple[int, int], ...] = ()


class Entry(Struct, omit_defaults=True):
    """A message that waits in the outbox; ``failed`` once the server refused it for good.
    ``attachment``: the file here that goes with it; ``body.file`` once the server has that.
    """

    client_id: str
    chat: str
    body: Message
    created_at: Millis
    failed: Failure | None = None
    attachment: Attachment | None = None

    @property
    def uploading(self) -> bool:
        """Whether the message waits for its file to be on the server."""
        return self.attachment is not None and self.body.file is None and self.failed is None


class Saved(Struct):
    """All that a client needs at its start."""

    meta: Meta
    chats: list[ChatRecord]
    users: list[User]
    outbox: list[Entry]
    reads: dict[str, int]


class Store(Protocol):
    """What is kept of one device.

    Attributes:
        durable: whether it outlives the process; if not, nothing need be written to it.
        folder: where copies of what is to be sent may be kept beside it, if anywhere.
    """

    durable: bool
    folder: Path | None

    def load(self) -> Saved:
        """Everything but the events."""

    def events(self, chat: str, first: int, last: int, limit: int) -> list[Event]:
        """The lowest ``limit`` events held with first <= seq <= last, in order."""

    def newest(self, chat: str, limit: int) -> list[Event]:
        """The highest ``limit`` events held, in order."""

    def put_meta(self, meta: Meta) -> None:
        """Replace the meta data."""

    def put_chats(self, chats: list[ChatRecord]) -> None:
        """Replace these chats."""

    def put_events(self, events: list[Event]) -> None:
        """Add events; those held already stay."""

    def blank(self, chat: str, seq: int) -> None:
        """Forget what the event said, if it is held: its body is `Blank`."""

    def put_users(self, users: list[User]) -> None:
        """Replace these profiles."""

    def put_entry(self, entry: Entry) -> None:
        """Add an entry of the outbox at its end, or replace it in its place."""

    def drop_entry(self, client_id: str) -> None:
        """Take an entry out of the outbox."""

    def put_reads(self, reads: dict[str, int]) -> None:
        """Replace the read marks that the server has not confirmed."""

    def forget(self) -> None:
        """Drop all chats and events; meta, profiles and outbox stay."""

    def commit(self) -> None:
        """Make all writes so far last."""

    def close(self) -> None:
        """Commit, and let go of the store."""


class MemoryStore:
    """A store that keeps nothing: what a client needs while it runs is in its `State`."""

    durable = False
    folder: Path | None = None

    def load(self) -> Saved:
        return Saved(meta=Meta(), chats=[], users=[], outbox=[], reads={})

    def events(self, chat: str, first: int, last: int, limit: int) -> list[Event]:
        return []

    def newest(self, chat: str, limit: int) -> list[Event]:
        return []

    def put_meta(self, meta: Meta) -> None:
        pass

    def put_chats(self, chats: list[ChatRecord]) -> None:
        pass

    def put_events(self, events: list[Event]) -> None:
        pass

    def blank(self, chat: str, seq: int) -> None:
        pass

    def put_users(self, users: list[User]) -> None:
        pass

    def put_entry(self, entry: Entry) -> None:
        pass

    def drop_entry(self, client_id: str) -> None:
        pass

    def put_reads(self, reads: dict[str, int]) -> None:
        pass

    def forget(self) -> None:
        pass

    def commit(self) -> None:
        pass

    def close(self) -> None:
        pass
