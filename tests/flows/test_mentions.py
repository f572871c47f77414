"""Mentions: the mark that says where the newest one stands."""

import asyncio

from chinwag.protocol.commands import Chat
from flows.cast import Person, eventually, refused, settled
from flows.conftest import People
from flows.raw import Raw


def mentioned(person: Person, chat: str) -> tuple[int, int]:
    """The newest mention that somebody's phone knows of, and how far they have read."""
    mine = person.chat(chat).mine
    return mine.mentioned, mine.read


async def test_a_mention_marks_the_chat_of_the_one_it_names(people: People) -> None:
    anna, ben, cleo = await people(3)
    chat = await anna.group("Tea round", ben, cleo)
    tablet = await ben.more()
    said = await anna.say(chat, "@Ben milk?", mentions=[ben.id, anna.id])
    await eventually(lambda: mentioned(ben, chat)[0] == said.seq)
    await eventually(lambda: tablet.state.chats[chat].mine.mentioned == said.seq)
    await settled(anna, cleo)
    assert mentioned(cleo, chat)[0] == mentioned(anna, chat)[0] == 0
    await anna.say(chat, "never mind")
    ben.phone.read(chat, said.seq)
    await eventually(lambda: tablet.state.chats[chat].mine.read == said.seq)
    assert mentioned(ben, chat) == (said.seq, said.seq)


async def test_a_mention_is_there_after_a_sync(people: People) -> None:
    anna, ben = await people(2)
    chat = await anna.group("Tea round", ben)
    await ben.phone.close()
    said = await anna.say(chat, "@Ben milk?", mentions=[ben.id])
    await anna.say(chat, "or lemon")
    await ben.again()
    assert mentioned(ben, chat) == (said.seq, 0)
    assert ben.chat(chat).unread == 2


async def test_a_mention_is_told_by_a_newer_version_of_mine(people: People) -> None:
    anna, ben = await people(2)
    chat = await anna.group("Tea round", ben)
    spy = await ben.more(online=False)
    async with await Raw.open(ben.url, spy.token) as raw:
        await ben.phone.arrange(chat, pinned=True)
        sent = [anna.say(chat, f"@Ben {n}", mentions=[ben.id]) for n in range(10)]
        for seq in range(1, 9):
            ben.phone.read(chat, seq)
            ben.phone.flush_reads()
            await asyncio.sleep(0)
        newest = max([said.seq for said in await asyncio.gather(*sent)])
        await eventually(lambda: raw.of("mine")[-1]["mine"].get("mentioned") == newest)
        told = [push["mine"] for push in raw.of("mine")]
        assert [mine["version"] for mine in told] == sorted({mine["version"] for mine in told})
        assert all(mine["pinned_at"] for mine in told)


async def test_what_is_withheld_mentions_nobody(people: People) -> None:
    anna, ben = await people(2)
    chat = await anna.direct(ben)
    await ben.phone.people.block(anna.id)
    await anna.say(chat, "@Ben?", mentions=[ben.id])
    await settled(anna, ben)
    assert mentioned(ben, chat)[0] == 0
    assert (await ben.phone.open_direct(anna.id)).mine.mentioned == 0


async def test_who_was_removed_is_mentioned_no_more(people: People) -> None:
    anna, ben = await people(2)
    chat = await anna.group("Tea round", ben)
    said = await anna.say(chat, "@Ben milk?", mentions=[ben.id])
    await anna.phone.groups.remove(chat, ben.id)
    assert await refused(anna.say(chat, "@Ben?", mentions=[ben.id])) == "invalid"
    await anna.phone.groups.add(chat, ben.id)
    await settled(anna, ben)
    head = await ben.phone.call(Chat(chat))
    assert head.mine.mentioned == said.seq
    assert head.mine.read > said.seq  # what came before one's return counts as read
