"""Which service does which command. Frequent commands that need no waiting are not here: the
connection does them itself (`connection.Connection`)."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from msgspec import Struct

from chinwag.protocol import commands
from chinwag.server.gateway.connection import Connection, Handler
from chinwag.server.services.chats import Chats
from chinwag.server.services.devices import Devices, Identity
from chinwag.server.services.messages import Messages
from chinwag.server.services.presence import Presence
from chinwag.server.services.sync import Sync
from chinwag.server.sessions.session import Session

BySession = Callable[[Session, Any], Awaitable[Struct]]
ByIdentity = Callable[[Identity, Any], Awaitable[Struct]]


def handlers(
    *,
    sync: Sync,
    presence: Presence,
    messages: Messages,
    chats: Chats,
    devices: Devices,
) -> Mapping[type, Handler]:
    """The table of all commands that may wait."""
    by_session: dict[type, BySession] = {
        commands.Sync: sync.sync,
        commands.Watch: presence.watch,
        commands.History: messages.history,
        commands.Info: messages.info,
        commands.OpenDirect: chats.open_direct,
        commands.Chat: chats.chat,
        commands.Members: chats.members,
        commands.Arrange: chats.arrange,
    }
    by_identity: dict[type, ByIdentity] = {
        commands.Devices: devices.devices,
        commands.RenameDevice: devices.rename,
        commands.RemoveDevice: devices.remove,
    }
    table: dict[type, Handler] = {}
    for kind, handler in by_session.items():
        table[kind] = _with_session(handler)
    for kind, by_who in by_identity.items():
        table[kind] = _with_identity(by_who)
    return table


def _with_session(handler: BySession) -> Handler:
    async def call(connection: Connection, do: Any) -> Struct:
        return await handler(connection.session, do)

    return call


def _with_identity(handler: ByIdentity) -> Handler:
    async def call(connection: Connection, do: Any) -> Struct:
        return await handler(connection.identity, do)

    return call
