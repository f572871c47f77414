"""What happened in a chat, in words: service lines and one-line previews."""

from collections.abc import Callable

from msgspec import UNSET

from chinwag.cli.files import KINDS, preview_of
from chinwag.cli.marks import pieces
from chinwag.cli.text import one_line, plain
from chinwag.cli.words import listing
from chinwag.protocol.events import (
    Added,
    Blank,
    Changed,
    Created,
    Deleted,
    Event,
    Invite,
    Joined,
    Left,
    Message,
    Removed,
    RoleChanged,
    Settings,
    Void,
)
from chinwag.sdk import ChatState, Entry

DELETED = "This message was deleted"
Naming = Callable[[str], str]
"""From a user id to a name; ``You`` for oneself."""


def service_line(event: Event, chat: ChatState, name: Naming) -> str | None:
    """The event in words; None for one that is not shown (to this reader)."""
    who = name(event.sender) if event.sender else ""
    match event.body:
        case Created(title=title):
            return f"{who} created the group “{one_line(title)}”" if chat.kind == "group" else None
        case Added(users=users):
            return f"{who} added {listing([_object(name(it)) for it in users])}"
        case Joined(approved_by=str(admin)):
            return f"{name(admin)} let {_object(who)} in"
        case Joined():
            return f"{who} joined by link"
        case Left():
            shown = chat.mine.role == "admin" or event.sender == chat.me
            return f"{who} left" if shown else None
        case Removed(user=user):
            return f"{who} removed {_object(name(user))}"
        case RoleChanged(user=user, role=role):
            return _role(who, name(user), role)
        case Changed() as body:
            return _changed(who, body)
        case Blank():
            return DELETED
        case _:
            return None


def preview(event: Event, chat: ChatState, name: Naming) -> str:
    """The event on one line, as in the list of chats; empty for nothing to show."""
    match event.body:
        case Message(text=text, file=file):
            said = one_line("".join(it.text for it in pieces(plain(text[:480]))), 120)
            said = preview_of(file, said) if file else said
            if chat.kind == "group" and event.sender != chat.me:
                return f"{first_name(name(event.sender))}: {said}"
            return said
        case Invite(title=title):
            return f"Invitation to “{one_line(title)}”"
        case Void() | Deleted():
            return ""
        case Blank():
            return DELETED
        case _:
            return service_line(event, chat, name) or ""


def waiting_preview(entry: Entry) -> str:
    """The same of a message that is not sent yet."""
    said, attachment = one_line(entry.body.text, 120), entry.attachment
    if entry.body.file is not None:
        return preview_of(entry.body.file, said)
    if attachment is None:
        return said
    name = one_line(attachment.name, 120)
    what = name if attachment.kind == "document" else KINDS.get(attachment.kind, name)
    return f"{what}: {said}" if said else what


def first_name(name: str) -> str:
    """What one calls somebody."""
    return name.split(" ")[0]


def _object(name: str) -> str:
    return "you" if name == "You" else name


def _role(who: str, user: str, role: str) -> str:
    verb = "are" if user == "You" else "is"
    if role == "admin":
        return f"{who} made {_object(user)} an admin" if who else f"{user} {verb} an admin now"
    return (
        f"{who} dismissed {_object(user)} as admin" if who else f"{user} {verb} no longer an admin"
    )


def _changed(who: str, body: Changed) -> str | None:
    said: list[str] = []
    if body.title is not UNSET:
        said.append(f"changed the name to “{one_line(body.title)}”")
    if body.description is not UNSET:
        said.append("changed the description" if body.description else "removed the description")
    if body.avatar is not UNSET:
        said.append("changed the picture" if body.avatar else "removed the picture")
    if body.settings is not UNSET:
        said += switches(body.settings)
    return f"{who} {', '.join(said)}" if said else None


def switches(settings: Settings) -> list[str]:
    """Each changed switch of a group as a predicate."""
    said: list[str] = []
    for value, verb in (
        (settings.edit_info, "edit the group's info"),
        (settings.send, "send messages"),
        (settings.add_members, "add people"),
    ):
        if value is not UNSET:
            who = "everyone" if value == "everyone" else "only admins"
            said.append(f"changed who can {verb}: {who}")
    if settings.approval is not UNSET:
        said.append(f"turned {'on' if settings.approval else 'off'} approval of new members")
    if settings.history is not UNSET:
        past = "the whole history" if settings.history == "all" else "what comes after they join"
        said.append(f"changed what new members see: {past}")
    return said
