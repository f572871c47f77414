"""Making a group, and changing what it is."""

from pathlib import Path

import pytest

from chinwag.protocol import commands, events, results
from chinwag.server.ports.meters import Rate
from chinwag.server.services.actions import GroupLimits
from unit.server.services.world import World, new_client_id, refused


async def test_the_maker_is_admin_and_everybody_sees_the_first_line(world: World) -> None:
    ada, bob, cat = await world.people("ada bob cat")
    chat = await world.group(ada, bob, cat, title="Tea", description="at four")
    assert await world.members(chat) == {"ada": "admin", "bob": "member", "cat": "member"}
    assert await world.lines(chat) == [
        ("ada", events.Created("group", ("ada", "bob", "cat"), "Tea"))
    ]
    for person in (ada, bob, cat):
        assert person.screen.seqs(chat) == [1]
        head = await world.do(person, commands.Chat(chat))
        assert head.group == results.GroupInfo("Tea", "at four", members=3)
        assert [event.seq for event in head.events] == [1]
        assert head.count == head.mine.read_count == 0


async def test_oneself_and_repeats_among_the_members_count_once(world: World) -> None:
    ada, bob = await world.people("ada bob")
    chat = await world.group(ada, ada, bob, bob)
    assert await world.members(chat) == {"ada": "admin", "bob": "member"}


async def test_a_group_of_one(world: World) -> None:
    ada = await world.person("ada")
    assert await world.members(await world.group(ada)) == {"ada": "admin"}


async def test_switches_given_at_the_start(world: World) -> None:
    ada, bob = await world.people("ada bob")
    settings = events.Settings(send="admins", approval=True, history="all")
    chat = await world.group(ada, bob, settings=settings)
    roster = await world.chats.roster(chat)
    assert (roster.send, roster.approval, roster.history) == ("admins", True, "all")
    assert (roster.edit_info, roster.add_members) == ("everyone", "everyone")
    with refused("not_allowed"):
        await world.say(bob, chat)


@pytest.mark.parametrize(
    ("others", "given", "expected"),
    [(255, None, "everyone"), (256, None, "admins"), (256, "everyone", "everyone")],
)
async def test_above_256_only_admins_edit_the_info(
    world: World, others: int, given: str | None, expected: str
) -> None:
    ada = await world.person("ada")
    names = [f"user{n}" for n in range(others)]
    await world.sql(
        "INSERT INTO accounts (id, handle, name) SELECT value, value, value FROM json_each($1)",
        names,
    )
    settings = events.Settings(edit_info=given) if given else None  # type: ignore[arg-type]
    command = commands.CreateGroup(new_client_id(), "Hall", tuple(names), settings=settings)
    placed = await world.do(ada, command)
    roster = await world.chats.roster(placed.chat)
    assert (len(roster.active), roster.edit_info) == (others + 1, expected)


async def test_who_may_not_be_added_is_left_out_and_named(world: World) -> None:
    ada, bob, cat, dan, eve = await world.people("ada bob cat dan eve")
    await world.sql("UPDATE accounts SET add_to_groups = 'nobody' WHERE id = 'bob'")
    await world.sql("UPDATE accounts SET add_to_groups = 'contacts' WHERE id = 'cat'")
    await world.sql("UPDATE accounts SET status = 'disabled' WHERE id = 'dan'")
    await world.sql("INSERT INTO blocks (account, blocked) VALUES ('eve', 'ada')")
    fay = await world.person("fay")
    others = ("bob", "cat", "dan", "eve", "nobody-at-all", "fay")
    placed = await world.do(ada, commands.CreateGroup(new_client_id(), "Tea", others))
    assert placed.refused == ("bob", "cat", "dan", "eve", "nobody-at-all")
    assert await world.members(placed.chat) == {"ada": "admin", "fay": "member"}
    assert fay.screen.seqs(placed.chat) == [1]
    for left_out in (bob, cat, dan, eve):
        assert left_out.screen.pushes == []


async def test_a_repeat_makes_no_second_group(world: World) -> None:
    ada, _bob = await world.people("ada bob")
    await world.sql("UPDATE accounts SET add_to_groups = 'nobody' WHERE id = 'bob'")
    command = commands.CreateGroup(new_client_id(), "Tea", ("bob",))
    first = await world.do(ada, command)
    assert first.refused == ("bob",)
    await world.sql("UPDATE accounts SET add_to_groups = 'everyone' WHERE id = 'bob'")
    before = await world.dump()
    assert await world.do(ada, command) == first
    with refused("client_id_reused"):
        await world.do(ada, commands.CreateGroup(command.client_id, "Coffee", ("bob",)))
    with refused("client_id_reused"):
        await world.say(ada, first.chat, client_id=command.client_id)
    assert await world.dump() == before


async def test_a_client_id_belongs_to_its_account(world: World) -> None:
    ada, bob = await world.people("ada bob")
    command = commands.CreateGroup(new_client_id(), "Tea")
    assert (await world.do(ada, command)).chat != (await world.do(bob, command)).chat


async def test_too_many_groups(tmp_path: Path) -> None:
    limits = GroupLimits(create=Rate(2, 3600))
    async with World(tmp_path / "db", limits) as world:
        ada, bob = await world.people("ada bob")
        commands_ = [commands.CreateGroup(new_client_id(), "Tea") for _ in range(3)]
        answers = [await world.do(ada, command) for command in commands_[:2]]
        with refused("rate_limited"):
            await world.do(ada, commands_[2])
        assert await world.do(ada, commands_[0]) == answers[0]
        await world.group(bob)


async def test_repeats_cost_nothing(tmp_path: Path) -> None:
    limits = GroupLimits(create=Rate(2, 3600), act=Rate(2, 3600))
    async with World(tmp_path / "db", limits) as world:
        ada = await world.person("ada")
        command = commands.CreateGroup(new_client_id(), "Tea")
        chat = (await world.do(ada, command)).chat
        change = commands.ChangeGroup(chat, new_client_id(), title="Coffee")
        for _ in range(4):
            await world.do(ada, command)
            await world.do(ada, change)
        await world.group(ada)
        await world.change(ada, chat, title="Cocoa")
        with refused("rate_limited"):
            await world.change(ada, chat, title="Tea")
        assert (await world.do(ada, change)).seq == 2


async def test_more_members_than_a_group_may_have(tmp_path: Path) -> None:
    async with World(tmp_path / "db", GroupLimits(members=2)) as world:
        ada, bob, cat = await world.people("ada bob cat")
        before = await world.dump()
        with refused("group_full"):
            await world.group(ada, bob, cat)
        assert await world.dump() == before
        await world.group(ada, bob)


# --- changing --------------------------------------------------------------------------------


async def test_title_and_description(world: World) -> None:
    ada, bob = await world.people("ada bob")
    chat = await world.group(ada, bob, title="Tea", description="at four")
    placed = await world.change(bob, chat, title="Coffee", description="at four")
    assert placed.seq == 2
    assert await world.last(chat) == ("bob", events.Changed(title="Coffee"))
    assert (await world.change(ada, chat, description="")).seq == 3
    assert await world.last(chat) == ("ada", events.Changed(description=""))
    roster = await world.chats.roster(chat)
    assert (roster.title, roster.description) == ("Coffee", "")
    assert ada.screen.seqs(chat) == bob.screen.seqs(chat) == [1, 2, 3]


async def test_what_is_so_already_makes_no_line(world: World) -> None:
    ada = await world.person("ada")
    chat = await world.group(ada, title="Tea")
    before = await world.dump()
    nothing = results.Placed(chat)
    assert await world.change(ada, chat) == nothing
    assert await world.change(ada, chat, title="Tea", description="") == nothing
    assert await world.change(ada, chat, settings={"send": "everyone"}) == nothing
    assert await world.dump() == before


async def test_switches_are_for_admins(world: World) -> None:
    ada, bob = await world.people("ada bob")
    chat = await world.group(ada, bob)
    with refused("not_allowed"):
        await world.change(bob, chat, settings={"send": "everyone"})
    with refused("not_allowed"):  # all or nothing
        await world.change(bob, chat, title="Mine", settings={"edit_info": "everyone"})
    await world.change(ada, chat, settings={"edit_info": "admins", "approval": True})
    changed = events.Changed(settings=events.Settings(edit_info="admins", approval=True))
    assert await world.last(chat) == ("ada", changed)
    with refused("not_allowed"):
        await world.change(bob, chat, title="Mine")
    await world.change(ada, chat, title="Ours")
    roster = await world.chats.roster(chat)
    assert (roster.title, roster.edit_info, roster.approval) == ("Ours", "admins", True)


async def test_only_admins_send(world: World) -> None:
    ada, bob = await world.people("ada bob")
    chat = await world.group(ada, bob)
    await world.say(bob, chat)
    await world.change(ada, chat, settings={"send": "admins"})
    with refused("not_allowed"):
        await world.say(bob, chat)
    await world.say(ada, chat)


async def test_turning_approval_off_lets_nobody_in(world: World) -> None:
    ada, bob, cat = await world.people("ada bob cat")
    chat = await world.group(ada, bob, settings=events.Settings(approval=True))
    assert (await world.add(bob, chat, cat)).pending == ("cat",)
    await world.change(ada, chat, settings={"approval": False})
    assert "cat" not in await world.members(chat)
    waiting = await world.do(ada, commands.JoinRequests(chat))
    assert [request.user for request in waiting.requests] == ["cat"]


async def test_a_repeated_change_is_answered_alike(world: World) -> None:
    ada, bob = await world.people("ada bob")
    chat = await world.group(ada, bob)
    command = commands.ChangeGroup(chat, new_client_id(), title="Coffee")
    first = await world.do(bob, command)
    await world.change(ada, chat, title="Tea", settings={"edit_info": "admins"})
    assert await world.do(bob, command) == first
    await world.remove(ada, chat, bob)
    assert await world.do(bob, command) == first
    with refused("client_id_reused"):
        await world.do(bob, commands.ChangeGroup(chat, command.client_id, title="Cocoa"))
    assert (await world.roster(chat)).title == "Tea"
