"""People, one's own account, devices and bots: commands as methods of `Client.people`,
`Client.devices` and `Client.bots`. All raise what `Client.call` raises.
"""

from collections.abc import Iterable
from typing import cast

from msgspec import UNSET, UnsetType

from chinwag.protocol.commands import (
    Block,
    Bots,
    ChangePassword,
    CreateBot,
    DeleteBot,
    Devices,
    Find,
    InvitePerson,
    Me,
    RemoveDevice,
    RenameDevice,
    ResetBotToken,
    SetPrivacy,
    SetProfile,
    SubscribePush,
    UnsubscribePush,
    Users,
)
from chinwag.protocol.results import (
    Account,
    BotToken,
    Device,
    DeviceList,
    Invitation,
    User,
    UserList,
)
from chinwag.protocol.scalars import Audience
from chinwag.sdk.groups import Door, Person, PictureSource, user_id


class People:
    """Others, and oneself."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def find(self, query: str) -> tuple[User, ...]:
        """By a whole handle, or by the beginning of a contact's name or handle; best first."""
        return cast("UserList", await self._door.call(Find(query=query))).users

    async def users(self, ids: Iterable[str]) -> tuple[User, ...]:
        """Profiles by id, 200 at most."""
        return cast("UserList", await self._door.call(Users(ids=tuple(ids)))).users

    async def invite(self) -> Invitation:
        """A one-time invitation to the server, for its admins."""
        return cast("Invitation", await self._door.call(InvitePerson()))

    async def block(self, user: Person) -> Account:
        """Block somebody. They are told nothing."""
        return await self._account(Block(user=user_id(user)))

    async def unblock(self, user: Person) -> Account:
        """Unblock somebody."""
        return await self._account(Block(user=user_id(user), blocked=False))

    async def me(self) -> Account:
        """One's own profile, privacy and block list."""
        return await self._account(Me())

    async def set_profile(
        self,
        *,
        handle: str | UnsetType = UNSET,
        name: str | UnsetType = UNSET,
        about: str | UnsetType = UNSET,
        avatar: PictureSource | UnsetType = UNSET,
    ) -> Account:
        """Change handle, name, about or picture; what is not given stays."""
        picture = UNSET if avatar is UNSET else await self._door.picture(avatar)
        return await self._account(
            SetProfile(handle=handle, name=name, about=about, avatar=picture)
        )

    async def set_privacy(
        self,
        *,
        last_seen: Audience | UnsetType = UNSET,
        online: Audience | UnsetType = UNSET,
        receipts: bool | UnsetType = UNSET,
        groups: Audience | UnsetType = UNSET,
    ) -> Account:
        """Change who sees what; what is not given stays."""
        return await self._account(
            SetPrivacy(last_seen=last_seen, online=online, receipts=receipts, groups=groups)
        )

    async def change_password(self, old: str, new: str) -> None:
        """A new password; signs all other devices out."""
        await self._door.call(ChangePassword(old=old, new=new))

    async def _account(self, command: Me | SetProfile | SetPrivacy | Block) -> Account:
        return cast("Account", await self._door.call(command))


class OwnDevices:
    """Where one is signed in."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def list(self) -> tuple[Device, ...]:
        """Own devices, last used first."""
        return cast("DeviceList", await self._door.call(Devices())).devices

    async def rename(self, device: str, name: str) -> tuple[Device, ...]:
        """Give a device another name."""
        answer = await self._door.call(RenameDevice(device=device, name=name))
        return cast("DeviceList", answer).devices

    async def remove(self, device: str) -> tuple[Device, ...]:
        """Sign a device out, wherever it is."""
        answer = await self._door.call(RemoveDevice(device=device))
        return cast("DeviceList", answer).devices

    async def subscribe_push(
        self, endpoint: str, p256dh: str, auth: str, *, previews: bool = False, closing: bool = True
    ) -> None:
        """Alert this device by Web Push while it has no session: what a browser's
        ``PushSubscription`` says of itself, made with `State.push_key`.
        """
        await self._door.call(SubscribePush(endpoint, p256dh, auth, previews, closing))

    async def unsubscribe_push(self) -> None:
        """No more alerts to this device."""
        await self._door.call(UnsubscribePush())


class OwnBots:
    """Accounts for programs that one owns."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def create(self, handle: str, name: str) -> BotToken:
        """A new bot. Its token is shown this once."""
        return cast("BotToken", await self._door.call(CreateBot(handle=handle, name=name)))

    async def list(self) -> tuple[User, ...]:
        """Own bots."""
        return cast("UserList", await self._door.call(Bots())).users

    async def reset_token(self, bot: Person) -> BotToken:
        """A new token; the old one stops to work at once."""
        return cast("BotToken", await self._door.call(ResetBotToken(bot=user_id(bot))))

    async def delete(self, bot: Person) -> tuple[User, ...]:
        """Delete a bot. What it wrote stays."""
        return cast("UserList", await self._door.call(DeleteBot(bot=user_id(bot)))).users
