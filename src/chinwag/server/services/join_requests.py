"""Join requests: who waits to be let into a group, and an admin's decision."""

from chinwag.protocol import commands, errors, results
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.events import Added, Joined
from chinwag.protocol.frames import encode
from chinwag.protocol.results import Placed
from chinwag.server.ports.store import Entry, Reader
from chinwag.server.services.actions import (
    Action,
    Actions,
    digest_of,
    enter_group,
    first_answer,
    placed,
    require_admin,
)
from chinwag.server.services.admission import admissible, require_room, seat
from chinwag.server.services.profiles import Profiles, as_seen_by
from chinwag.server.sessions.session import Session

_REQUESTS = (
    "SELECT r.account, r.at, r.invited_by FROM join_requests r"
    " JOIN accounts a ON a.id = r.account AND a.status = 'active'"
    " WHERE r.chat = $1 ORDER BY r.at, r.account"
)
_REQUEST = "SELECT invited_by FROM join_requests WHERE chat = $1 AND account = $2"
_DROP = "DELETE FROM join_requests WHERE chat = $1 AND account = $2"
_ACTIVE = "SELECT 1 FROM accounts WHERE id = $1 AND status = 'active'"


class JoinRequests:
    """The door of groups that want approval."""

    def __init__(self, actions: Actions, profiles: Profiles) -> None:
        self._actions = actions
        self._profiles = profiles

    async def join_requests(
        self, session: Session, command: commands.JoinRequests
    ) -> results.RequestList:
        """Who waits, for admins."""

        async def work(reader: Reader) -> results.RequestList:
            roster = await enter_group(reader, self._actions.chats, command.chat, session.user)
            require_admin(roster, session.user)
            rows = await reader.fetch(_REQUESTS, roster.id)
            known = await self._profiles.get(reader, [row[0] for row in rows])
            users = await as_seen_by(reader, session.user, known)
            return results.RequestList(
                roster.id,
                tuple(results.JoinRequest(*row) for row in rows),
                tuple(users.values()),
            )

        return await self._actions.store.read(work)

    async def decide_request(self, session: Session, command: commands.DecideRequest) -> Placed:
        """Let somebody in or not. Who was proposed by a member, and in the meantime wants no
        such thing any more, comes back in ``refused``.
        """
        return await self._actions.run(
            session, command, lambda action: self._decide(action, command)
        )

    async def _decide(self, action: Action, command: commands.DecideRequest) -> Placed:
        tx, user = action.tx, command.user
        first = await first_answer(tx, user, _client_id(action, command), digest_of(command))
        if first is not None:
            return first
        roster = await action.enter(command.chat)
        require_admin(roster, action.user)
        rows = await tx.fetch(_REQUEST, roster.id, user)
        if not rows:
            if command.accept and user not in roster.active:
                raise ChinwagError(errors.NOT_FOUND)
            return Placed(roster.id)
        inviter = rows[0][0]
        if command.accept:
            require_room(roster, 1, self._actions.limits.members)
        await tx.execute(_DROP, roster.id, user)
        action.queue_changed(roster.id)
        if not command.accept:
            return Placed(roster.id)
        if inviter is None:
            willing = bool(await tx.fetch(_ACTIVE, user))
        else:
            willing = bool(await admissible(tx, inviter, [user]))
        if not willing:
            return Placed(roster.id, refused=(user,))
        if inviter is None:
            answer = placed(await action.append(_joined(action, command)))
        else:
            answer = await action.place(roster.id, Added((user,)))
        await seat(action, roster, [user], answer.seq)
        return answer


def _client_id(action: Action, command: commands.DecideRequest) -> str:
    """Whoever was let in is the event's sender, so the admin's client id is kept with the admin's
    own id. No client can choose one that looks like this.
    """
    return f"{action.user}:{command.client_id}"


def _joined(action: Action, command: commands.DecideRequest) -> Entry:
    return Entry(
        command.chat,
        command.user,
        "joined",
        encode(Joined(approved_by=action.user)),
        client_id=_client_id(action, command),
        digest=digest_of(command),
    )
