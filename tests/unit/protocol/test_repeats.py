"""No field is named twice: the quick clearance agrees with a full reading, always."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chinwag.protocol import frames, repeats
from chinwag.protocol.generate import examples
from unit.protocol import strategies
from unit.protocol.requests import refused

SEND = (
    b'{"id":7,"do":{"type":"send","chat":"c","client_id":"abcdefgh",'
    b'"body":{"kind":"message","text":"hi"}}}'
)


@pytest.mark.parametrize(
    ("once", "twice"),
    [
        (b'"id":7', b'"id":7,"id":7'),
        (b'"id":7', b'"id":7,"\\u0069d":8'),
        (b'"chat":"c"', b'"chat":"c","chat" :"d"'),
        (b'"text":"hi"', b'"text":"hi","text":"ho"'),
        (b'"kind":"message"', b'"reply_to":1,"reply_to":2'),
        (b'"chat":"c","client_id":"abcdefgh"', b'"chat":"kind","client_id":"message-","chat":"c"'),
        (b'"kind":"message"', b'"kind":"message","kind":"message"'),
        (b'"type":"send"', b'"type":"send","type":"send"'),
    ],
)
def test_field_named_twice_is_malformed(once: bytes, twice: bytes) -> None:
    assert once in SEND
    found = refused(SEND.replace(once, twice))
    assert found[1:] == ("malformed", "")
    assert found[0] in (7, 8)


def test_command_named_twice_is_malformed() -> None:
    do = SEND[SEND.index(b'"do"') : -1]
    assert refused(SEND[:-1] + b"," + do + b"}")[1] == "malformed"


@pytest.mark.parametrize(
    "inner",
    [
        b'"send":"admins","send":"admins"',
        b'"x":1,"x":1',
        b'"x":{"y":1,"y":1}',
        b'"x":[{"":1,"":1}]',
    ],
)
def test_repeats_where_unknown_fields_are_ignored_are_malformed(inner: bytes) -> None:
    head = b'{"id":7,"do":{"type":"change_group","chat":"c","client_id":"abcdefgh","settings":{'
    assert refused(head + inner + b"}}}") == (7, "malformed", "")


def test_long_numbers_where_unknown_fields_are_ignored_do_no_harm() -> None:
    head = b'{"id":7,"do":{"type":"change_group","chat":"c","client_id":"abcdefgh","settings":{'
    assert frames.decode_request(head + b'"x":' + b"9" * 60_000 + b"}}}").id == 7


@pytest.mark.parametrize("name", examples.COMMANDS)
def test_examples_name_nothing_twice(name: str) -> None:
    do = examples.COMMANDS[name]
    assert not repeats.named_twice(frames.encode(frames.Request(do, 7)), do, 7)


def test_plain_sends_are_cleared_without_a_second_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "_read_again", pytest.fail)
    assert frames.decode_request(SEND).id == 7


def members(value: object) -> list[tuple[str, object]]:
    """Every object's every member."""
    match value:
        case dict():
            inner = [pair for part in value.values() for pair in members(part)]
            return [*value.items(), *inner]
        case list():
            return [pair for part in value for pair in members(part)]
    return []


@given(strategies.requests, st.data())
def test_any_member_repeated_is_refused(request: frames.Request, data: st.DataObject) -> None:
    text = frames.encode(request).decode()
    key, value = data.draw(st.sampled_from(members(json.loads(text))))
    member = f'"{key}":{frames.encode(value).decode()}'
    assert member in text
    space = data.draw(st.sampled_from(["", " ", "\t"]))
    doubled = text.replace(member, f'"{key}"{space}:null,{member}', 1)
    with pytest.raises(frames.BadRequest):
        frames.decode_request(doubled.encode())
    doubled = text.replace(member, f"{member},{space}{member}", 1)
    with pytest.raises(frames.BadRequest):
        frames.decode_request(doubled.encode())
