"""`Profiles`: how people see each other, cached, and pushed when it changes."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping

from msgspec import structs

from chinwag.protocol import pushes, results
from chinwag.protocol.scalars import UserKind
from chinwag.server.ports.store import Reader, Row, Store
from chinwag.server.services.contacts import contacts_of
from chinwag.server.sessions.sessions import Sessions

_CACHED = 10_000
PROFILE = "id, handle, name, about, kind, status, avatar"
"""What `user_of` wants to be selected."""
_BY_ID = f"SELECT {PROFILE} FROM accounts WHERE id = ANY($1)"
_BLOCKERS = "SELECT account FROM blocks WHERE blocked = $1 AND account = ANY($2)"

_BLOCKED = "SELECT blocked FROM blocks WHERE account = $1"


def user_of(row: Row) -> results.User:
    """A profile from a row of `PROFILE`."""
    user_id, handle, name, about, stored, status, avatar = row
    kind: UserKind = "bot" if stored == "bot" else "person"
    if status == "active":
        return results.User(user_id, handle, name, about, kind, avatar=avatar)
    return results.User(user_id, handle if status == "disabled" else "", name, "", kind, gone=True)


async def as_seen_by(
    reader: Reader, viewer: str, users: Mapping[str, results.User]
) -> dict[str, results.User]:
    """The same profiles, without the pictures of those who block the viewer."""
    seen = dict(users)
    pictured = [user_id for user_id, user in users.items() if user.avatar]
    if pictured:
        for (user_id,) in await reader.fetch(_BLOCKERS, viewer, pictured):
            seen[user_id] = structs.replace(users[user_id], avatar="")
    return seen


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
        found = {
            user_id: user for user_id in wanted if (user := self._users.get(user_id)) is not None
        }
        missing = [user_id for user_id in wanted if user_id not in found]
        if missing:
            found |= {row[0]: user_of(row) for row in await reader.fetch(_BY_ID, missing)}
        return found

    async def load(self, ids: Iterable[str]) -> dict[str, results.User]:
        """The same, with a snapshot of its own if one is needed, and kept."""
        changes = self._changes
        wanted = list(dict.fromkeys(ids))
        missing = [user_id for user_id in wanted if user_id not in self._users]
        fresh: dict[str, results.User] = {}
        if missing:
            rows = await self._store.read(lambda db: db.fetch(_BY_ID, missing))
            fresh = {row[0]: user_of(row) for row in rows}
        found = {
            user_id: user
            for user_id in wanted
            if (user := fresh.get(user_id) or self._users.get(user_id)) is not None
        }
        if changes == self._changes:
            for user_id, user in found.items():
                self._keep(user_id, user)
        return found

    def known(self, user_id: str) -> results.User | None:
        """The cached profile."""
        return self._users.get(user_id)

    def clear(self) -> None:
        """Something changed them all, as far as anybody knows."""
        self._changes += 1
        self._users.clear()

    def drop(self, user_ids: Iterable[str]) -> None:
        """These profiles are to be read anew."""
        self._changes += 1
        for user_id in user_ids:
            self._users.pop(user_id, None)

    async def changed(self, user_id: str) -> None:
        """A committed change: show it to everybody online who shares a chat with this person."""
        self.drop([user_id])
        user = (await self.load([user_id])).get(user_id)
        if user is None:
            return

        async def audience(reader: Reader) -> list[str]:
            blocked = {
                row[0] for row in await reader.fetch(_BLOCKED, user_id)
            }  # they see nothing new
            return [other for other in await contacts_of(reader, user_id) if other not in blocked]

        contacts = await self._store.read(audience)
        self._sessions.push([user_id, *contacts], pushes.Profile(user))

    def _keep(self, user_id: str, user: results.User) -> None:
        self._users[user_id] = user
        self._users.move_to_end(user_id)
        if len(self._users) > _CACHED:
            self._users.popitem(last=False)
