"""Files in messages: sent, seen by those who see the message, and gone with the last of them."""

import asyncio
import secrets
from typing import Any

from flows.cast import Person, eventually, settled
from flows.conftest import People, Serve
from flows.raw import Frame, Raw
from flows.servers import Server
from flows.shelf import fetch, picture, upload

CONTENT = secrets.token_bytes(300_000)


async def raw(person: Person) -> Raw:
    """Another device of theirs, that says what it is told to."""
    return await Raw.open(person.url, (await person.more(online=False)).token)


async def send(socket: Raw, chat: str, file: str, text: str = "", **more: Any) -> Frame:
    """Send a message with a file; what it is answered."""
    more.setdefault("client_id", secrets.token_hex(8))
    body = {"kind": "message", "text": text}
    return await socket.ask("send", chat=chat, file=file, body=body, **more)


async def events(socket: Raw, chat: str) -> list[Frame]:
    """What somebody sees of a chat's log."""
    found: list[Frame] = (await socket.ok("history", chat=chat))["events"]
    return found


async def code(socket: Raw, kind: str, **fields: Any) -> str:
    """The code of a refusal."""
    answer = await socket.ask(kind, **fields)
    return str(answer["error"]["code"])


def path(file: str) -> str:
    """Where its content is."""
    return f"/api/files/{file}"


async def test_a_file_is_sent_seen_and_fetched(server: Server, people: People) -> None:
    anna, ben = await people(2)
    chat = await anna.direct(ben)
    file = await upload(server, anna, CONTENT, name="Übersicht.txt")
    async with await raw(anna) as a, await raw(ben) as b:
        sent = (await send(a, chat, file, "have a look"))["ok"]
        await eventually(lambda: sent["seq"] in b.seqs(chat))
        body = b.of("event")[-1]["event"]["body"]
        assert body["text"] == "have a look"
        assert body["file"] == {
            "id": file, "kind": "document", "name": "Übersicht.txt", "type": "text/plain",
            "size": len(CONTENT),
        }  # fmt: skip
        assert (await events(b, chat))[-1]["body"] == body
        head = await b.ok("chat", chat=chat)
        assert head["events"][-1]["body"] == body
        assert head["count"] - head["mine"].get("read_count", 0) == 1
    got = await fetch(server, path(file), ben)
    assert (got.status, got.body) == (200, CONTENT)


async def test_messages_keep_their_order_with_files_between(server: Server, people: People) -> None:
    anna, ben = await people(2)
    chat = await anna.direct(ben)
    file = await upload(server, anna)
    async with await raw(anna) as a:
        asked = []
        for n in range(40):
            fields: Frame = {"file": file} if n % 4 == 2 else {}
            body = {"kind": "message", "text": f"{n}"}
            client_id = secrets.token_hex(8)
            asked.append(await a.post("send", chat=chat, client_id=client_id, body=body, **fields))
        seqs = [(await a.answer(number))["ok"]["seq"] for number in asked]
        assert seqs == sorted(seqs)
        texts = [event["body"].get("text") for event in await events(a, chat)]
    assert texts[-40:] == [f"{n}" for n in range(40)]
    await eventually(lambda: ben.texts(chat)[-40:] == [f"{n}" for n in range(40)])


async def test_the_same_send_again_is_answered_alike(server: Server, people: People) -> None:
    anna, ben = await people(2)
    chat = await anna.direct(ben)
    file, other = await upload(server, anna), await upload(server, anna)
    async with await raw(anna) as a:
        first = await send(a, chat, file, "once", client_id="one-and-only")
        again = await send(a, chat, file, "once", client_id="one-and-only")
        assert again["ok"] == first["ok"]
        for changed in (
            await send(a, chat, other, "once", client_id="one-and-only"),
            await send(a, chat, file, "twice", client_id="one-and-only"),
            await a.ask("send", chat=chat, client_id="one-and-only", body={"text": "once"}),
        ):
            assert changed["error"]["code"] == "client_id_reused"
        together = [
            await a.post("send", chat=chat, file=file, client_id="at-once-1", body={"text": "x"})
            for _ in range(5)
        ]
        answers = [(await a.answer(number))["ok"]["seq"] for number in together]
        assert len(set(answers)) == 1
        # The answer stands, whatever became of the file.
        await a.ok("delete", chat=chat, client_id="gone-again", seq=first["ok"]["seq"])
        again = await send(a, chat, file, "once", client_id="one-and-only")
        assert again["ok"]["seq"] == first["ok"]["seq"]


async def test_what_may_not_be_sent(server: Server, people: People) -> None:
    anna, ben, eve = await people(3)
    chat = await anna.direct(ben)
    theirs = await anna.direct(eve)
    file = await upload(server, anna)
    avatar = await upload(server, anna, picture(), kind="avatar")
    async with await raw(anna) as a, await raw(eve) as e:
        assert (await send(e, theirs, file))["error"]["code"] == "no_such_file"
        assert (await send(a, chat, "made-up"))["error"]["code"] == "no_such_file"
        assert (await send(a, chat, avatar))["error"]["code"] == "no_such_file"
        shown = {"id": file, "kind": "photo", "name": "x", "type": "image/png", "size": 1}
        for body, field in (
            ({"kind": "message", "text": ""}, "$.do.body.text"),
            ({"kind": "message", "text": "x", "file": shown}, "$.do.body.file"),
        ):
            answer = await a.ask("send", chat=chat, client_id=secrets.token_hex(8), body=body)
            assert (answer["error"]["code"], answer["error"]["field"]) == ("invalid", field)
        assert [event["body"]["kind"] for event in await events(a, chat)] == ["created"]


async def test_forwarding_needs_sight_and_no_upload(server: Server, people: People) -> None:
    anna, ben, eve, zoe = await people(4)
    one, other, third = await anna.direct(ben), await ben.direct(eve), await eve.direct(zoe)
    file = await upload(server, anna, CONTENT)
    async with await raw(anna) as a, await raw(ben) as b, await raw(eve) as e:
        assert (await fetch(server, path(file), eve)).status == 404
        await send(a, one, file)
        assert (await send(e, third, file))["error"]["code"] == "no_such_file"
        assert "ok" in await send(b, other, file, "from Anna")
        assert (await fetch(server, path(file), eve)).body == CONTENT
        assert "ok" in await send(e, third, file)
    assert (await fetch(server, path(file), zoe)).body == CONTENT


async def test_a_blocked_persons_file_is_kept_from_who_blocks(
    server: Server, people: People
) -> None:
    anna, ben = await people(2)
    chat = await anna.direct(ben)
    await anna.say(chat, "hello")
    await ben.phone.people.block(anna.id)
    file = await upload(server, anna)
    async with await raw(anna) as a, await raw(ben) as b:
        sent = (await send(a, chat, file))["ok"]
        assert (await events(a, chat))[-1]["body"]["file"]["id"] == file
        await eventually(lambda: sent["seq"] in b.seqs(chat))
        assert (await events(b, chat))[-1]["body"] == {"kind": "void"}
        assert (await b.ok("gallery", chat=chat, of="documents")).get("events", []) == []
        assert (await fetch(server, path(file), ben)).status == 404
        await ben.phone.people.unblock(anna.id)
        assert (await fetch(server, path(file), ben)).status == 404
        # Nor is it told that it was deleted.
        gone = await a.ok("delete", chat=chat, client_id="hidden-too", seq=sent["seq"])
        await eventually(lambda: gone["seq"] in b.seqs(chat))
        assert (await events(b, chat))[-1]["body"] == {"kind": "void"}


async def test_deleted_for_everyone(server: Server, people: People) -> None:
    anna, ben = await people(2)
    chat = await anna.direct(ben)
    file = await upload(server, anna)
    async with await raw(anna) as a, await raw(ben) as b:
        sent = (await send(a, chat, file, "regretted"))["ok"]
        assert (await fetch(server, path(file), ben)).status == 200
        assert await code(b, "delete", chat=chat, client_id="not-mine-1", seq=sent["seq"]) == (
            "not_found"
        )
        gone = await a.ok("delete", chat=chat, client_id="take-back", seq=sent["seq"])
        assert await a.ok("delete", chat=chat, client_id="take-back", seq=sent["seq"]) == gone
        assert await a.ok("delete", chat=chat, client_id="take-back-2", seq=sent["seq"]) == {
            "chat": chat
        }
        await eventually(lambda: gone["seq"] in b.seqs(chat))
        assert b.of("event")[-1]["event"]["body"] == {"kind": "deleted", "seq": sent["seq"]}
        for socket in (a, b):
            there = {event["seq"]: event for event in await events(socket, chat)}
            assert there[sent["seq"]]["body"] == {"kind": "blank"}
            assert there[sent["seq"]]["count"] == sent["count"]
            assert "regretted" not in str(await socket.ok("chat", chat=chat))
            assert (await socket.ok("gallery", chat=chat, of="documents")).get("events") is None
        for one in (anna, ben):
            assert (await fetch(server, path(file), one)).status == 404
        for seq in (1, gone["seq"]):
            again = {"chat": chat, "client_id": f"service-{seq}", "seq": seq}
            assert await code(a, "delete", **again) == "not_allowed"


async def test_a_file_stays_as_long_as_a_message_holds_it(server: Server, people: People) -> None:
    anna, ben = await people(2)
    chat, notes = await anna.direct(ben), (await anna.phone.open_direct(anna.id)).chat
    file = await upload(server, anna)
    async with await raw(anna) as a, await raw(ben) as b:
        first = (await send(a, chat, file))["ok"]["seq"]
        second = (await send(b, chat, file))["ok"]["seq"]
        third = (await send(a, notes, file))["ok"]["seq"]
        await a.ok("delete", chat=chat, client_id="use-once-1", seq=first)
        assert (await fetch(server, path(file), ben)).status == 200
        await b.ok("delete", chat=chat, client_id="use-once-2", seq=second)
        assert (await fetch(server, path(file), ben)).status == 404
        assert (await fetch(server, path(file), anna)).status == 200
        await a.ok("delete", chat=notes, client_id="use-once-3", seq=third)
        assert (await fetch(server, path(file), anna)).status == 404


async def test_too_late_to_delete(people: People, serve: Serve) -> None:
    server = serve()
    (anna,) = await people(1, at=server)
    chat = (await anna.phone.open_direct(anna.id)).chat
    sent = await anna.say(chat, "long ago")
    await anna.away()
    await asyncio.to_thread(server.stop)
    server.tamper(f"UPDATE events SET at = at - 60 * 3600 * 1000 - 1 WHERE chat = '{chat}'")
    await asyncio.to_thread(server.start)
    async with await Raw.open(server.url, anna.token) as socket:
        assert await code(socket, "delete", chat=chat, client_id="too-late-1", seq=sent.seq) == (
            "too_late"
        )


async def test_the_gallery_by_pages(server: Server, people: People) -> None:
    anna, ben, eve = await people(3)
    chat = await anna.group("Pictures", ben)
    wanted: dict[str, list[int]] = {"media": [], "documents": [], "voice": [], "links": []}
    photo = await upload(server, anna, picture(), kind="photo")
    document = await upload(server, anna)
    async with await raw(anna) as a, await raw(ben) as b, await raw(eve) as e:
        for n in range(5):
            wanted["media"].append((await send(a, chat, photo, f"{n}"))["ok"]["seq"])
            wanted["documents"].append((await send(a, chat, document, f"{n}"))["ok"]["seq"])
            wanted["links"].append((await anna.say(chat, f"see https://example.net/{n}")).seq)
            await anna.say(chat, "no link: example.net")
        await anna.phone.groups.add(chat, eve.id)
        late = (await send(a, chat, photo))["ok"]["seq"]
        wanted["media"].append(late)
        # Nobody is shown more than their node has heard of.
        for socket in (b, e):
            await eventually(lambda it=socket: late in it.seqs(chat))
        for of, seqs in wanted.items():
            found: list[int] = []
            page: Frame = {"before": 1 << 40}
            while page.get("before"):
                page = await b.ok("gallery", chat=chat, of=of, before=page["before"], limit=2)
                assert len(page.get("events", ())) <= 2
                found += [event["seq"] for event in page.get("events", ())]
            assert found == seqs[::-1], of
            hers = await e.ok("gallery", chat=chat, of=of)
            assert [it["seq"] for it in hers.get("events", ())] == [late] * (of == "media")


async def test_what_ones_files_take(server: Server, people: People) -> None:
    anna, ben = await people(2)
    chat = await anna.direct(ben)
    async with await raw(anna) as a, await raw(ben) as b:
        file = await upload(server, anna, b"z" * 50_000)
        await upload(server, anna, picture(), kind="avatar")
        use = await a.ok("storage_use")
        assert use["count"] == 2
        assert use["used"] == sum(use["kinds"].values())
        assert use["kinds"]["document"] == 50_000
        assert use["kinds"]["photo"] > 100
        await send(a, chat, file)
        await send(b, chat, file)  # what one forwards costs nothing
        assert (await b.ok("storage_use"))["used"] == 0


async def test_a_picture_of_a_person(server: Server, people: People) -> None:
    anna, ben, eve = await people(3)
    chat = await anna.direct(ben)
    await anna.say(chat, "hello")
    face, other = [
        await upload(server, anna, picture(colour), kind="avatar") for colour in ("red", "blue")
    ]
    document = await upload(server, anna)
    async with await raw(anna) as a, await raw(ben) as b:
        assert (await fetch(server, path(face), ben)).status == 404
        assert (await a.ok("set_profile", avatar=face))["user"]["avatar"] == face
        await eventually(lambda: any(p["user"].get("avatar") == face for p in b.of("profile")))
        for one in (ben, eve):  # who shares no chat has to know the address
            assert (await fetch(server, path(face) + "/small", one)).status == 200
        assert (await fetch(server, path(face) + "/small")).status == 401
        assert await code(a, "set_profile", avatar=document) == "no_such_file"
        assert await code(b, "set_profile", avatar=face) == "no_such_file"
        await ben.phone.people.find(anna.handle)
        # Whom she blocks sees no picture, wherever her name stands.
        await anna.phone.people.block(ben.id)
        assert (await fetch(server, path(face) + "/small", ben)).status == 404
        assert face not in str(await b.ok("users", ids=[anna.id]))
        assert face not in str(await b.ok("chat", chat=chat))
        assert face not in str(await b.ok("members", chat=chat))
        assert face not in str(await b.ok("find", query=anna.handle))
        await anna.phone.people.unblock(ben.id)
        assert face in str(await b.ok("users", ids=[anna.id]))
        # Another takes its place, which it has lost for good.
        await a.ok("set_profile", avatar=other)
        assert (await fetch(server, path(face), anna)).status == 404
        assert "avatar" not in (await a.ok("set_profile", avatar=""))["user"]
        assert (await fetch(server, path(other), anna)).status == 404


async def test_a_picture_of_a_group(server: Server, people: People) -> None:
    anna, ben, eve = await people(3)
    chat = await anna.group("Pictured", ben)
    face = await upload(server, anna, picture(), kind="avatar")
    async with await raw(anna) as a, await raw(ben) as b:
        changed = await a.ok("change_group", chat=chat, client_id="picture-1", avatar=face)
        await eventually(lambda: changed["seq"] in b.seqs(chat))
        assert b.of("event")[-1]["event"]["body"] == {"kind": "changed", "avatar": face}
        assert (await b.ok("chat", chat=chat))["group"]["avatar"] == face
        assert (await fetch(server, path(face) + "/medium", ben)).status == 200
        assert (await fetch(server, path(face) + "/medium", eve)).status == 404
        assert (
            await code(b, "change_group", chat=chat, client_id="picture-2", avatar="made-up")
            == "no_such_file"
        )
        await anna.phone.groups.remove(chat, ben.id)
        assert (await fetch(server, path(face) + "/medium", ben)).status == 404
        await a.ok("change_group", chat=chat, client_id="picture-3", avatar="")
        assert "avatar" not in (await a.ok("chat", chat=chat))["group"]
        assert (await fetch(server, path(face), anna)).status == 404
    await settled(anna)
