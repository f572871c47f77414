"""What can stand in a chat's log. One `Event` is one row, whatever the size of the group.

A new kind of event (an edit, a reaction, a pin) is a further `Body` here and nothing else: it
gets a seq, is delivered, repaired and synced as all others are.
"""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from chinwag.protocol import limits
from chinwag.protocol.files import File
from chinwag.protocol.scalars import (
    Avatar,
    ChatKind,
    Code,
    Description,
    HistoryFor,
    Id,
    Millis,
    Role,
    Seq,
    Text,
    Title,
    Who,
)


class _Body(Struct, tag_field="kind", tag=str.lower, omit_defaults=True):
    """Base of the kinds: tagged by the lower-case class name."""


class Message(_Body, forbid_unknown_fields=True):
    """A text, or a ``file`` with a text below it, which may be empty. ``reply_to`` quotes an event
    of the same chat by seq; ``mentions`` are members. Clients leave ``file`` out: see `Send`.
    """

    text: Text
    reply_to: Seq | None = None
    mentions: Annotated[tuple[Id, ...], Meta(max_length=limits.MENTIONS)] = ()
    file: File | None = None


class Invite(_Body):
    """A private invitation into a group, posted to the one-to-one chat with the invited."""

    code: Code
    group: Id
    title: Title
    expires_at: Millis


class Created(_Body):
    """Seq 1 of every chat. ``members`` are those there from the start, the sender included."""

    chat_kind: ChatKind
    members: tuple[Id, ...]
    title: str = ""


class Added(_Body):
    """The sender added ``users``."""

    users: tuple[Id, ...]


class Joined(_Body):
    """The sender came in by an invite link, or by the approval of ``approved_by``."""

    approved_by: Id | None = None


class Left(_Body):
    """The sender left. Clients show the line to admins only."""


class Removed(_Body):
    """The sender, an admin, removed ``user``."""

    user: Id


class RoleChanged(_Body, tag="role"):
    """``user`` has ``role`` from here on. Succession after the last admin left has no sender."""

    user: Id
    role: Role


class Settings(Struct, omit_defaults=True):
    """A group's switches. Who may edit the info, send, add members; do new members need an
    admin's approval; what of the past a new member sees.
    """

    edit_info: Who | UnsetType = UNSET
    send: Who | UnsetType = UNSET
    add_members: Who | UnsetType = UNSET
    approval: bool | UnsetType = UNSET
    history: HistoryFor | UnsetType = UNSET


class Changed(_Body):
    """The group's title, description, switches or picture changed to these; absent ones stayed."""

    title: Title | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    settings: Settings | UnsetType = UNSET
    avatar: Avatar | UnsetType = UNSET


class Deleted(_Body):
    """The sender deleted the own message at ``seq`` for everyone. Nothing is shown of this event
    itself: what a client holds of the message becomes `Blank`, and the file of it is not kept.
    """

    seq: Seq


class Blank(_Body):
    """What stands in the place of a message that its sender deleted: a line that says so."""


class Void(_Body):
    """A place in the log that holds nothing for this reader. Never shown; keeps seq dense."""


Body = (
    Message
    | Invite
    | Created
    | Added
    | Joined
    | Left
    | Removed
    | RoleChanged
    | Changed
    | Deleted
    | Blank
    | Void
)

COUNTED: tuple[type[_Body], ...] = (Message, Invite)
"""Kinds that make a chat unread; all others are service lines."""


class Event(Struct, omit_defaults=True):
    """One entry of a chat's log.

    ``count`` is how many countable entries the chat holds up to and including this one. A
    reader's unread number is ``count`` of the newest event less ``read_count`` of `Mine`: both
    are the server's, both only grow, so that repeats and reordering do no harm.
    """

    chat: Id
    seq: Seq
    at: Millis
    sender: str
    count: int
    body: Body
    client_id: str | None = None
