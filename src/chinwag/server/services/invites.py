"""Invitations: a group's link, private ones, and coming in by either."""

import secrets
from typing import NamedTuple

from chinwag.protocol import commands, errors, results
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.events import Invite, Joined
from chinwag.protocol.results import Placed
from chinwag.server.clock import now_ms
from chinwag.server.delivery.locks import lock_chats
from chinwag.server.ports.store import Reader, Tx
from chinwag.server.services import loading
from chinwag.server.services.actions import (
    Action,
    Actions,
    enter_group,
    is_admin,
    may_add,
    placed,
    require_admin,
    require_may_add,
)
from chinwag.server.services.admission import ask, removed_among, require_room, seat
from chinwag.server.services.chats import pair_of
from chinwag.server.services.limits import Limit
from chinwag.server.services.roster import Roster
from chinwag.server.sessions.session import Session

LINK_SECONDS = 7 * 24 * 3600
PRIVATE_SECONDS = 3 * 24 * 3600
_CODE_BYTES = 18  # 144 bits; 24 characters

_BY_CODE = (
    "SELECT code, chat, invited, created_by, expires_at, limited, uses FROM invites WHERE code = $1"
)
_CHAT_OF = "SELECT chat FROM invites WHERE code = $1"
_DIRECT = "SELECT id FROM chats WHERE pair = $1"
_LINK = (
    "SELECT code, chat, invited, created_by, expires_at, limited, uses"
    " FROM invites WHERE chat = $1 AND invited IS NULL"
)
_PUT = (
    "INSERT INTO invites (code, chat, invited, created_by, expires_at, limited, uses)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7)"
)
_DROP_LINK = "DELETE FROM invites WHERE chat = $1 AND invited IS NULL"
# A new private invitation takes the place of the last one, and of those that have lapsed.
_DROP_PRIVATE = (
    "DELETE FROM invites WHERE chat = $1 AND invited IS NOT NULL"
    " AND (invited = $2 OR expires_at <= $3)"
)
_PRIVATE = "SELECT count(*) FROM invites WHERE chat = $1 AND invited IS NOT NULL"
_USE = "UPDATE invites SET uses = uses - 1 WHERE code = $1 AND limited = 1"
_USE_UP = "DELETE FROM invites WHERE code = $1 AND invited IS NOT NULL"
_WAITS = "SELECT 1 FROM join_requests WHERE chat = $1 AND account = $2"
# Who asks for oneself was not brought by anybody: `people's` privacy has no say any more.
_OWN_WISH = "UPDATE join_requests SET invited_by = NULL WHERE chat = $1 AND account = $2"


class _Invite(NamedTuple):
    """A row of ``invites``."""

    code: str
    chat: str
    invited: str | None
    created_by: str
    expires_at: int
    limited: int
    uses: int

    def live(self, now: int) -> bool:
        """Whether it has neither lapsed nor been used up."""
        return now < self.expires_at and (not self.limited or self.uses > 0)

    def link(self) -> results.Link:
        """A link as it stands on the wire."""
        return results.Link(self.chat, self.code, self.expires_at, self.uses)


class Invites:
    """The ways into a group that begin with a code."""

    def __init__(self, actions: Actions) -> None:
        self._actions = actions
        self._store = actions.store
        self._chats = actions.chats
        self._invited = Limit(actions.meters, "private_invites", actions.limits.invite)

    # --- the link ----------------------------------------------------------------------------

    async def invite_link(self, session: Session, command: commands.InviteLink) -> results.Link:
        """The link, for those who may add members; made if there is none that works."""

        async def work(tx: Tx) -> results.Link:
            await lock_chats(tx, command.chat)
            roster = await enter_group(tx, self._chats, command.chat, session.user)
            require_may_add(roster, session.user)
            rows = await tx.fetch(_LINK, roster.id)
            known = _Invite(*rows[0]) if rows else None
            if known is not None and known.live(tx.now):
                return known.link()
            return await _put_link(tx, roster.id, session.user, LINK_SECONDS, 0)

        return await self._store.transact(work)

    async def reset_invite_link(
        self, session: Session, command: commands.ResetInviteLink
    ) -> results.Link:
        """An admin has a new link made; the old one is void with the same commit."""

        async def work(tx: Tx) -> results.Link:
            await lock_chats(tx, command.chat)
            roster = await enter_group(tx, self._chats, command.chat, session.user)
            require_admin(roster, session.user)
            return await _put_link(tx, roster.id, session.user, command.seconds, command.uses)

        return await self._store.transact(work)

    async def revoke_invite_link(
        self, session: Session, command: commands.RevokeInviteLink
    ) -> results.Done:
        """An admin makes the link void."""

        async def work(tx: Tx) -> None:
            await lock_chats(tx, command.chat)
            roster = await enter_group(tx, self._chats, command.chat, session.user)
            require_admin(roster, session.user)
            await tx.execute(_DROP_LINK, roster.id)

        await self._store.transact(work)
        return results.Done()

    # --- private invitations -----------------------------------------------------------------

    async def invite_privately(self, session: Session, command: commands.InvitePrivately) -> Placed:
        """Post an invitation for one person into the direct chat, where its place is. It works
        once. Whom the invited blocks is told nothing, as with any message; a member needs none.
        """
        return await self._actions.run(
            session,
            command,
            lambda action: self._invite(action, command),
            limit=self._invited,
            beside=(command.user,),
        )

    async def _invite(self, action: Action, command: commands.InvitePrivately) -> Placed:
        tx, user = action.tx, command.user
        direct = await tx.fetch(_DIRECT, pair_of(action.user, user))
        await lock_chats(tx, command.chat, *(row[0] for row in direct))
        group = await action.enter(command.chat)
        require_may_add(group, action.user)
        if user in group.active:
            return Placed(group.id)
        chat = await self._chats.make_direct(tx, action.user, user)
        between = await self._chats.enter(tx, chat, action.user)
        if action.user in between.blockers:
            raise ChinwagError(errors.BLOCKED_BY_YOU)
        await tx.execute(_DROP_PRIVATE, group.id, user, tx.now)
        if (await tx.fetch(_PRIVATE, group.id))[0][0] >= self._actions.limits.invited:
            raise ChinwagError(errors.QUOTA)
        invite = _Invite(
            new_code(), group.id, user, action.user, tx.now + PRIVATE_SECONDS * 1000, 1, 1
        )
        await tx.execute(_PUT, *invite)
        entry = action.entry(chat, Invite(invite.code, group.id, group.title, invite.expires_at))
        entry.hidden = user in between.blockers
        entry.counted = entry.alert = not entry.hidden
        # It changes nothing in the chat that it is posted to.
        return placed(await action.append(entry, bump=False))

    # --- coming in ---------------------------------------------------------------------------

    async def preview_invite(
        self, session: Session, command: commands.PreviewInvite
    ) -> results.InvitePreview:
        """What a code leads to, and whether one would have to wait there."""

        async def work(reader: Reader) -> results.InvitePreview:
            # A view has no clock of its own, and needs none finer than this.
            invite, roster = await _opened(reader, command.code, session.user, now_ms())
            return results.InvitePreview(
                chat=roster.id,
                title=roster.title,
                description=roster.description,
                members=len(roster.active),
                approval=await _must_wait(reader, invite, roster, session.user),
                joined=session.user in roster.active,
            )

        return await self._store.read(work)

    async def join(self, session: Session, command: commands.Join) -> Placed:
        """Come in, or wait to be let in: where the group wants approval, and who was removed. A
        use is spent by either, since a limited link lets through so many people and no more.
        """
        return await self._actions.run(session, command, lambda action: self._join(action, command))

    async def _join(self, action: Action, command: commands.Join) -> Placed:
        tx, user = action.tx, action.user
        await lock_chats(tx, *(row[0] for row in await tx.fetch(_CHAT_OF, command.code)))
        invite, roster = await _opened(tx, command.code, user, tx.now)
        if user in roster.active:
            return Placed(roster.id)
        if await _must_wait(tx, invite, roster, user):
            if not await tx.fetch(_WAITS, roster.id, user):
                await ask(action, roster, [user], self._actions.limits.waiting)
                await _spend(tx, invite)
            await tx.execute(_OWN_WISH, roster.id, user)
            return Placed(roster.id, pending=(user,))
        require_room(roster, 1, self._actions.limits.members)
        await _spend(tx, invite)
        answer = await action.place(roster.id, Joined())
        await seat(action, roster, [user], answer.seq)
        return answer


def new_code() -> str:
    """A fresh invite code."""
    return secrets.token_urlsafe(_CODE_BYTES)


async def _put_link(tx: Tx, chat: str, user: str, seconds: int, uses: int) -> results.Link:
    """A group has one link at a time."""
    await tx.execute(_DROP_LINK, chat)
    invite = _Invite(new_code(), chat, None, user, tx.now + seconds * 1000, int(uses > 0), uses)
    await tx.execute(_PUT, *invite)
    return invite.link()


async def _opened(reader: Reader, code: str, user: str, now: int) -> tuple[_Invite, Roster]:
    """The invitation, if it works for ``user`` now, and the group. A private one is worth what
    its maker may do when it is used: nothing, from somebody who has gone.

    Raises:
        ChinwagError: invite_invalid, whatever the reason.
    """
    rows = await reader.fetch(_BY_CODE, code)
    invite = _Invite(*rows[0]) if rows else None
    if invite is None or not invite.live(now) or invite.invited not in (None, user):
        raise ChinwagError(errors.INVITE_INVALID)
    roster = await loading.load(reader, invite.chat)
    if roster is None or (invite.invited is not None and not may_add(roster, invite.created_by)):
        raise ChinwagError(errors.INVITE_INVALID)
    return invite, roster


async def _must_wait(reader: Reader, invite: _Invite, roster: Roster, user: str) -> bool:
    """Whether an admin has to let ``user`` in."""
    if invite.invited is not None and is_admin(roster, invite.created_by):
        return False
    return roster.approval or bool(await removed_among(reader, roster.id, [user]))


async def _spend(tx: Tx, invite: _Invite) -> None:
    await tx.execute(_USE, invite.code)
    await tx.execute(_USE_UP, invite.code)
