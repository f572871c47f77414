"""Groups: who may what, and what everybody sees of it."""

import asyncio

import pytest

from chinwag.protocol.events import (
    Added,
    Changed,
    Created,
    Joined,
    Left,
    Message,
    Removed,
    RoleChanged,
    Settings,
)
from chinwag.sdk import Tick
from flows.cast import Person, eventually, refused, settled
from flows.conftest import People


def lines(person: Person, chat: str) -> list[object]:
    """Sender and body of everything the phone holds of a chat."""
    return [(event.sender, event.body) for event in person.log(chat)]


async def at(chat: str, seq: int, *people: Person) -> None:
    """Wait until the phones of these people have everything up to ``seq``."""
    for person in people:
        await eventually(lambda person=person: person.chat(chat).stored >= seq)


async def roles(person: Person, chat: str) -> dict[str, str]:
    """Role of each member; 'left' of a past one."""
    found = await person.phone.groups.members(chat)
    return {it.user: "left" if it.left else it.role for it in found.members}


async def test_all_see_the_same_lines_of_what_happens(people: People) -> None:
    anna, ben, carol, dora = await people(4)
    chat = await anna.group("Walkers", ben, carol, description="Sundays")
    assert anna.chat(chat).group.description == "Sundays"
    groups = anna.phone.groups
    await ben.say(chat, "hello all")
    await groups.change(chat, title="Hikers")
    await groups.change(chat, description="Saturdays", settings=Settings(approval=True))
    await groups.promote(chat, ben.id)
    await groups.add(chat, dora.id)
    await groups.remove(chat, carol.id)
    left = await dora.phone.groups.leave(chat)
    await at(chat, left.seq, anna, ben)
    assert lines(anna, chat) == lines(ben, chat)
    assert lines(anna, chat) == [
        (anna.id, Created("group", (anna.id, ben.id, carol.id), "Walkers")),
        (ben.id, Message("hello all")),
        (anna.id, Changed(title="Hikers")),
        (anna.id, Changed(description="Saturdays", settings=Settings(approval=True))),
        (anna.id, RoleChanged(ben.id, "admin")),
        (anna.id, Added((dora.id,))),
        (anna.id, Removed(carol.id)),
        (dora.id, Left()),
    ]
    info = ben.chat(chat).group
    assert (info.title, info.description, info.approval, info.members) == (
        "Hikers", "Saturdays", True, 2,
    )  # fmt: skip
    expected = {anna.id: "admin", ben.id: "admin", carol.id: "left", dora.id: "left"}
    assert await roles(ben, chat) == expected
    # What changes nothing makes no line.
    assert (await groups.change(chat, title="Hikers")).seq == 0
    assert (await groups.promote(chat, ben.id)).seq == 0
    assert anna.chat(chat).last == left.seq
    # Nothing of it counts as unread but the message.
    assert anna.chat(chat).unread == 1


async def test_only_admins_do_what_admins_do(people: People) -> None:
    anna, ben, carol = await people(3)
    chat = await anna.group("Ours", ben, carol)
    mine = ben.phone.groups
    for attempt in (
        mine.remove(chat, carol.id),
        mine.promote(chat, ben.id),
        mine.demote(chat, anna.id),
        mine.change(chat, settings=Settings(send="admins")),
        mine.reset_invite_link(chat),
        mine.revoke_invite_link(chat),
        mine.requests(chat),
        mine.decide(chat, carol.id, accept=True),
    ):
        assert await refused(attempt) == "not_allowed"
    assert await refused(anna.phone.groups.demote(chat, anna.id)) == "last_admin"
    assert await refused(anna.phone.groups.remove(chat, anna.id)) == "not_allowed"
    assert anna.chat(chat).last == 1
    # A direct chat is no group.
    direct = await anna.direct(ben)
    assert await refused(mine.leave(direct)) == "not_allowed"
    assert await refused(mine.add(direct, carol.id)) == "not_allowed"
    assert await refused(mine.change(direct, title="Us")) == "not_allowed"


@pytest.mark.parametrize("switch", ["edit_info", "send", "add_members"])
async def test_each_switch_limits_one_thing_to_admins(people: People, switch: str) -> None:
    anna, ben, carol = await people(3)
    chat = await anna.group("Quiet", ben)
    placed = await anna.phone.groups.change(chat, settings=Settings(**{switch: "admins"}))
    await at(chat, placed.seq, ben)
    groups = ben.phone.groups
    say = await ben.phone.send(chat, "hm")
    tries = {
        "edit_info": groups.change(chat, title="Loud"),
        "send": say.accepted(),
        "add_members": groups.add(chat, carol.id),
    }
    for name, attempt in tries.items():
        if name == switch:
            assert await refused(attempt) == "not_allowed"
        else:
            assert await attempt
    if switch == "add_members":
        assert await refused(groups.invite_link(chat)) == "not_allowed"
        assert await refused(groups.invite(chat, carol.id)) == "not_allowed"
    # Admins go on, and it can be taken back.
    await anna.say(chat, "I may")
    await anna.phone.groups.change(chat, settings=Settings(**{switch: "everyone"}))
    if switch == "send":
        await ben.say(chat, "and now me")


async def test_a_removed_member_keeps_the_past_and_gets_nothing_newer(people: People) -> None:
    anna, ben, carol = await people(3)
    chat = await anna.group("Book club", ben, carol)
    await anna.say(chat, "before")
    await at(chat, 2, ben)
    out = await anna.phone.groups.remove(chat, ben.id)
    for number in range(5):
        await carol.say(chat, f"secret {number}")
    carol.phone.typing(chat)
    await anna.phone.groups.change(chat, title="Secret club")
    await eventually(lambda: ben.chat(chat).last == out.seq)
    await settled(carol, anna, ben)
    assert ben.texts(chat) == ["before"]
    assert ben.chat(chat).last == out.seq
    assert ben.chat(chat).group.title == "Book club"
    assert not ben.chat(chat).present
    assert ben.log(chat)[-1].body == Removed(ben.id)
    late = await ben.phone.send(chat, "may I?")
    assert await refused(late.accepted()) == "not_a_member"
    assert await refused(ben.phone.groups.leave(chat)) == "not_a_member"

    await ben.again()
    assert ben.chat(chat).last == out.seq
    assert not ben.chat(chat).present
    page = await ben.phone.history(chat, after=0, limit=200)
    assert [event.seq for event in page.events] == [1, 2, 3]
    assert not page.newer
    head = await ben.phone.refresh(chat)
    assert (head.last, head.count) == (out.seq, 1)
    assert "secret" not in str(head).lower()


async def test_who_comes_back_sees_both_stays_and_has_no_role(people: People) -> None:
    anna, ben = await people(2)
    chat = await anna.group("Doors", ben)
    await anna.phone.groups.promote(chat, ben.id)
    await anna.say(chat, "first stay")
    await at(chat, 3, ben)
    await ben.phone.groups.leave(chat)
    await anna.say(chat, "without ben")
    back = await anna.phone.groups.add(chat, ben.id)
    await anna.say(chat, "second stay")
    await eventually(lambda: ben.texts(chat) == ["first stay", "second stay"])
    assert ben.chat(chat).mine.role == "member"
    assert ben.chat(chat).mine.stays == ((1, 5), (back.seq, 0))
    assert ben.chat(chat).unread == 1
    await ben.again()
    page = await ben.phone.history(chat, after=0, limit=50)
    first = [event.seq for event in page.events]
    assert first == [1, 2, 3, 4]
    page = await ben.phone.history(chat, after=4, limit=50)
    assert [event.seq for event in page.events] == [back.seq, back.seq + 1]
    assert ben.chat(chat).unread == 1


@pytest.mark.parametrize("history", ["joined", "all"])
async def test_newcomers_see_the_past_only_where_the_group_says_so(
    people: People, history: str
) -> None:
    anna, ben, carol = await people(3)
    chat = await anna.group("Museum", ben, settings=Settings(history=history))
    for number in range(3):
        await anna.say(chat, f"old {number}")
    added = await ben.phone.groups.add(chat, carol.id)
    await anna.say(chat, "new")
    await eventually(lambda: carol.texts(chat)[-1] == "new")
    assert carol.chat(chat).unread == 1
    page = await carol.phone.history(chat, before=added.seq + 1, limit=50)
    seen = [event.body.text for event in page.events if isinstance(event.body, Message)]
    assert seen == (["old 0", "old 1", "old 2"] if history == "all" else [])
    await carol.again()
    assert carol.chat(chat).unread == 1


async def test_when_the_last_admin_leaves_the_eldest_member_follows(people: People) -> None:
    anna, ben, carol, dora = await people(4)
    chat = await anna.group("Dynasty", carol)
    await anna.phone.groups.add(chat, ben.id)
    await anna.phone.groups.add(chat, dora.id)
    left = await anna.phone.groups.leave(chat)
    await at(chat, left.seq + 1, ben, carol, dora)
    assert carol.log(chat)[-1].sender == ""
    assert carol.log(chat)[-1].body == RoleChanged(carol.id, "admin")
    assert carol.chat(chat).mine.role == "admin"
    await carol.phone.groups.promote(chat, dora.id)
    await carol.phone.groups.leave(chat)
    last = await ben.say(chat, "an admin is left, so I am none")
    await at(chat, last.seq, ben)
    assert await roles(ben, chat) == {
        anna.id: "left", carol.id: "left", ben.id: "member", dora.id: "admin",
    }  # fmt: skip
    await dora.phone.groups.leave(chat)
    await eventually(lambda: ben.chat(chat).mine.role == "admin")
    # The founder comes back as anybody does.
    await ben.phone.groups.add(chat, anna.id)
    await eventually(lambda: anna.chat(chat).present)
    assert anna.chat(chat).mine.role == "member"
    await ben.phone.groups.leave(chat)
    await eventually(lambda: anna.chat(chat).mine.role == "admin")


async def test_two_admins_who_leave_at_once_leave_an_admin(people: People) -> None:
    anna, ben, carol = await people(3)
    chat = await anna.group("Hurry", ben, carol)
    await anna.phone.groups.promote(chat, ben.id)
    await asyncio.gather(anna.phone.groups.leave(chat), ben.phone.groups.leave(chat))
    await eventually(lambda: carol.chat(chat).mine.role == "admin")
    bodies = [event.body for event in carol.log(chat)]
    assert bodies.count(RoleChanged(carol.id, "admin")) == 1


async def test_ticks_wait_for_all_members(people: People) -> None:
    anna, ben, carol = await people(3)
    chat = await anna.group("Everybody", ben, carol)
    await carol.away()
    sent = await anna.say(chat, "all here?")

    async def received() -> bool:
        found = (await anna.phone.info(chat, sent.seq)).people
        return [bool(it.delivered_at) for it in found if it.user == ben.id] == [True]

    await eventually(received)
    assert anna.phone.tick(chat, sent.seq) is Tick.SENT
    await carol.again()
    await eventually(lambda: anna.phone.tick(chat, sent.seq) is Tick.DELIVERED)
    ben.phone.read(chat)
    ben.phone.flush_reads()
    await settled(ben, anna)
    assert anna.phone.tick(chat, sent.seq) is Tick.DELIVERED
    carol.phone.read(chat)
    await eventually(lambda: anna.phone.tick(chat, sent.seq) is Tick.READ)
    people_ = {it.user: it for it in (await anna.phone.info(chat, sent.seq)).people}
    assert set(people_) == {ben.id, carol.id}
    assert all(it.read_at >= it.delivered_at > 0 for it in people_.values())


async def test_who_left_stays_in_the_info_and_holds_up_no_ticks(people: People) -> None:
    anna, ben, carol = await people(3)
    chat = await anna.group("Late", ben, carol)
    await carol.away()
    sent = await anna.say(chat, "hello?")
    await eventually(lambda: ben.texts(chat) == ["hello?"])
    ben.phone.read(chat)
    ben.phone.flush_reads()
    await settled(ben)
    await anna.phone.groups.remove(chat, carol.id)
    await eventually(lambda: anna.phone.tick(chat, sent.seq) is Tick.READ)
    found = {it.user: it for it in (await anna.phone.info(chat, sent.seq)).people}
    assert found[carol.id].left
    assert found[carol.id].delivered_at == 0
    assert found[ben.id].read_at > 0
    # Who came later is none of its recipients.
    await anna.phone.groups.add(chat, carol.id)
    dora = (await people(1))[0]
    await anna.phone.groups.add(chat, dora.id)
    found = {it.user: it for it in (await anna.phone.info(chat, sent.seq)).people}
    assert dora.id not in found
    assert anna.phone.tick(chat, sent.seq) is Tick.READ


async def test_mentions_in_groups_are_of_members(people: People) -> None:
    anna, ben, carol = await people(3)
    chat = await anna.group("Names", ben, carol)
    await anna.say(chat, "@ben?", mentions=[ben.id])
    await eventually(lambda: ben.log(chat)[-1].body == Message("@ben?", mentions=(ben.id,)))
    await anna.phone.groups.remove(chat, carol.id)
    gone = await anna.phone.send(chat, "@carol?", mentions=[carol.id])
    assert await refused(gone.accepted()) == "invalid"


async def test_members_agree_whoever_acts_at_once(people: People) -> None:
    anna, ben, carol, *others = await people(8)
    chat = await anna.group("Rush", ben, carol)
    for admin in (ben, carol):
        await anna.phone.groups.promote(chat, admin.id)
    jobs = []
    for index, other in enumerate(others):
        by = (anna, ben, carol)[index % 3]
        jobs.append(by.phone.groups.add(chat, other.id))
        jobs.append((ben, carol, anna)[index % 3].phone.groups.add(chat, other.id))
        jobs.append(by.phone.groups.remove(chat, other.id))
        jobs.append(by.phone.groups.change(chat, title=f"Rush {index}"))
    await asyncio.gather(*jobs)
    last = (await anna.say(chat, "done")).seq
    await at(chat, last, anna, ben, carol)
    assert lines(anna, chat) == lines(ben, chat) == lines(carol, chat)
    assert [event.seq for event in anna.log(chat)] == list(range(1, last + 1))
    members = {anna.id, ben.id, carol.id}
    for event in anna.log(chat):
        if isinstance(event.body, Added):
            assert members.isdisjoint(event.body.users)
            members |= set(event.body.users)
        elif isinstance(event.body, Removed):
            assert event.body.user in members
            members.discard(event.body.user)
    now = {user for user, role in (await roles(ben, chat)).items() if role != "left"}
    assert now == members
    assert not any(isinstance(event.body, Joined) for event in anna.log(chat))
