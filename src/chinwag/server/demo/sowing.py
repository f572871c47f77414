"""Puts the demo's people and talks into an empty store."""

from chinwag.protocol.events import Added, Changed, Message, RoleChanged
from chinwag.protocol.frames import encode
from chinwag.protocol.scalars import ChatKind
from chinwag.server.app import App
from chinwag.server.demo.groups import GROUPS
from chinwag.server.demo.people import PEOPLE
from chinwag.server.demo.talk import (
    DAY,
    MINUTE,
    Arranged,
    Brought,
    Described,
    Line,
    Promoted,
    Said,
    Talk,
)
from chinwag.server.demo.talks import BETWEEN_TWO
from chinwag.server.ports.store import Entry, Tx
from chinwag.server.services.chats import create, insert_members, new_id, pair_of
from chinwag.server.services.entrance import create_account

PASSWORD = "tea and biscuits"  # noqa: S105 - of a throw-away server
# Those to try it as; the others are there to be written to.
HANDLES = ("ada", "ben", "chloe", "dev", "eli")
_GIVEN_UP_AFTER = 30 * DAY
_ARRIVES, _IS_READ = 2_000, 3 * MINUTE


async def seed(app: App) -> None:
    """Make the people and what they said."""
    stored = await app.passwords.hash(PASSWORD)

    async def work(tx: Tx) -> None:
        now, ids = tx.now, {}
        for person in PEOPLE:
            user = await create_account(
                tx, person.handle, person.name, password=stored, admin=person.handle == "ada"
            )
            ids[person.handle] = user.id
            await tx.execute(
                "UPDATE accounts SET about = $2, last_seen = $3 WHERE id = $1",
                user.id,
                person.about,
                now - person.seen,
            )
        for talk in (*BETWEEN_TWO, *GROUPS):
            await _Chat(tx, ids, talk).sow()
            tx.now = now

    await app.store.transact(work)


class _Chat:
    """One talk on its way into the store. A line's seq is its number plus one: the chat's first
    event is that it was made.
    """

    def __init__(self, tx: Tx, ids: dict[str, str], talk: Talk) -> None:
        self._tx = tx
        self._ids = ids
        self._talk = talk
        self._now = tx.now
        self._id = new_id()
        self._members = list(talk.people)
        self._joined = dict.fromkeys(talk.people, 1)

    async def sow(self) -> None:
        """Put all of it in."""
        await self._make()
        for number, line in enumerate(self._talk.lines, 1):
            self._tx.now = self._now - line.ago
            await self._happen(line, number + 1)
        self._tx.now = self._now
        for handle in self._members:
            await self._mark(handle)
        for handle, arranged in self._talk.arranged.items():
            await self._arrange(handle, arranged)
        for handle in self._talk.unreachable:
            await self._give_up(handle)

    async def _make(self) -> None:
        talk, people = self._talk, [self._ids[handle] for handle in self._talk.people]
        self._tx.now = self._now - talk.lines[0].ago - MINUTE
        if talk.title:
            await create(self._tx, self._id, "group", people, people[0], title=talk.title)
            who = "admins" if talk.quiet else "everyone"
            await self._tx.execute("UPDATE chats SET send = $2 WHERE id = $1", self._id, who)
            return
        kind: ChatKind = "direct" if len(people) > 1 else "self"
        pair = pair_of(people[0], people[-1])
        await create(self._tx, self._id, kind, people, people[0], pair=pair)

    async def _happen(self, line: Line, seq: int) -> None:
        if isinstance(line, Said):
            reply_to = None if line.reply_to is None else line.reply_to + 1
            mentions = tuple(self._ids[handle] for handle in line.mentions)
            message = Message(line.text, reply_to, mentions)
            await self._append(line, "message", encode(message), counted=True)
        elif isinstance(line, Brought):
            user = self._ids[line.user]
            self._members.append(line.user)
            self._joined[line.user] = seq
            await insert_members(self._tx, self._id, [user], joined=seq, mark=seq - 1)
            await self._append(line, "added", encode(Added((user,))))
        elif isinstance(line, Promoted):
            user = self._ids[line.user]
            await self._tx.execute(
                "UPDATE members SET role = 'admin' WHERE chat = $1 AND account = $2",
                self._id,
                user,
            )
            await self._append(line, "role", encode(RoleChanged(user, "admin")))
        elif isinstance(line, Described):
            await self._tx.execute(
                "UPDATE chats SET description = $2 WHERE id = $1", self._id, line.text
            )
            await self._append(line, "changed", encode(Changed(description=line.text)))

    async def _append(self, line: Line, kind: str, body: bytes, *, counted: bool = False) -> None:
        entry = Entry(self._id, self._ids[line.who], kind, body, counted=counted)
        await self._tx.append(entry, bump=kind != "message")

    # --- who has and has read what ---------------------------------------------------------------

    async def _mark(self, handle: str) -> None:
        """Set somebody's marks, and when they passed which line."""
        lines = self._talk.lines
        delivered = 1 + len(lines) - self._talk.missing.get(handle, 0)
        read = min(delivered, 1 + len(lines) - self._talk.unread.get(handle, 0))
        unread = sum(isinstance(line, Said) for line in lines[read - 1 :])
        mentions = [
            number + 1
            for number, line in enumerate(lines, 1)
            if isinstance(line, Said) and handle in line.mentions
        ]
        await self._tx.execute(
            "UPDATE members SET delivered = $3, read = $4, shown = $4, read_count = (SELECT count"
            " FROM chats WHERE id = $1) - $5, mentioned = $6 WHERE chat = $1 AND account = $2",
            self._id,
            self._ids[handle],
            delivered,
            read,
            unread,
            max(mentions, default=0),
        )
        for number, line in enumerate(lines, 1):
            seq, at = number + 1, self._now - line.ago
            if line.who == handle or seq < self._joined[handle]:
                continue
            if seq <= delivered:
                await self._passed(handle, 0, seq, at + _ARRIVES)
            if seq <= read:
                await self._passed(handle, 1, seq, min(at + _IS_READ, self._now))

    async def _passed(self, handle: str, kind: int, seq: int, at: int) -> None:
        await self._tx.execute(
            "INSERT INTO receipts (chat, account, kind, seq, at) VALUES ($1, $2, $3, $4, $5)",
            self._id,
            self._ids[handle],
            kind,
            seq,
            at,
        )

    async def _arrange(self, handle: str, arranged: Arranged) -> None:
        await self._tx.execute(
            "UPDATE members SET pinned_at = $3, muted_until = $4, archived = $5, unread = $6"
            " WHERE chat = $1 AND account = $2",
            self._id,
            self._ids[handle],
            self._now if arranged.pinned else 0,
            self._now + 365 * DAY if arranged.muted else 0,
            int(arranged.archived),
            int(arranged.unread),
        )

    async def _give_up(self, handle: str) -> None:
        """What has not arrived has failed."""
        lines = self._talk.lines
        missing = self._talk.missing[handle]
        await self._tx.execute(
            "INSERT INTO failures (chat, account, first, last, reason, attempts, at)"
            " VALUES ($1, $2, $3, $4, 'expired', 0, $5)",
            self._id,
            self._ids[handle],
            2 + len(lines) - missing,
            1 + len(lines),
            self._now - lines[-1].ago + _GIVEN_UP_AFTER,
        )
