"""What the server tells unasked, as ``{"push": {"type": …}}``. Clients ignore types they do not
know.
"""

import re

from msgspec import Struct

from chinwag.protocol import events, results
from chinwag.protocol.scalars import Doing, Id, Millis


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


class _Push(Struct, tag_field="type", tag=_snake, omit_defaults=True):
    """Base of the pushes: tagged by the class name in snake case."""


class Hello(_Push):
    """First frame of every session. ``heartbeat`` is the interval in seconds, ``push_key`` what a
    browser must be given as ``applicationServerKey`` before `subscribe_push`; without it the
    server sends no alerts.
    """

    protocol: int
    features: tuple[str, ...]
    server: str
    user: Id
    device: Id
    heartbeat: int
    now: Millis
    push_key: str = ""


class Event(_Push):
    """A chat's log grew. For a chat that the client does not know, or an event that changes one's
    own membership, ask for the `Chat`. ``read_count`` comes only to the sender's other sessions
    (see `Mine`).
    """

    event: events.Event
    read_count: int | None = None


class Heads(_Push):
    """Chats as they stand now: the body of a sync."""

    heads: tuple[results.Head, ...]


class Mine(_Push):
    """Own marks or settings of a chat changed, on this or another device."""

    mine: results.Mine


class Ticks(_Push):
    """The others received or read more of a chat."""

    ticks: results.Ticks


class Failed(_Push):
    """Own messages did not reach somebody after all attempts, or did so later after all."""

    failure: results.Failure


class Typing(_Push):
    """Somebody types in the chat this session has open, or records a voice message for it; lapses
    by itself after 6 s, and the later one takes the place of the other.
    """

    chat: Id
    user: Id
    active: bool = True
    doing: Doing = "typing"


class Presence(_Push):
    """State of a watched person. ``online``, or ``last_seen`` (0 = not shown)."""

    user: Id
    online: bool = False
    last_seen: Millis = 0


class Profile(_Push):
    """A person's profile changed."""

    user: results.User


class Account(_Push):
    """Own profile, privacy or block list changed, on this or another device."""

    account: results.Account


class Requests(_Push):
    """To admins: the number of people who wait to be let into a group changed."""

    chat: Id
    waiting: int


class Goodbye(_Push):
    """The server is about to close: come back after ``reconnect_after`` milliseconds."""

    reconnect_after: int


Push = (
    Hello
    | Event
    | Heads
    | Mine
    | Ticks
    | Failed
    | Typing
    | Presence
    | Profile
    | Account
    | Requests
    | Goodbye
)
