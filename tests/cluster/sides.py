"""Several nodes' presence over one store and one Redis, without sockets: as rules see it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from chinwag.protocol import commands, pushes
from chinwag.protocol.closing import Close
from chinwag.protocol.frames import decode_push, decode_server
from chinwag.protocol.http import SignedIn
from chinwag.protocol.scalars import Doing
from chinwag.server.adapters.redis.link import Link
from chinwag.server.adapters.redis.registry import RedisRegistry
from chinwag.server.adapters.redis.signals import RedisSignals
from chinwag.server.services.chats import Chats
from chinwag.server.services.elsewhere import Elsewhere
from chinwag.server.services.presence import Presence
from chinwag.server.services.profiles import Profiles
from chinwag.server.sessions.session import Session
from chinwag.server.sessions.sessions import Sessions
from house import House, Line, housed

LEASE = 2.0


class Side:
    """One node."""

    def __init__(self, name: str, house: House, url: str) -> None:
        self.name = name
        self.link = Link(url)
        self.registry = RedisRegistry(self.link, name, LEASE)
        self.signals = RedisSignals(self.link)
        self.sessions = Sessions(self.registry)
        self.chats = Chats(house.store, self.sessions, Profiles(house.store, self.sessions))
        elsewhere = Elsewhere(self.registry, self.signals)
        self.presence = Presence(house.store, self.sessions, self.chats, elsewhere)
        self.lapses = 0
        self._running: asyncio.Task[None] | None = None

    async def open(self) -> None:
        await self.registry.open(self._lapsed, lambda node: self.presence.missed())
        await self.signals.open(self.presence.hear, self.presence.missed)
        self._running = asyncio.create_task(self.presence.run())

    async def _lapsed(self) -> None:
        self.lapses += 1
        await self.sessions.enter_again()
        self.presence.entered_again()

    async def close(self) -> None:
        await self._stop()
        await self.signals.close()
        await self.registry.close()

    async def die(self) -> None:
        """As a process that is killed."""
        await self._stop()
        await self.signals.close()
        await self.link.close()

    async def _stop(self) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def enter(self, who: SignedIn, device: str = "") -> "Screen":
        """A session of somebody's device here."""
        screen = Screen(self, who.user.id, device or who.device)
        await self.sessions.enter(screen.session)
        return screen


class Screen:
    """A session, and what it was shown."""

    def __init__(self, side: Side, user: str, device: str) -> None:
        self._side = side
        self.line = Line()
        self.session = Session(user, device, self.line)
        self.user = user

    def front(self) -> None:
        self._side.presence.heartbeat(self.session, foreground=True)

    def back(self) -> None:
        self._side.presence.heartbeat(self.session, foreground=False)

    async def watch(self, *others: "Screen | SignedIn", chat: str | None = None) -> None:
        users = tuple(o.user if isinstance(o, Screen) else o.user.id for o in others)
        await self._side.presence.watch(self.session, commands.Watch(chat, users))

    async def type(self, chat: str, doing: Doing = "typing") -> None:
        roster = await self._side.chats.roster(chat)
        self._side.presence.typing(self.session, roster, doing, active=True)

    async def leave(self) -> None:
        """As when the socket closes."""
        valid = self._side.sessions.remove(self.session)
        self._side.presence.left(self.session)
        if valid:
            await self._side.sessions.forget(self.session)

    def shown(self, user: str) -> list[pushes.Presence]:
        """How it was shown somebody to stand, one after the other."""
        return [
            push
            for push in self._pushed()
            if isinstance(push, pushes.Presence) and push.user == user
        ]

    def typing(self, doing: Doing = "typing") -> list[str]:
        """Who was shown typing."""
        pushed = [push for push in self._pushed() if isinstance(push, pushes.Typing)]
        return [push.user for push in pushed if push.doing == doing]

    def _pushed(self) -> list[pushes.Push]:
        frames = [decode_server(_payload(frame)) for frame in self.line.sent]
        found = [decode_push(frame.push) for frame in frames if frame.push is not None]
        return [push for push in found if push is not None]

    @property
    def replaced(self) -> bool:
        return self.line.code == Close.REPLACED


def _payload(frame: bytes) -> bytes:
    return frame[frame.index(b"{") :]


class Sides:
    """Nodes over one store and one Redis."""

    def __init__(self, house: House, url: str) -> None:
        self.house = house
        self._url = url
        self._sides: dict[str, Side] = {}

    async def side(self, name: str, url: str = "") -> Side:
        side = Side(name, self.house, url or self._url)
        for other in self._sides.values():
            side.sessions.replaced = other.sessions.replaced = self._replaced
        self._sides[name] = side
        await side.open()
        return side

    def _replaced(self, node: str, device: str, epoch: int) -> None:
        session = self._sides[node].sessions.of_device(device)
        if session is not None and session.epoch < epoch:
            session.close(Close.REPLACED)

    async def close(self) -> None:
        for side in self._sides.values():
            await side.close()


@asynccontextmanager
async def sides_on(folder: Path, url: str) -> AsyncIterator[Sides]:
    """Room for nodes that share the Redis at ``url``."""
    async with housed(folder) as house:
        sides = Sides(house, url)
        try:
            yield sides
        finally:
            await sides.close()
