"""What a conversation shows, from top to bottom, as plain values: equal rows look equal, so that a
row is drawn once. Pure: state in, rows out.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo
from types import MappingProxyType
from typing import NamedTuple

from chinwag.cli import words
from chinwag.cli.chat.attached import Attached, attached, waiting
from chinwag.cli.files import preview_of
from chinwag.cli.names import called
from chinwag.cli.service import DELETED, service_line
from chinwag.cli.text import one_line, plain
from chinwag.protocol.events import Blank, Event, Invite, Message
from chinwag.protocol.scalars import Millis
from chinwag.sdk import ChatState, Entry, State, Tick, Transfer, tick

RUN_MILLIS = 3 * 60 * 1000
_REASONS = {
    "unreachable": "not delivered: the device did not answer",
    "expired": "not delivered within 30 days",
    "gone": "not delivered: the account no longer exists",
}


class Day(NamedTuple):
    """A new day begins."""

    key: str
    text: str


class Unread(NamedTuple):
    """From here on it was unread when the chat was opened."""

    key: str
    text: str


class Service(NamedTuple):
    """A line in words."""

    key: str
    seq: int
    text: str


class Quote(NamedTuple):
    """What a message answers."""

    seq: int
    hue: int
    name: str
    text: str


class Bubble(NamedTuple):
    """One message. ``first`` of its run; ``name`` where the sender must be said, in the colour
    ``hue``. ``file`` stands above the text, which may then be empty. ``tick`` for own ones;
    ``reason`` why it failed, and ``again`` whether the server can try once more; ``invite`` the
    code of an invitation.
    """

    key: str
    seq: int
    client_id: str
    user: str
    name: str
    text: str
    at: Millis
    time: str
    own: bool
    first: bool
    tick: Tick | None = None
    reason: str = ""
    again: bool = False
    quote: Quote | None = None
    mentioned: frozenset[str] = frozenset()
    invite: str = ""
    hue: int = 0
    file: Attached | None = None


Row = Day | Unread | Service | Bubble


class View(NamedTuple):
    """What rows are made of. ``divider``: the last seq read at the opening, and how many were
    unread then.
    """

    state: State
    chat: ChatState
    events: Sequence[Event]
    waiting: Sequence[Entry]
    divider: tuple[int, int] | None
    now: Millis
    hues: Mapping[str, int] = MappingProxyType({})
    transfers: Mapping[str, Transfer] = MappingProxyType({})
    zone: tzinfo | None = None


def rows(view: View) -> list[Row]:
    """The rows, oldest first."""
    made: list[Row] = []
    last: Bubble | None = None
    today = ""
    divided = view.divider is None or not view.divider[1]
    for row in _messages(view):
        at = row[0]
        new = _day(at, view)
        if new != today:
            today, last = new, None
            made.append(Day(f"day{new}", new))
        if not divided and view.divider and _unread(row[1], view.divider[0]):
            divided, last = True, None
            number = words.count(view.divider[1], "unread message")
            made.append(Unread("unread", number))
        if isinstance(row[1], Bubble):
            bubble = _in_run(row[1], last, group=view.chat.kind == "group")
            made.append(bubble)
            last = bubble
        else:
            made.append(row[1])
            last = None
    return made


def quoted(events: Iterable[Event]) -> set[int]:
    """The seqs that messages answer."""
    return {it.body.reply_to for it in events if isinstance(it.body, Message) and it.body.reply_to}


def quote(view: View, seq: int) -> Quote:
    """The message at ``seq`` as it is quoted."""
    event = view.chat.log.get(seq)
    if event is None:
        return Quote(seq, 0, "", "an earlier message")
    match event.body:
        case Message(text=text, file=file):
            said = one_line(text, 200)
            said = preview_of(file, said) if file else said
        case Blank():
            return Quote(seq, 0, "", DELETED)
        case _:
            said = "an invitation"
    return Quote(seq, view.hues.get(event.sender, 0), called(view.state, event.sender), said)


def failure_words(reason: str) -> str:
    """Why a message did not arrive, for a person."""
    return _REASONS.get(reason, "not delivered")


def _messages(view: View) -> Iterable[tuple[Millis, Service | Bubble]]:
    for event in view.events:
        if isinstance(event.body, Message):
            yield event.at, _bubble(event, event.body, view)
        elif isinstance(event.body, Invite):
            yield event.at, _invitation(event, event.body, view)
        elif text := service_line(event, view.chat, lambda it: called(view.state, it)):
            yield event.at, Service(f"e{event.seq}", event.seq, text)
    for entry in view.waiting:
        yield entry.created_at, _queued(entry, view)


def _bubble(event: Event, body: Message, view: View) -> Bubble:
    own = event.sender == view.state.user
    mark = tick(view.chat, event.seq) if own and view.chat.kind != "self" else None
    return Bubble(
        # The same before and after the server has it.
        key=f"o{event.client_id}" if own and event.client_id else f"e{event.seq}",
        seq=event.seq,
        client_id=event.client_id or "",
        user=event.sender,
        name=called(view.state, event.sender),
        text=plain(body.text),
        at=event.at,
        time=words.clock(event.at, view.zone),
        own=own,
        first=True,
        tick=mark,
        reason=_reason(view.chat, event.seq) if mark is Tick.FAILED else "",
        again=own and view.chat.may_retry(event.seq),
        quote=quote(view, body.reply_to) if body.reply_to else None,
        mentioned=_handles(view.state, body.mentions),
        hue=view.hues.get(event.sender, 0),
        file=attached(body.file) if body.file else None,
    )


def _invitation(event: Event, body: Invite, view: View) -> Bubble:
    own = event.sender == view.state.user
    return Bubble(
        key=f"e{event.seq}",
        seq=event.seq,
        client_id="",
        user=event.sender,
        name=called(view.state, event.sender),
        text=f"Invitation to the group “{one_line(body.title)}”",
        at=event.at,
        time=words.clock(event.at, view.zone),
        own=own,
        first=True,
        tick=tick(view.chat, event.seq) if own else None,
        again=own and view.chat.may_retry(event.seq),
        invite=body.code,
    )


def _queued(entry: Entry, view: View) -> Bubble:
    return Bubble(
        key=f"o{entry.client_id}",
        seq=0,
        client_id=entry.client_id,
        user=view.state.user,
        name="You",
        text=plain(entry.body.text),
        at=entry.created_at,
        time=words.clock(entry.created_at, view.zone),
        own=True,
        first=True,
        tick=Tick.FAILED if entry.failed else Tick.CLOCK,
        reason=one_line(entry.failed.text, 120) if entry.failed else "",
        quote=quote(view, entry.body.reply_to) if entry.body.reply_to else None,
        mentioned=_handles(view.state, entry.body.mentions),
        file=_going(entry, view),
    )


def _going(entry: Entry, view: View) -> Attached | None:
    """The file of a message that is not sent yet."""
    if entry.body.file is not None:
        return attached(entry.body.file)
    if entry.attachment is None:
        return None
    transfer = None if entry.failed else view.transfers.get(entry.client_id, Transfer(size=0))
    return waiting(entry.attachment, transfer)


def _handles(state: State, users: Iterable[str]) -> frozenset[str]:
    return frozenset(known.handle for it in users if (known := state.users.get(it)))


def _reason(chat: ChatState, seq: int) -> str:
    for failure in chat.failures:
        if failure.first <= seq <= failure.last:
            return failure_words(failure.reason)
    return ""


def _in_run(bubble: Bubble, last: Bubble | None, *, group: bool) -> Bubble:
    follows = last is not None and last.user == bubble.user and bubble.at - last.at < RUN_MILLIS
    named = group and not bubble.own and not follows
    return bubble._replace(first=not follows, name=bubble.name if named else "")


def _unread(row: Service | Bubble, read: int) -> bool:
    return isinstance(row, Bubble) and not row.own and row.seq > read


def _day(at: Millis, view: View) -> str:
    return words.day(at, view.now, view.zone)
