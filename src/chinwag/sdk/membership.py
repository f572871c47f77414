"""What a service event does to a chat: group info, role, stays and members. Pure functions over
the chat's values; `chats` calls them once per event, in the order of seq.

That oneself enters is not among them: only a head can say from which seq on one sees the log.
"""

from typing import Protocol

import msgspec
from msgspec import UNSET

from chinwag.protocol.events import (
    Added,
    Changed,
    Created,
    Event,
    Joined,
    Left,
    Removed,
    RoleChanged,
)
from chinwag.protocol.results import GroupInfo, Member, Mine
from chinwag.protocol.scalars import ChatKind, Role
from chinwag.sdk.changes import Aspect

Members = dict[str, Member]
SERVICE = (Created, Added, Joined, Left, Removed, RoleChanged, Changed)


class Group(Protocol):
    """What of a chat the functions here read and replace."""

    kind: ChatKind
    group: GroupInfo | None
    mine: Mine
    members: Members | None


def apply(chat: Group, event: Event, me: str) -> set[Aspect]:
    """Let one service event take effect; says what is different."""
    before = chat.group, chat.mine, chat.members
    match event.body:
        case Created() as body:
            _create(chat, event, body)
        case Added() as body:
            _enter(chat, event, body.users)
        case Joined():
            _enter(chat, event, (event.sender,))
        case Left():
            _go(chat, event, event.sender, me)
        case Removed() as body:
            _go(chat, event, body.user, me)
        case RoleChanged() as body:
            _role(chat, body.user, body.role, me)
        case Changed() as body:
            _change(chat, body)
        case _:
            return set()
    after = chat.group, chat.mine, chat.members
    aspects: tuple[Aspect, ...] = ("group", "mine", "members")
    return {
        aspect for aspect, old, new in zip(aspects, before, after, strict=True) if old is not new
    }


def people(event: Event) -> tuple[str, ...]:
    """Everybody whom an event names, the sender first."""
    sender = (event.sender,) if event.sender else ()
    match event.body:
        case Created(members=users) | Added(users=users):
            return sender + users
        case Removed(user=user) | RoleChanged(user=user):
            return (*sender, user)
        case Joined(approved_by=str(user)):
            return (*sender, user)
        case _:
            return sender


def enters(event: Event, user: str) -> bool:
    """Whether ``user`` becomes a member by this event."""
    match event.body:
        case Created(members=users) | Added(users=users):
            return user in users or (isinstance(event.body, Created) and event.sender == user)
        case Joined():
            return event.sender == user
        case _:
            return False


def moves(event: Event, user: str) -> bool:
    """Whether ``user`` comes or goes by this event: only a head says what that means for them."""
    match event.body:
        case Left():
            return event.sender == user
        case Removed(user=removed):
            return removed == user
        case _:
            return enters(event, user)


def _create(chat: Group, event: Event, body: Created) -> None:
    """Seq 1 restates what the head said; only the member list can be learned from it."""
    users = dict.fromkeys((event.sender, *body.members))
    chat.members = {
        user: Member(user=user, role=_first_role(chat, event, user), since=event.at)
        for user in users
        if user
    }


def _first_role(chat: Group, event: Event, user: str) -> Role:
    return "admin" if chat.kind == "group" and user == event.sender else "member"


def _enter(chat: Group, event: Event, users: tuple[str, ...]) -> None:
    _count(chat, len(users))
    if chat.members is not None:
        entered = {user: Member(user=user, since=event.at) for user in users}
        chat.members = {**chat.members, **entered}


def _go(chat: Group, event: Event, user: str, me: str) -> None:
    _count(chat, -1)
    if user == me and present(chat.mine):
        first, _ = chat.mine.stays[-1]
        mine = msgspec.structs.replace(chat.mine, role="member")
        mine.stays = (*mine.stays[:-1], (first, event.seq + 1))
        chat.mine = mine
    if chat.members is not None and (known := chat.members.get(user)):
        past = Member(user=user, since=known.since, left=True)
        chat.members = {**chat.members, user: past}


def _role(chat: Group, user: str, role: Role, me: str) -> None:
    if user == me:
        chat.mine = msgspec.structs.replace(chat.mine, role=role)
    if chat.members is not None and (known := chat.members.get(user)):
        changed = msgspec.structs.replace(known, role=role)
        chat.members = {**chat.members, user: changed}


def _change(chat: Group, body: Changed) -> None:
    if chat.group is None:
        return
    given = {"title": body.title, "description": body.description, "avatar": body.avatar}
    if body.settings is not UNSET:
        given |= msgspec.structs.asdict(body.settings)
    changes = {name: value for name, value in given.items() if value is not UNSET}
    chat.group = msgspec.structs.replace(chat.group, **changes)


def _count(chat: Group, by: int) -> None:
    if chat.group is not None:
        members = max(0, chat.group.members + by)
        chat.group = msgspec.structs.replace(chat.group, members=members)


def present(mine: Mine) -> bool:
    """Whether the last stay lasts."""
    return bool(mine.stays) and mine.stays[-1][1] == 0


class _Replay:
    """A stand-in for a chat that has only members."""

    def __init__(self, kind: ChatKind, members: Members) -> None:
        self.kind = kind
        self.group: GroupInfo | None = None
        self.mine = Mine(chat="", version=0, stays=())
        self.members: Members | None = members


def replayed(members: Members, events: list[Event], kind: ChatKind) -> Members:
    """A member list with ``events`` applied again on top; each may be in it already."""
    chat = _Replay(kind, members)
    for event in events:
        apply(chat, event, me="")
    return chat.members or {}
