"""`Due`: what a device is to be told of a chat, as things stand."""

from dataclasses import dataclass

from chinwag.protocol.scalars import ChatKind
from chinwag.server.delivery.news import is_quiet, mentioned
from chinwag.server.delivery.notices import Notice
from chinwag.server.ports.store import Reader

_CHATS = 20
_OPEN = "(a.due > a.done OR (a.shown > 0 AND m.read >= a.shown))"
_DUE = (
    "SELECT a.chat, a.due, a.done, a.shown, m.account, m.departed, m.read, m.read_count,"
    " m.mentioned, m.muted_until, m.archived, c.kind, c.title, c.count, e.sender, e.at, e.body,"
    " u.name FROM push_subscriptions s JOIN alerts a ON a.device = s.device"
    " JOIN members m ON m.chat = a.chat AND m.account = s.account"
    " JOIN chats c ON c.id = a.chat"
    " LEFT JOIN events e ON e.chat = a.chat AND e.seq = a.due AND e.hidden = 0"
    " AND e.kind <> 'blank'"
    " LEFT JOIN accounts u ON u.id = e.sender"
    f" WHERE s.device = $1 AND {_OPEN} ORDER BY a.chat LIMIT $2"
)
_ANY = (
    "SELECT 1 FROM push_subscriptions s JOIN alerts a ON a.device = s.device"
    " JOIN members m ON m.chat = a.chat AND m.account = s.account"
    f" WHERE s.device = $1 AND {_OPEN} LIMIT 1"
)
_TOTAL = (
    "SELECT coalesce(sum(CASE WHEN c.count > m.read_count THEN c.count - m.read_count ELSE 0 END),"
    " 0) FROM members m JOIN chats c ON c.id = m.chat"
    " WHERE m.account = $1 AND m.departed = 0 AND m.archived = 0 AND m.muted_until <= $2"
)


@dataclass(frozen=True, slots=True)
class Due:
    """A chat of which a device is to be told something: of the event at ``due``, unless that is
    ``done``, or that the notification that is ``shown`` has been read. The rest is how the chat
    and its member stand, and the event itself, if it is to be seen.
    """

    chat: str
    due: int
    done: int
    shown: int
    user: str
    departed: int
    read: int
    read_count: int
    mentioned: int
    muted_until: int
    archived: int
    chat_kind: ChatKind
    title: str
    count: int
    sender: str | None
    at: int | None
    body: str | None
    name: str | None

    def is_news(self, now: int) -> bool:
        """Whether the event is still worth an alert."""
        if self.body is None or self.departed or self.due <= max(self.done, self.read):
            return False
        quiet = is_quiet(self.muted_until, self.archived, now)
        return not quiet or self.user in mentioned(self.body)

    @property
    def is_over(self) -> bool:
        """Whether what is shown has been read."""
        return 0 < self.shown <= self.read

    def notice(self, total: int) -> Notice:
        """The event, to be told. ``total``: unread messages of all chats."""
        assert self.sender is not None
        assert self.at is not None
        assert self.body is not None
        return Notice(
            chat=self.chat,
            chat_kind=self.chat_kind,
            seq=self.due,
            at=self.at,
            sender=self.sender,
            name=self.name or "",
            title=self.title,
            body=self.body,
            mentioned=max(self.done, self.read) < self.mentioned <= self.due,
            unread=max(0, self.count - self.read_count),
            total=total,
        )


async def read(reader: Reader, device: str, user: str, now: int) -> tuple[list[Due], int]:
    """Some of what is due to a device, and how many messages the user has not read in chats that
    are neither muted nor archived.
    """
    due = [Due(*row) for row in await reader.fetch(_DUE, device, _CHATS)]
    total = (await reader.fetch(_TOTAL, user, now))[0][0] if due else 0
    return due, int(total)


async def is_any(reader: Reader, device: str) -> bool:
    """Whether anything is due to a device."""
    return bool(await reader.fetch(_ANY, device))
