"""What changed, and what is needed: the values that `State` and `Client` tell. All are hashable
notes without content, so that a hundred changes of one thing are one note to a slow reader.
"""

from typing import Literal

from msgspec import Struct

Aspect = Literal["log", "mine", "ticks", "failures", "group", "members", "requests"]
Status = Literal["offline", "connecting", "syncing", "online", "signed_out", "closed"]
"""State of the link. ``offline``: waiting before the next try. ``syncing``: connected, catching
up. ``signed_out``: the server ended this session for good; ``closed``: the program did."""


class _Note(Struct, frozen=True):
    """Base of the notes."""


class ChatChanged(_Note, frozen=True):
    """``what`` of the chat is different now; ``log`` includes a chat that is new to the list."""

    chat: str
    what: Aspect


class ChatGone(_Note, frozen=True):
    """The chat is not there any more (the server began another life)."""

    chat: str


class TypingChanged(_Note, frozen=True):
    """Somebody began or ceased to type in the chat, or to record for it."""

    chat: str


class UserChanged(_Note, frozen=True):
    """A person's profile is new or different."""

    user: str


class PresenceChanged(_Note, frozen=True):
    """A watched person's online state or last seen is different."""

    user: str


class AccountChanged(_Note, frozen=True):
    """Own profile, privacy or block list is different."""


class OutboxChanged(_Note, frozen=True):
    """A queued message of the chat was added, accepted, refused, retried or discarded; or more of
    its file is on the server.
    """

    chat: str
    client_id: str


class StatusChanged(_Note, frozen=True):
    """The link's state is ``status`` now."""

    status: Status


Update = (
    ChatChanged
    | ChatGone
    | TypingChanged
    | UserChanged
    | PresenceChanged
    | AccountChanged
    | OutboxChanged
    | StatusChanged
)
"""What `Client.updates` yields."""


class Grew(_Note, frozen=True):
    """The gapless part of the log grew: events in [first, last] are ready, in order."""

    chat: str
    first: int
    last: int


class NeedRange(_Note, frozen=True):
    """The log has a hole at [first, last] that must be fetched."""

    chat: str
    first: int
    last: int


class NeedChat(_Note, frozen=True):
    """Something came of a chat that is unknown, or was left: fetch its head."""

    chat: str


class NeedUsers(_Note, frozen=True):
    """Profiles that are not known yet."""

    users: tuple[str, ...]


class Found(_Note, frozen=True):
    """The log shows an own message that was still in the outbox: its answer got lost."""

    client_id: str
    chat: str
    seq: int
    at: int
    count: int


Effect = Grew | NeedRange | NeedChat | NeedUsers | Found
Change = Update | Effect
