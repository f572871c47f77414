"""Chats: the door to them, one-to-one chats, and how each stands in its member's list."""

import asyncio
from collections.abc import Mapping, Sequence

import uuid_utils

from chinwag.protocol import commands, errors, pushes, results
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.events import Created
from chinwag.protocol.frames import encode
from chinwag.protocol.scalars import ChatKind
from chinwag.server.delivery.locks import lock_accounts, lock_chats
from chinwag.server.ports.store import Entry, Reader, Row, Store, Tx
from chinwag.server.services import heads, loading
from chinwag.server.services.farewells import Farewell, farewells, member_then
from chinwag.server.services.gathering import Gathering
from chinwag.server.services.profiles import Profiles, as_seen_by
from chinwag.server.services.roster import Roster, Seat
from chinwag.server.services.rosters import Rosters
from chinwag.server.sessions.session import Session
from chinwag.server.sessions.sessions import Sessions

_TRIES = 5
_VERSION = "SELECT version FROM chats WHERE id = $1"


def new_id() -> str:
    """A fresh opaque id, a UUIDv7 (RFC 9562)."""
    return str(uuid_utils.uuid7())


def pair_of(one: str, other: str) -> str:
    """The key under which the one-to-one chat of two people is unique."""
    return ":".join(sorted((one, other)))


async def insert_members(
    tx: Tx, chat: str, users: list[str], *, joined: int = 1, mark: int = 0, count: int = 0
) -> None:
    """New seats. ``mark``: everything up to it counts as received and read."""
    await tx.execute(
        "INSERT INTO members (chat, account, joined, since, delivered, read, shown, read_count,"
        " change) SELECT $1, id, $3, $4, $5, $5, $5, $6, $7 FROM accounts WHERE id = ANY($2)",
        chat,
        users,
        joined,
        tx.now,
        mark,
        count,
        tx.change,
    )


_ARRANGE = (
    "UPDATE members SET {}change = CASE WHEN change >= $3 THEN change + 1 ELSE $3 END"
    " WHERE chat = $1 AND account = $2"
    " RETURNING change, muted_until, pinned_at, archived, unread, read, read_count, mentioned"
)


class Chats:
    """The cached rosters and what is done to a chat as a whole."""

    def __init__(self, store: Store, sessions: Sessions, profiles: Profiles) -> None:
        self._store = store
        self._sessions = sessions
        self._profiles = profiles
        self.rosters = Rosters()
        self._loading: dict[str, asyncio.Future[Roster | None]] = {}
        self._gathering = Gathering(self._load_many)
        self._outdated: set[str] = set()
        self._arrivals: dict[str, set[str]] = {}
        """Of each roster that is being read: whose first session began meanwhile."""

    # --- rosters -----------------------------------------------------------------------------

    def cached(self, chat: str) -> Roster | None:
        """The roster, if it is at hand."""
        return self.rosters.get(chat)

    def current(self, known: Roster) -> Roster:
        """The cached roster that ``known`` is, or becomes if there is no newer one."""
        cached = self.rosters.get(known.id)
        return known if cached is known else self.rosters.put(known)

    async def roster(self, chat: str) -> Roster:
        """The roster of a chat.

        Raises:
            ChinwagError: not_found.
        """
        found = self.rosters.get(chat) or await self._load(chat)
        if found is None:
            raise ChinwagError(errors.NOT_FOUND)
        return found

    async def reload(self, chat: str, stale: int) -> Roster:
        """The roster, newer than version ``stale``."""
        cached = self.rosters.get(chat)
        if cached is not None and cached.version == stale:
            self.rosters.drop(chat)
        return await self.roster(chat)

    async def newer(self, known: Roster) -> Roster | None:
        """The roster, if another node changed the chat and this one has not heard of it yet: what
        was allowed there must not be refused here.
        """
        if self._sessions.alone:
            return None
        rows = await self._store.read(lambda reader: reader.fetch(_VERSION, known.id))
        if not rows or rows[0][0] <= known.version:
            return None
        await self.refresh({known.id: rows[0][0]})
        return await self.roster(known.id)

    async def _load(self, chat: str) -> Roster | None:
        """Load once, however many ask at the same time."""
        waiting = self._loading.get(chat)
        if waiting is not None:
            return await asyncio.shield(waiting)
        future = self._loading[chat] = asyncio.ensure_future(self._read(chat))
        return await asyncio.shield(future)

    async def _read(self, chat: str) -> Roster | None:
        try:
            while True:
                self._outdated.discard(chat)
                arrived = self._arrivals[chat] = set()
                found = await self._gathering.get(chat)
                if found is None:
                    return None
                if chat not in self._outdated and found.seats.keys().isdisjoint(arrived):
                    return self.rosters.put(found)
        finally:
            del self._loading[chat]
            self._arrivals.pop(chat, None)

    async def _load_many(self, chats: Sequence[str]) -> Mapping[str, Roster]:
        return await self._store.read(lambda reader: loading.load_many(reader, chats))

    async def refresh(self, versions: Mapping[str, int]) -> set[str]:
        """See that the rosters of these chats are cached and at least of these versions; those
        that are new in the cache. They are all there on return, but those of chats that are not,
        or when more is wanted than the cache holds.
        """
        fresh: set[str] = set()
        none: set[str] = set()
        for _ in range(_TRIES):  # others may be forgotten while some are read
            old = [chat for chat in versions.keys() - none if self._older(chat, versions[chat])]
            if not old:
                break
            fresh.update(chat for chat in old if self.rosters.get(chat) is None)
            for chat in old:
                self.touched(chat)
            found = await asyncio.gather(*map(self._load, old))
            none.update(chat for chat, roster in zip(old, found, strict=True) if roster is None)
        return fresh - none

    def _older(self, chat: str, version: int) -> bool:
        cached = self.rosters.get(chat)
        return cached is None or cached.version < version

    def arrived(self, user: str) -> None:
        """A person's first session here has begun: until now this node need not have been told of
        what goes on in their chats.
        """
        for users in self._arrivals.values():
            users.add(user)
        for chat in self.rosters.of(user):
            self.rosters.drop(chat)

    def touched(self, chat: str) -> None:
        """A commit changed a chat that is not cached: what is being loaded of it is old."""
        if chat in self._loading:
            self._outdated.add(chat)

    def forget_all(self) -> None:
        """Another process changed accounts: read every roster anew."""
        for chat in [found.id for found in self.rosters]:
            self.rosters.drop(chat)

    def forget(self, users: Sequence[str]) -> list[str]:
        """Things stand differently between these people, or with this one: the one-to-one chats
        that all of them are in are to be read anew. Which ones those are, of the cached.
        """
        chats = [
            found.id
            for found in self.rosters.with_members(users)
            if found.kind != "group" and all(user in found.seats for user in users)
        ]
        for chat in chats:
            self.rosters.drop(chat)
        return chats

    async def enter(self, reader: Reader, chat: str, user: str) -> Roster:
        """The roster as it stands in a view or a transaction, for a present member.

        Raises:
            ChinwagError: not_found, not_a_member.
        """
        found = await loading.load(reader, chat)
        if found is None:
            raise ChinwagError(errors.NOT_FOUND)
        found.member(user)
        return found

    # --- commands ----------------------------------------------------------------------------

    async def open_direct(self, session: Session, command: commands.OpenDirect) -> results.Head:
        """The one-to-one chat with somebody, made if need be."""
        chat = await self.direct(session.user, command.user)
        return await self.head(session.user, chat)

    async def direct(self, user: str, other: str) -> str:
        """The id of the one-to-one chat of two people, made if there is none.

        Raises:
            ChinwagError: not_found, when there is no such person.
        """
        pair = pair_of(user, other)

        rows = await self._store.read(
            lambda db: db.fetch("SELECT id FROM chats WHERE pair = $1", pair)
        )
        if rows:
            return str(rows[0][0])
        return await self._store.transact(lambda tx: self.make_direct(tx, user, other))

    async def make_direct(self, tx: Tx, user: str, other: str) -> str:
        """Inside a transaction: the one-to-one chat of two people, made if there is none."""
        pair, people = pair_of(user, other), list(dict.fromkeys((user, other)))
        await lock_accounts(tx, *people)
        rows = await tx.fetch("SELECT id FROM chats WHERE pair = $1", pair)
        if rows:
            return str(rows[0][0])
        known = await tx.fetch(
            "SELECT id FROM accounts WHERE id = ANY($1) AND status = 'active'", people
        )
        if len(known) < len(people):
            raise ChinwagError(errors.NOT_FOUND)
        kind: ChatKind = "direct" if other != user else "self"
        chat = new_id()
        await create(tx, chat, kind, people, user, pair=pair)
        return chat

    async def chat(self, session: Session, command: commands.Chat) -> results.Head:
        """One chat as it stands."""
        return await self.head(session.user, command.chat)

    async def head(self, user: str, chat: str) -> results.Head:
        """One chat as its member sees it, with its newest events."""

        async def work(reader: Reader) -> tuple[results.Head, ...]:
            return await heads.read(reader, self._profiles, user, [chat], inline=1)

        found = await self._store.read(work)
        if not found:
            raise ChinwagError(errors.NOT_FOUND)
        return found[0]

    async def members(self, session: Session, command: commands.Members) -> results.MemberList:
        """Members, and past ones; a past member sees who was there when the stay ended."""
        found = await self.roster(command.chat)
        own = found.seat(session.user)

        async def work(reader: Reader) -> results.MemberList:
            kept = await farewells(reader, session.user, [found.id]) if own.departed else {}
            people = [
                member
                for seat in found.seats.values()
                if (member := _member(seat, own, kept.get(found.id))) is not None
            ]
            known = await self._profiles.get(reader, [member.user for member in people])
            known = await as_seen_by(reader, session.user, known)
            return results.MemberList(found.id, tuple(people), tuple(known.values()))

        return await self._store.read(work)

    async def arrange(self, session: Session, command: commands.Arrange) -> results.Mine:
        """Mute, pin, archive, mark as unread."""
        found = await self.roster(command.chat)
        found.seat(session.user)
        asked = {
            "muted_until": command.muted_until,
            "pinned_at": command.pinned,
            "archived": command.archived,
            "unread": command.unread,
        }
        wanted = {column: value for column, value in asked.items() if isinstance(value, int)}
        given, change, row = await self._put(command.chat, session.user, wanted)
        seat = (await self.roster(command.chat)).seat(session.user)
        while seat.change >= change:
            # Marks of the same commit, or the next, were told by that version without this; and
            # may have undone some of it.
            _, change, row = await self._put(command.chat, session.user, given)
            seat = (await self.roster(command.chat)).seat(session.user)
        seat.change = change
        # Also as another node may have arranged it, and as far as the person has read there.
        seat.arranged(row[:4])
        seat.raise_marks(*row[4:])
        mine = seat.mine(command.chat)
        self._sessions.push((session.user,), pushes.Mine(mine), besides=session)
        return mine

    async def _put(
        self, chat: str, user: str, wanted: Mapping[str, int]
    ) -> tuple[dict[str, int], int, Row]:
        """Write how a chat stands in somebody's list: what was written, with the moment of a pin
        that is new; the version that it has now; and how it stands: settings, then marks.
        """

        async def work(tx: Tx) -> tuple[dict[str, int], int, Row]:
            pinned = wanted.get("pinned_at") is True
            given = {column: int(value) for column, value in wanted.items()}
            if pinned:
                given["pinned_at"] = tx.now
            await lock_chats(tx, chat)
            columns = "".join(f"{column} = ${n}, " for n, column in enumerate(given, 4))
            rows = await tx.fetch(_ARRANGE.format(columns), chat, user, tx.change, *given.values())
            change, *row = rows[0]
            return given, change, tuple(row)

        return await self._store.transact(work)


def _member(seat: Seat, own: Seat, kept: Farewell | None) -> results.Member | None:
    if kept is not None:
        return member_then(kept, own.departed, seat)
    return results.Member(seat.user, seat.role, seat.since, not seat.active)


async def create(
    tx: Tx,
    chat: str,
    kind: ChatKind,
    people: list[str],
    creator: str,
    *,
    pair: str | None = None,
    title: str = "",
    entry: Entry | None = None,
) -> Entry:
    """Inside a transaction: a new chat with its members and its first event."""
    await tx.execute(
        "INSERT INTO chats (id, kind, pair, title, created_at) VALUES ($1, $2, $3, $4, $5)",
        chat,
        kind,
        pair,
        title,
        tx.now,
    )
    await insert_members(tx, chat, people)
    if kind == "group":
        await tx.execute(
            "UPDATE members SET role = 'admin' WHERE chat = $1 AND account = $2", chat, creator
        )
    created = entry or Entry(chat, creator, "created", b"")
    created.chat = chat
    created.body = encode(Created(kind, tuple(people), title))
    await tx.append(created)
    created.context = await loading.load(tx, chat)
    return created
