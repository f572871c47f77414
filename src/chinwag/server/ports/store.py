"""The store: the log of every chat and all other durable state. It is the truth.

Rules are written once, as async functions over a `Tx`, in SQL that SQLite and PostgreSQL both
understand: parameters ``$1 … $n``, lists by ``= ANY($n)``, ids and JSON as text, times as integer
milliseconds, switches as 0 and 1. Such a function may await nothing but its `Tx`. Only the hot
statements (`Store.append`) are written by hand for each database.

Transactions run beside each other, also on other nodes; each statement sees what was committed
before it. So a rule locks what it judges by, before it looks: ``SELECT … FOR UPDATE``, which must
end the statement (see `delivery.locks` for the order). It may be run again from its start, when
another was in its way, and so changes nothing but its transaction. And as numbers of changes are
not given out in the order of commits, who writes a member's row sets
``change = CASE WHEN change >= $n THEN change + 1 ELSE $n END``, and reports what came of it.
"""

from collections.abc import Awaitable, Callable, Sequence
from enum import Enum
from typing import Any, NamedTuple, Protocol, TypeVar

T = TypeVar("T")
Value = str | int | bytes | None
Argument = Value | Sequence[str] | Sequence[int]
Row = tuple[Any, ...]


class Outcome(Enum):
    """What became of an entry that was to be appended."""

    PENDING = 0
    APPENDED = 1
    REPEAT = 2
    """The same client id with the same content stands in the log already."""
    REUSED = 3
    """The client id was used for something else. Nothing was stored."""
    STALE = 4
    """The chat's ``version`` is another than the caller judged by. Nothing was stored."""


class Entry:
    """One event on its way into a chat's log, and back as it was stored there.

    The caller fills the first group; the store fills ``seq``, ``at`` (ms), ``count`` and
    ``outcome`` (for a repeat: those of the first time), ``change`` where there are mentions, and
    of a message ``read_count``, its sender's after it. ``context`` is the caller's own.
    ``mentions`` names members whose ``mentioned`` mark the entry raises, unless it is hidden.
    ``alert``: put it down in ``alerts_due`` with the same commit.
    """

    __slots__ = (
        "alert",
        "answer",
        "at",
        "body",
        "change",
        "chat",
        "client_id",
        "context",
        "count",
        "counted",
        "digest",
        "hidden",
        "kind",
        "mentions",
        "outcome",
        "read_count",
        "sender",
        "seq",
        "version",
    )

    def __init__(
        self,
        chat: str,
        sender: str,
        kind: str,
        body: bytes,
        *,
        client_id: str | None = None,
        digest: bytes = b"",
        version: int = 0,
        counted: bool = False,
        hidden: bool = False,
        mentions: tuple[str, ...] = (),
        alert: bool = False,
        answer: bytes | None = None,
        context: Any = None,
    ) -> None:
        self.chat = chat
        self.sender = sender
        self.kind = kind
        self.body = body
        self.client_id = client_id
        self.digest = digest
        self.version = version
        self.counted = counted
        self.hidden = hidden
        self.mentions = mentions
        self.alert = alert
        self.answer = answer
        self.context = context
        self.seq = 0
        self.at = 0
        self.count = 0
        self.read_count = 0
        self.change = 0
        self.outcome = Outcome.PENDING


class Mark:
    """A member's high-water marks to be raised: ``delivered`` and ``read`` (0 = not this one).

    ``shown``: others may see this read (receipts are on, or it is a group). The store fills
    ``at``, ``change``, ``read_count`` when ``read`` is given, and ``settings``, which another node
    may have changed since. Marks never go down, and never pass the member's stay, or the end of
    the log before their batch: they are lowered to it.
    """

    __slots__ = (
        "at",
        "change",
        "chat",
        "delivered",
        "read",
        "read_count",
        "settings",
        "shown",
        "user",
    )

    def __init__(self, chat: str, user: str, delivered: int, read: int = 0) -> None:
        self.chat = chat
        self.user = user
        self.delivered = delivered
        self.read = read
        self.shown = False
        self.read_count = 0
        self.settings: tuple[int, int, int, int] | None = None
        """muted_until, pinned_at, archived, unread, as they stand after the mark."""
        self.at = 0
        self.change = 0


class Batch:
    """What one group commit writes: entries in order, and marks. ``receipt`` is the store's own:
    what `Store.told` wants to be given once all other nodes have been told (empty: nobody need be).
    """

    __slots__ = ("entries", "marks", "receipt")

    def __init__(self, entries: list[Entry], marks: list[Mark]) -> None:
        self.entries = entries
        self.marks = marks
        self.receipt = ""


class Untold(NamedTuple):
    """A commit that the other nodes may not have been told of: (chat, first, last) of all that it
    appended, first = 0 where only marks or settings changed.
    """

    receipt: str
    touched: tuple[tuple[str, int, int], ...]


class Reader(Protocol):
    """A consistent view of committed state."""

    change: int
    """The newest change that is certainly in this view: what a client may sync on from."""

    async def fetch(self, sql: str, *args: Argument) -> list[Row]:
        """All rows of a query."""
        ...


class Tx(Reader, Protocol):
    """One write transaction."""

    # ``change`` is the number of this transaction, which rows that clients sync by carry: greater
    # than every `Reader.change` of a view that does not see it yet.

    now: int
    """The moment of this transaction, in ms."""

    origin: str
    """The `Store.origin` of the store that runs it."""

    async def execute(self, sql: str, *args: Argument) -> int:
        """Run a statement; how many rows it touched."""
        ...

    async def append(self, entry: Entry, *, bump: bool = True) -> Entry:
        """Give the entry its seq and put it in the log. ``bump`` raises the chat's version:
        true of everything that changes who may do what. A repeat comes back as such, with
        ``answer`` from the first time, and nothing is stored.
        """
        ...


class Unusable(Exception):
    """The data cannot be used by this program, now or at all: what to do stands in the text."""


Committed = Callable[[Batch], None]
"""Called on the event loop after each commit, in commit order, before any waiter wakes."""


class Store(Protocol):
    """Durable state. Every method that writes raises `ChinwagError` with ``storage_full`` or
    ``unavailable`` when it could not; then nothing was written.
    """

    origin: str
    """A random name of this very object: tells its writes from those of others."""

    async def open(self, committed: Committed) -> None:
        """Bring the schema up to date and start."""
        ...

    async def close(self) -> None:
        """Finish what was begun, and stop."""
        ...

    async def append(self, batch: Batch) -> None:
        """Commit a batch durably. Outcomes stand in its entries; `Committed` has been called."""
        ...

    async def read(self, work: Callable[[Reader], Awaitable[T]]) -> T:
        """Run ``work`` over one snapshot."""
        ...

    async def transact(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Run ``work`` in a transaction; all of it or, if it raises, nothing. Perhaps more than
        once, but committed once.
        """
        ...

    def told(self, receipts: Sequence[str]) -> None:
        """All nodes have been told of these commits: their rows in the outbox may go."""
        ...

    async def untold(self, older_than: float, most: int) -> list[Untold]:
        """Commits of any node that have stood in the outbox for so many seconds, oldest first: take
        them over (another that asks now gets others), tell everybody, then call `told`.
        """
        ...

    async def leads(self) -> bool:
        """Whether this node is the one that does the chores; at most one is at any time."""
        ...

    def gauges(self) -> dict[str, float]:
        """Figures for the metrics page: queue lengths, batches, commit times."""
        ...
