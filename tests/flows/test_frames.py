"""Frames that are wrong in every way: each gets a clear answer, and nobody else is harmed."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from flows.cast import eventually
from flows.conftest import People
from flows.raw import Raw


@pytest.fixture
async def socket(people: People) -> AsyncIterator[Raw]:
    """A socket to be rude on. A second one, of somebody else, must not notice."""
    anna, ben = await people(2)
    chat = await anna.direct(ben)
    async with await Raw.open(anna.url, anna.token) as socket:
        yield socket
    sent = await ben.say(chat, "still here")
    assert sent.seq == 2
    assert ben.phone.status == "online"


async def alive(socket: Raw) -> None:
    """The socket still works."""
    assert await socket.ok("me")


MALFORMED = {
    "nothing": "",
    "no JSON": "hello",
    "half an object": '{"id": 1, "do": {"type": "me"}',
    "two objects": '{"id": 1, "do": {"type": "me"}}{}',
    "a list": '[{"id": 1, "do": {"type": "me"}}]',
    "a number": "7",
    "null": "null",
    "no quotes": "{id: 1, do: {type: me}}",
    "NaN as id": '{"id": NaN, "do": {"type": "me"}}',
    "Infinity": '{"id": Infinity, "do": {"type": "me"}}',
    "a comment": '{"id": 1, "do": {"type": "me"}} // please',
    "a trailing comma": '{"id": 1, "do": {"type": "me"},}',
    "a raw line feed in a text": '{"id": 1, "do": {"type": "find", "query": "a\nb"}}',
    "a byte order mark": '\ufeff{"id": 1, "do": {"type": "me"}}',
    "deep lists": "[" * 20_000,
    "deep objects": '{"a":' * 10_000 + "1" + "}" * 10_000,
    "an id that is a text": '{"id": "1", "do": {"type": "me"}}',
    "a negative id": '{"id": -1, "do": {"type": "me"}}',
    "a huge id": '{"id": 9007199254740992, "do": {"type": "me"}}',
    "an endless id": '{"id": ' + "9" * 5_000 + ', "do": {"type": "me"}}',
    "a fraction as id": '{"id": 1.5, "do": {"type": "me"}}',
    "a lone surrogate": '{"id": 1, "do": {"type": "find", "query": "\\ud800x"}}',
    "an unknown escape": '{"id": 1, "do": {"type": "find", "query": "\\x41bc"}}',
}


@pytest.mark.parametrize("text", MALFORMED.values(), ids=MALFORMED.keys())
async def test_what_is_no_request_is_malformed(socket: Raw, text: str) -> None:
    code = await socket.code(text)
    assert code in ("malformed", "invalid"), socket.answers
    await alive(socket)


def do(kind: str, **fields: Any) -> str:
    """Request number 5, to do this."""
    return json.dumps({"id": 5, "do": {"type": kind, **fields}})


def send(client_id: str = "12345678", **body: Any) -> str:
    """A request to send this."""
    return do("send", chat="c", client_id=client_id, body=body)


INVALID = {
    "nothing to do": ("unknown_command", '{"id": 5}'),
    "do is a text": ("malformed", '{"id": 5, "do": "me"}'),
    "do is null": ("malformed", '{"id": 5, "do": null}'),
    "no type": ("unknown_command", '{"id": 5, "do": {}}'),
    "a type that is a number": ("malformed", '{"id": 5, "do": {"type": 3}}'),
    "an unknown command": ("unknown_command", do("drop_table")),
    "upper case": ("unknown_command", do("Me")),
    "an unknown field": ("invalid", do("me", admin=True)),
    "an unknown field outside": ("invalid", '{"id": 5, "as": "x", "do": {"type": "me"}}'),
    "a missing field": ("invalid", do("chat")),
    "a field of the wrong type": ("invalid", do("chat", chat=5)),
    "null for a field": ("invalid", do("chat", chat=None)),
    "true for a number": ("invalid", do("info", chat="c", seq=True)),
    "seq 0": ("invalid", do("info", chat="c", seq=0)),
    "a fraction": ("invalid", do("info", chat="c", seq=1.5)),
    "a huge seq": ("invalid", do("info", chat="c", seq=1e300)),
    "an endless seq": ("invalid", do("info", chat="c", seq=10**4_000)),
    "a limit over its bound": ("invalid", do("history", chat="c", limit=201)),
    "an id too long": ("invalid", do("chat", chat="x" * 37)),
    "an empty id": ("invalid", do("chat", chat="")),
    "no marks": ("invalid", do("read", marks=[])),
    "too many marks": ("invalid", do("read", marks=[{"chat": "c", "seq": 1}] * 257)),
    "an unknown field in a mark": (
        "invalid",
        do("read", marks=[{"chat": "c", "seq": 1, "user": "u"}]),
    ),
    "an unknown field in a body": ("invalid", send(text="x", sender="somebody")),
    "a service line as a message": ("invalid", send(kind="left")),
    "a client id with a colon": ("invalid", send("a:345678", text="x")),
    "a client id with a line feed": ("invalid", send("12345678\n", text="x")),
    "a client id too short": ("invalid", send("1234567", text="x")),
    "a client id too long": ("invalid", send("1" * 65, text="x")),
    "a type twice": ("invalid", '{"id": 5, "do": {"type": "me", "type": "bots"}}'),
    "a key twice": (
        "malformed",
        '{"id": 5, "do": {"type": "chat", "chat": "a", "chat": "b"}}',
    ),
    "a key twice, escaped": (
        "malformed",
        '{"id": 5, "do": {"type": "chat", "chat": "a", "ch\\u0061t": "b"}}',
    ),
    "an id twice": ("malformed", '{"id": 4, "id": 5, "do": {"type": "me"}}'),
    "a role that there is not": (
        "invalid",
        do("set_role", chat="c", client_id="12345678", user="u", role="owner"),
    ),
    "NUL in a title": ("invalid", do("create_group", client_id="12345678", title="a\0")),
    "NUL in a name": ("invalid", do("set_profile", name="\0")),
    "NUL in a search": ("invalid", do("find", query="ab\0")),
    "a switch that there is not": (
        "invalid",
        do("change_group", chat="c", client_id="12345678", settings={"send": "nobody"}),
    ),
}


@pytest.mark.parametrize(("code", "text"), INVALID.values(), ids=INVALID.keys())
async def test_what_is_no_valid_command_says_what_is_wrong(
    socket: Raw, code: str, text: str
) -> None:
    await socket.say(text)
    await eventually(lambda: socket.answers or socket.gone())
    (answer,) = socket.answers
    assert answer["error"]["code"] == code
    assert answer["reply"] == 5
    assert answer["error"]["text"]
    await alive(socket)


async def test_the_field_that_is_wrong_is_named(socket: Raw) -> None:
    answer = await socket.ask("info", chat="c", seq=-1)
    assert answer["error"]["field"] == "$.do.seq"
    answer = await socket.ask("read", marks=[{"chat": "c", "seq": 1}, {"chat": "c"}])
    assert answer["error"]["field"].startswith("$.do.marks")


async def test_who_goes_on_being_wrong_is_sent_away(socket: Raw) -> None:
    for _ in range(16):
        await socket.say("no")
    assert await socket.close_code() == 1008
    assert len(socket.answers) == 16


async def test_bytes_that_are_no_utf_8_close_with_1007(socket: Raw) -> None:
    text = b'{"id": 1, "do": {"type": "find", "query": "\xff\xfe\xfd"}}'
    await socket.socket.send(text, text=True)
    assert await socket.close_code() == 1007


@pytest.mark.parametrize("data", [b"\xc0\xaf", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"caf\xe9"])
async def test_overlong_and_surrogate_bytes_close_with_1007(socket: Raw, data: bytes) -> None:
    await socket.socket.send(b'{"id":1,"do":{"type":"find","query":"' + data + b'xx"}}', text=True)
    assert await socket.close_code() == 1007


async def test_binary_closes_with_1003(socket: Raw) -> None:
    await socket.socket.send(b'{"id": 1, "do": {"type": "me"}}')
    assert await socket.close_code() == 1003


async def test_a_frame_over_64_kib_closes_with_1009(socket: Raw) -> None:
    await socket.say(json.dumps({"id": 1, "do": {"type": "me", "x": "y" * 70_000}}))
    assert await socket.close_code() == 1009


async def test_a_frame_of_64_kib_is_read(socket: Raw) -> None:
    request = '{"id": 1, "do": {"type": "me"}}'
    await socket.say(request + " " * (64 * 1024 - len(request)))
    await eventually(lambda: socket.answers)
    assert "ok" in socket.answers[0]


async def test_fragments_over_64_kib_close_with_1009(socket: Raw) -> None:
    await socket.socket.send(["x" * 10_000] * 8)
    assert await socket.close_code() == 1009


async def test_fragments_are_put_together(socket: Raw) -> None:
    await socket.socket.send(['{"id": 1, ', '"do": {"type":', ' "find", "query": "zo', 'ë"}}'])
    await eventually(lambda: socket.answers)
    assert "ok" in socket.answers[0]
    # Also where a character is cut in two.
    text = '{"id": 2, "do": {"type": "find", "query": "zoë"}}'.encode()
    cut = text.index("ë".encode()) + 1
    await socket.socket.send([text[:cut], text[cut:]], text=True)
    await eventually(lambda: len(socket.answers) == 2)
    assert "ok" in socket.answers[1]


async def test_pings_are_answered_between_fragments(socket: Raw) -> None:
    pong = await socket.socket.ping()
    await pong
    await alive(socket)


async def test_a_request_without_an_id_gets_no_answer(socket: Raw) -> None:
    await socket.say('{"do": {"type": "me"}}')
    await socket.say('{"do": {"type": "chat", "chat": "none"}}')
    await alive(socket)
    assert len(socket.answers) == 1


async def test_answers_come_in_the_order_of_the_questions(socket: Raw) -> None:
    kinds = ["me", "devices", "bots", "heartbeat", "find", "sync"]
    fields = {"heartbeat": {"foreground": False}, "find": {"query": "nobody.at.all"}}
    asked = [await socket.post(kind, **fields.get(kind, {})) for kind in kinds * 10]
    await eventually(lambda: len(socket.answers) == len(asked))
    replies = [answer["reply"] for answer in socket.answers]
    assert sorted(replies) == asked
    waiting = [n for n, kind in zip(asked, kinds * 10, strict=True) if kind != "heartbeat"]
    assert [n for n in replies if n in set(waiting)] == waiting
