"""What people write arrives as they wrote it; and a client id means one thing for ever."""

import asyncio
import json
from typing import Any

import pytest

from chinwag.protocol.events import Settings
from chinwag.sdk import ChinwagError
from flows.cast import Person, eventually, refused, settled
from flows.conftest import People
from flows.raw import Frame, Raw

TEXTS = {
    "plain": "hello",
    "Hebrew and Arabic": "שלום مرحبا 123 abc",
    "direction marks": "abc \u202edef\u202c \u2067ghi\u2069",
    "a family": "👨‍👩‍👧‍👦 and 🏳️‍🌈 and 🇩🇪",
    "skin tones": "👍🏽👍🏿",
    "combining": "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞",
    "composed and not": "é e\u0301",
    "astral": "𝒽𝑒𝓁𝓁𝑜 𠜎",
    "private and unassigned": "\ue000\U000f0000\U0003fffd\ufffe\uffff",
    "controls": "a\tb\nc\rd\x01\x1b[31m\x7f\x85",
    "separators": "a\u2028b\u2029c\u00a0d\ufeff",
    "only a space": " ",
    "edges": "  \n both ends \n  ",
    "JSON": '{"push":{"type":"event"}}\\u0041\\',
    "HTML": "<script>alert(1)</script>&amp;<img src=x onerror=alert(2)>",
    "SQL": "'; DROP TABLE events; --",
    "format": "%s %n {0} ${x} {{y}}",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
async def test_texts_are_stored_and_shown_unchanged(people: People, text: str) -> None:
    anna, ben = await people(2)
    chat = await anna.direct(ben)
    await anna.say(chat, text)
    await eventually(lambda: ben.texts(chat) == [text])
    await ben.again()
    assert ben.texts(chat) == [text]


@pytest.mark.parametrize("letter", ["x", "é", "€", "😀", "\u0001", '"'])
async def test_the_longest_text_passes_and_one_byte_more_does_not(
    people: People, letter: str
) -> None:
    anna, ben = await people(2)
    chat = await anna.direct(ben)
    size = len(letter.encode())
    longest = letter * (10_000 // size)
    longest += "x" * (10_000 - len(longest.encode()))
    await anna.say(chat, longest)
    await eventually(lambda: ben.texts(chat) == [longest])
    sending = await anna.phone.send(chat, longest + "x")
    assert await refused(sending.accepted()) in ("too_large", "invalid")
    assert anna.chat(chat).last == 2


async def test_nul_is_refused(people: People) -> None:
    anna, ben = await people(2)
    chat = await anna.direct(ben)
    for text in ("\x00", "a\x00b", "a" * 9_999 + "\x00"):
        sending = await anna.phone.send(chat, text)
        assert await refused(sending.accepted()) == "invalid"
    assert anna.chat(chat).last == 1
    assert len(anna.phone.outbox) == 3  # with the person, as failed


async def test_lone_surrogates_are_refused(people: People) -> None:
    anna, ben = await people(2)
    chat = await anna.direct(ben)
    async with await Raw.open(anna.url, anna.token) as socket:
        raw = json.dumps(
            {
                "id": 1,
                "do": {
                    "type": "send",
                    "chat": chat,
                    "client_id": "surrogate",
                    "body": {"text": "TEXT"},
                },
            }
        )
        for escape in ("\\ud800", "\\udc00", "a\\ud83d", "\\ude00\\ud83d"):
            assert await socket.code(raw.replace("TEXT", escape)) in ("malformed", "invalid")
        await socket.say(raw.replace("TEXT", "\\ud83d\\ude00"))  # a pair is a character
        await eventually(lambda: ben.texts(chat) == ["😀"])


async def test_titles_names_and_descriptions_arrive_unchanged(people: People) -> None:
    anna, ben = await people(2)
    name = "Анна 👩‍🦰 \u202eannA"
    await anna.phone.people.set_profile(name=name, about="ünïcödé")
    chat = await anna.group("𝕋𝕙𝕖 גרופ\u202e", ben, description="line\nline")
    group = ben.chat(chat).group
    assert (group.title, group.description) == ("𝕋𝕙𝕖 גרופ\u202e", "line\nline")
    await eventually(lambda: ben.phone.state.users[anna.id].name == name)


# --- client ids ----------------------------------------------------------------------------------


async def test_the_same_send_again_is_the_same_message(people: People) -> None:
    anna, ben = await people(2)
    chat = await anna.direct(ben)
    laptop = await anna.more(online=False)
    send = {"chat": chat, "client_id": "once-only", "body": {"text": "once"}}
    async with await Raw.open(anna.url, laptop.token) as socket:
        first = await socket.ok("send", **send)
        assert await socket.ok("send", **send) == first
        burst = [await socket.post("send", **send) for _ in range(100)]
        assert all([(await socket.answer(n))["ok"] == first for n in burst])
        other = await socket.ask("send", **{**send, "body": {"text": "another"}})
        assert other["error"]["code"] == "client_id_reused"
        other = await socket.ask("send", **{**send, "body": {"text": "once", "reply_to": 1}})
        assert other["error"]["code"] == "client_id_reused"
    async with await Raw.open(anna.url, anna.token) as socket:  # another device
        again = await socket.ok("send", **send)
        assert (again["seq"], again["at"]) == (first["seq"], first["at"])
    # Somebody else's ids are their own.
    async with await Raw.open(ben.url, ben.token) as socket:
        assert (await socket.ok("send", **send))["seq"] == first["seq"] + 1
    assert len((await anna.more()).state.chats[chat].log) == 3


async def test_one_id_in_two_chats_is_refused(people: People) -> None:
    anna, ben, carol = await people(3)
    one, other = await anna.direct(ben), await anna.direct(carol)
    async with await Raw.open(anna.url, anna.token) as socket:
        send = {"client_id": "which-chat", "body": {"text": "x"}}
        await socket.ok("send", chat=one, **send)
        answer = await socket.ask("send", chat=other, **send)
        assert answer["error"]["code"] == "client_id_reused"
    await settled(carol)
    assert carol.texts(other) == []


async def test_racing_sockets_with_one_id_make_one_message(people: People) -> None:
    anna, ben = await people(2)
    chat = await anna.direct(ben)
    devices = [await anna.more(online=False) for _ in range(4)]
    sockets = [await Raw.open(anna.url, device.token) for device in devices]
    for round_ in range(10):
        body: dict[str, Any] = {"chat": chat, "client_id": f"race-{round_:04}"}
        asked = [
            await socket.post("send", **body, body={"text": f"{round_}"}) for socket in sockets
        ]
        answers = [
            (await socket.answer(number))["ok"]["seq"]
            for socket, number in zip(sockets, asked, strict=True)
        ]
        assert len(set(answers)) == 1
        assert answers[0] == round_ + 2
    await asyncio.gather(*(socket.close() for socket in sockets))
    await eventually(lambda: ben.texts(chat) == [str(n) for n in range(10)])


async def test_pipelined_sends_keep_their_order(people: People) -> None:
    anna, ben = await people(2)
    chat = await anna.direct(ben)
    async with await Raw.open(anna.url, (await anna.more(online=False)).token) as socket:
        asked = [
            await socket.post("send", chat=chat, client_id=f"pipe-{n:05}", body={"text": str(n)})
            for n in range(500)
        ]
        await eventually(lambda: len(socket.answers) == 500)
        assert [answer["reply"] for answer in socket.answers] == asked
        assert [answer["ok"]["seq"] for answer in socket.answers] == list(range(2, 502))
    await eventually(lambda: ben.texts(chat) == [str(n) for n in range(500)])


async def test_a_repeat_gets_its_answer_whatever_happened_since(people: People) -> None:
    anna, ben, carol = await people(3)
    direct = await anna.direct(ben)
    group = await anna.group("Fickle", ben, carol)
    async with await Raw.open(ben.url, (await ben.more(online=False)).token) as socket:
        sends = [
            {"chat": direct, "client_id": "to-blocked", "body": {"text": "hi"}},
            {
                "chat": group,
                "client_id": "to-group-1",
                "body": {"text": "hi", "mentions": [carol.id]},
            },
        ]
        first = [await socket.ok("send", **send) for send in sends]
        await ben.phone.people.block(anna.id)
        await anna.phone.groups.remove(group, carol.id)
        assert [await socket.ok("send", **send) for send in sends] == first
        await anna.phone.groups.remove(group, ben.id)
        assert [await socket.ok("send", **send) for send in sends] == first
        for send in sends:
            answer = await socket.ask("send", **{**send, "body": {"text": "other"}})
            assert answer["error"]["code"] == "client_id_reused"
            answer = await socket.ask("send", **{**send, "client_id": "a-new-one"})
            assert answer["error"]["code"] in ("blocked_by_you", "not_a_member")


async def group_commands(anna: Person, ben: Person, carol: Person) -> list[tuple[str, Frame]]:
    """Every command with a client id, to be done in this order, and one that differs."""
    chat = await anna.group("Repeats")
    return [
        ("create_group", {"title": "New", "members": [ben.id]}),
        ("add_members", {"chat": chat, "users": [ben.id, carol.id]}),
        ("set_role", {"chat": chat, "user": ben.id, "role": "admin"}),
        ("change_group", {"chat": chat, "title": "Other"}),
        ("remove_member", {"chat": chat, "user": carol.id}),
        ("invite_privately", {"chat": chat, "user": carol.id}),
        ("send", {"chat": chat, "body": {"text": "hello"}}),
        ("leave", {"chat": chat}),
    ]


async def test_every_command_that_writes_is_done_once(people: People) -> None:
    anna, ben, carol = await people(3)
    commands = await group_commands(anna, ben, carol)
    laptop = await anna.more(online=False)
    async with await Raw.open(anna.url, laptop.token) as socket:
        for number, (kind, fields) in enumerate(commands):
            client_id = f"repeat-{number}"
            asked = [await socket.post(kind, client_id=client_id, **fields) for _ in range(5)]
            answers = [await socket.answer(n) for n in asked]
            assert all("ok" in answer for answer in answers), answers
            assert len({json.dumps(answer["ok"]) for answer in answers}) == 1, kind
            assert answers[0]["ok"]["seq"] > 0
            # The id means this and nothing else, in any other command.
            for other, others in commands:
                if other != kind:
                    answer = await socket.ask(other, client_id=client_id, **others)
                    assert answer["error"]["code"] == "client_id_reused", (kind, other)


async def test_join_and_decide_are_done_once(people: People) -> None:
    anna, ben, carol = await people(3)
    chat = await anna.group("Door")
    code = (await anna.phone.groups.reset_invite_link(chat, uses=5)).code
    async with await Raw.open(ben.url, (await ben.more(online=False)).token) as socket:
        asked = [await socket.post("join", client_id="join-once", code=code) for _ in range(5)]
        answers = [(await socket.answer(n))["ok"] for n in asked]
        assert answers == [answers[0]] * 5
        left = await socket.ok("leave", client_id="leave-once", chat=chat)
        assert await socket.ok("join", client_id="join-once", code=code) == answers[0]
        await eventually(lambda: anna.chat(chat).last == left["seq"])
        assert anna.chat(chat).group.members == 1  # the repeat did not bring ben back
    assert (await anna.phone.groups.invite_link(chat)).uses == 4

    await anna.phone.groups.change(chat, settings=Settings(approval=True))
    await carol.phone.groups.join(code)
    async with await Raw.open(anna.url, (await anna.more(online=False)).token) as socket:
        decide = {"chat": chat, "user": carol.id, "accept": True, "client_id": "decide-once"}
        first = await socket.ok("decide_request", **decide)
        assert await socket.ok("decide_request", **decide) == first
    with pytest.raises(ChinwagError):
        await anna.phone.groups.decide(chat, ben.id, accept=True)
