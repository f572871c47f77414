"""What the server answers and tells: the states that clients keep. Shared by replies and pushes."""

from msgspec import Struct

from chinwag.protocol.events import Event
from chinwag.protocol.scalars import (
    Audience,
    Avatar,
    ChatKind,
    FailureReason,
    FileSize,
    HistoryFor,
    Id,
    Millis,
    Role,
    Seq,
    SeqOrZero,
    UserKind,
    Who,
)


class _State(Struct, omit_defaults=True):
    """Base: defaults stay off the wire, and readers ignore fields they do not know."""


class Done(_State):
    """It is so."""


class User(_State):
    """How one person sees another. ``avatar`` is the file of the picture: see the HTTP side."""

    id: Id
    handle: str
    name: str
    about: str = ""
    kind: UserKind = "person"
    gone: bool = False
    avatar: Avatar = ""


class UserList(_State):
    """People, in the order asked for or best match first."""

    users: tuple[User, ...] = ()


class Privacy(_State):
    """Who sees what of oneself. ``receipts`` off is mutual and does not apply to groups."""

    last_seen: Audience = "everyone"
    online: Audience = "everyone"
    receipts: bool = True
    groups: Audience = "everyone"


class Account(_State):
    """Oneself."""

    user: User
    privacy: Privacy
    blocked: tuple[Id, ...] = ()
    admin: bool = False


class Mine(_State):
    """A person's own marks and settings in one chat, the same on all devices.

    Visible is every seq in ``stays``, pairs [from, to): ``to`` is 0 while it lasts. ``read`` is a
    high-water mark; ``read_count`` is the number to take from an event's ``count`` to get the
    unread ones. ``mentioned`` is the newest message that names the person: a mark that only grows
    as well, to be shown while it is beyond ``read``. ``version`` grows with every change that is
    pushed.
    """

    chat: Id
    version: int
    stays: tuple[tuple[Seq, SeqOrZero], ...]
    role: Role = "member"
    read: SeqOrZero = 0
    read_count: int = 0
    mentioned: SeqOrZero = 0
    muted_until: Millis = 0
    pinned_at: Millis = 0
    archived: bool = False
    unread: bool = False


class Ticks(_State):
    """How far **all other current members** have come, for the ticks on own messages: never
    beyond the newest own message.

    An own message at seq s has two ticks if s <= ``delivered``, blue ones if s <= ``read``,
    unless s is in ``withheld`` (it will never be delivered and keeps one tick).
    """

    chat: Id
    delivered: SeqOrZero = 0
    read: SeqOrZero = 0
    withheld: tuple[Seq, ...] = ()


class Failure(_State):
    """Messages [first, last] of a chat did not reach ``user``. ``ended``: that is over; they did
    after all, or are tried again.
    """

    chat: Id
    user: Id
    first: Seq
    last: Seq
    reason: FailureReason
    attempts: int
    at: Millis
    ended: bool = False


class GroupInfo(_State):
    """What is true of a group for all its members."""

    title: str
    description: str = ""
    edit_info: Who = "everyone"
    send: Who = "everyone"
    add_members: Who = "everyone"
    approval: bool = False
    history: HistoryFor = "joined"
    members: int = 0
    avatar: Avatar = ""


class Head(_State):
    """A chat as its member sees it now. ``last`` and ``count`` are those of its newest visible
    event; ``peer`` is the other person of a direct chat. ``events`` are the newest, oldest first,
    without a hole up to ``last``; always at least the newest one when there is any to see.
    """

    chat: Id
    kind: ChatKind
    last: SeqOrZero
    count: int
    mine: Mine
    ticks: Ticks
    peer: Id | None = None
    group: GroupInfo | None = None
    events: tuple[Event, ...] = ()
    failures: tuple[Failure, ...] = ()
    users: tuple[User, ...] = ()


class CaughtUp(_State):
    """Everything that changed has been sent. Give ``since`` with the next `Sync`. ``chats`` is
    how many heads were sent. ``reset``: the token given was of another life of this server, all
    heads were sent, and what the client holds beyond them is void.
    """

    since: str
    now: Millis
    chats: int = 0
    reset: bool = False


class Beat(_State):
    """Answer to a heartbeat. ``sync``: the server may have failed to hand this session something,
    and it should sync now.
    """

    now: Millis
    sync: bool = False


class Accepted(_State):
    """A message is durably stored at ``seq``. ``read_count`` as in `Mine`, after the message."""

    chat: Id
    seq: Seq
    at: Millis
    count: int
    read_count: int


class Placed(_State):
    """A group action. ``seq`` is its event's place, 0 if it changed nothing (yet)."""

    chat: Id
    seq: SeqOrZero = 0
    at: Millis = 0
    refused: tuple[Id, ...] = ()
    pending: tuple[Id, ...] = ()


class Page(_State):
    """Part of a chat's log without holes inside, oldest first. ``older`` / ``newer``: there is
    more that the caller may see on that side.
    """

    chat: Id
    events: tuple[Event, ...]
    older: bool = False
    newer: bool = False


class Gallery(_State):
    """What a chat holds of one sort, newest first. ``before``: there may be more; ask again with it
    (also if ``events`` is empty). 0: that is all the caller may see.
    """

    chat: Id
    events: tuple[Event, ...] = ()
    before: SeqOrZero = 0


class KindSizes(_State):
    """Bytes by kind of file; pictures of people and groups count as photos."""

    photo: FileSize = 0
    video: FileSize = 0
    voice: FileSize = 0
    document: FileSize = 0


class Storage(_State):
    """What one's own files take, unfinished uploads included, of the ``quota`` (0: no limit)."""

    used: FileSize
    quota: FileSize
    count: int
    kinds: KindSizes


class Person(_State):
    """One recipient's line in message info. 0 = not yet, or hidden."""

    user: Id
    delivered_at: Millis = 0
    read_at: Millis = 0
    failed: FailureReason | None = None
    attempts: int = 0
    failed_at: Millis = 0
    left: bool = False


class MessageInfo(_State):
    """Per recipient of an own message: delivered, read, failed, each with its time."""

    chat: Id
    seq: Seq
    people: tuple[Person, ...]


class Member(_State):
    """A member, or a past one (``left``)."""

    user: Id
    role: Role = "member"
    since: Millis = 0
    left: bool = False


class MemberList(_State):
    """All who are or were in the chat, and their profiles."""

    chat: Id
    members: tuple[Member, ...]
    users: tuple[User, ...] = ()


class Link(_State):
    """An invite link's code. ``uses`` left, 0 = no limit."""

    chat: Id
    code: str
    expires_at: Millis
    uses: int = 0


class InvitePreview(_State):
    """What one sees before joining."""

    chat: Id
    title: str
    description: str = ""
    members: int = 0
    approval: bool = False
    joined: bool = False


class JoinRequest(_State):
    """Somebody waits to be let in."""

    user: Id
    at: Millis
    invited_by: Id | None = None


class RequestList(_State):
    """Requests, oldest first, and the people's profiles."""

    chat: Id
    requests: tuple[JoinRequest, ...] = ()
    users: tuple[User, ...] = ()


class Device(_State):
    """A place where one is signed in. ``used_at`` to the minute."""

    id: Id
    name: str
    created_at: Millis
    used_at: Millis
    online: bool = False
    this: bool = False


class DeviceList(_State):
    """Own devices, last used first."""

    devices: tuple[Device, ...]


class Invitation(_State):
    """The code of an invitation to the server, for the page ``/invite/CODE``. It is stored hashed
    and cannot be shown again.
    """

    code: str
    expires_at: Millis


class BotToken(_State):
    """A bot and its secret. It is stored hashed and cannot be shown again."""

    user: User
    token: str
