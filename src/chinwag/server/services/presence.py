"""Online, last seen, typing: told only to those who look, as far as privacy lets them."""

import asyncio
import time
from collections.abc import Sequence

from chinwag.protocol import commands, pushes, results
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.scalars import Doing
from chinwag.server.observe import log
from chinwag.server.ports.store import Reader, Store
from chinwag.server.services.chats import Chats
from chinwag.server.services.contacts import contacts_among
from chinwag.server.services.elsewhere import Elsewhere
from chinwag.server.services.last_seen import LastSeen
from chinwag.server.services.roster import Roster
from chinwag.server.services.watchers import Watchers
from chinwag.server.sessions.session import Session
from chinwag.server.sessions.sessions import Sessions

_TELL_SECONDS = 0.1
_FLUSH_SECONDS = 5.0
_DONE = results.Done()
_STATES = "SELECT id, see_online, see_last_seen, last_seen FROM accounts WHERE id = ANY($1)"
_BLOCKS = (
    "SELECT account, blocked FROM blocks WHERE (account = $1 AND blocked = ANY($2))"
    " OR (blocked = $1 AND account = ANY($2))"
)


class Presence:
    """Who is there, and who wants to know.

    A person is online while one of their sessions is in the foreground, on whichever node. Each
    node tells its own watchers, and judges by the store what they may see. ``elsewhere`` is None
    where there can be no other node.
    """

    def __init__(
        self,
        store: Store,
        sessions: Sessions,
        chats: Chats,
        elsewhere: Elsewhere | None = None,
    ) -> None:
        self._store = store
        self._sessions = sessions
        self._chats = chats
        self._elsewhere = elsewhere
        self._last_seen = LastSeen(store, self._here)
        self._watchers = Watchers()
        self._open = Watchers()
        self._changed: set[str] = set()
        self._began: set[str] = set()
        self._moved_here: set[str] = set()
        self._typing: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()

    # --- what sessions say -------------------------------------------------------------------

    def heartbeat(self, session: Session, *, foreground: bool) -> None:
        """A session is alive, and in front or not."""
        if foreground:
            if not self._here(session.user):
                self._last_seen.begins(session.user)
            self._last_seen.saw(session.user)
        if foreground != session.foreground:
            was = self._here(session.user)
            session.foreground = foreground
            self._moved(session, was=was)

    def left(self, session: Session) -> None:
        """A session has ended; it is no longer among the live ones."""
        self._unwatch(session)
        if session.foreground:
            session.foreground = False
            self._moved(session, was=True)

    async def watch(self, session: Session, command: commands.Watch) -> results.Done:
        """Replace what a session looks at, and tell it how things stand."""
        self._unwatch(session)
        self._watch(session, command)
        if self._elsewhere is not None:
            await self._elsewhere.look_at(command.users)
        for push in await self._states(session.user, command.users):
            session.push(push)
        return _DONE

    def typing(
        self, session: Session, roster: Roster, doing: Doing = "typing", *, active: bool
    ) -> None:
        """Tell those who have the chat open.

        Raises:
            ChinwagError: not_found, not_a_member.
        """
        roster.member(session.user)
        if not roster.blockers:
            does = doing if active else None
            self._show_typing(session.user, roster, does)
            if self._elsewhere is not None:
                self._elsewhere.types(roster.id, session.user, does)

    def _show_typing(self, user: str, roster: Roster, doing: Doing | None) -> None:
        looking = self._open.of(roster.id)
        if not looking:
            return
        push = pushes.Typing(roster.id, user, doing is not None, doing or "typing")
        for viewer in {other.user for other in looking} - {user}:
            seat = roster.seats.get(viewer)
            if seat is not None and seat.active:
                for other in self._sessions.of(viewer):
                    if other in looking:
                        other.push(push)

    def refresh(self, users: Sequence[str]) -> None:
        """Privacy, blocks or chats of these people changed: tell their watchers, and them, what
        they may see now.
        """
        self._changed.update(users)
        for user in users:
            for session in self._sessions.of(user):
                self._changed.update(session.watching)
        self._wake.set()

    def _here(self, user: str) -> bool:
        """Whether the person has the app in front of them, by this node."""
        return any(session.foreground for session in self._sessions.of(user))

    def _moved(self, session: Session, *, was: bool) -> None:
        user, now = session.user, self._here(session.user)
        ended = self._last_seen.ends(user) if was and not now else 0
        if self._elsewhere is not None:
            if now and not was:
                self._began.add(user)
            else:
                self._sessions.look(session, last_seen=ended)
        if was != now:
            self._changed.add(user)
            self._moved_here.add(user)
            self._wake.set()

    # --- who looks at what -------------------------------------------------------------------

    def _watch(self, session: Session, command: commands.Watch) -> None:
        chat, elsewhere = command.chat, self._elsewhere
        session.open_chat, session.watching = chat, command.users
        if chat is not None and self._open.add(chat, session) and elsewhere is not None:
            elsewhere.open(chat)
        for user in command.users:
            if self._watchers.add(user, session) and elsewhere is not None:
                elsewhere.watch(user)
                self._wake.set()

    def _unwatch(self, session: Session) -> None:
        chat, elsewhere = session.open_chat, self._elsewhere
        if chat is not None and self._open.drop(chat, session) and elsewhere is not None:
            elsewhere.shut(chat)
        for user in session.watching:
            if self._watchers.drop(user, session) and elsewhere is not None:
                elsewhere.unwatch(user)
        session.watching, session.open_chat = (), None

    # --- what other nodes say ----------------------------------------------------------------

    def hear(self, topic: str, body: bytes) -> None:
        """A signal of another node."""
        assert self._elsewhere is not None
        typed = self._elsewhere.hear(topic, body)
        if typed is None:
            self._wake.set()
        elif typed[0] in self._open:
            task = asyncio.get_running_loop().create_task(self._hear_typing(*typed))
            self._typing.add(task)
            task.add_done_callback(self._typing.discard)

    async def _hear_typing(self, chat: str, user: str, doing: Doing | None) -> None:
        try:
            roster = await self._chats.roster(chat)
            roster.member(user)
        except ChinwagError:  # not there, or not any more
            return
        if not roster.blockers:
            self._show_typing(user, roster, doing)

    def missed(self) -> None:
        """Signals may have been lost, or another node with its sessions."""
        if self._elsewhere is not None:
            self._elsewhere.doubt()
            self._wake.set()

    def entered_again(self) -> None:
        """Other nodes took the sessions of this one for gone."""
        self._moved_here.update(each.user for each in self._sessions if each.foreground)
        self.missed()

    async def _tell_others(self) -> None:
        """Tell the other nodes what happened here, and look what happened there."""
        assert self._elsewhere is not None
        began, self._began = self._began, set()
        if began:
            stored = await self._last_seen.stored(sorted(began))
            for user in began:
                before = self._last_seen.before(user, stored.get(user, 0))
                for session in self._sessions.of(user):
                    if session.foreground:
                        self._sessions.look(session, last_seen=before)
            await asyncio.sleep(0)  # those looks go out before what follows
        moved, self._moved_here = self._moved_here, set()
        for user in moved:
            self._elsewhere.moved(user)
        self._changed |= await self._elsewhere.look()

    # --- telling -----------------------------------------------------------------------------

    async def run(self) -> None:
        """Tell watchers what changed, merged over a moment; store last seen; for ever."""
        store_at = time.monotonic() + _FLUSH_SECONDS
        while True:
            try:
                async with asyncio.timeout(_FLUSH_SECONDS):
                    await self._wake.wait()
                await asyncio.sleep(_TELL_SECONDS)
            except TimeoutError:
                pass
            self._wake.clear()
            try:
                if self._elsewhere is not None:
                    await self._tell_others()
                changed, self._changed = self._changed, set()
                for user in changed:
                    await self._tell(user)
                if time.monotonic() >= store_at:
                    store_at = time.monotonic() + _FLUSH_SECONDS
                    await self.flush()
            except Exception:  # noqa: BLE001 - the next round may go well
                log.exception("presence.failed")

    async def flush(self, *, everything: bool = False) -> None:
        """Store when people were last seen."""
        await self._last_seen.flush(everything=everything)

    async def _tell(self, user: str) -> None:
        viewers = sorted({session.user for session in self._watchers.of(user)})
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
        here = self._here(user)
        there = None if self._elsewhere is None else self._elsewhere.stands(user)
        online = here or (there is not None and there.online)
        if online and sees_online:
            return pushes.Presence(user, online=True)
        if not sees_last:
            return pushes.Presence(user)
        if not online:
            if there is not None and there.last_seen > self._last_seen.of(user, stored):
                self._last_seen.saw(user, there.last_seen)  # their node may have died with it
            return pushes.Presence(user, last_seen=self._last_seen.of(user, stored))
        if there is not None:  # what is stored may be of the present period, by another node
            return pushes.Presence(user, last_seen=there.last_seen)
        return pushes.Presence(user, last_seen=self._last_seen.before(user, stored))
