"""Every group command by everybody who may not: refused with the code of the table, alike for
chats that are absent and chats that are others', and without a trace."""

from collections.abc import Callable
from typing import Any

import pytest

from chinwag.protocol import commands, events
from chinwag.protocol.errors import ChinwagError
from unit.server.services.world import Person, World, new_client_id, refused

Make = Callable[[str], Any]
# The command on a chat, and what a plain member is answered.
COMMANDS: dict[str, tuple[Make, str]] = {
    "add": (lambda chat: commands.AddMembers(chat, new_client_id(), ("new",)), ""),
    "remove": (lambda chat: commands.RemoveMember(chat, new_client_id(), "hal"), "not_allowed"),
    "remove_absent": (
        lambda chat: commands.RemoveMember(chat, new_client_id(), "nobody"),
        "not_allowed",
    ),
    "leave": (lambda chat: commands.Leave(chat, new_client_id()), ""),
    "promote": (
        lambda chat: commands.SetRole(chat, new_client_id(), "hal", "admin"),
        "not_allowed",
    ),
    "promote_oneself": (
        lambda chat: commands.SetRole(chat, new_client_id(), "member", "admin"),
        "not_allowed",
    ),
    "title": (lambda chat: commands.ChangeGroup(chat, new_client_id(), title="Mine"), ""),
    "nothing": (lambda chat: commands.ChangeGroup(chat, new_client_id()), ""),
    "switches": (
        lambda chat: commands.ChangeGroup(
            chat, new_client_id(), settings=events.Settings(send="admins")
        ),
        "not_allowed",
    ),
    "link": (commands.InviteLink, ""),
    "reset": (commands.ResetInviteLink, "not_allowed"),
    "revoke": (commands.RevokeInviteLink, "not_allowed"),
    "invite": (lambda chat: commands.InvitePrivately(chat, new_client_id(), "new"), ""),
    "requests": (commands.JoinRequests, "not_allowed"),
    "decide": (
        lambda chat: commands.DecideRequest(chat, new_client_id(), "waiting", True),
        "not_allowed",
    ),
    "turn_away": (
        lambda chat: commands.DecideRequest(chat, new_client_id(), "waiting", False),
        "not_allowed",
    ),
}
OUTSIDERS = ("left", "removed", "stranger", "elsewhere", "blocked", "waiting")


async def village(world: World) -> tuple[str, dict[str, Person]]:
    """A group and everybody who may stand around it."""
    names = "admin member hal new left removed stranger elsewhere blocked waiting"
    who = {person.user: person for person in await world.people(names)}
    chat = await world.group(
        who["admin"], *(who[name] for name in ("member", "hal", "left", "removed"))
    )
    await world.say(who["member"], chat)
    await world.leave(who["left"], chat)
    await world.remove(who["admin"], chat, who["removed"])
    await world.group(who["elsewhere"], who["stranger"])
    await world.sql("INSERT INTO blocks (account, blocked) VALUES ('admin', 'blocked')")
    link = await world.link(who["admin"], chat)
    await world.change(who["admin"], chat, settings={"approval": True})
    await world.join(who["waiting"], link)
    await world.change(who["admin"], chat, settings={"approval": False})
    return chat, who


async def refusal(world: World, who: Person, command: Any) -> Any:
    with pytest.raises(ChinwagError) as caught:
        await world.do(who, command)
    return caught.value.failure()


@pytest.mark.parametrize("name", COMMANDS)
async def test_outsiders(world: World, name: str) -> None:
    chat, who = await village(world)
    make, _ = COMMANDS[name]
    before = await world.dump()
    for outsider in OUTSIDERS:
        failure = await refusal(world, who[outsider], make(chat))
        past = outsider in ("left", "removed")
        assert failure.code == ("not_a_member" if past else "not_found"), outsider
        if not past:
            assert failure == await refusal(world, who[outsider], make("no-such-chat"))
    assert await world.dump() == before


@pytest.mark.parametrize("name", COMMANDS)
async def test_members_and_admins(world: World, name: str) -> None:
    chat, who = await village(world)
    make, code = COMMANDS[name]
    if code:
        before = await world.dump()
        with refused(code):
            await world.do(who["member"], make(chat))
        assert await world.dump() == before
    else:
        await world.do(who["member"], make(chat))
    if name == "remove_absent":
        with refused("not_found"):
            await world.do(who["admin"], make(chat))
    else:
        await world.do(who["admin"], make(chat))


@pytest.mark.parametrize("name", COMMANDS)
async def test_chats_that_are_no_groups(world: World, name: str) -> None:
    ada, bob, eve = await world.people("ada bob eve")
    make, _ = COMMANDS[name]
    direct = (await world.do(ada, commands.OpenDirect("bob"))).chat
    notes = (await world.do(ada, commands.OpenDirect("ada"))).chat
    before = await world.dump()
    for chat in (direct, notes):
        with refused("not_allowed"):
            await world.do(ada, make(chat))
        with refused("not_found"):
            await world.do(eve, make(chat))
    with refused("not_allowed"):
        await world.do(bob, make(direct))
    assert await world.dump() == before


async def test_a_code_of_one_group_opens_no_other(world: World) -> None:
    chat, who = await village(world)
    link = await world.link(who["admin"], chat)
    answer = await world.join(who["stranger"], link)
    assert answer.chat == chat
    for outsider in ("left", "blocked"):
        assert (await world.join(who[outsider], link)).seq


@pytest.mark.parametrize("outsider", ["left", "removed", "stranger", "elsewhere"])
async def test_outsiders_are_shown_nothing(world: World, outsider: str) -> None:
    chat, who = await village(world)
    shown = list(who[outsider].screen.pushes)
    for name in ("title", "add", "remove", "switches", "decide", "leave"):
        await world.say(who["admin"], chat)
        await world.do(who["admin"], COMMANDS[name][0](chat))
    assert who["member"].screen.seqs(chat)[-1] == (await world.roster(chat)).last
    assert who[outsider].screen.pushes == shown
