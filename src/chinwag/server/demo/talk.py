"""How the demo's chats are written down: who said or did what, and how long ago."""

from dataclasses import dataclass, field

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Said:
    """``who`` wrote ``text``, ``ago`` ms before now. ``reply_to`` is a line of the same talk,
    counted from 1; ``mentions`` are handles that stand in the text.
    """

    who: str
    ago: int
    text: str
    reply_to: int | None = None
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Brought:
    """``who`` added ``user`` to the group."""

    who: str
    ago: int
    user: str


@dataclass(frozen=True, slots=True)
class Promoted:
    """``who`` made ``user`` an admin."""

    who: str
    ago: int
    user: str


@dataclass(frozen=True, slots=True)
class Described:
    """``who`` changed the group's description."""

    who: str
    ago: int
    text: str


Line = Said | Brought | Promoted | Described


@dataclass(frozen=True, slots=True)
class Arranged:
    """How a chat stands in somebody's list."""

    pinned: bool = False
    muted: bool = False
    archived: bool = False
    unread: bool = False
    """Marked as unread by hand."""


@dataclass(frozen=True, slots=True)
class Talk:
    """A chat: with oneself (one of ``people``), with another (two), or a group (with a title).

    Attributes:
        people: handles of those there from the start; the first made it.
        unread: by handle, how many of the last lines somebody has not read. Others read all.
        missing: by handle, how many of them have not even arrived.
        unreachable: handles of those who were given up on after all that time.
        arranged: by handle.
        quiet: only admins may write.
    """

    people: tuple[str, ...]
    lines: tuple[Line, ...]
    title: str = ""
    unread: dict[str, int] = field(default_factory=dict)
    missing: dict[str, int] = field(default_factory=dict)
    unreachable: tuple[str, ...] = ()
    arranged: dict[str, Arranged] = field(default_factory=dict)
    quiet: bool = False
