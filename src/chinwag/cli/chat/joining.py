"""Making a group, and coming into one."""

import re

from chinwag.cli import words
from chinwag.cli.chat.desk import Desk
from chinwag.cli.chat.dialogs import Ask, Confirm
from chinwag.cli.chat.people import FindPeople
from chinwag.cli.names import called
from chinwag.cli.text import one_line, plain
from chinwag.protocol import limits
from chinwag.protocol.results import Placed

_CODE = re.compile(r"[A-Za-z0-9_-]{8,64}")


async def new_group(desk: Desk) -> None:
    """Ask for people and a name, and make the group."""
    people = await desk.app.push_screen_wait(FindPeople(desk, "New group: who?", many=True))
    if people is None:
        return
    name = await desk.app.push_screen_wait(
        Ask("Name of the group", limit=limits.TITLE_CHARS, verb="Create")
    )
    if not name:
        return
    placed = await desk.tried(desk.client.groups.create(name, people))
    if placed:
        if not desk.chat(placed.chat):
            await desk.tried(desk.client.refresh(placed.chat))
        await desk.go(placed.chat)
        await refused(desk, placed)


async def refused(desk: Desk, placed: Placed) -> None:
    """Say who could not be added, and offer to invite them privately."""
    if placed.pending:
        names = words.listing([called(desk.state, it) for it in placed.pending])
        desk.say(f"{names} will be in once an admin approves.")
    for user in placed.refused:
        name = called(desk.state, user)
        question = Confirm(
            f"Invite {name}?",
            f"{name} does not let others add them to groups. You can send a private invitation,"
            " good for 3 days.",
            "Invite",
            grave=False,
        )
        if await desk.app.push_screen_wait(question):
            await desk.tried(desk.client.groups.invite(placed.chat, user))


async def join(desk: Desk, code: str = "") -> None:
    """Come into a group by a code or a link."""
    if not code:
        typed = await desk.app.push_screen_wait(
            Ask("Join a group", hint="Invite link or code", verb="Next")
        )
        if not typed:
            return
        codes = _CODE.findall(typed.rstrip("/").rsplit("/", 1)[-1].rsplit("=", 1)[-1])
        if not codes:
            desk.say("That is no invite link or code.", trouble=True)
            return
        code = codes[-1]
    invite = await desk.tried(desk.client.groups.preview(code))
    if invite is None:
        return
    if invite.joined:
        await desk.go(invite.chat)
        return
    said = words.count(invite.members, "member")
    if invite.approval:
        said += ". An admin has to approve you"
    question = Confirm(
        f"Join “{one_line(invite.title)}”?",
        f"{said}.\n{plain(invite.description)}".strip(),
        "Join",
        grave=False,
    )
    if not await desk.app.push_screen_wait(question):
        return
    placed = await desk.tried(desk.client.groups.join(code))
    if placed and placed.seq:
        if not desk.chat(placed.chat):
            await desk.tried(desk.client.refresh(placed.chat))
        await desk.go(placed.chat)
    elif placed:
        desk.say("Asked to join. An admin has to approve you.")
