"""Who is nobody in a chat gets the same answer as if it did not exist, whatever they ask."""

from typing import Any, get_args

import pytest

from chinwag.protocol.commands import Command
from flows.cast import eventually, settled
from flows.conftest import People
from flows.raw import Frame, Raw

ABSENT = "00000000-0000-7000-8000-000000000000"

# What each command that names a chat is given besides it.
OF_CHATS: dict[str, Frame] = {
    "typing": {},
    "send": {"body": {"text": "let me in"}},
    "history": {},
    "gallery": {"of": "media"},
    "delete": {"seq": 1},
    "info": {"seq": 1},
    "retry": {"seq": 1},
    "chat": {},
    "members": {},
    "arrange": {"pinned": True},
    "add_members": {"users": ["$me"]},
    "remove_member": {"user": "$ben"},
    "leave": {},
    "set_role": {"user": "$me", "role": "admin"},
    "change_group": {"title": "Mine now"},
    "invite_link": {},
    "reset_invite_link": {},
    "revoke_invite_link": {},
    "invite_privately": {"user": "$me"},
    "join_requests": {},
    "decide_request": {"user": "$me", "accept": True},
}
# Marks are passed over where they do not belong.
MARKS = ("received", "read")
OF_OTHERS = {
    "rename_device": {"device": "$id", "name": "mine"},
    "remove_device": {"device": "$id"},
    "reset_bot_token": {"bot": "$id"},
    "delete_bot": {"bot": "$id"},
    "open_direct": {"user": "$id"},
    "block": {"user": "$id"},
}
# Commands that name nothing of anybody else's.
OWN = {
    "sync", "heartbeat", "watch", "create_group", "preview_invite", "join", "me", "set_profile",
    "set_privacy", "find", "users", "devices", "change_password", "create_bot", "bots",
    "invite_person", "storage_use", "subscribe_push", "unsubscribe_push",
}  # fmt: skip
WITH_CLIENT_ID = {
    "send", "delete", "add_members", "remove_member", "leave", "set_role", "change_group",
    "invite_privately", "decide_request",
}  # fmt: skip


def test_every_command_is_in_the_tables() -> None:
    names = {kind.__struct_config__.tag for kind in get_args(Command)}
    assert names == {*OF_CHATS, *MARKS, *OF_OTHERS, *OWN}


def filled(fields: Frame, names: dict[str, str]) -> Frame:
    """``fields`` with the placeholders replaced."""

    def value(given: Any) -> Any:
        if isinstance(given, list):
            return [value(item) for item in given]
        return names.get(given, given) if isinstance(given, str) else given

    return {key: value(given) for key, given in fields.items()}


async def ask(socket: Raw, kind: str, fields: Frame, chat: str, tag: str) -> Frame:
    """Ask about a chat; the answer without its number."""
    if kind in WITH_CLIENT_ID:
        fields = {**fields, "client_id": f"access-{kind}-{tag}"}
    answer = await socket.ask(kind, chat=chat, **fields)
    return {key: value for key, value in answer.items() if key != "reply"}


@pytest.mark.parametrize("where", ["group", "direct"])
async def test_a_stranger_cannot_tell_a_chat_from_none(people: People, where: str) -> None:
    anna, ben, eve = await people(3)
    chat = await anna.group("Private", ben) if where == "group" else await anna.direct(ben)
    await anna.say(chat, "between us")
    # Somebody who knows them well from elsewhere.
    other = await anna.group("Elsewhere", ben, eve)
    await eve.say(other, "hello")
    names = {"$me": eve.id, "$ben": ben.id}
    before = await anna.phone.refresh(chat)
    async with await Raw.open(eve.url, (await eve.more(online=False)).token) as socket:
        for kind, fields in OF_CHATS.items():
            there = await ask(socket, kind, filled(fields, names), chat, "there")
            absent = await ask(socket, kind, filled(fields, names), ABSENT, "absent")
            assert there == absent, kind
            assert there["error"]["code"] == "not_found", kind
        for kind in MARKS:
            marks = [{"chat": chat, "seq": 2}, {"chat": ABSENT, "seq": 2}]
            assert await socket.ok(kind, marks=marks) == {}
        await socket.ok("watch", chat=chat)
        await anna.say(chat, "more between us")
        await settled(ben, anna)
        await socket.ok("sync")
        assert "between us" not in str(socket.pushes)
        assert chat not in str(socket.pushes)
    after = await anna.phone.refresh(chat)
    assert (after.group, after.last) == (before.group, before.last + 1)


async def test_a_past_member_may_look_back_and_do_nothing(people: People) -> None:
    anna, ben, eve = await people(3)
    chat = await anna.group("Past", ben, eve)
    await anna.phone.groups.promote(chat, eve.id)
    await eve.say(chat, "mine")
    out = await anna.phone.groups.remove(chat, eve.id)
    await anna.say(chat, "after")
    await anna.phone.groups.change(chat, title="Changed")
    names = {"$me": eve.id, "$ben": ben.id}
    may = {"history", "gallery", "info", "chat", "members", "arrange"}
    async with await Raw.open(eve.url, (await eve.more(online=False)).token) as socket:
        await socket.ok("sync")

        async def known() -> bool:
            return "error" in await socket.ask("typing", chat=chat)

        await eventually(known)  # her node may have to be told
        for kind, fields in OF_CHATS.items():
            fields = {**filled(fields, names), **({"seq": 3} if kind == "info" else {})}
            answer = await ask(socket, kind, fields, chat, "past")
            if kind in may:
                assert "ok" in answer, (kind, answer)
                assert "after" not in str(answer), kind
                assert "Changed" not in str(answer), kind
            else:
                # Nothing of theirs has failed, so that there is nothing to try again.
                code = "not_found" if kind == "retry" else "not_a_member"
                assert answer["error"]["code"] == code, kind
        for kind in MARKS:
            await socket.ok(kind, marks=[{"chat": chat, "seq": out.seq + 2}])
        await settled(anna, ben)
        head = await socket.ok("chat", chat=chat)
        assert head["mine"]["read"] <= out.seq
    line = {it.user: it for it in (await anna.phone.info(chat, out.seq + 1)).people}
    assert eve.id not in line
    assert anna.chat(chat).group.title == "Changed"


async def test_the_blocked_is_answered_as_if_nothing_was(people: People) -> None:
    anna, ben = await people(2)
    chat = await anna.direct(ben)
    await anna.say(chat, "hello")
    await eventually(lambda: ben.texts(chat) == ["hello"])

    async def asked(tag: str) -> dict[str, list[str]]:
        """The shape of the answer to each command: who is asked has not changed."""
        shapes = {}
        async with await Raw.open(anna.url, (await anna.more(online=False)).token) as socket:
            for kind, fields in OF_CHATS.items():
                given = filled(fields, {"$me": anna.id, "$ben": ben.id})
                answer = await ask(socket, kind, given, chat, tag)
                found = answer.get("ok", answer.get("error"))
                shapes[kind] = sorted(map(str, found)) if "ok" in answer else [found["code"]]
            for kind in ("open_direct",):
                shapes[kind] = sorted(await socket.ok(kind, user=ben.id))
            (user,) = (await socket.ok("users", ids=[ben.id]))["users"]
            shapes["users"] = sorted(user)
        return shapes

    before = await asked("before")
    await ben.phone.people.block(anna.id)
    assert await asked("after") == before


@pytest.mark.parametrize("kind", OF_OTHERS)
async def test_ids_of_others_things_are_as_good_as_made_up(people: People, kind: str) -> None:
    anna, eve = await people(2)
    bot = (await anna.phone.bots.create(f"bot.{anna.handle}", "Bot")).user
    chat = await anna.group("A chat")
    things = {
        "device": [anna.phone.state.device, bot.id, chat],
        "bot": [bot.id, anna.id, eve.id, anna.phone.state.device],
        "user": [chat, anna.phone.state.device],
    }
    (field,) = [name for name, value in OF_OTHERS[kind].items() if value == "$id"]
    async with await Raw.open(eve.url, (await eve.more(online=False)).token) as socket:
        absent = (await socket.ask(kind, **filled(OF_OTHERS[kind], {"$id": ABSENT})))["error"]
        assert absent["code"] == "not_found"
        for thing in things[field]:
            answer = await socket.ask(kind, **filled(OF_OTHERS[kind], {"$id": thing}))
            assert answer["error"] == absent, thing
    await settled(anna)
    assert [it.id for it in await anna.phone.bots.list()] == [bot.id]
    assert {it.name for it in await anna.phone.devices.list()} == {"a device"}


async def test_whom_one_cannot_know_one_does_not_find(people: People) -> None:
    anna, ben, eve = await people(3)
    await anna.direct(ben)
    async with await Raw.open(eve.url, (await eve.more(online=False)).token) as socket:
        assert (await socket.ok("users", ids=[anna.id, ABSENT])).get("users", []) == []
        assert (await socket.ok("find", query=anna.handle.rpartition(".")[0] + ".")).get(
            "users", []
        ) == []
        blind = await socket.ask("block", user=anna.id)
        assert blind["error"]["code"] == "not_found"
        (found,) = (await socket.ok("find", query=anna.handle))["users"]
        assert found["id"] == anna.id
        assert (await socket.ok("users", ids=[anna.id]))["users"] == [found]
        for pattern in ("%", "_" * len(anna.handle), "%%", "\\", "*", "p%"):
            answer = await socket.ask("find", query=pattern.ljust(2))
            assert answer.get("ok", {}).get("users", []) == [], pattern


async def test_nobody_is_brought_in_or_out_by_another_group_s_admin(people: People) -> None:
    anna, ben, eve = await people(3)
    theirs = await anna.group("Theirs", ben)
    await eve.group("Hers", ben)
    async with await Raw.open(eve.url, (await eve.more(online=False)).token) as socket:
        answer = await ask(socket, "remove_member", {"user": ben.id}, theirs, "x")
        assert answer["error"]["code"] == "not_found"
    await settled(ben)
    assert ben.chat(theirs).present


async def test_a_quote_of_what_one_may_not_see_shows_nothing_of_it(people: People) -> None:
    anna, ben = await people(2)
    chat = await anna.group("Quotes")
    secret = await anna.say(chat, "the old secret")
    await anna.phone.groups.add(chat, ben.id)
    await anna.say(chat, "as I said", reply_to=secret.seq)
    await eventually(lambda: ben.texts(chat) == ["as I said"])
    page = await ben.phone.history(chat, around=secret.seq, limit=50)
    assert "the old secret" not in str(page.events)
