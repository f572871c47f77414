"""Adding, removing, leaving, and who is an admin."""

import asyncio
from pathlib import Path

import pytest

from chinwag.protocol import commands, events, pushes, results
from chinwag.protocol.errors import ChinwagError
from chinwag.server.admin import opened
from chinwag.server.ports.meters import Rate
from chinwag.server.ports.store import Tx
from chinwag.server.services.actions import GroupLimits
from chinwag.server.services.bots import Bots
from chinwag.server.services.devices import Devices, Lifetimes
from chinwag.server.services.membership import on_account_gone
from house import a_setting
from unit.server.services.world import World, new_client_id, refused

# --- adding ----------------------------------------------------------------------------------


async def test_an_added_member_sees_from_that_line_on(world: World) -> None:
    ada, bob, cat = await world.people("ada bob cat")
    chat = await world.group(ada, bob)
    await world.say(ada, chat)
    placed = await world.add(bob, chat, cat)
    assert placed == results.Placed(chat, 3, placed.at)
    assert await world.last(chat) == ("bob", events.Added(("cat",)))
    await world.say(ada, chat)
    assert cat.screen.seqs(chat) == [3, 4]
    assert await world.visible(cat, chat) == [3, 4]
    assert await world.visible(bob, chat) == [1, 2, 3, 4]
    head = await world.do(cat, commands.Chat(chat))
    assert head.mine.stays == ((3, 0),)
    assert head.mine.read == 2
    assert head.count - head.mine.read_count == 1  # only what was said since


async def test_nothing_old_waits_for_a_new_member(world: World) -> None:
    ada, bob, cat = await world.people("ada bob cat")
    chat = await world.group(ada, bob)
    said = await world.say(ada, chat)
    world.receipts.read(bob, (commands.Mark(chat, said.seq),))
    await world.log.drain()
    await world.add(ada, chat, cat)
    ticks = (await world.do(ada, commands.Chat(chat))).ticks
    assert (ticks.delivered, ticks.read) == (said.seq, said.seq)
    assert (await world.chats.roster(chat)).ticks("ada") == (said.seq, said.seq)


async def test_where_newcomers_see_everything(world: World) -> None:
    ada, bob = await world.people("ada bob")
    chat = await world.group(ada, settings=events.Settings(history="all"))
    await world.say(ada, chat)
    await world.add(ada, chat, bob)
    assert await world.visible(bob, chat) == [1, 2, 3]
    head = await world.do(bob, commands.Chat(chat))
    assert head.mine.stays == ((1, 0),)
    assert head.count == head.mine.read_count == 1
    await world.change(ada, chat, settings={"history": "joined"})
    assert await world.visible(bob, chat) == [1, 2, 3, 4]  # what was given stays given


async def test_refused_are_named_and_told_nothing(world: World) -> None:
    ada, bob, cat, dan, eve, fay = await world.people("ada bob cat dan eve fay")
    chat = await world.group(ada)
    await world.sql("UPDATE accounts SET add_to_groups = 'nobody' WHERE id = 'bob'")
    await world.sql("UPDATE accounts SET add_to_groups = 'contacts' WHERE id = 'cat'")
    await world.sql("INSERT INTO blocks (account, blocked) VALUES ('dan', 'ada')")
    await world.sql("INSERT INTO blocks (account, blocked) VALUES ('ada', 'eve')")
    await world.sql("UPDATE accounts SET status = 'deleted' WHERE id = 'fay'")
    before = await world.dump()
    users = ("bob", "cat", "dan", "eve", "fay", "nobody-at-all")
    answer = await world.do(ada, commands.AddMembers(chat, new_client_id(), users))
    assert answer == results.Placed(chat, refused=users)
    assert await world.dump() == before
    assert not any(person.screen.pushes for person in (bob, cat, dan, eve, fay))


async def test_contacts_may_add_whom_they_share_a_chat_with(world: World) -> None:
    ada, bob = await world.people("ada bob")
    await world.sql("UPDATE accounts SET add_to_groups = 'contacts' WHERE id = 'bob'")
    chat = await world.group(ada)
    head = await world.do(ada, commands.OpenDirect("bob"))
    assert (await world.add(ada, chat, bob)).refused == ("bob",)  # nothing was said there yet
    await world.say(bob, head.chat)
    assert (await world.add(ada, chat, bob)).refused == ()
    assert "bob" in await world.members(chat)


async def test_members_already_are_passed_over(world: World) -> None:
    ada, bob, cat = await world.people("ada bob cat")
    chat = await world.group(ada, bob)
    before = await world.dump()
    assert await world.add(ada, chat, bob, ada) == results.Placed(chat)
    assert await world.dump() == before
    await world.add(ada, chat, bob, cat, cat)
    assert await world.last(chat) == ("ada", events.Added(("cat",)))


async def test_who_may_add(world: World) -> None:
    ada, bob, cat, dan = await world.people("ada bob cat dan")
    chat = await world.group(ada, bob)
    await world.add(bob, chat, cat)
    await world.change(ada, chat, settings={"add_members": "admins"})
    with refused("not_allowed"):
        await world.add(bob, chat, dan)
    await world.add(ada, chat, dan)


async def test_members_additions_wait_for_approval(world: World) -> None:
    ada, bob, cat, dan, eve = await world.people("ada bob cat dan eve")
    chat = await world.group(ada, bob, settings=events.Settings(approval=True))
    await world.sql("UPDATE accounts SET add_to_groups = 'nobody' WHERE id = 'eve'")
    before = await world.lines(chat)
    answer = await world.add(bob, chat, cat, eve)
    assert answer == results.Placed(chat, refused=("eve",), pending=("cat",))
    assert await world.add(bob, chat, cat) == results.Placed(chat, pending=("cat",))
    assert await world.lines(chat) == before
    assert ada.screen.of(pushes.Requests) == [pushes.Requests(chat, 1)]
    assert bob.screen.of(pushes.Requests) == cat.screen.pushes == []
    assert (await world.add(ada, chat, dan)).pending == ()  # an admin's need none
    await world.add(ada, chat, cat)
    assert ada.screen.of(pushes.Requests)[-1] == pushes.Requests(chat, 0)
    assert set(await world.members(chat)) == {"ada", "bob", "cat", "dan"}


async def test_a_group_has_room_for_so_many(tmp_path: Path) -> None:
    async with World(tmp_path / "db", GroupLimits(members=3)) as world:
        ada, bob, cat, dan = await world.people("ada bob cat dan")
        chat = await world.group(ada, bob)
        before = await world.dump()
        with refused("group_full"):
            await world.add(ada, chat, cat, dan)
        assert await world.dump() == before
        await world.add(ada, chat, cat)
        with refused("group_full"):
            await world.join(dan, await world.link(ada, chat))
        await world.leave(bob, chat)
        await world.add(ada, chat, dan)
        with refused("group_full"):
            await world.add(ada, chat, bob)


async def test_only_so_many_wait_for_approval(tmp_path: Path) -> None:
    async with World(tmp_path / "db", GroupLimits(waiting=1)) as world:
        ada, bob, cat, dan = await world.people("ada bob cat dan")
        chat = await world.group(ada, bob, settings=events.Settings(approval=True))
        with refused("quota"):
            await world.add(bob, chat, cat, dan)
        await world.add(bob, chat, cat)
        with refused("quota"):
            await world.join(dan, await world.link(ada, chat))
        assert (await world.join(cat, await world.link(ada, chat))).pending == ("cat",)


async def test_additions_are_counted_by_people(tmp_path: Path) -> None:
    async with World(tmp_path / "db", GroupLimits(add=Rate(2, 3600))) as world:
        ada, bob, _cat = await world.people("ada bob cat")
        chat = await world.group(ada)
        command = commands.AddMembers(chat, new_client_id(), ("bob", "cat"))
        first = await world.do(ada, command)
        with refused("rate_limited"):
            await world.add(ada, chat, bob)
        assert await world.do(ada, command) == first


# --- removing --------------------------------------------------------------------------------


async def test_a_removed_member_sees_up_to_the_removal(world: World) -> None:
    ada, bob, cat = await world.people("ada bob cat")
    chat = await world.group(ada, bob, cat)
    await world.say(cat, chat)
    placed = await world.remove(ada, chat, bob)
    assert await world.last(chat) == ("ada", events.Removed("bob"))
    await world.say(cat, chat)
    await world.change(ada, chat, title="Secret")
    assert bob.screen.seqs(chat) == [1, 2, 3]
    assert cat.screen.seqs(chat) == [1, 3, 5]  # an own message is answered, not pushed
    assert await world.visible(bob, chat) == [1, 2, 3]
    head = await world.do(bob, commands.Chat(chat))
    assert (head.last, head.count, head.mine.stays) == (placed.seq, 1, ((1, 4),))
    assert [event.seq for event in head.events] == [1, 2, 3]
    with refused("not_a_member"):
        await world.say(bob, chat)


async def test_removing_admins_and_oneself(world: World) -> None:
    ada, bob = await world.people("ada bob")
    chat = await world.group(ada, bob)
    with refused("not_allowed"):
        await world.remove(ada, chat, ada)
    with refused("not_allowed"):
        await world.remove(bob, chat, ada)
    await world.set_role(ada, chat, bob, "admin")
    await world.remove(bob, chat, ada)
    assert await world.members(chat) == {"bob": "admin"}
    listed = (await world.do(bob, commands.Members(chat))).members
    assert {(m.user, m.role, m.left) for m in listed} == {
        ("ada", "member", True),
        ("bob", "admin", False),
    }


async def test_removing_who_is_not_there(world: World) -> None:
    ada, bob, cat = await world.people("ada bob cat")
    chat = await world.group(ada, bob)
    await world.leave(bob, chat)
    assert await world.remove(ada, chat, bob) == results.Placed(chat)
    with refused("not_found"):
        await world.remove(ada, chat, cat)


async def test_two_admins_remove_each_other_at_once(world: World) -> None:
    ada, bob = await world.people("ada bob")
    chat = await world.group(ada, bob)
    await world.set_role(ada, chat, bob, "admin")
    answers = await asyncio.gather(
        world.remove(ada, chat, bob), world.remove(bob, chat, ada), return_exceptions=True
    )
    kinds = sorted(a.kind.code if isinstance(a, ChinwagError) else "done" for a in answers)
    assert kinds == ["done", "not_a_member"]
    assert list((await world.members(chat)).values()) == ["admin"]


# --- leaving and coming back -----------------------------------------------------------------


async def test_the_longest_standing_member_takes_over(world: World) -> None:
    ada, bob, cat = await world.people("ada bob cat")
    chat = await world.group(ada, cat)
    await world.later()
    await world.add(ada, chat, bob)
    placed = await world.leave(ada, chat)
    lines = await world.lines(chat)
    assert lines[placed.seq - 1 :] == [
        ("ada", events.Left()),
        ("", events.RoleChanged("cat", "admin")),
    ]
    assert await world.members(chat) == {"cat": "admin", "bob": "member"}
    assert ada.screen.seqs(chat) == [1, 2, 3]
    assert bob.screen.seqs(chat) == [2, 3, 4]
    assert (await world.do(cat, commands.Chat(chat))).mine.role == "admin"


async def test_no_succession_while_there_is_an_admin_or_nobody(world: World) -> None:
    ada, bob = await world.people("ada bob")
    chat = await world.group(ada, bob)
    await world.set_role(ada, chat, bob, "admin")
    await world.leave(ada, chat)
    assert await world.last(chat) == ("ada", events.Left())
    await world.leave(bob, chat)
    assert await world.last(chat) == ("bob", events.Left())
    assert await world.members(chat) == {}
    assert await world.visible(ada, chat) == [1, 2, 3]


async def test_a_disabled_account_neither_leads_nor_inherits(world: World) -> None:
    ada, bob, cat = await world.people("ada bob cat")
    chat = await world.group(ada, bob, cat)
    await world.set_role(ada, chat, bob, "admin")
    await world.sql("UPDATE accounts SET status = 'disabled' WHERE id = 'bob'")
    with refused("last_admin"):
        await world.set_role(ada, chat, ada, "member")
    await world.leave(ada, chat)
    assert await world.last(chat) == ("", events.RoleChanged("cat", "admin"))


async def test_coming_back_shows_nothing_between_and_gives_no_role(world: World) -> None:
    ada, bob = await world.people("ada bob")
    chat = await world.group(ada, bob)
    await world.set_role(ada, chat, bob, "admin")
    await world.leave(bob, chat)  # 3
    await world.say(ada, chat)  # 4
    await world.add(ada, chat, bob)  # 5
    await world.say(ada, chat)  # 6
    await world.remove(ada, chat, bob)  # 7
    await world.say(ada, chat)  # 8
    await world.add(ada, chat, bob)  # 9
    assert await world.members(chat) == {"ada": "admin", "bob": "member"}
    assert await world.visible(bob, chat) == [1, 2, 3, 5, 6, 7, 9]
    assert bob.screen.seqs(chat) == [1, 2, 3, 5, 6, 7, 9]
    mine = (await world.do(bob, commands.Chat(chat))).mine
    assert mine.stays == ((1, 4), (5, 8), (9, 0))
    assert (await world.chats.roster(chat)).seats["bob"].stays == mine.stays
    head = await world.do(bob, commands.Chat(chat))
    assert head.count - head.mine.read_count == 0


async def test_coming_back_to_a_group_that_shows_everything(world: World) -> None:
    ada, bob = await world.people("ada bob")
    chat = await world.group(ada, bob, settings=events.Settings(history="all"))
    await world.leave(bob, chat)
    await world.say(ada, chat)
    await world.add(ada, chat, bob)
    assert await world.visible(bob, chat) == [1, 2, 3, 4]
    assert (await world.do(bob, commands.Chat(chat))).mine.stays == ((1, 0),)


async def test_who_left_may_be_added_by_anybody_who_was_removed_only_by_admins(
    world: World,
) -> None:
    ada, bob, cat, dan = await world.people("ada bob cat dan")
    chat = await world.group(ada, bob, cat, dan)
    await world.leave(cat, chat)
    await world.remove(ada, chat, dan)
    answer = await world.add(bob, chat, cat, dan)
    assert answer.pending == ("dan",)
    assert set(await world.members(chat)) == {"ada", "bob", "cat"}
    await world.add(ada, chat, dan)
    await world.leave(dan, chat)
    assert (await world.add(bob, chat, dan)).pending == ()  # the removal is forgiven


async def test_both_last_admins_leave_at_once(world: World) -> None:
    ada, bob, cat = await world.people("ada bob cat")
    chat = await world.group(ada, bob, cat)
    await world.set_role(ada, chat, bob, "admin")
    await asyncio.gather(world.leave(ada, chat), world.leave(bob, chat))
    assert await world.members(chat) == {"cat": "admin"}
    await world.lines(chat)


# --- roles -----------------------------------------------------------------------------------


async def test_promote_and_demote(world: World) -> None:
    ada, bob = await world.people("ada bob")
    chat = await world.group(ada, bob)
    with refused("not_allowed"):
        await world.set_role(bob, chat, bob, "admin")
    placed = await world.set_role(ada, chat, bob, "admin")
    assert await world.last(chat) == ("ada", events.RoleChanged("bob", "admin"))
    assert placed.seq == 2
    assert await world.set_role(ada, chat, bob, "admin") == results.Placed(chat)
    await world.set_role(bob, chat, ada, "member")
    assert await world.members(chat) == {"ada": "member", "bob": "admin"}
    assert (await world.do(ada, commands.Chat(chat))).mine.role == "member"


async def test_the_last_admin_stays_one(world: World) -> None:
    ada, bob = await world.people("ada bob")
    chat = await world.group(ada, bob)
    before = await world.dump()
    with refused("last_admin"):
        await world.set_role(ada, chat, ada, "member")
    assert await world.dump() == before


async def test_roles_are_for_members(world: World) -> None:
    ada, bob, cat = await world.people("ada bob cat")
    chat = await world.group(ada, bob)
    await world.leave(bob, chat)
    for other in (bob, cat):
        with refused("not_found"):
            await world.set_role(ada, chat, other, "admin")


@pytest.mark.parametrize("own", [True, False])
async def test_the_last_two_admins_are_demoted_at_once(world: World, own: bool) -> None:
    ada, bob = await world.people("ada bob")
    chat = await world.group(ada, bob)
    await world.set_role(ada, chat, bob, "admin")
    answers = await asyncio.gather(
        world.set_role(ada, chat, ada if own else bob, "member"),
        world.set_role(bob, chat, bob if own else ada, "member"),
        return_exceptions=True,
    )
    codes = sorted(a.kind.code if isinstance(a, ChinwagError) else "done" for a in answers)
    assert codes == ["done", "last_admin" if own else "not_allowed"]
    assert sorted((await world.members(chat)).values()) == ["admin", "member"]


async def test_one_admin_leaves_while_the_other_is_demoted(world: World) -> None:
    ada, bob, cat = await world.people("ada bob cat")
    chat = await world.group(ada, bob, cat)
    await world.set_role(ada, chat, bob, "admin")
    await asyncio.gather(
        world.leave(ada, chat), world.set_role(bob, chat, bob, "member"), return_exceptions=True
    )
    assert "admin" in (await world.members(chat)).values()


async def test_added_and_removed_at_once_in_one_order(world: World) -> None:
    ada, bob, cat = await world.people("ada bob cat")
    chat = await world.group(ada, bob)
    await world.set_role(ada, chat, bob, "admin")
    await asyncio.gather(
        *(world.add(ada, chat, cat) for _ in range(5)),
        *(world.remove(bob, chat, cat) for _ in range(5)),
        return_exceptions=True,
    )
    present = False
    for _, body in (await world.lines(chat))[2:]:
        assert isinstance(body, events.Removed if present else events.Added)
        present = not present
    assert ("cat" in await world.members(chat)) is present


# --- accounts that go ------------------------------------------------------------------------


async def test_an_account_that_goes_leaves_no_group_without_an_admin(world: World) -> None:
    ada, bob, cat = await world.people("ada bob cat")
    led = await world.group(ada, bob)
    shared = await world.group(ada, cat)
    await world.set_role(ada, shared, cat, "admin")
    alone = await world.group(ada)
    member = await world.group(bob, ada)

    async def disable(tx: Tx) -> None:
        await tx.execute("UPDATE accounts SET status = 'disabled' WHERE id = 'ada'")
        await on_account_gone(tx, "ada")

    lines = {chat: await world.lines(chat) for chat in (shared, alone, member)}
    await world.store.transact(disable)
    assert await world.last(led) == ("", events.RoleChanged("bob", "admin"))
    assert bob.screen.seqs(led) == [1, 2]
    assert (await world.chats.roster(led)).seats["bob"].role == "admin"
    for chat, before in lines.items():
        assert await world.lines(chat) == before


async def test_an_operator_disables_the_only_admin(world: World, tmp_path: Path) -> None:
    ada, bob = await world.people("ada bob")
    chat = await world.group(ada, bob)
    async with opened(a_setting(tmp_path)) as admin:
        await admin.disable("ada")
    assert await world.last(chat) == ("", events.RoleChanged("bob", "admin"))
    assert await world.members(chat) == {"ada": "admin", "bob": "admin"}
    said = await world.say(bob, chat)  # judged by the roster before, then again
    assert said.seq == 3
    assert (await world.chats.roster(chat)).seats["ada"].gone


async def test_a_bot_that_led_is_deleted(world: World) -> None:
    ada, bob = await world.people("ada bob")
    bot = await world.person("kettle", kind="bot", owner="ada")
    chat = await world.group(ada, bob, bot)
    await world.set_role(ada, chat, bot, "admin")
    await world.leave(ada, chat)
    devices = Devices(world.store, world.sessions, Lifetimes())
    bots = Bots(world.store, devices, world.profiles)
    await bots.delete(ada, commands.DeleteBot("kettle"))
    assert (await world.members(chat))["bob"] == "admin"


# --- what others see of it -------------------------------------------------------------------


async def test_ticks_no_longer_wait_for_who_has_gone(world: World) -> None:
    ada, bob, cat = await world.people("ada bob cat")
    chat = await world.group(ada, bob, cat)
    said = await world.say(ada, chat)
    world.receipts.read(bob, (commands.Mark(chat, said.seq),))
    await world.log.drain()
    assert [p.ticks.delivered for p in ada.screen.of(pushes.Ticks)] in ([], [0])
    await world.leave(cat, chat)
    told = ada.screen.of(pushes.Ticks)[-1].ticks
    assert (told.delivered, told.read) == (said.seq, said.seq)
    assert told == (await world.do(ada, commands.Chat(chat))).ticks


async def test_ticks_are_told_also_when_the_roster_was_not_at_hand(world: World) -> None:
    ada, bob, cat = await world.people("ada bob cat")
    chat = await world.group(ada, bob, cat)
    said = await world.say(ada, chat)
    world.receipts.received(bob, (commands.Mark(chat, said.seq),))
    await world.log.drain()
    world.chats.rosters.drop(chat)
    await world.leave(cat, chat)
    assert ada.screen.of(pushes.Ticks)[-1].ticks.delivered == said.seq


async def test_service_lines_have_no_ticks(world: World) -> None:
    ada, bob, cat = await world.people("ada bob cat")
    chat = await world.group(ada, bob)
    said = await world.say(ada, chat)
    await world.add(ada, chat, cat)
    for person in (bob, cat):
        world.receipts.read(person, (commands.Mark(chat, 3),))
    await world.log.drain()
    assert ada.screen.of(pushes.Ticks)[-1].ticks.read == said.seq
    assert (await world.do(ada, commands.Chat(chat))).ticks.read == said.seq


async def test_a_removed_member_can_acknowledge_all_it_was_handed(world: World) -> None:
    ada, bob = await world.people("ada bob")
    chat = await world.group(ada, bob)
    placed = await world.remove(ada, chat, bob)
    await world.say(ada, chat)
    assert chat in bob.unacknowledged
    world.receipts.received(bob, (commands.Mark(chat, placed.seq),))
    assert chat not in bob.unacknowledged


async def test_nobody_is_handed_what_is_outside_the_stays(world: World) -> None:
    """A commit may be handed out by a roster that is newer than it."""
    ada, bob, cat = await world.people("ada bob cat")
    chat = await world.group(ada, bob)
    await world.leave(bob, chat)  # 2
    await world.say(ada, chat)  # 3
    await world.add(ada, chat, bob, cat)  # 4
    roster = await world.roster(chat)
    assert [sorted(roster.readers(seq)) for seq in (1, 2, 3, 4)] == [
        ["ada", "bob"],
        ["ada", "bob"],
        ["ada"],
        ["ada", "bob", "cat"],
    ]


async def test_a_past_member_learns_nothing_newer_of_the_group(world: World) -> None:
    ada, bob, cat, dan = await world.people("ada bob cat dan")
    chat = await world.group(ada, bob, cat, title="Tea")
    await world.change(ada, chat, description="at four")
    await world.remove(ada, chat, bob)
    await world.later()
    head, members = (
        await world.do(bob, commands.Chat(chat)),
        await world.do(bob, commands.Members(chat)),
    )
    await world.change(ada, chat, title="Secret", description="x", settings={"history": "all"})
    await world.add(ada, chat, dan)
    await world.set_role(ada, chat, cat, "admin")
    await world.leave(ada, chat)
    assert await world.do(bob, commands.Chat(chat)) == head
    assert await world.do(bob, commands.Members(chat)) == members
    assert head.group == results.GroupInfo("Tea", "at four", members=2)
    assert {member.user for member in members.members if not member.left} == {"ada", "cat"}
