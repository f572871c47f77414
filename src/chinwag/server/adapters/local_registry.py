"""`LocalRegistry`: the registry of a single node, in memory. Its sessions die with the process."""

import itertools
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

from chinwag.server.ports.registry import Entered, Held, Standing


class LocalRegistry:
    """All sessions are here, and whoever asks how a person stands knows better than this."""

    alone = True
    certain = True

    def __init__(self, node: str = "local") -> None:
        self.node = node
        self._devices: dict[str, tuple[str, int]] = {}
        self._users: dict[str, set[str]] = {}
        # Begins at the time of start, so that epochs grow across restarts too; in microseconds,
        # so that no server hands them out faster than time passes.
        self._epochs = itertools.count(time.time_ns() // 1_000)

    async def open(
        self, lapsed: Callable[[], Awaitable[None]], gone: Callable[[str], None]
    ) -> None:
        """There is no lease that could run out."""

    async def enter(self, user: str, device: str, *, foreground: bool = False) -> Entered:
        epoch = next(self._epochs)
        self._take(user, device, epoch)
        return Entered(epoch)

    def _take(self, user: str, device: str, epoch: int) -> None:
        self._forget(device)
        self._users.setdefault(user, set()).add(device)
        self._devices[device] = (user, epoch)

    async def enter_again(self, sessions: Sequence[Held]) -> Mapping[str, Entered]:
        found = {}
        for device, user, epoch, _ in sessions:
            if self._devices.get(device, (user, 0))[1] <= epoch:
                self._take(user, device, epoch)
                found[device] = Entered(epoch)
        return found

    async def leave(self, user: str, device: str, epoch: int, *, last_seen: int = 0) -> None:
        if self._devices.get(device) == (user, epoch):
            self._forget(device)

    def _forget(self, device: str) -> None:
        user, _ = self._devices.pop(device, ("", 0))
        if user:
            self._users[user].discard(device)
            if not self._users[user]:
                del self._users[user]

    async def look(
        self, user: str, device: str, epoch: int, *, foreground: bool, last_seen: int = 0
    ) -> None:
        """Nobody else could want to know."""

    async def where(self, users: Iterable[str]) -> Mapping[str, frozenset[str]]:
        here = frozenset(user for user in users if user in self._users)
        return {self.node: here} if here else {}

    async def devices(self, users: Iterable[str]) -> Mapping[str, str]:
        return {device: self.node for user in users for device in self._users.get(user, ())}

    async def standing(self, users: Iterable[str]) -> Mapping[str, Standing]:
        return {}

    async def nodes(self) -> frozenset[str]:
        return frozenset((self.node,))

    async def close(self) -> None:
        self._devices.clear()
        self._users.clear()

    def gauges(self) -> dict[str, float]:
        return {}
