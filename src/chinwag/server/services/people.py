"""People: oneself, one's profile, privacy and blocks, and finding others."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Sequence

from msgspec import UNSET

from chinwag.protocol import commands, errors, pushes, results
from chinwag.protocol.errors import ChinwagError
from chinwag.server.delivery.locks import lock_accounts, lock_chats_of
from chinwag.server.delivery.revisions import note
from chinwag.server.ports.meters import Meters, Rate
from chinwag.server.ports.store import Reader, Store, Tx, Value
from chinwag.server.services import files
from chinwag.server.services.entrance import RESERVED
from chinwag.server.services.limits import Limit
from chinwag.server.services.profiles import PROFILE, Profiles, as_seen_by, user_of
from chinwag.server.sessions.session import Session
from chinwag.server.sessions.sessions import Sessions

TouchPair = Callable[[Tx, str, str], Awaitable[None]]
TouchOwn = Callable[[Tx, str], Awaitable[None]]
Changed = Callable[[Sequence[str]], None]

LOOK_UPS = Rate(100, 15)
_FOUND = 50
_KEPT = 20_000
_ACCOUNT = (
    f"SELECT {PROFILE}, see_last_seen, see_online, receipts, add_to_groups, admin"
    " FROM accounts WHERE id = $1"
)
_AVATAR = "SELECT avatar FROM accounts WHERE id = $1"
_BLOCKED = "SELECT blocked FROM blocks WHERE account = $1 ORDER BY blocked"
_BY_HANDLE = f"SELECT {PROFILE} FROM accounts WHERE handle = $1 AND status = 'active'"
_CONTACTS_LIKE = (
    "SELECT DISTINCT a.id, a.handle, a.name, a.about, a.kind, a.status, a.avatar FROM members m"
    " JOIN chats c ON c.id = m.chat"
    " JOIN members o ON o.chat = m.chat AND o.account <> $1 AND o.departed = 0"
    " JOIN accounts a ON a.id = o.account AND a.status = 'active'"
    " WHERE m.account = $1 AND m.departed = 0 AND (c.kind = 'group' OR c.count > 0)"
    " AND (a.handle LIKE $2 ESCAPE '\\' OR lower(a.name) LIKE $2 ESCAPE '\\'"
    " OR lower(a.name) LIKE $3 ESCAPE '\\') ORDER BY a.handle LIMIT $4"
)
# Everybody with whom one is, or was at the same time, in a chat: whose words one may read there.
_VISIBLE = (
    "SELECT DISTINCT o.account FROM members m JOIN members o ON o.chat = m.chat"
    " WHERE m.account = $1 AND o.account = ANY($2) AND (m.departed = 0 OR o.joined < m.departed)"
    " UNION SELECT blocked FROM blocks WHERE account = $1 AND blocked = ANY($2)"
    " UNION SELECT id FROM accounts WHERE id = ANY($2) AND (id = $1 OR owner = $1)"
)


async def bump_pair(tx: Tx, one: str, other: str) -> None:
    """The one-to-one chat of two people is judged anew: its version grows."""
    pair = ":".join(sorted((one, other)))
    await tx.execute(
        "UPDATE chats SET version = version + 1, change = $2 WHERE pair = $1", pair, tx.change
    )
    await note(tx, "people", f"{one} {other}")


async def bump_all(tx: Tx, user: str) -> None:
    """All one-to-one chats of a person are judged anew."""
    await lock_chats_of(tx, user)
    await tx.execute(
        "UPDATE chats SET version = version + 1, change = $2 WHERE kind = 'direct'"
        " AND id IN (SELECT chat FROM members WHERE account = $1)",
        user,
        tx.change,
    )


class People:
    """What a person does about people. ``touch_pair`` and ``touch_own`` run inside the transaction
    when something changed that chats are judged by: a block, the receipts switch. ``changed`` is
    called behind the commit with those between whom, or with whom, things stand differently now.
    """

    def __init__(
        self,
        store: Store,
        sessions: Sessions,
        profiles: Profiles,
        meters: Meters,
        *,
        touch_pair: TouchPair = bump_pair,
        touch_own: TouchOwn = bump_all,
        changed: Changed = lambda users: None,
        look_ups: Rate = LOOK_UPS,
    ) -> None:
        self._store = store
        self._sessions = sessions
        self._profiles = profiles
        self._touch_pair = touch_pair
        self._touch_own = touch_own
        self._changed = changed
        self._look_ups = Limit(meters, "look_ups", look_ups)
        self._found: OrderedDict[tuple[str, str], None] = OrderedDict()

    # --- oneself -----------------------------------------------------------------------------

    async def me(self, session: Session, _: commands.Me) -> results.Account:
        """One's own account."""
        return await self._store.read(lambda db: _account(db, session.user))

    async def set_profile(self, session: Session, command: commands.SetProfile) -> results.Account:
        """Another handle, name, about or picture. A picture that is replaced is not kept.

        Raises:
            ChinwagError: handle_taken; no_such_file, file_not_ready.
        """
        wanted: list[tuple[str, Value]] = [
            (column, value)
            for column, value in (
                ("handle", command.handle),
                ("name", command.name),
                ("about", command.about),
                ("avatar", command.avatar),
            )
            if value is not UNSET
        ]

        async def work(tx: Tx) -> results.Account:
            if command.handle is not UNSET:
                await _check_free(tx, session.user, command.handle)
            replaced: list[str] = []
            if command.avatar is not UNSET:
                await lock_accounts(tx, session.user)
                if command.avatar:
                    await files.take(tx, command.avatar, session.user, avatar=True)
                replaced = [row[0] for row in await tx.fetch(_AVATAR, session.user)]
            await _set(tx, session.user, wanted)
            await files.release(tx, replaced)
            await note(tx, "profile", session.user)
            return await _account(tx, session.user)

        if command.handle is not UNSET:
            await self._look_ups.take(session.user)  # it tells whether a handle is taken
        account = await self._store.transact(work)
        self._tell(session, account)
        await self._profiles.changed(session.user)
        return account

    async def set_privacy(self, session: Session, command: commands.SetPrivacy) -> results.Account:
        """Who sees and may do what."""
        wanted: list[tuple[str, Value]] = [
            (column, value)
            for column, value in (
                ("see_last_seen", command.last_seen),
                ("see_online", command.online),
                ("add_to_groups", command.groups),
            )
            if value is not UNSET
        ]
        if command.receipts is not UNSET:
            wanted.append(("receipts", int(command.receipts)))

        async def work(tx: Tx) -> results.Account:
            await _set(tx, session.user, wanted)
            if command.receipts is not UNSET:
                await self._touch_own(tx, session.user)
            await note(tx, "people", session.user)
            return await _account(tx, session.user)

        account = await self._store.transact(work)
        self._tell(session, account)
        self._changed([session.user])
        return account

    async def block(self, session: Session, command: commands.Block) -> results.Account:
        """Block or unblock somebody.

        Raises:
            ChinwagError: not_found, for whom one cannot know; not_allowed, for oneself.
        """
        user, other = session.user, command.user
        if user == other:
            raise ChinwagError(errors.NOT_ALLOWED)

        async def work(tx: Tx) -> results.Account:
            # The chat of the two may be being made just now, by somebody who sees no block.
            await lock_accounts(tx, user, other)
            if command.blocked:
                await self._check_known(tx, user, other)
                changed = await tx.execute(
                    "INSERT INTO blocks (account, blocked, at) VALUES ($1, $2, $3)"
                    " ON CONFLICT (account, blocked) DO NOTHING",
                    user,
                    other,
                    tx.now,
                )
            else:
                changed = await tx.execute(
                    "DELETE FROM blocks WHERE account = $1 AND blocked = $2", user, other
                )
            if changed:
                await self._touch_pair(tx, user, other)
            return await _account(tx, user)

        account = await self._store.transact(work)
        self._tell(session, account)
        self._changed([user, other])
        return account

    # --- others ------------------------------------------------------------------------------

    async def find(self, session: Session, command: commands.Find) -> results.UserList:
        """Anybody by the whole handle, contacts by the beginning of handle or name.

        Raises:
            ChinwagError: rate_limited.
        """
        await self._look_ups.take(session.user)
        query = command.query.strip().lstrip("@").lower()
        if not query:
            return results.UserList()
        start = _like(query) + "%"

        async def work(reader: Reader) -> dict[str, results.User]:
            exact = await reader.fetch(_BY_HANDLE, query)
            near = await reader.fetch(_CONTACTS_LIKE, session.user, start, "% " + start, _FOUND)
            found = {row[0]: user_of(row) for row in exact + near}
            return await as_seen_by(reader, session.user, found)

        users = tuple((await self._store.read(work)).values())
        self._remember(session.user, [user.id for user in users])
        return results.UserList(users)

    async def users(self, session: Session, command: commands.Users) -> results.UserList:
        """Profiles of people one may know; all others are left out, whether they are or not."""
        user = session.user
        visible = {one for one in command.ids if (user, one) in self._found}
        rest = [one for one in command.ids if one not in visible]
        if rest:
            rows = await self._store.read(lambda db: db.fetch(_VISIBLE, user, rest))
            visible |= {row[0] for row in rows}
        known = await self._profiles.load(one for one in command.ids if one in visible)
        profiles = await self._store.read(lambda db: as_seen_by(db, user, known))
        return results.UserList(tuple(profiles.values()))

    async def _check_known(self, reader: Reader, user: str, other: str) -> None:
        if (user, other) in self._found:
            return
        if not await reader.fetch(_VISIBLE, user, [other]):
            raise ChinwagError(errors.NOT_FOUND)

    def _remember(self, user: str, found: Iterable[str]) -> None:
        for other in found:
            self._found[user, other] = None
            self._found.move_to_end((user, other))
        while len(self._found) > _KEPT:
            self._found.popitem(last=False)

    def _tell(self, session: Session, account: results.Account) -> None:
        self._sessions.push([session.user], pushes.Account(account), besides=session)


async def _set(tx: Tx, user: str, wanted: Sequence[tuple[str, Value]]) -> None:
    if wanted:
        columns = ", ".join(f"{column} = ${n}" for n, (column, _) in enumerate(wanted, 2))
        await tx.execute(
            f"UPDATE accounts SET {columns} WHERE id = $1",
            user,
            *(value for _, value in wanted),
        )


async def _check_free(reader: Reader, user: str, handle: str) -> None:
    rows = await reader.fetch("SELECT id FROM accounts WHERE handle = $1", handle)
    if rows != [(user,)] and (rows or handle in RESERVED):
        raise ChinwagError(errors.HANDLE_TAKEN, field="$.do.handle")


async def _account(reader: Reader, user: str) -> results.Account:
    rows = await reader.fetch(_ACCOUNT, user)
    if not rows:
        raise ChinwagError(errors.UNAUTHENTICATED)
    *profile, last_seen, online, receipts, groups, admin = rows[0]
    return results.Account(
        user=user_of(tuple(profile)),
        privacy=results.Privacy(last_seen, online, bool(receipts), groups),
        blocked=tuple(row[0] for row in await reader.fetch(_BLOCKED, user)),
        admin=bool(admin),
    )


def _like(text: str) -> str:
    """Text that stands for itself in a LIKE pattern."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
