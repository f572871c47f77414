"""Groups: the commands of `protocol.commands` as methods of `Client.groups`."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol, cast

from msgspec import UNSET, Struct, UnsetType
from uuid_utils import uuid7

from chinwag.protocol.commands import (
    AddMembers,
    ChangeGroup,
    Chat,
    Command,
    CreateGroup,
    DecideRequest,
    InviteLink,
    InvitePrivately,
    Join,
    JoinRequests,
    Leave,
    Members,
    PreviewInvite,
    RemoveMember,
    ResetInviteLink,
    RevokeInviteLink,
    SetRole,
)
from chinwag.protocol.events import Settings
from chinwag.protocol.results import (
    InvitePreview,
    Link,
    MemberList,
    Placed,
    RequestList,
    User,
)
from chinwag.protocol.scalars import Role


class Door(Protocol):
    """`Client.call`: the one way in which commands leave."""

    async def call(self, command: Command, *, within: float = ...) -> Any:
        """The answer to a command."""

    async def picture(self, source: "PictureSource") -> str:
        """The id of a picture, which is uploaded if need be."""


def new_id() -> str:
    """A client id: UUIDv7 (RFC 9562)."""
    return str(uuid7())


def user_id(user: str | User) -> str:
    """The id of a person given as an id or a profile."""
    return user.id if isinstance(user, User) else user


Person = str | User
PictureSource = str | Path | bytes
"""A picture's id, or none (empty); or the picture itself, best a square one: a path, or bytes."""


class Groups:
    """All methods raise what `Client.call` raises. Commands that append to a log are made with
    a fresh client id and repeated with the same one over reconnects: they take effect once.
    """

    def __init__(self, door: Door) -> None:
        self._door = door

    async def create(
        self,
        title: str,
        members: Iterable[Person] = (),
        *,
        description: str = "",
        settings: Settings | None = None,
    ) -> Placed:
        """Make a group; `Placed.chat` is its id, ``refused`` are those whose privacy forbids it."""
        users = tuple(user_id(it) for it in members)
        return await self._entered(
            CreateGroup(
                client_id=new_id(),
                title=title,
                members=users,
                description=description,
                settings=settings,
            )
        )

    async def add(self, chat: str, *users: Person) -> Placed:
        """Add people. See ``refused`` and ``pending`` of the answer."""
        ids = tuple(user_id(it) for it in users)
        return await self._placed(AddMembers(chat=chat, client_id=new_id(), users=ids))

    async def remove(self, chat: str, user: Person) -> Placed:
        """Remove somebody."""
        return await self._placed(RemoveMember(chat=chat, client_id=new_id(), user=user_id(user)))

    async def leave(self, chat: str) -> Placed:
        """Leave."""
        return await self._placed(Leave(chat=chat, client_id=new_id()))

    async def promote(self, chat: str, user: Person) -> Placed:
        """Make a member an admin."""
        return await self._role(chat, user, "admin")

    async def demote(self, chat: str, user: Person) -> Placed:
        """Make an admin a member."""
        return await self._role(chat, user, "member")

    async def change(
        self,
        chat: str,
        *,
        title: str | UnsetType = UNSET,
        description: str | UnsetType = UNSET,
        settings: Settings | UnsetType = UNSET,
        avatar: PictureSource | UnsetType = UNSET,
    ) -> Placed:
        """Change title, description, switches or picture; what is not given stays."""
        return await self._placed(
            ChangeGroup(
                chat=chat,
                client_id=new_id(),
                title=title,
                description=description,
                settings=settings,
                avatar=UNSET if avatar is UNSET else await self._door.picture(avatar),
            )
        )

    async def members(self, chat: str) -> MemberList:
        """Members and past members. Kept in the chat's ``members`` from then on."""
        return cast("MemberList", await self._door.call(Members(chat=chat)))

    async def invite_link(self, chat: str) -> Link:
        """The invite link's code; made if there is none."""
        return cast("Link", await self._door.call(InviteLink(chat=chat)))

    async def reset_invite_link(
        self, chat: str, *, seconds: int = 7 * 24 * 3600, uses: int = 0
    ) -> Link:
        """A new link, for so many seconds and uses (0 = any number)."""
        return cast(
            "Link",
            await self._door.call(ResetInviteLink(chat=chat, seconds=seconds, uses=uses)),
        )

    async def revoke_invite_link(self, chat: str) -> None:
        """No link from now on."""
        await self._door.call(RevokeInviteLink(chat=chat))

    async def invite(self, chat: str, user: Person) -> Placed:
        """Send a private invitation, as a message in the direct chat."""
        return await self._placed(
            InvitePrivately(chat=chat, client_id=new_id(), user=user_id(user))
        )

    async def preview(self, code: str) -> InvitePreview:
        """What an invite code leads to."""
        return cast("InvitePreview", await self._door.call(PreviewInvite(code=code)))

    async def join(self, code: str) -> Placed:
        """Enter by an invite code; ``seq`` 0: an admin must approve first."""
        return await self._entered(Join(code=code, client_id=new_id()))

    async def requests(self, chat: str) -> RequestList:
        """Who waits for approval."""
        return cast("RequestList", await self._door.call(JoinRequests(chat=chat)))

    async def decide(self, chat: str, user: Person, *, accept: bool) -> Placed:
        """Let somebody in, or not."""
        return await self._placed(
            DecideRequest(chat=chat, client_id=new_id(), user=user_id(user), accept=accept)
        )

    async def _role(self, chat: str, user: Person, role: Role) -> Placed:
        return await self._placed(
            SetRole(chat=chat, client_id=new_id(), user=user_id(user), role=role)
        )

    async def _entered(self, command: Command) -> Placed:
        """Into a group: by the time of the answer the state knows it."""
        placed = await self._placed(command)
        if placed.seq:
            await self._door.call(Chat(chat=placed.chat))
        return placed

    async def _placed(self, command: Command) -> Placed:
        answer: Struct = await self._door.call(command)
        return cast("Placed", answer)
