"""`LastSeen`: when people of this node were last there: exact in memory, stored now and then."""

import time
from collections.abc import Callable

from chinwag.server.clock import now_ms
from chinwag.server.ports.store import Store, Tx

_STORE_SECONDS = 60.0
_MOST_STORED = 100_000
_STORED = "SELECT id, last_seen FROM accounts WHERE id = ANY($1)"
_RAISE = "UPDATE accounts SET last_seen = $2 WHERE id = $1 AND last_seen < $2"


class LastSeen:
    """Last seen is the end of the last period in which a person was there (``here``), stored at
    most once a minute a person.
    """

    def __init__(self, store: Store, here: Callable[[str], bool]) -> None:
        self._store = store
        self._here = here
        self._seen: dict[str, int] = {}
        """Last seen, in ms, of those who were here since the start and are not yet stored."""
        self._before: dict[str, int] = {}
        """What last seen was when the present period began: to be shown to those who may not see
        that it lasts. Of those who are here, once the database has something newer."""
        self._stored: dict[str, float] = {}

    def saw(self, user: str, at: int = 0) -> None:
        """They are, or were, there; ``at`` in ms: now, unless given."""
        self._seen[user] = at or now_ms()

    def begins(self, user: str) -> None:
        """A period begins."""
        self._before.pop(user, None)
        if user in self._seen:
            self._before[user] = self._seen[user]

    def ends(self, user: str) -> int:
        """A period ends; when."""
        self.saw(user)
        self._before.pop(user, None)
        return self._seen[user]

    def before(self, user: str, stored: int) -> int:
        """What it was before the present period. ``stored``: what the database has."""
        return self._before.get(user, stored)

    def of(self, user: str, stored: int) -> int:
        """What it is, of who is not there. ``stored``: what the database has."""
        return max(stored, self._seen.get(user, 0))

    async def flush(self, *, everything: bool = False) -> None:
        """Store it of those for whom it was not stored within the minute."""
        due = time.monotonic() - _STORE_SECONDS
        rows = [
            (user, seen)
            for user, seen in self._seen.items()
            if everything or self._stored.get(user, -_STORE_SECONDS) < due
        ]
        if not rows:
            return
        here = [user for user, _ in rows if self._here(user) and user not in self._before]
        self._before.update(
            (user, last_seen)
            for user, last_seen in await self._store.read(
                lambda reader: reader.fetch(_STORED, here)
            )
        )

        async def work(tx: Tx) -> None:
            for user, seen in sorted(rows):  # as every node locks them
                await tx.execute(_RAISE, user, seen)

        await self._store.transact(work)
        now = time.monotonic()
        for user, seen in rows:
            self._stored[user] = now
            if self._seen.get(user) == seen and not self._here(user):
                del self._seen[user]
        if len(self._stored) > _MOST_STORED:
            self._stored = {user: at for user, at in self._stored.items() if at > due}

    async def stored(self, users: list[str]) -> dict[str, int]:
        """What the database has."""
        rows = await self._store.read(lambda reader: reader.fetch(_STORED, users))
        return {row[0]: row[1] for row in rows}
