"""The outbox over a real socket: order, refusals, restarts, kills."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from chinwag.protocol import errors as catalogue
from chinwag.protocol.commands import Send
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.events import Message
from chinwag.protocol.files import File
from chinwag.protocol.results import Accepted
from chinwag.sdk import Connection, Entry, MemoryStore, OutboxFull, SqliteStore, Store, outbox
from chinwag.sdk.attachments import Attachment
from chinwag.sdk.outbox import Outbox
from unit.sdk.peer import PATIENCE, Line, Peer, accepted


class Box:
    """An outbox, and what it told."""

    def __init__(self, store: Store | None = None, **options: int) -> None:
        self.told: list[tuple[str, str]] = []
        self._more = asyncio.Event()
        store = store or MemoryStore()
        self.outbox = Outbox(store, store.load().outbox, self._changed, **options)

    def _changed(self, entry: Entry, result: Accepted | ChinwagError | None) -> None:
        what = "queued" if result is None else type(result).__name__
        self.told.append((entry.body.text, what))
        self._more.set()

    def add(self, *texts: str, chat: str = "c") -> None:
        for text in texts:
            self.outbox.add(chat, Message(text=text), f"id-{chat}-{text:0>8}")

    async def until(self, text: str, what: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while (text, what) not in self.told:
                self._more.clear()
                await self._more.wait()


@asynccontextmanager
async def line_of(peer: Peer) -> AsyncIterator[tuple[Connection, Line]]:
    connection = await Connection.open(peer.url, "secret", lambda _: None)
    yield connection, await peer.line()
    connection.abort()


async def sent(line: Line) -> tuple[object, str]:
    request, send = await line.next(Send)
    return request, send.body.text


async def test_one_chat_goes_in_order_and_another_does_not_wait_for_it(peer: Peer) -> None:
    box = Box()
    box.add("1", "2")
    box.add("other", chat="d")
    async with line_of(peer) as (connection, line):
        box.outbox.attach(connection)
        first, send = await line.next(Send)
        other, text = await line.next(Send)
        assert (send.body.text, text.body.text) == ("1", "other")
        line.answer(other, accepted(1, "d"))
        await box.until("other", "Accepted")
        line.answer(first, accepted(1))
        assert (await sent(line))[1] == "2"


async def test_a_passing_refusal_keeps_the_place(peer: Peer) -> None:
    box = Box()
    box.add("1", "2")
    async with line_of(peer) as (connection, line):
        box.outbox.attach(connection)
        first, _ = await line.next(Send)
        line.answer(first, ChinwagError(catalogue.RATE_LIMITED, retry_after=20))
        again, send = await line.next(Send)
        assert send.body.text == "1"
        line.answer(again, accepted(1))
        assert (await sent(line))[1] == "2"
        assert ("1", "ChinwagError") not in box.told


async def test_a_final_refusal_makes_room(peer: Peer) -> None:
    box = Box()
    box.add("1", "2")
    async with line_of(peer) as (connection, line):
        box.outbox.attach(connection)
        first, _ = await line.next(Send)
        line.answer(first, ChinwagError(catalogue.TOO_LARGE))
        second, send = await line.next(Send)
        assert send.body.text == "2"
        line.answer(second, accepted(1))
        await box.until("2", "Accepted")
        assert [it.body.text for it in box.outbox.of("c")] == ["1"]


async def test_a_fault_of_the_server_by_one_message_does_not_hold_the_chat_for_ever(
    peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "INTERNAL_ATTEMPTS", 2)
    box = Box()
    box.add("1", "2")
    async with line_of(peer) as (connection, line):
        box.outbox.attach(connection)
        for _ in range(2):
            request, send = await line.next(Send)
            assert send.body.text == "1"
            line.answer(request, ChinwagError(catalogue.INTERNAL, retry_after=1))
        assert (await sent(line))[1] == "2"


async def test_with_depth_those_after_a_refused_one_wait_for_it(peer: Peer) -> None:
    box = Box(depth=3)
    box.add("1", "2", "3", "4")
    async with line_of(peer) as (connection, line):
        box.outbox.attach(connection)
        requests = [(await line.next(Send))[0] for _ in range(3)]
        line.answer(requests[0], ChinwagError(catalogue.BUSY, retry_after=1))
        line.answer(requests[1], ChinwagError(catalogue.BUSY, retry_after=1))
        line.answer(requests[2], accepted(1))
        assert [(await sent(line))[1] for _ in range(3)] == ["1", "2", "4"]


async def test_the_window_bounds_what_is_in_flight(peer: Peer) -> None:
    box = Box(window=2)
    for chat in "abc":
        box.add("x", chat=chat)
    async with line_of(peer) as (connection, line):
        box.outbox.attach(connection)
        first, send = await line.next(Send)
        await line.next(Send)
        assert sum(isinstance(it, Send) for it in peer.seen) == 2
        line.answer(first, accepted(1, send.chat))
        assert (await line.next(Send))[1].chat == "c"


async def test_there_is_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "LIMIT", 1)
    box = Box()
    box.add("1")
    with pytest.raises(OutboxFull):
        box.add("2")


async def test_a_restart_begins_with_what_was_not_answered(peer: Peer, tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "store")
    box = Box(store)
    box.add("1", "2", "3")
    async with line_of(peer) as (connection, line):
        box.outbox.attach(connection)
        first, _ = await line.next(Send)
        line.answer(first, ChinwagError(catalogue.TOO_LARGE))
        second, _ = await line.next(Send)
        line.answer(second, accepted(1))
        await box.until("2", "Accepted")
    box.outbox.detach()
    store.close()

    box = Box(SqliteStore(tmp_path / "store"))
    one, three = box.outbox.of("c")
    assert one.failed is not None
    assert (one.failed.code, three.failed) == ("too_large", None)
    async with line_of(peer) as (connection, line):
        box.outbox.attach(connection)
        assert (await sent(line))[1] == "3"


_WRITER = """
import asyncio, sys
from chinwag.sdk import Client

async def main():
    client = Client("http://127.0.0.1:1", token="t", store=sys.argv[1])
    client.state.chats["c"] = None
    for number in range(10_000):
        await client.send("c", str(number))
        print(number, flush=True)

asyncio.run(main())
"""


def test_what_was_queued_outlives_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "store"
    writer = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert writer.stdout is not None
    with writer:
        for line in writer.stdout:
            if int(line) >= 50:
                writer.send_signal(signal.SIGKILL)
                break
        said = [int(line) for line in writer.stdout.read().split()]
    last = max(said, default=50)

    store = SqliteStore(path)
    texts = [entry.body.text for entry in store.load().outbox]
    store.close()
    assert texts[: last + 1] == [str(number) for number in range(last + 1)]
    assert len(texts) <= last + 2
    check = sqlite3.connect(path)
    assert check.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    check.close()


async def test_a_file_keeps_its_place_until_it_is_there_and_is_sent_anew_once_if_it_lapsed(
    peer: Peer, tmp_path: Path
) -> None:
    box = Box(SqliteStore(tmp_path / "store.db"), depth=4)
    attachment = Attachment(path="x", kind="photo", name="x", type="image/png", size=1, modified=0)
    file = File("f1", "photo", "x", "image/png", 1)
    box.outbox.add("c", Message(text="file"), "id-c-file", attachment)
    box.add("behind")
    box.add("other", chat="d")
    async with line_of(peer) as (connection, line):
        box.outbox.attach(connection)
        assert (await sent(line))[1] == "other"
        box.outbox.attached("id-c-file", file)
        first, send = await line.next(Send)
        assert (send.file, send.body) == ("f1", Message(text="file"))
        assert (await sent(line))[1] == "behind"
        line.answer(first, ChinwagError(catalogue.NO_SUCH_FILE))
        await box.until("file", "queued")
        async with asyncio.timeout(PATIENCE):
            while not box.outbox.get("id-c-file").uploading:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        box.outbox.attached("id-c-file", msgspec.structs.replace(file, id="f2"))
        again, send = await line.next(Send)
        assert send.file == "f2"
        line.answer(again, ChinwagError(catalogue.NO_SUCH_FILE))
        await box.until("file", "ChinwagError")
        assert box.outbox.get("id-c-file").failed.code == "no_such_file"
