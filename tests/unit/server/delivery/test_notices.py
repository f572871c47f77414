"""What an alert says, and that it fits."""

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chinwag.protocol import alerts, events, limits
from chinwag.protocol.frames import encode
from chinwag.server.delivery.notices import ADDED, Notice, shortened, topic

ID = "01990000-0000-7000-8000-000000000ada"
MAX = limits.SAFE_INTEGER


def notice(body: events.Body, name: str = "Ada", title: str = "") -> Notice:
    return Notice(
        chat=ID,
        chat_kind="group",
        seq=MAX,
        at=MAX,
        sender=ID,
        name=name,
        title=title,
        body=encode(body).decode(),
        mentioned=True,
        unread=MAX,
        total=MAX,
    )


def said(payload: bytes) -> alerts.Message:
    return msgspec.json.decode(payload, type=alerts.Message)


def test_without_a_preview_nothing_of_it_is_said() -> None:
    message = notice(events.Message("secret"), title="Tea round").payload(preview=False)
    invite = notice(events.Invite("a-code-1", ID, "secret", 5)).payload(preview=False)
    assert b"secret" not in message + invite
    assert b"a-code-1" not in invite
    assert (said(message).invite, said(invite).invite) == (False, True)


def test_a_preview_is_the_beginning() -> None:
    assert said(notice(events.Message("milk?")).payload(preview=True)).text == "milk?"
    invite = notice(events.Invite("a-code-1", ID, "Tea round", 5)).payload(preview=True)
    assert (said(invite).text, said(invite).invite) == ("Tea round", True)


@pytest.mark.parametrize("char", ["x", "\x01", "é", "€", "👋", '"', "\\"])
def test_the_longest_fits(char: str) -> None:
    body = events.Message(char * (limits.TEXT_BYTES // len(char.encode())))
    longest = notice(body, char * limits.NAME_CHARS, char * limits.TITLE_CHARS)
    payload = longest.payload(preview=True)
    assert len(payload) + ADDED <= limits.ALERT_BYTES
    assert len(said(payload).text) > 100
    assert said(payload).text.endswith("…")


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=600), st.integers(1, 300))
@example("👩‍👩‍👧‍👦" * 100, 240)
@example("e\u0301" * 300, 240)
@example("👋🏽" * 200, 240)
def test_shortened(text: str, most: int) -> None:
    short = shortened(text, most)
    assert len(short) <= max(1, most)
    assert (short == text) is (len(text) <= most)
    if short != text:
        assert text.startswith(short[:-1])


@pytest.mark.parametrize("whole", ["👩‍👩‍👧‍👦", "e\u0301", "👋🏽", "❤️"])
def test_no_character_is_cut_in_two(whole: str) -> None:
    for most in range(1, 60):
        assert shortened(whole * 60, most)[:-1].replace(whole, "") == ""


def test_topics_differ_by_chat_and_by_device() -> None:
    topics = {topic(device, chat) for device in ("d-1", "d-2") for chat in ("c-1", "c-2")}
    assert len(topics) == 4
    assert all(0 < len(each) <= 32 and each.isascii() for each in topics)
