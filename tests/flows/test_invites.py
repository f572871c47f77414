"""Ways into a group: links, private invitations, approval, and the privacy of who is added."""

import asyncio

from chinwag.protocol.events import Added, Invite, Joined, Settings
from flows.cast import Person, eventually, refused, settled
from flows.conftest import People


def invitation(person: Person, chat: str) -> Invite:
    """The newest private invitation that stands in a chat."""
    found = [event.body for event in person.log(chat) if isinstance(event.body, Invite)]
    return found[-1]


async def test_a_link_lets_in_until_it_is_reset_or_revoked(people: People) -> None:
    anna, ben, carol = await people(3)
    chat = await anna.group("Open house")
    link = await anna.phone.groups.invite_link(chat)
    assert link.chat == chat
    assert await anna.phone.groups.invite_link(chat) == link
    preview = await ben.phone.groups.preview(link.code)
    assert (preview.title, preview.members, preview.joined) == ("Open house", 1, False)
    joined = await ben.phone.groups.join(link.code)
    await eventually(lambda: anna.chat(chat).last == joined.seq)
    assert (anna.log(chat)[-1].sender, anna.log(chat)[-1].body) == (ben.id, Joined())
    await eventually(lambda: ben.chat(chat).present)
    assert (await ben.phone.groups.preview(link.code)).joined
    assert (await ben.phone.groups.join(link.code)).seq == 0

    fresh = await anna.phone.groups.reset_invite_link(chat)
    assert fresh.code != link.code
    for attempt in (carol.phone.groups.preview(link.code), carol.phone.groups.join(link.code)):
        assert await refused(attempt) == "invite_invalid"
    await anna.phone.groups.revoke_invite_link(chat)
    assert await refused(carol.phone.groups.join(fresh.code)) == "invite_invalid"
    assert await refused(carol.phone.groups.join("no-such-code")) == "invite_invalid"
    assert carol.phone.state.chats.get(chat) is None


async def test_a_link_with_two_uses_lets_two_in_however_many_push(people: People) -> None:
    anna, *crowd = await people(6)
    chat = await anna.group("Two seats")
    link = await anna.phone.groups.reset_invite_link(chat, uses=2)
    assert link.uses == 2
    results = await asyncio.gather(
        *(one.phone.groups.join(link.code) for one in crowd), return_exceptions=True
    )
    refusals = [it for it in results if isinstance(it, Exception)]
    assert len(refusals) == 3
    assert {it.kind.code for it in refusals} == {"invite_invalid"}
    await eventually(lambda: anna.chat(chat).group.members == 3)


async def test_a_link_lapses(people: People) -> None:
    (anna,) = await people(1)
    chat = await anna.group("Brief")
    link = await anna.phone.groups.invite_link(chat)
    head = await anna.phone.refresh(chat)
    week = 7 * 24 * 3600 * 1000
    assert abs(link.expires_at - head.events[0].at - week) < 60_000


async def test_with_approval_one_waits_for_an_admin(people: People) -> None:
    anna, ben, carol, dora = await people(4)
    chat = await anna.group("Club", dora, settings=Settings(approval=True))
    link = await anna.phone.groups.invite_link(chat)
    for person in (ben, carol):
        assert (await person.phone.groups.preview(link.code)).approval
        asked = await person.phone.groups.join(link.code)
        assert (asked.seq, asked.pending) == (0, (person.id,))
        await person.phone.groups.join(link.code)  # once more makes no second request
    await eventually(lambda: anna.chat(chat).waiting == 2)
    await settled(dora)
    assert dora.chat(chat).waiting == 0
    requests = await anna.phone.groups.requests(chat)
    assert [it.user for it in requests.requests] == [ben.id, carol.id]
    assert {it.id for it in requests.users} == {ben.id, carol.id}
    assert chat not in ben.phone.state.chats

    await anna.phone.groups.decide(chat, ben.id, accept=True)
    await anna.phone.groups.decide(chat, carol.id, accept=False)
    await eventually(lambda: ben.chat(chat).present)
    assert (ben.log(chat)[-1].sender, ben.log(chat)[-1].body) == (ben.id, Joined(anna.id))
    await eventually(lambda: anna.chat(chat).waiting == 0)
    await settled(carol)
    assert chat not in carol.phone.state.chats
    assert await refused(anna.phone.groups.decide(chat, carol.id, accept=True)) == "not_found"


async def test_with_approval_a_member_proposes_and_an_admin_adds(people: People) -> None:
    anna, ben, carol = await people(3)
    chat = await anna.group("Club", ben, settings=Settings(approval=True))
    proposed = await ben.phone.groups.add(chat, carol.id)
    assert (proposed.seq, proposed.pending) == (0, (carol.id,))
    (request,) = (await anna.phone.groups.requests(chat)).requests
    assert (request.user, request.invited_by) == (carol.id, ben.id)
    await anna.phone.groups.decide(chat, carol.id, accept=True)
    await eventually(lambda: carol.chat(chat).present)
    assert carol.log(chat)[-1].body == Added((carol.id,))


async def test_who_may_add_me_is_mine_to_say(people: People) -> None:
    anna, ben, carol, dora = await people(4)
    await ben.phone.people.set_privacy(groups="nobody")
    await carol.phone.people.set_privacy(groups="contacts")
    made = await anna.phone.groups.create("Come in", [ben.id, carol.id, dora.id])
    assert set(made.refused) == {ben.id, carol.id}
    chat = made.chat
    again = await anna.phone.groups.add(chat, ben.id, carol.id)
    assert again.seq == 0
    assert set(again.refused) == {ben.id, carol.id}

    direct = await anna.direct(carol)  # a chat in which nothing was said makes no contact
    assert (await anna.phone.groups.add(chat, carol.id)).refused == (carol.id,)
    await carol.say(direct, "hello")
    assert (await anna.phone.groups.add(chat, carol.id)).refused == ()
    await eventually(lambda: carol.chat(chat).present)
    await settled(ben)
    assert chat not in ben.phone.state.chats


async def test_a_private_invitation_is_a_message_and_works_once(people: People) -> None:
    anna, ben, carol = await people(3)
    await ben.phone.people.set_privacy(groups="nobody")
    chat = await anna.group("By invitation")
    placed = await anna.phone.groups.invite(chat, ben.id)
    direct = placed.chat
    await eventually(lambda: ben.chat(direct).unread == 1)
    found = invitation(ben, direct)
    assert (found.group, found.title) == (chat, "By invitation")
    days = (found.expires_at - ben.log(direct)[-1].at) / (24 * 3600 * 1000)
    assert abs(days - 3) < 0.01

    assert await refused(carol.phone.groups.join(found.code)) == "invite_invalid"
    assert await refused(carol.phone.groups.preview(found.code)) == "invite_invalid"
    assert (await ben.phone.groups.preview(found.code)).title == "By invitation"
    await ben.phone.groups.join(found.code)
    await eventually(lambda: ben.chat(chat).present)
    await ben.phone.groups.leave(chat)
    assert await refused(ben.phone.groups.join(found.code)) == "invite_invalid"


async def test_an_invitation_is_worth_what_its_maker_may_do(people: People) -> None:
    anna, ben, carol = await people(3)
    chat = await anna.group("Fickle", ben)
    placed = await ben.phone.groups.invite(chat, carol.id)
    await eventually(lambda: carol.chat(placed.chat).unread == 1)
    code = invitation(carol, placed.chat).code
    await anna.phone.groups.change(chat, settings=Settings(add_members="admins"))
    assert await refused(carol.phone.groups.join(code)) == "invite_invalid"
    await anna.phone.groups.change(chat, settings=Settings(add_members="everyone"))
    await anna.phone.groups.remove(chat, ben.id)
    assert await refused(carol.phone.groups.join(code)) == "invite_invalid"


async def test_who_was_removed_does_not_come_back_by_the_link_alone(people: People) -> None:
    anna, ben, carol = await people(3)
    chat = await anna.group("Peace", ben, carol)
    link = await anna.phone.groups.invite_link(chat)
    await anna.phone.groups.remove(chat, ben.id)
    await eventually(lambda: not ben.chat(chat).present)
    asked = await ben.phone.groups.join(link.code)
    assert (asked.seq, asked.pending) == (0, (ben.id,))
    by_carol = await carol.phone.groups.add(chat, ben.id)
    assert (by_carol.seq, by_carol.pending) == (0, (ben.id,))
    await settled(ben)
    assert not ben.chat(chat).present
    await anna.phone.groups.decide(chat, ben.id, accept=True)
    await eventually(lambda: ben.chat(chat).present)


async def test_a_blocked_inviter_is_told_nothing(people: People) -> None:
    anna, ben = await people(2)
    chat = await anna.group("Please")
    direct = await anna.direct(ben)
    await ben.phone.people.block(anna.id)
    placed = await anna.phone.groups.invite(chat, ben.id)
    assert placed.chat == direct
    assert placed.seq > 0
    await settled(ben)
    assert ben.chat(direct).unread == 0
    assert not [event for event in ben.log(direct) if isinstance(event.body, Invite)]
