"""One client id, one answer, one effect: for every command, whatever has happened since. And all
of a command, or nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from chinwag.protocol import commands, events, results
from unit.server.services.world import (
    CutError,
    CuttingStore,
    Person,
    World,
    new_client_id,
    refused,
)

People = dict[str, Person]
Make = Callable[[World, People, str, str], Awaitable[tuple[Person, Any, Any]]]


async def _create(world: World, who: People, chat: str, client_id: str) -> Any:
    return (
        who["bob"],
        commands.CreateGroup(client_id, "Tea", ("cat", "nobody")),
        commands.CreateGroup(client_id, "Tea", ("cat",)),
    )


async def _add(world: World, who: People, chat: str, client_id: str) -> Any:
    return (
        who["bob"],
        commands.AddMembers(chat, client_id, ("dan", "nobody")),
        commands.AddMembers(chat, client_id, ("eve",)),
    )


async def _remove(world: World, who: People, chat: str, client_id: str) -> Any:
    return (
        who["bob"],
        commands.RemoveMember(chat, client_id, "cat"),
        commands.RemoveMember(chat, client_id, "fay"),
    )


async def _leave(world: World, who: People, chat: str, client_id: str) -> Any:
    other = await world.group(who["bob"])
    return who["bob"], commands.Leave(chat, client_id), commands.Leave(other, client_id)


async def _role(world: World, who: People, chat: str, client_id: str) -> Any:
    return (
        who["bob"],
        commands.SetRole(chat, client_id, "cat", "admin"),
        commands.SetRole(chat, client_id, "cat", "member"),
    )


async def _change(world: World, who: People, chat: str, client_id: str) -> Any:
    return (
        who["bob"],
        commands.ChangeGroup(chat, client_id, title="Coffee"),
        commands.ChangeGroup(chat, client_id, title="Coffee", description="now"),
    )


async def _invite(world: World, who: People, chat: str, client_id: str) -> Any:
    return (
        who["bob"],
        commands.InvitePrivately(chat, client_id, "dan"),
        commands.InvitePrivately(chat, client_id, "eve"),
    )


async def _join(world: World, who: People, chat: str, client_id: str) -> Any:
    code = await world.link(who["ada"], chat)
    other = await world.link(who["eve"], await world.group(who["eve"]))
    return who["dan"], commands.Join(code, client_id), commands.Join(other, client_id)


async def _decide(world: World, who: People, chat: str, client_id: str) -> Any:
    await world.change(who["ada"], chat, settings={"approval": True})
    await world.join(who["dan"], await world.link(who["ada"], chat))
    return (
        who["bob"],
        commands.DecideRequest(chat, client_id, "dan", True),
        commands.DecideRequest(chat, client_id, "dan", False),
    )


async def _decide_proposed(world: World, who: People, chat: str, client_id: str) -> Any:
    await world.change(who["ada"], chat, settings={"approval": True})
    await world.add(who["cat"], chat, who["dan"])
    return (
        who["bob"],
        commands.DecideRequest(chat, client_id, "dan", True),
        commands.DecideRequest(chat, client_id, "eve", True),
    )


COMMANDS = [
    _create, _add, _remove, _leave, _role, _change, _invite, _join, _decide, _decide_proposed,
]  # fmt: skip


async def prepared(world: World, make: Make) -> tuple[str, People, Person, Any, Any]:
    """A group with two admins, and the command, and another with the same client id."""
    people = await world.people("ada bob cat dan eve fay")
    who = {person.user: person for person in people}
    chat = await world.group(*(who[name] for name in ("ada", "bob", "cat", "fay")))
    await world.set_role(who["ada"], chat, who["bob"], "admin")
    return chat, who, *(await make(world, who, chat, new_client_id()))


@pytest.mark.parametrize("make", COMMANDS)
async def test_repeated(world: World, make: Make) -> None:
    chat, who, caller, command, other = await prepared(world, make)
    first = await world.do(caller, command)
    assert first.seq
    before = await world.dump()
    assert await world.do(caller, command) == first
    with refused("client_id_reused"):
        await world.do(caller, other)
    assert await world.dump() == before
    # Nor when everything is different.
    for name in ("bob", "cat", "dan"):
        if name in (await world.roster(chat)).seats:
            await world.remove(who["ada"], chat, who[name])
    await world.change(who["ada"], chat, settings={"add_members": "admins"})
    await world.do(who["ada"], commands.RevokeInviteLink(chat))
    before = await world.dump()
    assert await world.do(caller, command) == first
    with refused("client_id_reused"):
        await world.do(caller, other)
    assert await world.dump() == before


@pytest.mark.parametrize("make", COMMANDS)
async def test_repeated_at_once(world: World, make: Make) -> None:
    _, _, caller, command, _ = await prepared(world, make)
    answers = await asyncio.gather(*(world.do(caller, command) for _ in range(5)))
    assert answers[0].seq
    assert answers == [answers[0]] * 5


# An admission's event is the newcomer's: it does not keep the admin from the id.
@pytest.mark.parametrize("make", [make for make in COMMANDS if make is not _decide])
async def test_a_message_cannot_have_the_id(world: World, make: Make) -> None:
    _, _, caller, command, _ = await prepared(world, make)
    await world.do(caller, command)
    notes = (await world.do(caller, commands.OpenDirect(caller.user))).chat
    with refused("client_id_reused"):
        await world.say(caller, notes, client_id=command.client_id)


@pytest.mark.parametrize("make", COMMANDS)
async def test_a_message_had_the_id(world: World, make: Make) -> None:
    _, _, caller, command, _ = await prepared(world, make)
    notes = (await world.do(caller, commands.OpenDirect(caller.user))).chat
    await world.say(caller, notes, client_id=command.client_id)
    before = await world.dump()
    with refused("client_id_reused"):
        await world.do(caller, command)
    assert await world.dump() == before


@pytest.mark.parametrize("make", COMMANDS)
async def test_cut_off_at_any_statement(tmp_path: Path, make: Make) -> None:
    async with World(tmp_path / "db", wrap=CuttingStore) as world:
        _, who, caller, command, _ = await prepared(world, make)
        before = await world.dump()
        shown = {name: len(person.screen.pushes) for name, person in who.items()}
        statements = 0
        while True:
            world.store.left = statements
            try:
                answer = await world.do(caller, command)
            except CutError:
                statements += 1
                world.store.left = None
                assert await world.dump() == before
                assert {n: len(p.screen.pushes) for n, p in who.items()} == shown
            else:
                break
        world.store.left = None
        assert statements > 5
        assert isinstance(answer, results.Placed)
        assert await world.dump() != before
        await world.lines(answer.chat)


async def test_a_demotion_repeated_when_it_was_undone(world: World) -> None:
    ada, bob = await world.people("ada bob")
    chat = await world.group(ada, bob)
    command = commands.SetRole(chat, new_client_id(), "bob", "admin")
    first = await world.do(ada, command)
    await world.set_role(bob, chat, ada, "member")
    assert await world.do(ada, command) == first
    assert await world.members(chat) == {"ada": "member", "bob": "admin"}
    assert (await world.last(chat))[1] == events.RoleChanged("ada", "member")
