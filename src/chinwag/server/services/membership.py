"""Membership: adding, removing, leaving, and who is an admin."""

from chinwag.protocol import commands, errors
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.events import Added, Left, Removed, RoleChanged
from chinwag.protocol.frames import encode
from chinwag.protocol.results import Placed
from chinwag.protocol.scalars import Role
from chinwag.server.delivery.locks import lock_chats_of
from chinwag.server.ports.store import Entry, Tx
from chinwag.server.services import loading
from chinwag.server.services.actions import (
    Action,
    Actions,
    is_admin,
    require_admin,
    require_may_add,
)
from chinwag.server.services.admission import (
    admissible,
    ask,
    removed_among,
    require_room,
    seat,
    unseat,
)
from chinwag.server.services.limits import Limit
from chinwag.server.services.roster import Roster
from chinwag.server.sessions.session import Session

_SET_ROLE = (
    "UPDATE members SET role = $3, change = CASE WHEN change >= $4 THEN change + 1 ELSE $4 END"
    " WHERE chat = $1 AND account = $2"
)
_UNINVITE = "DELETE FROM invites WHERE chat = $1 AND invited = $2"
_LED = (
    "SELECT m.chat FROM members m JOIN chats c ON c.id = m.chat"
    " WHERE m.account = $1 AND m.role = 'admin' AND m.departed = 0 AND c.kind = 'group'"
)

_ANEW = (
    "UPDATE chats SET version = version + 1, change = $2 WHERE kind = 'group'"
    " AND id IN (SELECT chat FROM members WHERE account = $1 AND departed = 0)"
)


class Membership:
    """Who is in a group, and as what."""

    def __init__(self, actions: Actions) -> None:
        self._actions = actions
        self._added = Limit(actions.meters, "members_added", actions.limits.add)

    async def add_members(self, session: Session, command: commands.AddMembers) -> Placed:
        """Add people. A member's addition waits for an admin where the group wants approval, and
        for everybody whom an admin once removed.
        """
        return await self._actions.run(
            session,
            command,
            lambda action: self._add(action, command),
            limit=self._added,
            cost=len(command.users),
        )

    async def remove_member(self, session: Session, command: commands.RemoveMember) -> Placed:
        """Remove a member, who may be an admin too. Going oneself is `Leave`."""
        return await self._actions.run(session, command, lambda action: _remove(action, command))

    async def leave(self, session: Session, command: commands.Leave) -> Placed:
        """Leave. A group that has members has an admin."""
        return await self._actions.run(session, command, lambda action: _leave(action, command))

    async def set_role(self, session: Session, command: commands.SetRole) -> Placed:
        """Make a member an admin, or an admin a member."""
        return await self._actions.run(session, command, lambda action: _set_role(action, command))

    async def _add(self, action: Action, command: commands.AddMembers) -> Placed:
        roster = await action.enter(command.chat)
        require_may_add(roster, action.user)
        named = dict.fromkeys(command.users)
        people = [user for user in named if user not in roster.active]
        allowed = await admissible(action.tx, action.user, people)
        refused = [user for user in people if user not in allowed]
        pending: list[str] = []
        welcome = [user for user in people if user in allowed]
        if not is_admin(roster, action.user):
            removed = await removed_among(action.tx, roster.id, welcome)
            pending = [user for user in welcome if roster.approval or user in removed]
            welcome = [user for user in welcome if user not in pending]
            await ask(action, roster, pending, self._actions.limits.waiting, invited_by=action.user)
        if not welcome:
            return Placed(roster.id, refused=tuple(refused), pending=tuple(pending))
        require_room(roster, len(welcome), self._actions.limits.members)
        placed = await action.place(
            roster.id, Added(tuple(welcome)), refused=refused, pending=pending
        )
        await seat(action, roster, welcome, placed.seq)
        return placed


async def _remove(action: Action, command: commands.RemoveMember) -> Placed:
    roster = await action.enter(command.chat)
    require_admin(roster, action.user)
    if command.user == action.user:
        raise ChinwagError(errors.NOT_ALLOWED)
    if not roster.seat(command.user).active:
        return Placed(roster.id)
    placed = await action.part(roster, Removed(command.user), command.user)
    await unseat(action.tx, roster, command.user, placed.seq)
    # Else an invitation not yet used would be a way back in.
    await action.tx.execute(_UNINVITE, roster.id, command.user)
    return placed


async def _leave(action: Action, command: commands.Leave) -> Placed:
    roster = await action.enter(command.chat)
    placed = await action.part(roster, Left(), action.user)
    await unseat(action.tx, roster, action.user, placed.seq)
    heir = heir_of(roster, action.user)
    if heir is not None:
        await _change_role(action.tx, roster.id, heir, "admin")
        await action.follow(roster.id, RoleChanged(heir, "admin"))
    return placed


async def _set_role(action: Action, command: commands.SetRole) -> Placed:
    roster = await action.enter(command.chat)
    require_admin(roster, action.user)
    member = roster.seats.get(command.user)
    if member is None or not member.active:
        raise ChinwagError(errors.NOT_FOUND)
    if member.role == command.role:
        return Placed(roster.id)
    if command.role == "member" and not _admins_besides(roster, command.user):
        raise ChinwagError(errors.LAST_ADMIN)
    placed = await action.place(roster.id, RoleChanged(command.user, command.role))
    await _change_role(action.tx, roster.id, command.user, command.role)
    return placed


def _admins_besides(roster: Roster, user: str) -> list[str]:
    """The other admins who can act: a disabled account is none."""
    return [admin for admin in roster.admins() if admin != user and not roster.seats[admin].gone]


def heir_of(roster: Roster, user: str) -> str | None:
    """Who must become admin when ``user`` goes: the longest-standing member left, when no admin
    is. None when there is an admin, or nobody.
    """
    if _admins_besides(roster, user):
        return None
    rest = (other for other in roster.active if other != user and not roster.seats[other].gone)
    return next(rest, None)


async def _change_role(tx: Tx, chat: str, user: str, role: Role) -> None:
    await tx.execute(_SET_ROLE, chat, user, role, tx.change)


async def on_account_gone(tx: Tx, user: str) -> None:
    """Inside the transaction that disables or deletes an account: no group stays without an admin
    who can act, and none waits for the account's receipts. It keeps its seats; its past is part
    of the groups.
    """
    await lock_chats_of(tx, user)
    await tx.execute(_ANEW, user, tx.change)
    for (chat,) in await tx.fetch(_LED, user):
        roster = await loading.load(tx, chat)
        assert roster is not None
        heir = heir_of(roster, user)
        if heir is None:
            continue
        await _change_role(tx, chat, heir, "admin")
        entry = await tx.append(Entry(chat, "", "role", encode(RoleChanged(heir, "admin"))))
        entry.context = await loading.load(tx, chat)
