"""Groups: making one, and changing its title, description, picture and switches."""

from typing import Any

from msgspec import UNSET, Struct, structs

from chinwag.protocol import commands, errors
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.events import Changed, Created, Settings
from chinwag.protocol.results import Placed
from chinwag.server.ports.store import Tx
from chinwag.server.services import files
from chinwag.server.services.actions import Action, Actions, placed, require_admin
from chinwag.server.services.admission import admissible
from chinwag.server.services.chats import create, new_id
from chinwag.server.services.limits import Limit
from chinwag.server.services.roster import Roster
from chinwag.server.sessions.session import Session

LARGE = 256
"""A group that begins with more members than this lets only admins edit its info, unless its
maker says otherwise. The switch does not move by itself when a group grows later: somebody may
have set it on purpose."""


class Groups:
    """What a group is, but for its members."""

    def __init__(self, actions: Actions) -> None:
        self._actions = actions
        self._created = Limit(actions.meters, "groups_created", actions.limits.create)

    async def create_group(self, session: Session, command: commands.CreateGroup) -> Placed:
        """Make a group with the caller as its admin."""
        return await self._actions.run(
            session, command, lambda action: self._create(action, command), limit=self._created
        )

    async def change_group(self, session: Session, command: commands.ChangeGroup) -> Placed:
        """Change what is given; what is so already makes no event. Who waits for approval when
        the switch is turned off goes on waiting for an admin: nobody comes in by a switch.
        """
        return await self._actions.run(session, command, lambda action: _change(action, command))

    async def _create(self, action: Action, command: commands.CreateGroup) -> Placed:
        others = [user for user in dict.fromkeys(command.members) if user != action.user]
        allowed = await admissible(action.tx, action.user, others)
        refused = tuple(user for user in others if user not in allowed)
        people = [action.user, *(user for user in others if user in allowed)]
        if len(people) > self._actions.limits.members:
            raise ChinwagError(errors.GROUP_FULL)
        settings = _given(command.settings) if command.settings else {}
        if len(people) > LARGE:
            settings.setdefault("edit_info", "admins")
        chat = new_id()
        entry = action.entry(chat, Created("group", tuple(people), command.title), refused=refused)
        await create(
            action.tx, chat, "group", people, action.user, title=command.title, entry=entry
        )
        await _write(action.tx, chat, {"description": command.description, **settings})
        return placed(action.appended(entry))


async def _change(action: Action, command: commands.ChangeGroup) -> Placed:
    roster = await action.enter(command.chat)
    words = {
        name: value
        for name in ("title", "description", "avatar")
        if (value := getattr(command, name)) is not UNSET
    }
    settings = _given(command.settings) if isinstance(command.settings, Settings) else {}
    if settings or (words and roster.edit_info == "admins"):
        require_admin(roster, action.user)
    words = _differing(roster, words)
    settings = _differing(roster, settings)
    if not words and not settings:
        return Placed(roster.id)
    if words.get("avatar"):
        await files.take(action.tx, words["avatar"], action.user, avatar=True)
    await _write(action.tx, roster.id, words | settings)
    if "avatar" in words:
        await files.release(action.tx, [roster.avatar])
    changed = Changed(**words, settings=Settings(**settings) if settings else UNSET)
    return await action.place(roster.id, changed)


def _differing(roster: Roster, values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if getattr(roster, name) != value}


def _given(struct: Struct) -> dict[str, Any]:
    return {name: value for name, value in structs.asdict(struct).items() if value is not UNSET}


async def _write(tx: Tx, chat: str, values: dict[str, Any]) -> None:
    for column, value in values.items():
        given = int(value) if isinstance(value, bool) else value
        await tx.execute(f"UPDATE chats SET {column} = $2 WHERE id = $1", chat, given)
