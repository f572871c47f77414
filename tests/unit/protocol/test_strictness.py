"""What a client may not send, and what it is told. A bad command keeps its id."""

import json
from typing import Any

import msgspec
import pytest
from msgspec import Struct

from chinwag.protocol import events, frames, limits
from chinwag.protocol.generate import shapes
from unit.protocol.requests import COMMANDS, example, refused, request

SECRET = "hunter2"
ID = "01990000-0000-7000-8000-000000000ada"


def with_field(name: str, path: tuple[str | int, ...], value: object) -> bytes:
    """An example with one of its fields set to something else."""
    do = example(name)
    inner: Any = do
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return request(do)


@pytest.mark.parametrize("name", COMMANDS)
def test_unknown_field_is_refused(name: str) -> None:
    assert refused(with_field(name, (SECRET,), 1)) == (7, "invalid", "$.do")


@pytest.mark.parametrize(
    ("name", "path", "field"),
    [
        ("send", ("body", SECRET), "$.do.body"),
        ("read", ("marks", 0, SECRET), "$.do.marks[0]"),
        ("received", ("marks", 1, SECRET), "$.do.marks[1]"),
    ],
)
def test_unknown_field_further_in_is_refused(
    name: str, path: tuple[str | int, ...], field: str
) -> None:
    assert refused(with_field(name, path, 1)) == (7, "invalid", field)


def test_settings_alone_ignore_switches_they_do_not_know() -> None:
    do = {**example("change_group"), "settings": {"send": "admins", "later": [[1]]}}
    read = frames.decode_request(request(do)).do
    assert msgspec.structs.asdict(read)["settings"] == events.Settings(send="admins")


def test_unknown_field_beside_the_command_is_refused() -> None:
    data = json.dumps({"id": 7, "do": {"type": "me"}, SECRET: 1}).encode()
    assert refused(data) == (7, "invalid", "$")


@pytest.mark.parametrize("cls", shapes.COMMANDS, ids=shapes.tag)
def test_missing_field_is_refused(cls: type[Struct]) -> None:
    for field in shapes.shape(cls).fields:
        do = example(shapes.tag(cls))
        if field.required:
            del do[field.name]
            assert refused(request(do)) == (7, "invalid", "$.do")


@pytest.mark.parametrize("name", COMMANDS)
def test_wrong_types_are_refused(name: str) -> None:
    for field in set(example(name)) - {"type"}:
        for value in ({SECRET: 1}, 1.5, [[SECRET]]):
            found = refused(with_field(name, (field,), value))
            assert found[:2] == (7, "invalid")
            assert found[2].startswith(f"$.do.{field}")
            assert SECRET not in found[2]


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("send", ("chat",), ""),
        ("send", ("chat",), SECRET * 6),
        ("send", ("chat",), 5),
        ("send", ("client_id",), "short"),
        ("send", ("client_id",), "white space"),
        ("send", ("client_id",), "line-feed\n"),
        ("send", ("client_id",), SECRET * 10),
        ("send", ("file",), ""),
        ("send", ("file",), 5),
        ("send", ("body", "text"), "x" * (limits.TEXT_BYTES + 1)),
        ("send", ("body", "kind"), "void"),
        ("send", ("body", "reply_to"), 0),
        ("send", ("body", "mentions"), [ID] * (limits.MENTIONS + 1)),
        ("history", ("limit",), 0),
        ("history", ("limit",), limits.HISTORY_PAGE + 1),
        ("history", ("after",), -1),
        ("history", ("before",), limits.SAFE_INTEGER + 1),
        ("history", ("before",), 10**30),
        ("history", ("before",), "1"),
        ("history", ("before",), True),
        ("sync", ("inline",), 51),
        ("sync", ("since",), "x" * (limits.SINCE_CHARS + 1)),
        ("watch", ("users",), [ID] * (limits.WATCHED_USERS + 1)),
        ("read", ("marks",), []),
        ("read", ("marks",), [{"chat": ID, "seq": 1}] * (limits.MARKS_PER_CALL + 1)),
        ("read", ("marks", 0, "seq"), 0),
        ("add_members", ("users",), []),
        ("add_members", ("users",), [ID] * (limits.MEMBERS_PER_CALL + 1)),
        ("set_role", ("role",), SECRET),
        ("set_profile", ("handle",), "Ada"),
        ("set_profile", ("handle",), "ada\n"),
        ("set_profile", ("handle",), ".ada"),
        ("set_profile", ("handle",), "\u0430da"),
        ("set_profile", ("name",), None),
        ("set_profile", ("name",), "A\x00da"),
        ("set_profile", ("about",), "\x00"),
        ("create_group", ("title",), "\x00Tea"),
        ("create_group", ("title",), ""),
        ("change_group", ("description",), "tea\x00"),
        ("rename_device", ("name",), "\x00"),
        ("find", ("query",), "bo\x00"),
        ("find", ("query",), "b"),
        ("join", ("code",), "../../etc"),
        ("join", ("code",), "abcdefgh\n"),
        ("change_password", ("new",), "short"),
        ("change_password", ("new",), "x" * (limits.PASSWORD_CHARS + 1)),
        ("reset_invite_link", ("seconds",), 59),
        ("reset_invite_link", ("uses",), limits.INVITE_USES + 1),
    ],
)
def test_value_out_of_bounds_is_refused(
    name: str, path: tuple[str | int, ...], value: object
) -> None:
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    found_id, code, field = refused(with_field(name, path, value))
    assert (found_id, code) == (7, "invalid")
    assert field == f"$.do{steps}"


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("send", ("chat",), "x" * limits.ID_CHARS),
        ("send", ("body", "text"), "x" * limits.TEXT_BYTES),
        ("send", ("body", "mentions"), [ID] * limits.MENTIONS),
        ("history", ("before",), limits.SAFE_INTEGER),
        ("history", ("limit",), limits.HISTORY_PAGE),
        ("set_profile", ("name",), "👋" * limits.NAME_CHARS),
        ("set_profile", ("handle",), "a" * limits.HANDLE_CHARS_MIN),
        ("reset_invite_link", ("seconds",), limits.INVITE_SECONDS),
    ],
)
def test_value_at_its_bound_is_taken(name: str, path: tuple[str | int, ...], value: object) -> None:
    frames.decode_request(with_field(name, path, value))


@pytest.mark.parametrize("name", ["", "Send", "send ", "hello", SECRET])
def test_unknown_command_keeps_its_id(name: str) -> None:
    assert refused(request({"type": name})) == (7, "unknown_command", "$.do.type")


@pytest.mark.parametrize("do", [[], 5, None, "me", {"type": 5}, {"type": None}, {"type": ["me"]}])
def test_command_that_is_none_keeps_its_id(do: object) -> None:
    assert refused(request(do)) == (7, "malformed", "$.do")


@pytest.mark.parametrize("bad", [-1, 1.5, "7", None, True, limits.SAFE_INTEGER + 1, 10**400, {}])
def test_bad_id_is_malformed(bad: object) -> None:
    assert refused(request({"type": "me"}, bad)) == (0, "malformed", "")


def test_id_may_be_absent_or_as_large_as_javascript_counts() -> None:
    assert frames.decode_request(b'{"do":{"type":"me"}}').id == 0
    assert frames.decode_request(request({"type": "me"}, limits.SAFE_INTEGER)).id == 2**53 - 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" ",
        b"null",
        b"[]",
        b"{",
        b'"me"',
        b"\x00",
        b'\xef\xbb\xbf{"do":{"type":"me"}}',
        b'{"id":7,"do":{"type":"me"}} {}',
        b"{'id':7}",
        b'{"id":7,"do":{"type":"me",}}',
        b'{"id":NaN,"do":{"type":"me"}}',
        b'{"id":7,"do":{"type":"history","chat":"a","before":NaN}}',
        b'{"id":7,"do":{"type":"history","chat":"a","before":-Infinity}}',
        b'{"id":7,"do":{"type":"open_direct","user":"a\x00"}}',
        b'{"id":7,"do":{"type":"open_direct","user":"\\ud800"}}',
        b'{"id":7,"do":{"type":"open_direct","user":"\\udc00\\ud800"}}',
        b'{"id":7,"do":{"type":"open_direct","user":"\\ud800a"}}',
        b"[" * limits.FRAME_BYTES,
        b'{"do":' * (limits.FRAME_BYTES // 6),
    ],
)
def test_what_is_no_json_object_is_malformed(data: bytes) -> None:
    assert refused(data)[:2] == (0, "malformed")


@pytest.mark.parametrize(
    "bad", [b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2"]
)
def test_what_is_not_utf_8_is_refused(bad: bytes) -> None:
    data = request({**example("open_direct"), "user": "HERE"}).replace(b"HERE", bad)
    assert refused(data)[1] in ("malformed", "invalid")


def test_deep_nesting_in_an_ignored_place_is_refused() -> None:
    deep = "[" * 30_000 + "]" * 30_000
    data = request({**example("change_group"), "settings": {"later": 0}}).decode()
    assert refused(data.replace('"later": 0', f'"later": {deep}').encode())[1] == "malformed"


@pytest.mark.parametrize(
    "key",
    [
        f"a - at `{SECRET}",
        f"a - at `$.do.{SECRET}",
        f"a - at `$.do` - at `${SECRET}",
        f"` - at `$[{SECRET}]` - at `",
        SECRET * 1_000,
    ],
)
def test_path_never_holds_what_was_sent(key: str) -> None:
    for data in (
        json.dumps({"id": 7, "do": {"type": "me"}, key: 1}),
        json.dumps({"id": 7, "do": {"type": "me", key: 1}}),
        json.dumps({"id": 7, "do": {"type": "open_direct", "user": key * 40}}),
        json.dumps({"id": 7, "do": {"type": key}}),
    ):
        assert SECRET not in refused(data.encode())[2]
