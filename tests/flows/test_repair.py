"""Bad networks: lost pushes, cut connections, answers that never came."""

import asyncio

from chinwag.protocol.events import Message
from chinwag.sdk import Client
from flows.cast import PATIENCE, Person, eventually, log, texts
from flows.conftest import People
from flows.proxy import proxied


async def through(person: Person, url: str) -> Client:
    """A device of this person behind a proxy."""
    client = Client(url, token=(await person.more(online=False)).token)
    person.clients.append(client)
    client.start()
    await client.wait_online()
    return client


async def test_a_lost_push_is_fetched_when_the_next_one_shows_the_gap(people: People) -> None:
    anna, ben = await people(2)
    chat = await anna.direct(ben)
    async with proxied(ben.url) as proxy:
        behind = await through(ben, proxy.url)
        proxy.lose = lambda frame: b'"text":"lost' in frame and b'"push":{"type":"event"' in frame
        await anna.say(chat, "seen")
        for number in range(5):
            await anna.say(chat, f"lost {number}")
        await anna.say(chat, "shows the gap")
        wanted = ["seen", *(f"lost {n}" for n in range(5)), "shows the gap"]
        await eventually(lambda: texts(behind, chat) == wanted)
        assert proxy.dropped == 5
        assert behind.state.chats[chat].unread == 7


async def test_events_are_handed_over_in_order_and_once_through_losses(people: People) -> None:
    anna, ben = await people(2)
    chat = await anna.direct(ben)
    async with proxied(ben.url) as proxy:
        behind = await through(ben, proxy.url)
        shown: list[str] = []

        async def show() -> None:
            async for event in behind.events(kinds=Message):
                shown.append(event.body.text)  # noqa: PERF401 - it never ends

        reader = asyncio.create_task(show())
        frames = iter(range(1_000_000))
        proxy.lose = lambda frame: b'"type":"event"' in frame and next(frames) % 3 == 1
        for number in range(40):
            await anna.say(chat, str(number))
            if number in (10, 25):
                proxy.cut()
        proxy.lose = lambda frame: False
        await anna.say(chat, "end")
        await eventually(lambda: shown and shown[-1] == "end", within=30)
        assert shown == [*map(str, range(40)), "end"]
        await behind.close()
        await reader


async def test_what_was_missed_while_cut_off_comes_with_the_reconnect(people: People) -> None:
    anna, ben = await people(2)
    chat = await anna.direct(ben)
    async with proxied(ben.url) as proxy:
        behind = await through(ben, proxy.url)
        proxy.hold()
        for number in range(3):
            await anna.say(chat, f"missed {number}")
        proxy.cut()
        proxy.release()
        await eventually(lambda: len(texts(behind, chat)) == 3)
        assert [event.seq for event in log(behind, chat)] == [1, 2, 3, 4]


async def test_a_lost_answer_does_not_send_the_message_twice(people: People) -> None:
    anna, ben = await people(2)
    chat = await anna.direct(ben)
    async with proxied(anna.url) as proxy:
        behind = await through(anna, proxy.url)
        for number in range(3):
            # The server has it; the sender does not hear of it, and asks again elsewhere.
            proxy.hold()
            sending = await behind.send(chat, f"once {number}")
            await eventually(lambda number=number: f"once {number}" in ben.texts(chat))
            proxy.cut()
            proxy.release()
            await asyncio.wait_for(sending.accepted(), PATIENCE)
        assert ben.texts(chat) == texts(behind, chat) == ["once 0", "once 1", "once 2"]
        assert len(behind.outbox) == 0


async def test_messages_written_offline_keep_their_order(people: People) -> None:
    anna, ben = await people(2)
    chat = await anna.direct(ben)
    async with proxied(anna.url) as proxy:
        behind = await through(anna, proxy.url)
        proxy.cut()
        sendings = [await behind.send(chat, str(number)) for number in range(50)]
        proxy.cut()
        answers = [await asyncio.wait_for(it.accepted(), PATIENCE) for it in sendings]
        assert [answer.seq for answer in answers] == list(range(2, 52))
        await eventually(lambda: ben.texts(chat) == [str(number) for number in range(50)])


async def test_lost_acknowledgements_are_told_again(people: People) -> None:
    anna, ben = await people(2)
    chat = await anna.direct(ben)
    await ben.away()
    async with proxied(ben.url) as proxy:
        behind = await through(ben, proxy.url)
        proxy.hold()
        sent = await anna.say(chat, "are you there?")
        assert anna.phone.tick(chat, sent.seq).name == "SENT"
        proxy.cut()
        proxy.release()
        await eventually(lambda: anna.phone.tick(chat, sent.seq).name == "DELIVERED")
        behind.read(chat)
        behind.flush_reads()
        await eventually(lambda: anna.phone.tick(chat, sent.seq).name == "READ")
