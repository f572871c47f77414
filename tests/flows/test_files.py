"""Files in messages: sent, seen by those who see the message, and gone with the last of them."""

import asyncio
import secrets
from typing import Any

import pytest

from chinwag.protocol import limits
from flows.cast import Person, eventually
from flows.conftest import People
from flows.raw import Frame, Raw
from flows.servers import Server
from flows.shelf import fetch, put

CONTENT = secrets.token_bytes(300_000)


async def raw(person: Person) -> Raw:
    """Another device of theirs, that says what it is told to."""
    return await Raw.open(person.url, (await person.more(online=False)).token)


async def send(socket: Raw, chat: str, file: str, text: str = "", **more: Any) -> Frame:
    """Send a message with a file; what it is answered."""
    more.setdefault("client_id", secrets.token_hex(8))
    return await socket.ask(
        "send", chat=chat, file=file, body={"kind": "message", "text": text}, **more
    )


async def events(socket: Raw, chat: str) -> list[Frame]:
    """What somebody sees of a chat's log."""
    found: list[Frame] = (await socket.ok("history", chat=chat))["events"]
    return found


async def test_a_file_is_sent_seen_and_fetched(server: Server, people: People) -> None:
    anna, ben = await people(2)
    chat = await anna.direct(ben)
    file = await put(server, anna, CONTENT, name="Übersicht.txt")
    async with await raw(anna) as a, await raw(ben) as b:
        sent = (await send(a, chat, file, "have a look"))["ok"]
        pushed = await eventually(
            lambda: [p for p in b.of("event") if p["event"]["seq"] == sent["seq"]]
        )
        body = pushed[0]["event"]["body"]
        assert body["text"] == "have a look"
        assert body["file"] == {
            "id": file, "kind": "document", "name": "Übersicht.txt", "type": "text/plain",
            "size": len(CONTENT),
        }  # fmt: skip
        assert (await events(b, chat))[-1]["body"] == body
    got = await fetch(server, f"/api/files/{file}", ben)
    assert (got.status, got.body) == (200, CONTENT)
