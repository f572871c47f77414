"""`Profiles`: how people see each other, cached, and pushed when it changes."""

from collections import OrderedDict
from collections.abc import Iterable

from chinwag.protocol import pushes, results
from chinwag.server.ports.store import Reader, Row, Store
from chinwag.server.sessions.sessions import Sessions

_CACHED = 10_000
_PROFILE = "SELECT id, handle, name, about, kind, status FROM accounts"
_BY_ID = _PROFILE + " WHERE id = ANY($1)"

# People one shares a chat with: `contacts` everywhere in the rules.
CONTACTS = (
    "SELECT DISTINCT o.account FROM members m JOIN members o ON o.chat = m.chat"
    " WHERE m.account = $1 AND m.departed = 0 AND o.departed = 0 AND o.account <> $1"
)
# Whom one blocks sees nothing new of one.
_AUDIENCE = CONTACTS + (
    " AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account = $1 AND b.blocked = o.account)"
)


def user_of(row: Row) -> results.User:
    """A profile from (id, handle, name, about, kind, status)."""
    id, handle, name, about, kind, status = row
    if status == "active":
        return results.User(id, handle, name, about, kind)
    return results.User(id, handle if status == "disabled" else "", name, "", kind, gone=True)


class Profiles:
    """Profiles by id."""

    def __init__(self, store: Store, sessions: Sessions) -> None:
        self._store = store
        self._sessions = sessions
        self._users: OrderedDict[str, results.User] = OrderedDict()
        self._changes = 0

    async def get(self, reader: Reader, ids: Iterable[str]) -> dict[str, results.User]:
        """The profiles of these people; those there are none of are left out. Runs where the
        reader runs, so it only looks into the cache; `load` fills it.
        """
        wanted = list(dict.fromkeys(ids))
        found = {id: user for id in wanted if (user := self._users.get(id)) is not None}
        missing = [id for id in wanted if id not in found]
        if missing:
            found |= {row[0]: user_of(row) for row in await reader.fetch(_BY_ID, missing)}
        return found

    async def load(self, ids: Iterable[str]) -> dict[str, results.User]:
        """The same, with a snapshot of its own if one is needed, and kept."""
        changes = self._changes
        wanted = list(dict.fromkeys(ids))
        missing = [id for id in wanted if id not in self._users]
        fresh: dict[str, results.User] = {}
        if missing:
            rows = await self._store.read(lambda db: db.fetch(_BY_ID, missing))
            fresh = {row[0]: user_of(row) for row in rows}
        found = {
            id: user for id in wanted if (user := fresh.get(id) or self._users.get(id)) is not None
        }
        if changes == self._changes:
            for id, user in found.items():
                self._keep(id, user)
        return found

    def known(self, id: str) -> results.User | None:
        """The cached profile."""
        return self._users.get(id)

    def clear(self) -> None:
        """Something changed them all, as far as anybody knows."""
        self._changes += 1
        self._users.clear()

    def drop(self, id: str) -> None:
        """The profile is about to be read anew."""
        self._changes += 1
        self._users.pop(id, None)

    async def changed(self, id: str) -> None:
        """A committed change: show it to everybody online who shares a chat with this person."""
        self.drop(id)
        user = (await self.load([id])).get(id)
        if user is None:
            return
        rows = await self._store.read(lambda db: db.fetch(_AUDIENCE, id))
        online = [row[0] for row in rows if self._sessions.of(row[0])]
        self._sessions.push([id, *online], pushes.Profile(user))

    def _keep(self, id: str, user: results.User) -> None:
        self._users[id] = user
        self._users.move_to_end(id)
        if len(self._users) > _CACHED:
            self._users.popitem(last=False)
