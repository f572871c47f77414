"""Service lines and previews in words."""

import pytest

from chinwag.cli.service import preview, service_line
from chinwag.protocol.events import (
    Added,
    Body,
    Changed,
    Created,
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
from chinwag.protocol.results import GroupInfo, Head, Mine, Ticks
from chinwag.sdk import ChatState

NAMES = {"me": "You", "ann": "Ann Lee", "bob": "Bob"}


def group(role: str = "member") -> ChatState:
    head = Head(
        chat="c",
        kind="group",
        last=0,
        count=0,
        mine=Mine(chat="c", version=1, stays=((1, 0),), role=role),
        ticks=Ticks(chat="c"),
        group=GroupInfo(title="T"),
    )
    return ChatState(head, "me", stored=0)


def said(body: Body, sender: str = "ann", role: str = "member") -> str | None:
    event = Event(chat="c", seq=1, at=1, sender=sender, count=0, body=body)
    return service_line(event, group(role), NAMES.__getitem__)


@pytest.mark.parametrize(
    ("sender", "body", "expected"),
    [
        ("me", Created("group", ("me",), "Tea"), "You created the group “Tea”"),
        ("ann", Added(("me", "bob")), "Ann Lee added you and Bob"),
        ("bob", Joined(), "Bob joined by link"),
        ("bob", Joined(approved_by="me"), "You let Bob in"),
        ("ann", Removed("me"), "Ann Lee removed you"),
        ("ann", RoleChanged("bob", "admin"), "Ann Lee made Bob an admin"),
        ("ann", RoleChanged("me", "member"), "Ann Lee dismissed you as admin"),
        ("", RoleChanged("me", "admin"), "You are an admin now"),
        ("", RoleChanged("bob", "admin"), "Bob is an admin now"),
        ("ann", Changed(title="New\x1b"), "Ann Lee changed the name to “New␛”"),
        ("ann", Changed(description=""), "Ann Lee removed the description"),
        (
            "me",
            Changed(settings=Settings(send="admins")),
            "You changed who can send messages: only admins",
        ),
        ("ann", Void(), None),
        ("ann", Message("hi"), None),
    ],
)  # fmt: skip
def test_lines(sender: str, body: Body, expected: str | None) -> None:
    assert said(body, sender) == expected


def test_leaving_is_told_to_admins() -> None:
    assert said(Left(), "bob") is None
    assert said(Left(), "bob", role="admin") == "Bob left"
    assert said(Left(), "me") == "You left"


def test_previews() -> None:
    def shown(body: Body, sender: str = "ann") -> str:
        event = Event(chat="c", seq=1, at=1, sender=sender, count=0, body=body)
        return preview(event, group(), NAMES.__getitem__)

    assert shown(Message("two\n*lines*")) == "Ann: two lines"
    assert shown(Message("mine"), "me") == "mine"
    assert shown(Invite("code1234", "g", "Tea", 1)) == "Invitation to “Tea”"
    assert shown(Void()) == ""
    assert shown(Left()) == ""
