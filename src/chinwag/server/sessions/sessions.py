"""`Sessions`: all live sessions of this node, by user and by device, with fencing."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from chinwag.protocol.closing import Close
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.pushes import Push
from chinwag.server.ports.registry import Held, Registry
from chinwag.server.sessions.session import Session, push_frame

_AT_ONCE = 500


class Sessions:
    """Local sessions. The registry behind it knows those of other nodes."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._by_user: dict[str, list[Session]] = {}
        self._by_device: dict[str, Session] = {}
        self.elsewhere: Callable[[Sequence[str], bytes, str], None] | None = None
        """Brings a ready frame to the users' sessions on other nodes, but that of a device."""
        self.replaced: Callable[[str, str, int], None] = lambda node, device, epoch: None
        """Has a node close the device's session there that is older than the epoch."""
        self._looking: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._by_device)

    def __iter__(self) -> Iterator[Session]:
        return iter(self._by_device.values())

    @property
    def alone(self) -> bool:
        """Whether there can be no other node."""
        return self._registry.alone

    @property
    def node(self) -> str:
        """This node's name."""
        return self._registry.node

    async def where(self, users: Iterable[str]) -> Mapping[str, frozenset[str]]:
        """The nodes on which these users have live sessions: node -> users.

        Raises:
            ChinwagError: unavailable.
        """
        return await self._registry.where(users)

    async def online(self, user: str) -> frozenset[str]:
        """The user's devices that have a live session; those of this node alone while the registry
        is away.
        """
        here = {session.device for session in self.of(user)}
        if self.alone:
            return frozenset(here)
        with contextlib.suppress(ChinwagError):
            here |= (await self._registry.devices([user])).keys()
        return frozenset(here)

    async def enter(self, session: Session) -> None:
        """Take the session in, and close the device's older one, here or elsewhere (4409)."""
        older = self._by_device.get(session.device)
        if older is not None:
            self.remove(older)
            older.close(Close.REPLACED, "a newer session of this device")
        self._by_device[session.device] = session
        self._by_user.setdefault(session.user, []).append(session)
        session.epoch, there = await self._registry.enter(
            session.user, session.device, foreground=session.foreground
        )
        if there:
            self.replaced(there, session.device, session.epoch)

    async def enter_again(self) -> None:
        """The registry has lost the sessions of this node: take them in again, and close those
        whose device has meanwhile a newer one elsewhere (4409).

        Raises:
            ChinwagError: unavailable. Some may have been entered.
        """
        sessions = [session for session in self if session.epoch]
        for start in range(0, len(sessions), _AT_ONCE):
            some = [each for each in sessions[start : start + _AT_ONCE] if not each.fenced]
            entered = await self._registry.enter_again([_held(session) for session in some])
            for session in some:
                found = entered.get(session.device)
                if found is None:
                    session.close(Close.REPLACED, "a newer session of this device")
                elif session.fenced:  # it ended meanwhile
                    await self.forget(session)
                elif found.replaced:
                    self.replaced(found.replaced, session.device, session.epoch)

    async def forget(self, session: Session) -> None:
        """Take a removed session out of the registry."""
        await self._registry.leave(session.user, session.device, session.epoch)

    def look(self, session: Session, *, last_seen: int = 0) -> None:
        """Other nodes learn that the session came to the front, or went to the back. ``last_seen``:
        as far as this node knows.
        """
        if self._registry.alone:
            return
        looking = asyncio.get_running_loop().create_task(
            self._registry.look(
                session.user,
                session.device,
                session.epoch,
                foreground=session.foreground,
                last_seen=last_seen,
            )
        )
        self._looking.add(looking)
        looking.add_done_callback(self._looking.discard)

    def remove(self, session: Session) -> bool:
        """Forget the session; whether it was still the valid one of its device."""
        session.fenced = True
        if self._by_device.get(session.device) is not session:
            return False
        del self._by_device[session.device]
        sessions = self._by_user[session.user]
        sessions.remove(session)
        if not sessions:
            del self._by_user[session.user]
        return True

    def of(self, user: str) -> list[Session]:
        """The user's live sessions here. Do not keep the list."""
        return self._by_user.get(user, _NONE)

    def of_device(self, device: str) -> Session | None:
        """The device's live session here."""
        return self._by_device.get(device)

    def push(self, users: Sequence[str], push: Push, *, besides: Session | None = None) -> None:
        """Encode once and hand to every session of the users, wherever it is."""
        if self.elsewhere is None:
            self.push_here(users, push, besides=besides)
            return
        frame = push_frame(push)
        self.hand(users, frame, besides=besides.device if besides else "")
        self.elsewhere(users, frame, besides.device if besides else "")

    def push_here(
        self, users: Iterable[str], push: Push, *, besides: Session | None = None
    ) -> None:
        """The same for the sessions of this node alone."""
        frame: bytes | None = None
        for user in users:
            for session in self.of(user):
                if session is not besides:
                    frame = frame or push_frame(push)
                    session.wire.send(frame)

    def hand(self, users: Iterable[str], frame: bytes, *, besides: str = "") -> None:
        """Queue a ready frame for the users' sessions here, but that of the device ``besides``."""
        for user in users:
            for session in self.of(user):
                if session.device != besides:
                    session.wire.send(frame)

    def sign_out(self, devices: Iterable[str]) -> None:
        """Close the devices' sockets at once: their tokens are void."""
        for device in devices:
            session = self._by_device.get(device)
            if session is not None:
                session.close(Close.SIGNED_OUT, "signed out")

    def reap(self, seconds: float) -> list[Session]:
        """Close the sessions that have not been heard of for so long; which ones."""
        oldest = time.monotonic() - seconds
        silent = [session for session in self if session.alive_at < oldest]
        for session in silent:
            session.close(Close.UNRESPONSIVE, "no heartbeat")
        return silent


def _held(session: Session) -> Held:
    return Held(session.device, session.user, session.epoch, session.foreground)


_NONE: list[Session] = []
