"""A store at work, and short ways to fill it and to look into it. For tests of any adapter."""

from collections.abc import Awaitable, Callable
from typing import Any

from chinwag.server.ports.store import Batch, Entry, Mark, Reader, Row, Store, Tx

COUNTED = ("message", "invite")


class Opened:
    """A store with what it reported as committed. ``make`` opens another on the same data.
    ``one_writer``: whatever it writes, it does one after the other.
    """

    def __init__(self, make: Callable[[], Store], *, one_writer: bool = False) -> None:
        self._make = make
        self.one_writer = one_writer
        self.store = make()
        self.batches: list[Batch] = []

    async def open(self) -> None:
        await self.store.open(self.batches.append)

    async def reopen(self) -> None:
        await self.store.close()
        self.store = self._make()
        await self.open()

    async def chat(self, chat: str, *accounts: str) -> None:
        async def work(tx: Tx) -> None:
            await tx.execute("INSERT INTO chats (id, kind) VALUES ($1, 'group')", chat)
            for account in accounts:
                sql = "INSERT INTO members (chat, account) VALUES ($1, $2)"
                await tx.execute(sql, chat, account)

        await self.store.transact(work)

    async def append(self, *entries: Entry, marks: tuple[Mark, ...] = ()) -> list[Entry]:
        await self.store.append(Batch(list(entries), list(marks)))
        return list(entries)

    async def mark(self, *marks: Mark) -> list[Mark]:
        await self.store.append(Batch([], list(marks)))
        return list(marks)

    async def execute(self, sql: str, *args: Any) -> int:
        async def work(tx: Tx) -> int:
            return await tx.execute(sql, *args)

        return await self.store.transact(work)

    async def fetch(self, sql: str, *args: Any) -> list[Row]:
        async def work(reader: Reader) -> list[Row]:
            return await reader.fetch(sql, *args)

        return await self.store.read(work)

    async def one(self, sql: str, *args: Any) -> Row:
        rows = await self.fetch(sql, *args)
        assert len(rows) == 1
        return rows[0]

    async def log(self, chat: str) -> list[Row]:
        """(seq, sender, client_id, body, count) of a chat's entries."""
        return await self.fetch(
            "SELECT seq, sender, client_id, body, count FROM events WHERE chat = $1 ORDER BY seq",
            chat,
        )

    async def seat(self, chat: str, account: str) -> dict[str, Any]:
        names = (
            "delivered",
            "read",
            "shown",
            "read_count",
            "sent",
            "unread",
            "mentioned",
            "change",
        )
        row = await self.one(
            f"SELECT {', '.join(names)} FROM members WHERE chat = $1 AND account = $2",
            chat,
            account,
        )
        return dict(zip(names, row, strict=True))

    async def receipts(self, chat: str, account: str) -> list[tuple[int, int]]:
        """(kind, seq): 0 delivered, 1 read."""
        rows = await self.fetch(
            "SELECT kind, seq FROM receipts WHERE chat = $1 AND account = $2 ORDER BY seq, kind",
            chat,
            account,
        )
        return [(kind, seq) for kind, seq in rows]


def message(
    chat: str,
    sender: str,
    client_id: str | None = None,
    text: str = "hello",
    *,
    version: int = 0,
    hidden: bool = False,
    mentions: tuple[str, ...] = (),
) -> Entry:
    """A message as the rules would hand it over."""
    return Entry(
        chat,
        sender,
        "message",
        f'{{"kind":"message","text":"{text}"}}'.encode(),
        client_id=client_id,
        digest=text.encode().ljust(32, b"."),
        version=version,
        counted=not hidden,
        hidden=hidden,
        mentions=mentions,
        answer=f'{{"accepted":"{text}"}}'.encode(),
    )


def mark(chat: str, user: str, delivered: int, read: int = 0, *, shown: bool = True) -> Mark:
    """A mark as the rules would hand it over."""
    raised = Mark(chat, user, delivered, read)
    raised.shown = shown
    return raised


Rule = Callable[[Tx], Awaitable[Any]]
