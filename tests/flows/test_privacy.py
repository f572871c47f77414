"""Read receipts that are switched off, and blocking."""

import json

from chinwag.protocol.commands import Heartbeat
from chinwag.protocol.events import Void
from chinwag.protocol.pushes import Presence
from chinwag.sdk import Tick
from flows.cast import Person, eventually, refused, settled
from flows.conftest import People
from flows.raw import Raw


async def spoken(people: People, number: int = 2) -> tuple[list[Person], str]:
    """People of whom the first two have exchanged a message each."""
    crowd = await people(number)
    chat = await crowd[0].direct(crowd[1])
    await crowd[0].say(chat, "hello")
    await crowd[1].say(chat, "hi")
    await eventually(lambda: crowd[0].texts(chat) == crowd[1].texts(chat) == ["hello", "hi"])
    return crowd, chat


async def test_without_receipts_nobody_sees_blue(people: People) -> None:
    (anna, ben), chat = await spoken(people)
    await ben.phone.people.set_privacy(receipts=False)
    sent = await anna.say(chat, "read me")
    await eventually(lambda: anna.phone.tick(chat, sent.seq) is Tick.DELIVERED)
    ben.phone.read(chat)
    ben.phone.flush_reads()
    await settled(ben, anna)
    assert anna.phone.tick(chat, sent.seq) is Tick.DELIVERED
    (line,) = (await anna.phone.info(chat, sent.seq)).people
    assert line.delivered_at > 0
    assert line.read_at == 0

    answer = await ben.say(chat, "and you?")
    await eventually(lambda: ben.phone.tick(chat, answer.seq) is Tick.DELIVERED)
    anna.phone.read(chat)
    anna.phone.flush_reads()
    await settled(anna, ben)
    assert ben.phone.tick(chat, answer.seq) is Tick.DELIVERED  # mutual
    (line,) = (await ben.phone.info(chat, answer.seq)).people
    assert line.read_at == 0

    # What was read in the dark stays there; what is read from now on shows.
    await ben.phone.people.set_privacy(receipts=True)
    await settled(ben, anna)
    assert anna.phone.tick(chat, sent.seq) is Tick.DELIVERED
    later = await anna.say(chat, "one more")
    await eventually(lambda: ben.texts(chat)[-1] == "one more")
    ben.phone.read(chat)
    await eventually(lambda: anna.phone.tick(chat, later.seq) is Tick.READ)


async def test_without_receipts_own_devices_still_agree(people: People) -> None:
    (anna, ben), chat = await spoken(people)
    laptop = await ben.more()
    await ben.phone.people.set_privacy(receipts=False)
    await eventually(lambda: laptop.state.account and not laptop.state.account.privacy.receipts)
    await anna.say(chat, "news")
    await eventually(lambda: ben.chat(chat).unread == laptop.state.chats[chat].unread == 2)
    ben.phone.read(chat)
    await eventually(lambda: laptop.state.chats[chat].unread == 0)


async def test_groups_always_have_receipts(people: People) -> None:
    anna, ben = await people(2)
    chat = await anna.group("No secrets", ben)
    await ben.phone.people.set_privacy(receipts=False)
    sent = await anna.say(chat, "all of you")
    await eventually(lambda: ben.texts(chat) == ["all of you"])
    ben.phone.read(chat)
    await eventually(lambda: anna.phone.tick(chat, sent.seq) is Tick.READ)
    (line,) = (await anna.phone.info(chat, sent.seq)).people
    assert line.read_at > 0


async def test_a_blocked_sender_has_one_tick_for_ever_and_is_told_nothing(people: People) -> None:
    (anna, ben), chat = await spoken(people)
    anna.phone.read(chat)
    await eventually(lambda: ben.phone.tick(chat, 3) is Tick.READ)
    unread = await anna.say(chat, "before")
    await eventually(lambda: anna.phone.tick(chat, unread.seq) is Tick.DELIVERED)
    await anna.away()
    async with await Raw.open(anna.url, anna.token) as socket:
        await socket.ok("sync")
        socket.pushes.clear()
        await ben.phone.people.block(ben_blocks := anna.id)
        assert ben.phone.state.account
        assert ben.phone.state.account.blocked == (ben_blocks,)
        # As an ordinary message would be answered, but for what becomes of it.
        body = {"text": "are you there?"}
        accepted = await socket.ok("send", chat=chat, client_id="blocked-1", body=body)
        assert accepted["seq"] == unread.seq + 1
        await eventually(lambda: ben.chat(chat).last == accepted["seq"])
        assert ben.texts(chat) == ["hello", "hi", "before"]
        assert isinstance(ben.log(chat)[-1].body, Void)
        assert ben.log(chat)[-1].sender == ""
        assert ben.chat(chat).unread == 2

        ben.phone.read(chat)
        ben.phone.flush_reads()
        await settled(ben)
        info = await socket.ok("info", chat=chat, seq=accepted["seq"])
        assert info["people"] == [{"user": ben.id}]
        assert socket.pushes == []

    await anna.again()
    assert anna.phone.tick(chat, accepted["seq"]) is Tick.SENT
    assert anna.phone.tick(chat, unread.seq) is Tick.DELIVERED
    assert anna.texts(chat)[-1] == "are you there?"
    assert anna.chat(chat).unread == 0
    blocked_by_ben = await ben.phone.send(chat, "not so fast")
    assert await refused(blocked_by_ben.accepted()) == "blocked_by_you"


async def test_after_unblocking_new_messages_flow_and_the_kept_ones_stay_away(
    people: People,
) -> None:
    (anna, ben), chat = await spoken(people)
    await ben.phone.people.block(anna.id)
    kept = [(await anna.say(chat, f"kept {n}")).seq for n in range(3)]
    await ben.phone.people.unblock(anna.id)
    flows = await anna.say(chat, "again")
    await eventually(lambda: anna.phone.tick(chat, flows.seq) is Tick.DELIVERED)
    assert ben.texts(chat) == ["hello", "hi", "again"]
    assert [anna.phone.tick(chat, seq) for seq in kept] == [Tick.SENT] * 3
    ben.phone.read(chat)
    await eventually(lambda: anna.phone.tick(chat, flows.seq) is Tick.READ)
    assert [anna.phone.tick(chat, seq) for seq in kept] == [Tick.SENT] * 3

    # The same from the beginning, and by history.
    await ben.again()
    await anna.again()
    page = await ben.phone.history(chat, limit=200)
    assert "kept" not in json.dumps([str(event) for event in page.events])
    assert ben.chat(chat).unread == 0
    assert [anna.phone.tick(chat, seq) for seq in kept] == [Tick.SENT] * 3
    assert anna.phone.tick(chat, flows.seq) is Tick.READ
    answer = await ben.say(chat, "sorry", reply_to=flows.seq)
    await eventually(lambda: ben.phone.tick(chat, answer.seq) is Tick.DELIVERED)


async def test_a_block_hides_typing_and_presence_both_ways(people: People) -> None:
    (anna, ben), chat = await spoken(people)
    for person, other in ((anna, ben), (ben, anna)):
        person.phone.foreground = True
        person.phone.watch(chat=chat, users=[other.id])
    await eventually(lambda: anna.phone.state.presence[ben.id].online)
    await eventually(lambda: ben.phone.state.presence[anna.id].online)

    await ben.phone.people.block(anna.id)
    await eventually(lambda: anna.phone.state.presence[ben.id] == Presence(ben.id))
    await eventually(lambda: ben.phone.state.presence[anna.id] == Presence(anna.id))
    anna.phone.typing(chat)
    ben.phone.typing(chat)
    await settled(anna, ben, anna)
    assert anna.phone.typing_in(chat) == ben.phone.typing_in(chat) == ()

    await ben.phone.people.unblock(anna.id)
    await eventually(lambda: anna.phone.state.presence[ben.id].online)
    anna.phone.typing(chat)
    await eventually(lambda: ben.phone.typing_in(chat) == (anna.id,))


async def test_a_block_hides_changes_of_the_profile(people: People) -> None:
    (anna, ben), _ = await spoken(people)
    await ben.phone.people.block(anna.id)
    await ben.phone.people.set_profile(about="busy elsewhere")
    await ben.phone.call(Heartbeat(foreground=False))
    await settled(anna)
    assert anna.phone.state.users[ben.id].about == ""
    await ben.phone.people.unblock(anna.id)
    await ben.phone.people.set_profile(name="Benjamin")
    await eventually(lambda: anna.phone.state.users[ben.id].name == "Benjamin")


async def test_both_may_block_each_other(people: People) -> None:
    (anna, ben), chat = await spoken(people)
    await ben.phone.people.block(anna.id)
    await anna.phone.people.block(ben.id)
    for person in (anna, ben):
        sending = await person.phone.send(chat, "no")
        assert await refused(sending.accepted()) == "blocked_by_you"
        assert person.phone.outbox.discard(sending.client_id)
    await ben.phone.people.unblock(anna.id)
    hidden = await ben.say(chat, "peace?")
    await eventually(lambda: anna.chat(chat).last == hidden.seq)
    assert anna.texts(chat) == ["hello", "hi"]
    assert ben.phone.tick(chat, hidden.seq) is Tick.SENT


async def test_the_blocked_cannot_bring_one_into_groups(people: People) -> None:
    (anna, ben), _ = await spoken(people)
    await ben.phone.people.block(anna.id)
    made = await anna.phone.groups.create("Come on", [ben.id])
    assert made.refused == (ben.id,)
    await settled(ben)
    assert made.chat not in ben.phone.state.chats
