"""One-to-one chats: from finding somebody to the blue ticks."""

import asyncio

from chinwag.protocol.events import Message
from chinwag.sdk import Tick
from flows.cast import eventually, log, refused, settled, texts
from flows.conftest import People


async def test_a_message_goes_from_one_tick_to_two_to_blue(people: People) -> None:
    anna, ben = await people(2)
    (found,) = await anna.phone.people.find(ben.handle)
    assert found.id == ben.id
    await ben.away()

    chat = await anna.direct(ben)
    sent = await anna.say(chat, "hello")
    assert anna.phone.tick(chat, sent.seq) is Tick.SENT

    await ben.again()
    await eventually(lambda: anna.phone.tick(chat, sent.seq) is Tick.DELIVERED)
    assert ben.texts(chat) == ["hello"]
    assert ben.chat(chat).unread == 1

    ben.phone.read(chat)
    await eventually(lambda: anna.phone.tick(chat, sent.seq) is Tick.READ)
    assert ben.chat(chat).unread == 0
    assert anna.chat(chat).unread == 0


async def test_message_info_has_the_times(people: People) -> None:
    anna, ben = await people(2)
    chat = await anna.direct(ben)
    await ben.away()
    sent = await anna.say(chat, "when?")
    (line,) = (await anna.phone.info(chat, sent.seq)).people
    assert (line.user, line.delivered_at, line.read_at) == (ben.id, 0, 0)

    await ben.again()
    await eventually(lambda: anna.phone.tick(chat, sent.seq) is Tick.DELIVERED)
    ben.phone.read(chat)
    await eventually(lambda: anna.phone.tick(chat, sent.seq) is Tick.READ)

    (line,) = (await anna.phone.info(chat, sent.seq)).people
    assert sent.at <= line.delivered_at <= line.read_at
    assert line.failed is None
    assert await refused(ben.phone.info(chat, sent.seq)) == "not_found"


async def test_replies_and_mentions_arrive_as_sent(people: People) -> None:
    anna, ben, carol = await people(3)
    chat = await anna.direct(ben)
    first = await anna.say(chat, "shall we?")
    await eventually(lambda: ben.texts(chat) == ["shall we?"])
    reply = await ben.say(chat, "yes!", reply_to=first.seq, mentions=[anna.id])
    await eventually(lambda: anna.texts(chat) == ["shall we?", "yes!"])
    assert anna.log(chat)[-1].body == Message("yes!", reply_to=first.seq, mentions=(anna.id,))

    beyond = await anna.phone.send(chat, "to nothing", reply_to=reply.seq + 50)
    assert await refused(beyond.accepted()) == "invalid"
    stranger = await anna.phone.send(chat, "who?", mentions=[carol.id])
    assert await refused(stranger.accepted()) == "invalid"
    assert anna.chat(chat).last == reply.seq


async def test_notes_to_oneself(people: People) -> None:
    (anna,) = await people(1)
    laptop = await anna.more()
    chat = (await anna.phone.open_direct(anna.id)).chat
    sent = await anna.say(chat, "buy milk")
    await eventually(lambda: texts(laptop, chat) == ["buy milk"])
    for device in (anna.phone, laptop):
        held = device.state.chats[chat]
        assert held.kind == "self"
        assert held.unread == 0
    await eventually(lambda: anna.phone.tick(chat, sent.seq) is Tick.READ)
    assert (await anna.phone.open_direct(anna.id)).chat == chat
    assert (await anna.phone.info(chat, sent.seq)).people == ()


async def test_a_chat_between_two_is_one_whoever_opens_it(people: People) -> None:
    anna, ben = await people(2)
    chat = await anna.direct(ben)
    assert await ben.direct(anna) == chat
    assert anna.chat(chat).peer == ben.id
    assert ben.chat(chat).peer == anna.id


async def test_own_devices_agree_on_messages_and_what_is_read(people: People) -> None:
    anna, ben = await people(2)
    laptop = await ben.more()
    chat = await anna.direct(ben)
    for text in ("one", "two", "three"):
        await anna.say(chat, text)
    await eventually(lambda: texts(laptop, chat) == ben.texts(chat) == ["one", "two", "three"])
    assert laptop.state.chats[chat].unread == ben.chat(chat).unread == 3

    second = log(laptop, chat)[-2].seq
    laptop.read(chat, second)
    await eventually(lambda: ben.chat(chat).unread == laptop.state.chats[chat].unread == 1)
    assert ben.chat(chat).mine.read == second
    await eventually(lambda: anna.phone.tick(chat, second) is Tick.READ)
    assert anna.phone.tick(chat, second + 1) is Tick.DELIVERED

    await ben.say(chat, "an answer")
    await eventually(lambda: texts(laptop, chat)[-1] == "an answer")
    assert laptop.state.chats[chat].unread == ben.chat(chat).unread == 1


async def test_mute_pin_archive_and_the_unread_dot_are_the_same_everywhere(people: People) -> None:
    anna, ben = await people(2)
    laptop = await anna.more()
    chat = await anna.direct(ben)
    message = await ben.say(chat, "psst")
    await eventually(lambda: anna.chat(chat).unread == 1)
    anna.phone.read(chat)
    await eventually(lambda: ben.phone.tick(chat, message.seq) is Tick.READ)

    await anna.phone.arrange(chat, muted_until=2**52, pinned=True, archived=True, unread=True)

    def same() -> bool:
        one, other = anna.chat(chat).mine, laptop.state.chats[chat].mine
        return one == other and bool(one.unread and one.archived and one.pinned_at)

    await eventually(same)
    assert laptop.state.chats[chat].mine.muted_until == 2**52
    assert ben.phone.tick(chat, message.seq) is Tick.READ  # the dot takes back no receipt
    assert laptop.state.chats[chat].unread == 0

    await laptop.arrange(chat, muted_until=0, pinned=False, archived=False, unread=False)
    await eventually(lambda: not anna.chat(chat).mine.unread)
    mine = anna.chat(chat).mine
    assert (mine.muted_until, mine.pinned_at, mine.archived) == (0, 0, False)
    await settled(ben)
    theirs = ben.chat(chat).mine
    assert (theirs.muted_until, theirs.pinned_at, theirs.archived) == (0, 0, False)


async def test_settings_and_reads_of_one_moment_agree_everywhere(people: People) -> None:
    anna, ben = await people(2)
    laptop = await anna.more()
    chat = await anna.direct(ben)
    for number in range(20):
        sent = await ben.say(chat, str(number))
        await eventually(lambda seq=sent.seq: anna.chat(chat).stored == seq)
        await eventually(lambda seq=sent.seq: laptop.state.chats[chat].stored == seq)
        anna.phone.read(chat)
        anna.phone.flush_reads()
        await asyncio.gather(
            anna.phone.arrange(chat, pinned=number % 2 == 0),
            laptop.arrange(chat, archived=number % 3 == 0),
            laptop.arrange(chat, unread=number % 5 == 0),
        )

        def same() -> bool:
            told = (anna.chat(chat).mine, laptop.state.chats[chat].mine)
            return told[0] == told[1]

        await eventually(same)
        mine = anna.chat(chat).mine
        assert (bool(mine.pinned_at), mine.archived) == (number % 2 == 0, number % 3 == 0)
        assert mine.read == sent.seq
