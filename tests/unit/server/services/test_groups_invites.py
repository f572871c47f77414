"""Links, private invitations, and coming in by them; requests and decisions."""

import asyncio
from pathlib import Path

import pytest

from chinwag.protocol import commands, events, pushes, results
from chinwag.protocol.errors import ChinwagError
from chinwag.server.delivery import wire
from chinwag.server.ports.meters import Rate
from chinwag.server.services.actions import GroupLimits
from unit.server.services.world import Person, World, new_client_id, refused

APPROVAL = events.Settings(approval=True)
DAY = 24 * 3600 * 1000


async def expire(world: World) -> None:
    await world.sql("UPDATE invites SET expires_at = 1")


async def code_sent_to(world: World, person: Person) -> str:
    """The code of the newest private invitation on somebody's screen."""
    bodies = [p.event.body for p in person.screen.of(pushes.Event)]
    return [str(body.code) for body in bodies if isinstance(body, events.Invite)][-1]


# --- the link --------------------------------------------------------------------------------


async def test_one_link_a_group_for_those_who_may_add(world: World) -> None:
    ada, bob = await world.people("ada bob")
    chat = await world.group(ada, bob)
    link = await world.do(ada, commands.InviteLink(chat))
    assert await world.do(bob, commands.InviteLink(chat)) == link
    assert len(link.code) >= 22  # 128 bits and more
    now = (await world.sql("SELECT max(at) FROM events"))[0][0]
    assert 0 <= link.expires_at - now - 7 * DAY < DAY
    await world.change(ada, chat, settings={"add_members": "admins"})
    with refused("not_allowed"):
        await world.do(bob, commands.InviteLink(chat))


async def test_a_lapsed_link_is_replaced(world: World) -> None:
    ada, bob = await world.people("ada bob")
    chat = await world.group(ada)
    old = await world.link(ada, chat)
    await expire(world)
    with refused("invite_invalid"):
        await world.join(bob, old)
    new = await world.link(ada, chat)
    assert new != old
    with refused("invite_invalid"):
        await world.join(bob, old)
    await world.join(bob, new)


async def test_reset_and_revoke_void_the_old_link(world: World) -> None:
    ada, bob, cat = await world.people("ada bob cat")
    chat = await world.group(ada, bob)
    first = await world.link(bob, chat)
    for command in (commands.ResetInviteLink(chat), commands.RevokeInviteLink(chat)):
        with refused("not_allowed"):
            await world.do(bob, command)
    second = await world.do(ada, commands.ResetInviteLink(chat, seconds=60, uses=3))
    assert second.uses == 3
    with refused("invite_invalid"):
        await world.join(cat, first)
    assert await world.do(bob, commands.InviteLink(chat)) == second
    await world.do(ada, commands.RevokeInviteLink(chat))
    with refused("invite_invalid"):
        await world.join(cat, second.code)
    await world.do(ada, commands.RevokeInviteLink(chat))
    assert await world.link(ada, chat) not in (first, second.code)


async def test_uses_run_out(world: World) -> None:
    ada, *others = await world.people("ada bob cat dan eve")
    chat = await world.group(ada)
    link = await world.do(ada, commands.ResetInviteLink(chat, uses=2))
    answers = await asyncio.gather(
        *(world.join(other, link.code) for other in others), return_exceptions=True
    )
    codes = [a.kind.code for a in answers if isinstance(a, ChinwagError)]
    assert codes == ["invite_invalid"] * 2
    assert len(await world.members(chat)) == 3
    assert (await world.do(ada, commands.InviteLink(chat))).code != link.code


async def test_coming_in_by_the_link(world: World) -> None:
    ada, bob = await world.people("ada bob")
    chat = await world.group(ada, title="Tea", description="at four")
    await world.say(ada, chat)
    link = await world.do(ada, commands.ResetInviteLink(chat, uses=5))
    preview = await world.do(bob, commands.PreviewInvite(link.code))
    assert preview == results.InvitePreview(chat, "Tea", "at four", members=1)
    placed = await world.join(bob, link.code)
    assert await world.last(chat) == ("bob", events.Joined())
    assert (placed.seq, bob.screen.seqs(chat), ada.screen.seqs(chat)[-1]) == (3, [3], 3)
    assert await world.visible(bob, chat) == [3]
    assert await world.join(bob, link.code) == results.Placed(chat)  # already there
    assert (await world.do(ada, commands.InviteLink(chat))).uses == 4
    assert (await world.do(bob, commands.PreviewInvite(link.code))).joined


async def test_any_dead_code_is_answered_alike(world: World) -> None:
    ada, bob, cat = await world.people("ada bob cat")
    chat = await world.group(ada)
    lapsed = await world.link(ada, chat)
    await expire(world)
    await world.invite(ada, chat, cat)
    private = await code_sent_to(world, cat)
    errors = []
    for code in (lapsed, private, "no-such-code"):
        for command in (commands.PreviewInvite(code), commands.Join(code, new_client_id())):
            with pytest.raises(ChinwagError) as caught:
                await world.do(bob, command)
            errors.append(caught.value.failure())
    assert [error.code for error in errors] == ["invite_invalid"] * 6
    assert all(error == errors[0] for error in errors)


async def test_who_left_may_come_back_by_link_who_was_removed_must_ask(world: World) -> None:
    ada, bob, cat = await world.people("ada bob cat")
    chat = await world.group(ada, bob, cat)
    code = await world.link(ada, chat)
    await world.leave(bob, chat)
    await world.remove(ada, chat, cat)
    assert (await world.join(bob, code)).pending == ()
    assert (await world.do(cat, commands.PreviewInvite(code))).approval
    assert (await world.join(cat, code)) == results.Placed(chat, pending=("cat",))
    assert set(await world.members(chat)) == {"ada", "bob"}
    await world.decide(ada, chat, cat)
    assert set(await world.members(chat)) == {"ada", "bob", "cat"}


# --- approval --------------------------------------------------------------------------------


async def test_asking_by_link_and_being_let_in(world: World) -> None:
    ada, bob, cat = await world.people("ada bob cat")
    chat = await world.group(ada, cat, settings=APPROVAL)
    link = await world.do(ada, commands.ResetInviteLink(chat, uses=1))
    before = await world.lines(chat)
    command = commands.Join(link.code, new_client_id())
    waiting = results.Placed(chat, pending=("bob",))
    assert await world.do(bob, command) == waiting
    assert await world.lines(chat) == before
    with refused("invite_invalid"):  # its one use is spent
        await world.join(await world.person("dan"), link.code)
    with refused("not_found"):
        await world.do(bob, commands.Chat(chat))
    assert ada.screen.of(pushes.Requests) == [pushes.Requests(chat, 1)]
    assert cat.screen.of(pushes.Requests) == []
    listed = await world.do(ada, commands.JoinRequests(chat))
    assert [(r.user, r.invited_by) for r in listed.requests] == [("bob", None)]
    assert [user.id for user in listed.users] == ["bob"]
    placed = await world.decide(ada, chat, bob)
    assert await world.last(chat) == ("bob", events.Joined(approved_by="ada"))
    assert bob.screen.seqs(chat) == [placed.seq] == [2]
    assert ada.screen.of(pushes.Requests)[-1] == pushes.Requests(chat, 0)
    assert (await world.do(ada, commands.JoinRequests(chat))).requests == ()


async def test_asking_again_waits_once(world: World) -> None:
    ada, bob = await world.people("ada bob")
    chat = await world.group(ada, settings=APPROVAL)
    link = await world.do(ada, commands.ResetInviteLink(chat, uses=5))
    for _ in range(3):
        assert (await world.join(bob, link.code)).pending == ("bob",)
    assert (await world.do(ada, commands.InviteLink(chat))).uses == 4
    assert len(ada.screen.of(pushes.Requests)) == 1


async def test_turning_somebody_away(world: World) -> None:
    ada, bob = await world.people("ada bob")
    chat = await world.group(ada, settings=APPROVAL)
    code = await world.link(ada, chat)
    await world.join(bob, code)
    before = await world.lines(chat)
    assert await world.decide(ada, chat, bob, accept=False) == results.Placed(chat)
    assert await world.decide(ada, chat, bob, accept=False) == results.Placed(chat)
    assert await world.lines(chat) == before
    assert bob.screen.pushes == []
    assert (await world.join(bob, code)).pending == ("bob",)  # may ask again


async def test_deciding_on_who_does_not_wait(world: World) -> None:
    ada, bob, cat = await world.people("ada bob cat")
    chat = await world.group(ada, bob, settings=APPROVAL)
    assert await world.decide(ada, chat, bob) == results.Placed(chat)
    with refused("not_found"):
        await world.decide(ada, chat, cat)
    with refused("not_found"):
        await world.do(ada, commands.DecideRequest(chat, new_client_id(), "nobody", True))


async def test_two_admins_decide_at_once(world: World) -> None:
    ada, bob, cat = await world.people("ada bob cat")
    chat = await world.group(ada, bob, settings=APPROVAL)
    await world.set_role(ada, chat, bob, "admin")
    await world.join(cat, await world.link(ada, chat))
    answers = await asyncio.gather(
        world.decide(ada, chat, cat), world.decide(bob, chat, cat), return_exceptions=True
    )
    assert sorted(a.seq for a in answers if isinstance(a, results.Placed)) == [0, 3]
    assert [p.waiting for p in bob.screen.of(pushes.Requests)] == [1, 0]


async def test_who_was_proposed_is_asked_about_again_when_let_in(world: World) -> None:
    ada, bob, cat, dan = await world.people("ada bob cat dan")
    chat = await world.group(ada, bob, settings=APPROVAL)
    await world.add(bob, chat, cat, dan)
    listed = await world.do(ada, commands.JoinRequests(chat))
    assert [(r.user, r.invited_by) for r in listed.requests] == [("cat", "bob"), ("dan", "bob")]
    await world.sql("INSERT INTO blocks (account, blocked) VALUES ('cat', 'bob')")
    before = await world.lines(chat)
    assert await world.decide(ada, chat, cat) == results.Placed(chat, refused=("cat",))
    assert await world.lines(chat) == before
    await world.decide(ada, chat, dan)
    assert await world.last(chat) == ("ada", events.Added(("dan",)))


async def test_proposed_first_and_asking_oneself_later(world: World) -> None:
    ada, bob, cat = await world.people("ada bob cat")
    chat = await world.group(ada, bob, settings=APPROVAL)
    await world.add(bob, chat, cat)
    await world.sql("INSERT INTO blocks (account, blocked) VALUES ('cat', 'bob')")
    assert (await world.join(cat, await world.link(ada, chat))).pending == ("cat",)
    await world.decide(ada, chat, cat)
    assert await world.last(chat) == ("cat", events.Joined(approved_by="ada"))


async def test_an_account_that_went_waits_no_longer(world: World) -> None:
    ada, bob, cat = await world.people("ada bob cat")
    chat = await world.group(ada, settings=APPROVAL)
    code = await world.link(ada, chat)
    await world.join(bob, code)
    await world.sql("UPDATE accounts SET status = 'disabled' WHERE id = 'bob'")
    assert (await world.do(ada, commands.JoinRequests(chat))).requests == ()
    await world.join(cat, code)
    assert ada.screen.of(pushes.Requests)[-1].waiting == 1
    assert await world.decide(ada, chat, bob) == results.Placed(chat, refused=("bob",))


async def test_a_full_group_lets_nobody_in_and_forgets_nobody(tmp_path: Path) -> None:
    async with World(tmp_path / "db", GroupLimits(members=2)) as world:
        ada, bob, cat = await world.people("ada bob cat")
        chat = await world.group(ada, bob, settings=APPROVAL)
        await world.join(cat, await world.link(ada, chat))
        with refused("group_full"):
            await world.decide(ada, chat, cat)
        await world.leave(bob, chat)
        await world.decide(ada, chat, cat)


# --- private invitations ---------------------------------------------------------------------


async def test_an_invitation_comes_as_a_message(world: World) -> None:
    ada, bob = await world.people("ada bob")
    chat = await world.group(ada, title="Tea")
    await world.sql("UPDATE accounts SET add_to_groups = 'nobody' WHERE id = 'bob'")
    assert (await world.add(ada, chat, bob)).refused == ("bob",)
    placed = await world.invite(ada, chat, bob)
    assert (placed.seq, placed.refused) == (2, ())
    sender, body = await world.last(placed.chat)
    assert isinstance(body, events.Invite)
    assert (sender, body.group, body.title) == ("ada", chat, "Tea")
    head = await world.do(bob, commands.Chat(placed.chat))
    assert (head.kind, head.count - head.mine.read_count) == ("direct", 1)
    own = await world.do(ada, commands.Chat(placed.chat))
    assert own.count - own.mine.read_count == 0
    assert bob.screen.seqs(placed.chat) == [1, 2]
    assert (await world.do(bob, commands.PreviewInvite(body.code))).title == "Tea"
    answer = await world.join(bob, body.code)
    assert await world.last(chat) == ("bob", events.Joined())
    assert answer.seq == 2
    await world.leave(bob, chat)
    with refused("invite_invalid"):  # it works once
        await world.join(bob, body.code)


async def test_only_the_invited_and_only_for_three_days(world: World) -> None:
    ada, bob, cat = await world.people("ada bob cat")
    chat = await world.group(ada)
    placed = await world.invite(ada, chat, bob)
    code = await code_sent_to(world, bob)
    for other in (ada, cat):
        with refused("invite_invalid"):
            await world.do(other, commands.PreviewInvite(code))
    with refused("invite_invalid"):
        await world.join(cat, code)
    expires = (await world.sql("SELECT expires_at FROM invites WHERE invited = 'bob'"))[0][0]
    assert expires == placed.at + 3 * DAY
    await expire(world)
    with refused("invite_invalid"):
        await world.join(bob, code)


async def test_who_may_invite(world: World) -> None:
    ada, bob, cat = await world.people("ada bob cat")
    chat = await world.group(ada, bob)
    await world.invite(bob, chat, cat)
    await world.change(ada, chat, settings={"add_members": "admins"})
    with refused("not_allowed"):
        await world.invite(bob, chat, cat)
    with refused("not_found"):
        await world.do(ada, commands.InvitePrivately(chat, new_client_id(), "nobody-at-all"))
    assert await world.invite(ada, chat, bob) == results.Placed(chat)  # is a member
    assert await world.invite(ada, chat, ada) == results.Placed(chat)


async def test_an_invitation_is_worth_what_its_maker_may_do(world: World) -> None:
    ada, bob, cat, dan, eve = await world.people("ada bob cat dan eve")
    chat = await world.group(ada, bob, settings=APPROVAL)
    for invited in (cat, dan):
        await world.invite(bob, chat, invited)
    await world.invite(ada, chat, eve)
    codes = {person: await code_sent_to(world, person) for person in (cat, dan, eve)}
    assert (await world.join(cat, codes[cat])).pending == ("cat",)  # bob is no admin
    listed = await world.do(ada, commands.JoinRequests(chat))
    assert listed.requests[0].invited_by is None  # cat asked
    assert (await world.join(eve, codes[eve])).pending == ()  # ada is
    await world.set_role(ada, chat, bob, "admin")
    await world.remove(ada, chat, bob)
    with refused("invite_invalid"):
        await world.join(dan, codes[dan])
    with refused("invite_invalid"):
        await world.do(dan, commands.PreviewInvite(codes[dan]))


async def test_removal_voids_an_unused_invitation(world: World) -> None:
    ada, bob = await world.people("ada bob")
    chat = await world.group(ada)
    await world.invite(ada, chat, bob)
    code = await code_sent_to(world, bob)
    await world.add(ada, chat, bob)
    await world.remove(ada, chat, bob)
    with refused("invite_invalid"):
        await world.join(bob, code)
    await world.invite(ada, chat, bob)  # an admin may ask again
    assert (await world.join(bob, await code_sent_to(world, bob))).seq


async def test_a_new_invitation_takes_the_place_of_the_old(world: World) -> None:
    ada, bob = await world.people("ada bob")
    chat = await world.group(ada)
    await world.invite(ada, chat, bob)
    old = await code_sent_to(world, bob)
    await world.invite(ada, chat, bob)
    with refused("invite_invalid"):
        await world.join(bob, old)
    await world.join(bob, await code_sent_to(world, bob))


async def test_blocking(world: World) -> None:
    ada, bob, cat = await world.people("ada bob cat")
    chat = await world.group(ada)
    await world.sql("INSERT INTO blocks (account, blocked) VALUES ('bob', 'ada')")
    await world.sql("INSERT INTO blocks (account, blocked) VALUES ('ada', 'cat')")
    placed = await world.invite(ada, chat, bob)
    assert placed.seq == 2  # told nothing
    assert isinstance(ada.screen.events(placed.chat)[-1].body, events.Invite)
    assert [event.body for event in bob.screen.events(placed.chat)][1:] == [events.Void()]
    head = await world.do(bob, commands.Chat(placed.chat))
    assert head.count == 0
    assert wire.decoded(head.events[-1].body) == events.Void()
    own = await world.do(ada, commands.Chat(placed.chat))
    assert (own.ticks.delivered, own.mine.read_count) == (0, 0)
    before = await world.dump()
    with refused("blocked_by_you"):
        await world.invite(ada, chat, cat)
    assert await world.dump() == before


async def test_only_so_many_invitations(tmp_path: Path) -> None:
    limits = GroupLimits(invite=Rate(5, 3600), invited=1)
    async with World(tmp_path / "db", limits) as world:
        ada, bob, cat, dan = await world.people("ada bob cat dan")
        chat = await world.group(ada)
        await world.invite(ada, chat, bob)
        with refused("quota"):
            await world.invite(ada, chat, cat)
        await world.join(bob, await code_sent_to(world, bob))
        await world.invite(ada, chat, cat)
        with refused("quota"):
            await world.invite(ada, chat, dan)
        await expire(world)
        await world.invite(ada, chat, dan)
        with refused("rate_limited"):
            await world.invite(ada, chat, cat)


async def test_the_invitation_is_found_at_its_place_by_ticks_too(world: World) -> None:
    ada, bob = await world.people("ada bob")
    chat = await world.group(ada)
    placed = await world.invite(ada, chat, bob)
    world.receipts.read(bob, (commands.Mark(placed.chat, placed.seq),))
    await world.log.drain()
    assert ada.screen.of(pushes.Ticks)[-1].ticks == results.Ticks(placed.chat, 2, 2)
    assert (await world.do(ada, commands.Chat(placed.chat))).ticks.read == 2
