"""`LocalRegistry`: the registry of a single node, in memory. Its sessions die with the process."""

import itertools
import time
from collections.abc import Iterable, Mapping


class LocalRegistry:
    """All sessions are here."""

    alone = True

    def __init__(self, node: str = "local") -> None:
        self._node = node
        self._devices: dict[str, tuple[str, int]] = {}
        self._users: dict[str, int] = {}
        # Begins at the time of start, so that epochs grow across restarts too; in microseconds,
        # so that no server hands them out faster than time passes.
        self._epochs = itertools.count(time.time_ns() // 1_000)

    async def enter(self, user: str, device: str) -> int:
        epoch = next(self._epochs)
        self._forget(device)
        self._users[user] = self._users.get(user, 0) + 1
        self._devices[device] = (user, epoch)
        return epoch

    async def leave(self, user: str, device: str, epoch: int) -> None:
        if self._devices.get(device) == (user, epoch):
            self._forget(device)

    def _forget(self, device: str) -> None:
        user, _ = self._devices.pop(device, ("", 0))
        if user:
            self._users[user] -= 1
            if not self._users[user]:
                del self._users[user]

    async def where(self, users: Iterable[str]) -> Mapping[str, frozenset[str]]:
        here = frozenset(user for user in users if user in self._users)
        return {self._node: here} if here else {}

    async def renew(self) -> None:
        """Nobody else could take the sessions over."""
