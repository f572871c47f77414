"""`Away`: the devices that alerts go to, and which of them are not here."""

import time
from collections.abc import Iterable

from chinwag.server.sessions.sessions import Sessions


class Away:
    """Subscribed devices by user. A device is away when it has no session, or when its session
    leaves events of a chat unacknowledged for so long that it is likely dead: a phone puts pages
    to sleep without closing their sockets.

    It may name devices that another process has removed, and takes those for away that have their
    session on another node: a look at the store or the registry is all that costs.
    """

    def __init__(self, sessions: Sessions, acknowledge_seconds: float) -> None:
        self._sessions = sessions
        self._seconds = acknowledge_seconds
        self._devices: dict[str, set[str]] = {}
        self._users: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._users)

    def __contains__(self, device: str) -> bool:
        return device in self._users

    def add(self, user: str, device: str) -> None:
        """The device has subscribed."""
        self._users[device] = user
        self._devices.setdefault(user, set()).add(device)

    def forget(self, devices: Iterable[str]) -> None:
        """These have a subscription no more."""
        for device in devices:
            user = self._users.pop(device, None)
            if user is not None:
                self._devices[user].discard(device)
                if not self._devices[user]:
                    del self._devices[user]

    def subscribed(self, user: str) -> bool:
        """Whether alerts go to any device of the user."""
        return user in self._devices

    def among(self, users: Iterable[str], chat: str, *, besides: str) -> bool:
        """Whether a device of any of these users, but one, is away. Asked for every message."""
        devices = self._devices
        if not devices:
            return False
        return any(
            self.is_away(device, chat)
            for user in users
            if user in devices and user != besides
            for device in devices[user]
        )

    def is_away(self, device: str, chat: str) -> bool:
        """Whether the device does not get by itself what comes in the chat."""
        session = self._sessions.of_device(device)
        if session is None:
            return True
        since = session.unacknowledged.get(chat)
        if since is None:
            return False
        # On the retry ladder it is infinite.
        return since > time.monotonic() or since < time.monotonic() - self._seconds
