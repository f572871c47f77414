"""Typing, online and last seen: only to those who look, and as far as privacy goes."""

from chinwag.protocol.pushes import Presence
from flows.cast import Person, eventually, settled
from flows.conftest import People
from flows.raw import Raw


async def friends(people: People, number: int = 2) -> tuple[list[Person], str]:
    """People of whom the first two have spoken."""
    crowd = await people(number)
    chat = await crowd[0].direct(crowd[1])
    await crowd[0].say(chat, "hello")
    await eventually(lambda: crowd[1].texts(chat) == ["hello"])
    return crowd, chat


def seen(viewer: Person, other: Person) -> Presence:
    """How ``viewer`` sees the other."""
    return viewer.phone.state.presence[other.id]


async def opens(viewer: Person, chat: str, typist: Person) -> None:
    """The viewer opens the chat, and sees from now on who types there. What is typed on another
    node does not wait for this one to listen, so the first times may be lost.
    """
    viewer.phone.watch(chat=chat)

    async def sees() -> bool:
        typist.phone.typing(chat)
        await settled(typist)
        return viewer.phone.typing_in(chat) == (typist.id,)

    await eventually(sees)
    typist.phone.typing(chat, active=False)
    await eventually(lambda: viewer.phone.typing_in(chat) == ())


async def test_typing_shows_only_to_who_has_the_chat_open(people: People) -> None:
    (anna, ben, carol), chat = await friends(people, 3)
    laptop = await ben.more()
    with_carol = await anna.direct(carol)
    carol.phone.watch(chat=with_carol)
    await opens(ben, chat, anna)
    await settled(carol)

    anna.phone.typing(chat)
    await eventually(lambda: ben.phone.typing_in(chat) == (anna.id,))
    await settled(laptop, carol, anna)
    assert laptop.typing_in(chat) == ()
    assert carol.phone.typing_in(chat) == carol.phone.typing_in(with_carol) == ()
    assert anna.phone.typing_in(chat) == ()

    anna.phone.typing(chat, active=False)
    await eventually(lambda: ben.phone.typing_in(chat) == ())


async def test_a_message_ends_typing_and_so_does_time(people: People) -> None:
    (anna, ben), chat = await friends(people)
    await opens(ben, chat, anna)
    anna.phone.typing(chat)
    await eventually(lambda: ben.phone.typing_in(chat) == (anna.id,))
    await anna.say(chat, "done")
    await eventually(lambda: ben.texts(chat)[-1] == "done")
    assert ben.phone.typing_in(chat) == ()

    anna.phone.typing(chat)
    await eventually(lambda: ben.phone.typing_in(chat) == (anna.id,))
    await eventually(lambda: ben.phone.typing_in(chat) == (), within=20)


async def test_recording_takes_the_place_of_typing_until_it_ends(people: People) -> None:
    (anna, ben), chat = await friends(people)
    await opens(ben, chat, anna)

    anna.phone.typing(chat)
    await eventually(lambda: ben.phone.typing_in(chat) == (anna.id,))
    anna.phone.typing(chat, doing="recording")
    await eventually(lambda: ben.phone.typing_in(chat, "recording") == (anna.id,))
    assert ben.phone.typing_in(chat) == ()
    anna.phone.typing(chat, active=False)
    await eventually(lambda: ben.phone.typing_in(chat, "recording") == ())
    assert ben.phone.typing_in(chat) == ()


async def test_a_stranger_s_typing_goes_nowhere(people: People) -> None:
    (anna, ben, carol), chat = await friends(people, 3)
    await opens(ben, chat, anna)
    async with await Raw.open(carol.url, carol.token) as socket:
        answer = await socket.ask("typing", chat=chat)
        assert answer["error"]["code"] == "not_found"
        await socket.ok("watch", chat=chat)
        anna.phone.typing(chat)
        await eventually(lambda: ben.phone.typing_in(chat) == (anna.id,))
        await socket.ok("me")
        assert socket.of("typing") == []


async def test_online_and_last_seen_go_to_who_looks(people: People) -> None:
    (anna, ben), _ = await friends(people)
    await anna.away()
    async with await Raw.open(anna.url, anna.token) as idle:
        watcher = await anna.more()
        watcher.watch(users=[ben.id])
        await eventually(lambda: ben.id in watcher.state.presence)
        assert not watcher.state.presence[ben.id].online

        ben.phone.foreground = True
        await eventually(lambda: watcher.state.presence[ben.id].online)
        assert watcher.state.presence[ben.id].last_seen == 0
        ben.phone.foreground = False
        await eventually(lambda: watcher.state.presence[ben.id].last_seen > 0)
        assert not watcher.state.presence[ben.id].online
        await idle.ok("me")
        assert idle.of("presence") == []  # the device that does not look


async def test_of_several_devices_the_latest_counts(people: People) -> None:
    (anna, ben), _ = await friends(people)
    laptop = await ben.more()
    anna.phone.watch(users=[ben.id])
    ben.phone.foreground = True
    laptop.foreground = True
    await eventually(lambda: seen(anna, ben).online)
    await ben.away()
    await settled(laptop, anna)
    assert seen(anna, ben).online
    await laptop.close()
    await eventually(lambda: not seen(anna, ben).online)
    assert seen(anna, ben).last_seen > 0


async def test_who_shares_no_chat_sees_nothing(people: People) -> None:
    (anna, ben, carol), _ = await friends(people, 3)
    ben.phone.foreground = True
    anna.phone.watch(users=[ben.id])
    await eventually(lambda: seen(anna, ben).online)
    carol.phone.watch(users=[ben.id, "nobody-at-all"])
    await eventually(lambda: ben.id in carol.phone.state.presence)
    assert seen(carol, ben) == Presence(ben.id)
    assert carol.phone.state.presence["nobody-at-all"] == Presence("nobody-at-all")
    # An empty chat makes nobody a contact.
    await carol.direct(ben)
    carol.phone.watch(users=[ben.id])
    await settled(carol)
    assert seen(carol, ben) == Presence(ben.id)


async def test_the_first_word_makes_contacts_who_see_each_other_at_once(people: People) -> None:
    anna, ben = await people(2)
    chat = await anna.direct(ben)
    async with await Raw.open(anna.url, anna.token, polite=True) as socket:
        await socket.ok("watch", users=[ben.id])
        ben.phone.foreground = True
        await eventually(lambda: len(socket.of("presence")) == 2)
        assert not any(push.get("online") for push in socket.of("presence"))
        await ben.say(chat, "hello")
        await eventually(lambda: socket.of("presence")[-1].get("online"))


async def test_hiding_online_works_both_ways_and_at_once(people: People) -> None:
    (anna, ben), _ = await friends(people)
    for person in (anna, ben):
        person.phone.foreground = True
    anna.phone.watch(users=[ben.id])
    ben.phone.watch(users=[anna.id])
    await eventually(lambda: seen(anna, ben).online and seen(ben, anna).online)

    await ben.phone.people.set_privacy(online="nobody")
    await eventually(lambda: not seen(anna, ben).online and not seen(ben, anna).online)
    await ben.phone.people.set_privacy(online="contacts")
    await eventually(lambda: seen(anna, ben).online and seen(ben, anna).online)


async def test_hiding_last_seen_works_both_ways(people: People) -> None:
    (anna, ben), _ = await friends(people)
    for person in (anna, ben):
        person.phone.foreground = True
        await settled(person)
        person.phone.foreground = False
    anna.phone.watch(users=[ben.id])
    ben.phone.watch(users=[anna.id])
    await eventually(lambda: seen(anna, ben).last_seen and seen(ben, anna).last_seen)

    await anna.phone.people.set_privacy(last_seen="nobody")
    await eventually(lambda: seen(anna, ben) == Presence(ben.id))
    await eventually(lambda: seen(ben, anna) == Presence(anna.id))


async def test_hiding_online_does_not_give_it_away_as_last_seen(people: People) -> None:
    (anna, ben), _ = await friends(people)
    ben.phone.foreground = True
    await settled(ben)
    ben.phone.foreground = False
    anna.phone.watch(users=[ben.id])
    await eventually(lambda: seen(anna, ben).last_seen)
    before = seen(anna, ben).last_seen

    await ben.phone.people.set_privacy(online="nobody")
    ben.phone.foreground = True
    await settled(ben)
    await anna.again()
    anna.phone.watch(users=[ben.id])
    await eventually(lambda: ben.id in anna.phone.state.presence)
    assert seen(anna, ben) == Presence(ben.id, last_seen=before)
