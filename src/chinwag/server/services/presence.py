"""Online, last seen, typing: told only to those who look, as far as privacy lets them."""

import asyncio
import time
from collections.abc import Sequence

from chinwag.protocol import commands, pushes, results
from chinwag.server.clock import now_ms
from chinwag.server.observe import log
from chinwag.server.ports.store import Reader, Store, Tx
from chinwag.server.services.contacts import contacts_among
from chinwag.server.services.roster import Roster
from chinwag.server.sessions.session import Session
from chinwag.server.sessions.sessions import Sessions

_STORE_SECONDS = 60.0
_TELL_SECONDS = 0.1
_DONE = results.Done()
_STATES = "SELECT id, see_online, see_last_seen, last_seen FROM accounts WHERE id = ANY($1)"
_BLOCKS = (
    "SELECT account, blocked FROM blocks WHERE (account = $1 AND blocked = ANY($2))"
    " OR (blocked = $1 AND account = ANY($2))"
)


class Presence:
    """Who is there, and who wants to know.

    A person is online while one of their sessions is in the foreground. Last seen is the end of
    the last such period: exact in memory, stored at most once a minute a person.
    """

    def __init__(self, store: Store, sessions: Sessions) -> None:
        self._store = store
        self._sessions = sessions
        self._watchers: dict[str, set[Session]] = {}
        self._open: dict[str, set[Session]] = {}
        self._seen: dict[str, int] = {}
        """Last seen, in ms, of those who were here since the start and are not yet stored."""
        self._before: dict[str, int] = {}
        """What last seen was when the present period began: to be shown to those who may not see
        that it lasts. Of those who are here, once the database has something newer."""
        self._stored: dict[str, float] = {}
        self._changed: set[str] = set()
        self._wake = asyncio.Event()

    # --- what sessions say -------------------------------------------------------------------

    def heartbeat(self, session: Session, *, foreground: bool) -> None:
        """A session is alive, and in front or not."""
        if foreground:
            if not self.online(session.user):
                self._keep_before(session.user)
            self._see(session.user)
        if foreground != session.foreground:
            was = self.online(session.user)
            session.foreground = foreground
            self._moved(session.user, was=was)

    def left(self, session: Session) -> None:
        """A session has ended; it is no longer among the live ones."""
        self._unwatch(session)
        if session.foreground:
            session.foreground = False
            self._moved(session.user, was=True)

    async def watch(self, session: Session, command: commands.Watch) -> results.Done:
        """Replace what a session looks at, and tell it how things stand."""
        self._unwatch(session)
        session.open_chat, session.watching = command.chat, command.users
        if command.chat is not None:
            self._open.setdefault(command.chat, set()).add(session)
        for user in command.users:
            self._watchers.setdefault(user, set()).add(session)
        for push in await self._states(session.user, command.users):
            session.push(push)
        return _DONE

    def typing(self, session: Session, roster: Roster, *, active: bool) -> None:
        """Tell those who have the chat open.

        Raises:
            ChinwagError: not_found, not_a_member.
        """
        roster.member(session.user)
        looking = self._open.get(roster.id)
        if not looking or roster.blockers:
            return
        push = pushes.Typing(roster.id, session.user, active)
        users = {other.user for other in looking} - {session.user}
        for user in users:
            seat = roster.seats.get(user)
            if seat is not None and seat.active:
                for other in self._sessions.of(user):
                    if other in looking:
                        other.push(push)

    def online(self, user: str) -> bool:
        """Whether the person has the app in front of them."""
        return any(session.foreground for session in self._sessions.of(user))

    def refresh(self, users: Sequence[str]) -> None:
        """Privacy, blocks or chats of these people changed: tell their watchers, and them, what
        they may see now.
        """
        self._changed.update(users)
        for user in users:
            for session in self._sessions.of(user):
                self._changed.update(session.watching)
        self._wake.set()

    def _see(self, user: str) -> None:
        self._seen[user] = now_ms()

    def _keep_before(self, user: str) -> None:
        """A period begins."""
        self._before.pop(user, None)
        if user in self._seen:
            self._before[user] = self._seen[user]

    def _moved(self, user: str, *, was: bool) -> None:
        now = self.online(user)
        if was and not now:
            self._see(user)
            self._before.pop(user, None)
        if was != now:
            self._changed.add(user)
            self._wake.set()

    def _unwatch(self, session: Session) -> None:
        for index, keys in ((self._watchers, session.watching), (self._open, (session.open_chat,))):
            for key in keys:
                if key is not None and key in index:
                    index[key].discard(session)
                    if not index[key]:
                        del index[key]
        session.watching, session.open_chat = (), None

    # --- telling -----------------------------------------------------------------------------

    async def run(self) -> None:
        """Tell watchers what changed, merged over a moment; store last seen; for ever."""
        store_at = time.monotonic() + 5
        while True:
            try:
                await asyncio.wait_for(self._wake.wait(), 5)
                await asyncio.sleep(_TELL_SECONDS)
            except TimeoutError:
                pass
            self._wake.clear()
            changed, self._changed = self._changed, set()
            try:
                for user in changed & self._watchers.keys():
                    await self._tell(user)
                if time.monotonic() >= store_at:
                    store_at = time.monotonic() + 5
                    await self.flush()
            except Exception:  # noqa: BLE001 - the next round may go well
                log.exception("presence.failed")

    async def _tell(self, user: str) -> None:
        viewers = sorted({session.user for session in self._watchers.get(user, ())})
        for viewer in viewers:
            pushes_ = await self._states(viewer, (user,))
            for session in self._sessions.of(viewer):
                if user in session.watching:
                    for push in pushes_:
                        session.push(push)

    async def _states(self, viewer: str, users: Sequence[str]) -> list[pushes.Presence]:
        """How these people stand, as ``viewer`` may see it."""
        if not users:
            return []

        async def work(reader: Reader) -> list[pushes.Presence]:
            rows = {row[0]: row[1:] for row in await reader.fetch(_STATES, [*users, viewer])}
            contacts = await contacts_among(reader, viewer, users)
            blocks = await reader.fetch(_BLOCKS, viewer, list(users))
            strangers = {user for pair in blocks for user in pair}
            own = rows[viewer]
            states = []
            for user in users:
                if user not in contacts or user in strangers or user not in rows:
                    states.append(pushes.Presence(user))
                    continue
                sees = rows[user]
                states.append(
                    self._state(
                        user,
                        sees[2],
                        sees_online=own[0] != "nobody" and sees[0] != "nobody",
                        sees_last=own[1] != "nobody" and sees[1] != "nobody",
                    )
                )
            return states

        return await self._store.read(work)

    def _state(
        self, user: str, stored: int, *, sees_online: bool, sees_last: bool
    ) -> pushes.Presence:
        here = self.online(user)
        if here and sees_online:
            return pushes.Presence(user, online=True)
        if not sees_last:
            return pushes.Presence(user)
        last_seen = self._before.get(user, stored) if here else max(stored, self._seen.get(user, 0))
        return pushes.Presence(user, last_seen=last_seen)

    # --- storing -----------------------------------------------------------------------------

    async def flush(self, *, everything: bool = False) -> None:
        """Store last seen of those for whom it was not stored within the minute."""
        due = time.monotonic() - _STORE_SECONDS
        rows = [
            (user, seen)
            for user, seen in self._seen.items()
            if everything or self._stored.get(user, -_STORE_SECONDS) < due
        ]
        if not rows:
            return
        here = [user for user, _ in rows if self.online(user) and user not in self._before]
        before = await self._store.read(lambda reader: reader.fetch(_STATES, here))
        self._before.update((user, last_seen) for user, _, _, last_seen in before)

        async def work(tx: Tx) -> None:
            for user, seen in sorted(rows):
                await tx.execute(
                    "UPDATE accounts SET last_seen = $2 WHERE id = $1 AND last_seen < $2",
                    user,
                    seen,
                )

        await self._store.transact(work)
        now = time.monotonic()
        for user, seen in rows:
            self._stored[user] = now
            if self._seen.get(user) == seen and not self.online(user):
                del self._seen[user]
        if len(self._stored) > 100_000:
            self._stored = {user: at for user, at in self._stored.items() if at > due}
