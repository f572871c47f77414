"""A device over a real socket: catching up, gaps, reconnects, and what a reader gets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import picows
import pytest

from chinwag.protocol import errors as catalogue
from chinwag.protocol import pushes, results
from chinwag.protocol.commands import (
    Arrange,
    Chat,
    Heartbeat,
    History,
    Mark,
    OpenDirect,
    Read,
    Received,
    Send,
    Sync,
    Typing,
    Users,
    Watch,
)
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.events import Event, Joined, Message
from chinwag.sdk import (
    ChatChanged,
    Client,
    Closed,
    Discarded,
    EventStream,
    SignedOut,
    StatusChanged,
    StoreError,
    Tick,
    Timeout,
    UpdateStream,
    session,
)
from unit.sdk.peer import PATIENCE, Line, Peer, accepted, head, message


@asynccontextmanager
async def online(peer: Peer, store: Path | None = None) -> AsyncIterator[tuple[Client, Line]]:
    async with Client(peer.url, token="secret", store=store) as client:
        line = await peer.line()
        await client.wait_online(PATIENCE)
        yield client, line


async def take(stream: EventStream, count: int) -> list[int]:
    """The seqs of the next events."""
    async with asyncio.timeout(PATIENCE):
        return [(await anext(stream)).seq for _ in range(count)]


async def until(updates: UpdateStream, wanted: object) -> None:
    async with asyncio.timeout(PATIENCE):
        async for update in updates:
            if update == wanted:
                return


async def marked(line: Line, chat: str, seq: int) -> None:
    """The device acknowledges ``seq``, and nothing beyond it."""
    while True:
        _, received = await line.next(Received)
        for mark in received.marks:
            assert mark.seq <= seq or mark.chat != chat
            if mark == Mark(chat=chat, seq=seq):
                return


class TestCatchingUp:
    async def test_a_sync_makes_the_state_and_is_acknowledged(self, peer: Peer) -> None:
        peer.heads = [head(2, message(1), message(2))]
        async with online(peer) as (client, line):
            assert client.user == "me"
            assert client.state.chats["c"].unread == 2
            assert client.state.since == "1.1"
            await marked(line, "c", 2)

    async def test_what_came_before_the_sync_is_not_lost(self, peer: Peer) -> None:
        peer.syncs = False
        peer.heads = [head(1, message(1))]
        async with Client(peer.url, token="secret") as client:
            events = client.events()
            line = await peer.line()
            sync, _ = await line.next(Sync)
            line.push(pushes.Event(event=message(2)), pushes.Heads(heads=tuple(peer.heads)))
            line.push(pushes.Event(event=message(2)), pushes.Event(event=message(1)))
            line.answer(sync, peer.caught_up)
            assert await take(events, 2) == [1, 2]
            await marked(line, "c", 2)

    async def test_a_hole_before_the_inline_events_is_fetched(self, peer: Peer) -> None:
        peer.heads = [head(5, message(5), read=2)]
        async with online(peer) as (client, line):
            events = client.events()
            request, history = await line.next(History)
            assert (history.chat, history.after, history.limit) == ("c", 2, 2)
            line.answer(request, results.Page(chat="c", events=(message(3), message(4))))
            assert await take(events, 3) == [3, 4, 5]
            await marked(line, "c", 5)

    async def test_a_long_hole_is_fetched_page_by_page(self, peer: Peer) -> None:
        peer.heads = [head(301, message(301))]
        async with online(peer) as (client, line):
            events = client.events()
            for first in (1, 201):
                request, history = await line.next(History)
                assert history.after == first - 1
                last = min(first + history.limit - 1, 300)
                page = tuple(message(seq) for seq in range(first, last + 1))
                line.answer(request, results.Page(chat="c", events=page, newer=True))
            assert await take(events, 301) == list(range(1, 302))

    async def test_another_life_of_the_server_voids_what_is_held(self, peer: Peer) -> None:
        peer.heads = [head(9, message(9), read=8), head(1, message(1, chat="d"), chat="d")]
        async with online(peer) as (client, line):
            peer.syncs = False
            line.close(1012)
            line = await peer.line()
            request, sync = await line.next(Sync)
            assert sync.since == "1.1"
            line.answer(request, results.CaughtUp(since="2.1", now=0, reset=True))
            request, sync = await line.next(Sync)
            assert sync.since is None
            line.push(pushes.Heads(heads=(head(1, message(1)),)))
            line.answer(request, results.CaughtUp(since="2.2", now=0))
            await client.wait_online(PATIENCE)
            assert {it.id: it.last for it in client.state.chats.values()} == {"c": 1}
            assert client.state.since == "2.2"

    async def test_unknown_people_and_chats_are_asked_for(self, peer: Peer) -> None:
        async with online(peer) as (client, line):
            updates = client.updates()
            line.push(pushes.Event(event=message(3, chat="new", sender="zoe")))
            request, _ = await line.next(Chat)
            line.answer(request, head(3, message(3, chat="new", sender="zoe"), chat="new"))
            request, users = await line.next(Users)
            assert users.ids == ("zoe",)
            zoe = results.User(id="zoe", handle="zoe", name="Zoe")
            line.answer(request, results.UserList(users=(zoe,)))
            await until(updates, ChatChanged("new", "log"))
            while "zoe" not in client.state.users:
                await anext(updates)

    async def test_the_server_may_ask_for_a_sync(self, peer: Peer) -> None:
        peer.hello.heartbeat = 0
        async with online(peer) as (_, line):
            await line.next(Sync)
            peer.beat_sync = True
            await line.next(Sync)


class TestEvents:
    async def test_a_gap_is_repaired_and_all_come_in_order_once(self, peer: Peer) -> None:
        peer.heads = [head(1, message(1), read=1)]
        async with online(peer) as (client, line):
            events = client.events()
            for seq in (2, 5, 2, 4, 5):
                line.push(pushes.Event(event=message(seq)))
            request, history = await line.next(History)
            assert (history.after, history.limit) == (2, 1)
            line.answer(request, results.Page(chat="c", events=(message(3),)))
            assert await take(events, 4) == [2, 3, 4, 5]

    async def test_a_gap_that_closes_by_itself_is_not_fetched(self, peer: Peer) -> None:
        peer.heads = [head(1, message(1), read=1)]
        async with online(peer) as (client, line):
            events = client.events()
            line.push(pushes.Event(event=message(3)), pushes.Event(event=message(2)))
            assert await take(events, 2) == [2, 3]
            await marked(line, "c", 3)
            assert not [it for it in peer.seen if isinstance(it, History)]

    async def test_a_repeat_is_acknowledged_again_and_not_shown(self, peer: Peer) -> None:
        peer.heads = [head(1, message(1), read=1)]
        async with online(peer) as (client, line):
            events = client.events()
            line.push(pushes.Event(event=message(2)))
            assert await take(events, 1) == [2]
            await marked(line, "c", 2)
            line.push(pushes.Event(event=message(2)))
            await marked(line, "c", 2)
            line.push(pushes.Event(event=message(3)))
            assert await take(events, 1) == [3]

    async def test_several_readers_and_kinds(self, peer: Peer) -> None:
        peer.heads = [head(0)]
        async with online(peer) as (client, line):
            everything, texts = client.events(), client.events(kinds=Message)
            joined = Event(chat="c", seq=1, at=1, sender="ann", count=0, body=Joined())
            line.push(pushes.Event(event=joined), pushes.Event(event=message(2)))
            assert await take(everything, 2) == [1, 2]
            assert await take(texts, 1) == [2]

    async def test_a_slow_reader_misses_nothing(self, peer: Peer) -> None:
        peer.heads = [head(0)]
        async with online(peer) as (client, line):
            events = client.events()
            for seq in range(1, 2001):
                line.push(pushes.Event(event=message(seq)))
            await marked(line, "c", 2000)
            reading = asyncio.create_task(take(events, 2000))
            request, history = await line.next(History)  # memory keeps about a thousand
            while True:
                assert history.after is not None
                last = min(history.after + history.limit, 2000)
                page = tuple(message(seq) for seq in range(history.after + 1, last + 1))
                line.answer(request, results.Page(chat="c", events=page, newer=last < 2000))
                if last >= 1000 or reading.done():
                    break
                request, history = await line.next(History)
            assert await reading == list(range(1, 2001))

    async def test_own_messages_from_here_are_left_out_unless_wanted(self, peer: Peer) -> None:
        peer.heads = [head(0)]
        async with online(peer) as (client, line):
            others, everything = client.events(), client.events(own=True)
            sending = await client.send("c", "hello")
            request, _ = await line.next(Send)
            line.answer(request, accepted(1))
            await sending.accepted()
            line.push(pushes.Event(event=message(2, sender="me"), read_count=2))
            assert await take(everything, 2) == [1, 2]
            assert await take(others, 1) == [2]
            assert client.state.chats["c"].unread == 0


class TestSending:
    async def test_a_message_is_accepted_delivered_and_read(self, peer: Peer) -> None:
        peer.heads = [head(0)]
        async with online(peer) as (client, line):
            sending = await client.send("c", "hello", reply_to=None, mentions=("ann",))
            assert [it.body.text for it in client.outbox.of("c")] == ["hello"]
            request, send = await line.next(Send)
            assert (send.chat, send.body.text, send.body.mentions) == ("c", "hello", ("ann",))
            assert send.client_id == sending.client_id
            line.answer(request, accepted(1))
            assert (await sending.accepted()).seq == 1
            assert client.outbox.of("c") == []
            assert client.tick("c", 1) is Tick.SENT
            delivered = asyncio.create_task(sending.delivered())
            read = asyncio.create_task(sending.read())
            line.push(pushes.Ticks(ticks=results.Ticks(chat="c", delivered=1)))
            await asyncio.wait_for(delivered, PATIENCE)
            assert not read.done()
            line.push(pushes.Ticks(ticks=results.Ticks(chat="c", delivered=1, read=1)))
            await asyncio.wait_for(read, PATIENCE)

    async def test_to_a_person_opens_the_chat(self, peer: Peer) -> None:
        async with online(peer) as (client, line):
            ann = results.User(id="ann", handle="ann", name="Ann")
            sending = asyncio.create_task(client.send(ann, "hello"))
            request, opening = await line.next(OpenDirect)
            assert opening.user == "ann"
            line.answer(request, head(0))
            _, send = await line.next(Send)
            assert send.chat == "c"
            assert (await sending).chat == "c"
            again = await client.send("ann", "hello again")
            assert again.chat == "c"

    async def test_after_a_reconnect_the_same_id_goes_out_again(self, peer: Peer) -> None:
        peer.heads = [head(0)]
        async with online(peer) as (client, line):
            sending = await client.send("c", "hello")
            _, first = await line.next(Send)
            line.cut()
            line = await peer.line()
            request, second = await line.next(Send)
            assert first == second
            line.answer(request, accepted(1))
            await sending.accepted()

    async def test_an_answer_that_got_lost_is_found_in_the_log(self, peer: Peer) -> None:
        peer.heads = [head(0)]
        async with online(peer) as (client, line):
            sending = await client.send("c", "m1")
            _, send = await line.next(Send)
            mine = message(1, sender="me", client_id=send.client_id)
            peer.heads = [head(1, mine, read_count=1)]
            line.cut()
            assert (await sending.accepted()).seq == 1
            await peer.line()
            await client.wait_online(PATIENCE)
            assert len([it for it in peer.seen if isinstance(it, Send)]) == 1

    async def test_an_answer_that_got_lost_is_found_in_a_repaired_gap(self, peer: Peer) -> None:
        peer.heads = [head(0)]
        async with online(peer) as (client, line):
            events = client.events()
            sending = await client.send("c", "m1")
            _, send = await line.next(Send)
            line.push(pushes.Event(event=message(2)))
            request, _ = await line.next(History)
            mine = message(1, sender="me", client_id=send.client_id)
            line.answer(request, results.Page(chat="c", events=(mine,)))
            assert (await sending.accepted()).seq == 1
            assert await take(events, 1) == [2]
            assert client.outbox.of("c") == []

    async def test_a_refusal_waits_for_the_person(self, peer: Peer) -> None:
        peer.heads = [head(0)]
        async with online(peer) as (client, line):
            sending = await client.send("c", "hello")
            request, _ = await line.next(Send)
            line.answer(request, ChinwagError(catalogue.NOT_A_MEMBER))
            with pytest.raises(ChinwagError):
                await sending.accepted()
            (entry,) = client.outbox.of("c")
            assert entry.failed is not None
            assert entry.failed.code == "not_a_member"
            assert client.outbox.retry(entry.client_id)
            request, again = await line.next(Send)
            assert again.client_id == entry.client_id
            line.answer(request, ChinwagError(catalogue.NOT_A_MEMBER))
            line.push(pushes.Typing(chat="c", user="ann"))
            updates = client.updates()
            while not client.outbox.of("c")[0].failed:
                await anext(updates)
            assert client.outbox.discard(entry.client_id)
            assert client.outbox.of("c") == []

    async def test_taken_back_before_it_went_out(self, peer: Peer) -> None:
        peer.heads = [head(0)]
        async with online(peer) as (client, line):
            first = await client.send("c", "first")
            second = await client.send("c", "second")
            await line.next(Send)
            assert client.outbox.discard(second.client_id)
            assert not client.outbox.discard(first.client_id)
            with pytest.raises(Discarded):
                await second.accepted()


class TestMarks:
    async def test_reading_is_told_once_and_confirmed(self, peer: Peer) -> None:
        peer.heads = [head(3, message(1), message(2), message(3))]
        async with online(peer) as (client, line):
            client.read("c", 2)
            client.read("c", 3)
            assert client.state.chats["c"].unread == 0
            client.flush_reads()
            _, read = await line.next(Read)
            assert read.marks == (Mark(chat="c", seq=3),)

    async def test_reading_that_was_not_confirmed_is_told_again(self, peer: Peer) -> None:
        peer.heads = [head(3, message(1), message(2), message(3))]
        peer.confirms = False
        async with online(peer) as (client, line):
            client.read("c")
            client.flush_reads()
            await line.next(Read)
            line.cut()
            line = await peer.line()
            _, read = await line.next(Read)
            assert read.marks == (Mark(chat="c", seq=3),)


class TestLooking:
    async def test_what_one_looks_at_is_told_to_each_session(self, peer: Peer) -> None:
        async with online(peer) as (client, line):
            client.foreground = True
            client.watch("c", users=("ann",))
            client.typing("c")
            while not (await line.next(Heartbeat))[1].foreground:
                pass
            assert (await line.next(Watch))[1] == Watch(chat="c", users=("ann",))
            await line.next(Typing)
            line.cut()
            line = await peer.line()
            assert (await line.next(Heartbeat))[1].foreground
            assert (await line.next(Watch))[1].chat == "c"

    async def test_presence_and_typing_are_told(self, peer: Peer) -> None:
        async with online(peer) as (client, line):
            updates = client.updates()
            line.push(pushes.Presence(user="ann", online=True), pushes.Typing(chat="c", user="ann"))
            while not client.typing_in("c"):
                await anext(updates)
            assert client.state.presence["ann"].online


class TestLink:
    async def test_a_replaced_session_ends_everything_clearly(self, peer: Peer) -> None:
        peer.heads = [head(0)]
        async with online(peer) as (client, line):
            events, updates = client.events(), client.updates()
            sending = await client.send("c", "hello")
            call = asyncio.create_task(client.call(OpenDirect(user="x")))
            await line.next(OpenDirect)
            line.close(4409, b"a newer session")
            with pytest.raises(SignedOut) as caught:
                await anext(events)
            assert caught.value.replaced
            with pytest.raises(SignedOut):
                await call
            with pytest.raises(SignedOut):
                await sending.accepted()
            with pytest.raises(SignedOut):
                await client.send("c", "too late")
            with pytest.raises(SignedOut):
                await until(updates, None)
            assert client.status == "signed_out"
        assert peer.lines.empty()

    async def test_a_void_token_ends_everything_too(self, peer: Peer) -> None:
        peer.refuse = lambda: picows.WSUpgradeResponse.create_error_response(401)
        async with Client(peer.url, token="secret") as client:
            with pytest.raises(SignedOut):
                await client.wait_online(PATIENCE)

    async def test_a_busy_server_is_asked_again(self, peer: Peer) -> None:
        peer.refuse = lambda: picows.WSUpgradeResponse.create_error_response(503)
        async with Client(peer.url, token="secret") as client:
            updates = client.updates()
            await until(updates, StatusChanged("offline"))
            peer.refuse = None
            client.reconnect_now()
            await client.wait_online(PATIENCE)
            assert client.trouble is None

    async def test_goodbye_says_when_to_come_back(self, peer: Peer) -> None:
        async with online(peer) as (client, line):
            updates = client.updates()
            line.push(pushes.Goodbye(reconnect_after=3_600_000))
            line.close(1012)
            await until(updates, StatusChanged("offline"))
            with pytest.raises(Timeout):
                await client.wait_online(0.05)
            client.reconnect_now()
            await client.wait_online(PATIENCE)

    async def test_calls_are_asked_again_over_the_next_connection(self, peer: Peer) -> None:
        peer.heads = [head(0)]
        async with online(peer) as (client, line):
            call = asyncio.create_task(client.arrange("c", pinned=True))
            await line.next(Arrange)
            line.cut()
            line = await peer.line()
            request, _ = await line.next(Arrange)
            mine = results.Mine(chat="c", version=2, stays=((1, 0),), pinned_at=5)
            line.answer(request, mine)
            assert await call == mine
            assert client.state.chats["c"].mine.pinned_at == 5

    async def test_a_server_that_does_not_answer_heartbeats_is_left(
        self, peer: Peer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(session, "ANSWER_SECONDS", 0.2)
        peer.hello.heartbeat = 0
        peer.beats = False
        async with Client(peer.url, token="secret") as client:
            first = await peer.line()
            await asyncio.wait_for(first.closed.wait(), PATIENCE)
            peer.beats = True
            peer.hello.heartbeat = 25
            await peer.line()
            await client.wait_online(PATIENCE)

    async def test_closing_ends_readers_quietly_and_waiters_loudly(self, peer: Peer) -> None:
        peer.heads = [head(0)]
        async with online(peer) as (client, line):
            events = client.events()
            sending = await client.send("c", "hello")
            await line.next(Send)
        assert [event async for event in events] == []
        assert [event async for event in client.events()] == []
        with pytest.raises(Closed):
            await sending.accepted()
        with pytest.raises(Closed):
            await client.call(OpenDirect(user="x"))


class TestStore:
    async def test_it_opens_offline_with_all_it_had(self, peer: Peer, tmp_path: Path) -> None:
        peer.heads = [head(2, message(1), message(2))]
        async with online(peer, tmp_path / "store") as (client, line):
            await marked(line, "c", 2)
        client = Client("http://127.0.0.1:1", token="secret", store=tmp_path / "store")
        try:
            assert client.user == "me"
            assert client.state.chats["c"].unread == 2
            assert client.state.users["ann"].name == "Ann"
            page = await client.history("c")
            assert [event.seq for event in page.events] == [1, 2]
        finally:
            await client.close()

    async def test_an_event_comes_once_also_over_restarts(self, peer: Peer, tmp_path: Path) -> None:
        peer.heads = [head(2, message(1), message(2))]
        async with online(peer, tmp_path / "store") as (client, line):
            assert await take(client.events(), 1) == [1]
            await marked(line, "c", 2)
        peer.heads = [head(3, message(2), message(3))]
        async with online(peer, tmp_path / "store") as (client, line):
            _, sync = await line.next(Sync)
            assert sync.since == "1.1"
            assert await take(client.events(), 2) == [2, 3]

    async def test_messages_written_offline_go_out_in_order(
        self, peer: Peer, tmp_path: Path
    ) -> None:
        peer.heads = [head(0)]
        async with online(peer, tmp_path / "store"):
            pass
        offline = Client("http://127.0.0.1:1", token="secret", store=tmp_path / "store")
        ids = [(await offline.send("c", text)).client_id for text in ("one", "two")]
        offline.read("c")
        await offline.close()
        async with online(peer, tmp_path / "store") as (client, line):
            for number, client_id in enumerate(ids, 1):
                request, send = await line.next(Send)
                assert send.client_id == client_id
                line.answer(request, accepted(number))
            updates = client.updates()
            while client.outbox.of("c"):
                await anext(updates)

    async def test_older_history_comes_from_the_file(self, peer: Peer, tmp_path: Path) -> None:
        peer.heads = [head(0)]
        async with online(peer, tmp_path / "store") as (client, line):
            for seq in range(1, 501):
                line.push(pushes.Event(event=message(seq)))
            await marked(line, "c", 500)
        client = Client("http://127.0.0.1:1", token="secret", store=tmp_path / "store")
        try:
            assert len(client.state.chats["c"].log) == 100
            page = await client.history("c", before=300, limit=50)
            assert [event.seq for event in page.events] == list(range(250, 300))
            assert (page.older, page.newer) == (True, True)
            assert len(await take_all(client)) == 500
        finally:
            await client.close()

    async def test_two_clients_may_not_share_a_store(self, peer: Peer, tmp_path: Path) -> None:
        async with online(peer, tmp_path / "store"):
            with pytest.raises(StoreError):
                Client(peer.url, token="other", store=tmp_path / "store")

    async def test_a_store_stays_with_its_account(self, peer: Peer, tmp_path: Path) -> None:
        async with online(peer, tmp_path / "store"):
            pass
        peer.hello.user = "somebody else"
        async with Client(peer.url, token="secret", store=tmp_path / "store") as client:
            with pytest.raises(StoreError):
                await client.wait_online(PATIENCE)


async def take_all(client: Client) -> list[int]:
    return await take(client.events(), 500)
