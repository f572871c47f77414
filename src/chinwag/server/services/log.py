"""`Log`: the one way into the chats' logs, and what follows from each commit.

Sends and marks of all sockets collect while the previous commit is under way; then one
transaction takes them all. There is no timer, no task and no lock a message. After the commit,
in commit order: rosters are brought up to date, events go to the members' sessions, ticks to
those who wait for them, answers to the senders.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from itertools import chain

from chinwag.protocol import errors, pushes, results
from chinwag.protocol.errors import ChinwagError
from chinwag.server.delivery import wire
from chinwag.server.delivery.alerts import Alerts
from chinwag.server.delivery.courier import LARGE, Courier
from chinwag.server.delivery.delivery import Delivery
from chinwag.server.observe import SECONDS, SIZES, Histogram, log
from chinwag.server.ports.store import Batch, Entry, Mark, Outcome, Store
from chinwag.server.services.chats import Chats
from chinwag.server.services.roster import Roster, Seat
from chinwag.server.sessions.session import Session

_MAX_WAITING = 20_000
# Marks of groups wait this long to be merged: they come from every member for every message.
_GROUP_MARKS_SECONDS = 0.25
_RETRY_SECONDS = 1.0
# A commit of so many is large enough, and waits no longer for more that may just have arrived.
_MANY = 200
_MOST_TURNS = 8


class Post:
    """The context of a send: by which roster it was judged, and who waits for the answer."""

    __slots__ = ("answer", "roster", "session")

    def __init__(
        self,
        roster: Roster,
        session: Session,
        answer: Callable[[results.Accepted | ChinwagError], None],
    ) -> None:
        self.roster = roster
        self.session = session
        self.answer = answer


Judge = Callable[[Entry, Roster], None]
"""Judge an entry by a roster: set its ``version`` and ``hidden``, or raise `ChinwagError`."""


class Log:
    """Group commit, and everything that a commit sets off. ``met`` is told of two between whom
    the first word was said: they are contacts from then on. ``courier`` tells other nodes.
    """

    def __init__(
        self,
        store: Store,
        chats: Chats,
        delivery: Delivery,
        alerts: Alerts,
        met: Callable[[Sequence[str]], None] = lambda users: None,
        courier: Courier | None = None,
    ) -> None:
        self._courier = courier
        self._store = store
        self._chats = chats
        self._delivery = delivery
        self._alerts = alerts
        self._met = met
        self._entries: list[Entry] = []
        self._under_way: list[Entry] = []
        """Those of the commit that is being made."""
        self._marks: dict[tuple[str, str], Mark] = {}
        self._group_marks: dict[tuple[str, str], Mark] = {}
        self._group_timer: asyncio.TimerHandle | None = None
        self._untold: dict[str, tuple[asyncio.Task[None], set[str]]] = {}
        self._marked_by: list[Callable[[ChinwagError | None], None]] = []
        self._marking_by: list[Callable[[ChinwagError | None], None]] | None = None
        """Of the commit that is being made, if marks are part of it."""
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._oldest = 0.0
        self._wait = Histogram(SECONDS)
        self._sizes = Histogram(SIZES)
        self.appended = 0

    # --- in ----------------------------------------------------------------------------------

    def send(self, entry: Entry) -> None:
        """Queue an entry for the next commit. Its context is a `Post`.

        Raises:
            ChinwagError: busy, when too many wait already.
        """
        if len(self._entries) >= _MAX_WAITING:
            raise ChinwagError(errors.BUSY, retry_after=1000)
        if not self._entries:
            self._oldest = time.monotonic()
        self._entries.append(entry)
        self._wake.set()

    def mark(self, roster: Roster, user: str, *, delivered: int = 0, read: int = 0) -> None:
        """Queue a member's marks to be raised; merged with what waits already."""
        seat = roster.seats[user]
        waiting = self._marks if roster.kind != "group" else self._group_marks
        mark = waiting.get((roster.id, user))
        if mark is None:
            mark = waiting[roster.id, user] = Mark(roster.id, user, 0)
        mark.delivered = max(mark.delivered, delivered, read if read > seat.delivered else 0)
        if read > mark.read:
            mark.read = read
            mark.shown = roster.kind == "group" or (
                seat.receipts and not roster.blockers.intersection(roster.active)
            )
        if waiting is self._marks:
            self._wake.set()
        elif read:
            self._group_marks_due()
        elif self._group_timer is None:
            loop = asyncio.get_running_loop()
            self._group_timer = loop.call_later(_GROUP_MARKS_SECONDS, self._group_marks_due)

    def _group_marks_due(self) -> None:
        self._merge_group_marks()
        self._wake.set()

    def _merge_group_marks(self) -> None:
        if self._group_timer is not None:
            self._group_timer.cancel()
            self._group_timer = None
        for mark in self._group_marks.values():
            self._merge(mark)
        self._group_marks.clear()

    def _merge(self, mark: Mark) -> None:
        """Let a mark wait for the next commit, with what waits of the same member already."""
        waiting = self._marks.setdefault((mark.chat, mark.user), mark)
        waiting.delivered = max(waiting.delivered, mark.delivered)
        if mark.read > waiting.read:
            waiting.read, waiting.shown = mark.read, mark.shown

    def when_marked(self, then: Callable[[ChinwagError | None], None]) -> None:
        """Call ``then`` once all marks that were queued so far are stored, or with the error
        when the commit failed; they are tried again all the same.
        """
        self._group_marks_due()
        if self._marks:
            self._marked_by.append(then)
        elif self._marking_by is not None:
            self._marking_by.append(then)
        else:
            then(None)

    async def marked(self) -> None:
        """Wait until all marks that were queued so far are stored.

        Raises:
            ChinwagError: the commit failed; they are tried again all the same.
        """
        stored = asyncio.get_running_loop().create_future()
        self.when_marked(lambda error: None if stored.done() else stored.set_result(error))
        error = await stored
        if error is not None:
            raise error

    # --- the pump ----------------------------------------------------------------------------

    async def run(self, judge: Judge) -> None:
        """Commit what collects, for ever."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self._gather()
            batch = Batch(self._entries, list(self._marks.values()))
            if batch.entries or batch.marks:
                self._under_way, self._entries, self._marks = self._entries, [], {}
                marked_by, self._marked_by = self._marked_by, []
                self._marking_by = marked_by if batch.marks else None
                self._idle.clear()
                oldest = self._oldest
                error = await self._commit(batch)
                self._marking_by = None
                for then in marked_by:
                    then(error)
                if batch.entries:
                    self._wait.add(time.monotonic() - oldest)
                    self._sizes.add(len(batch.entries))
                await self._judge_again(batch, judge)
                self._under_way = []
            self._idle.set()

    async def behind(self, session: Session) -> None:
        """Wait until what a session has sent so far is committed or refused."""
        while any(
            entry.context.session is session for entry in chain(self._under_way, self._entries)
        ):
            self._idle.clear()
            await self._idle.wait()

    async def _gather(self) -> None:
        """Let the loop take in what has come already: a commit of a few costs as much, besides
        theirs, as one of many. No longer than that, so nobody waits for who has not sent yet.
        """
        before, turns = 0, 0
        while before < (waiting := len(self._entries) + len(self._marks)) < _MANY:
            if turns == _MOST_TURNS:
                break
            before, turns = waiting, turns + 1
            await asyncio.sleep(0)

    async def drain(self) -> None:
        """Wait until all entries that were queued are committed or refused, and all is told."""
        self._merge_group_marks()
        rounds = 2  # the one that may be under way, and a whole one
        while rounds > 0 or self._entries:
            rounds -= 1
            self._idle.clear()
            self._wake.set()
            await self._idle.wait()
        await asyncio.gather(*(task for task, _ in self._untold.values()))

    async def _commit(self, batch: Batch) -> ChinwagError | None:
        """Store the batch, or refuse it with the error that is returned."""
        for entry in batch.entries:
            entry.alert = entry.counted and self._wanted(entry, entry.context.roster)
        try:
            await self._store.append(batch)
        except ChinwagError as error:
            return self._refuse(batch, error)
        except Exception:  # noqa: BLE001 - the pump must go on
            log.exception("log.commit_failed", entries=len(batch.entries), marks=len(batch.marks))
            return self._refuse(batch, ChinwagError(errors.INTERNAL))
        return None

    def _wanted(self, entry: Entry, roster: Roster) -> bool:
        """Whether anybody may have to be alerted of a message."""
        return self._alerts.wanted(roster.active, entry.chat, entry.sender)

    def _refuse(self, batch: Batch, error: ChinwagError) -> ChinwagError:
        """Nothing was stored. Senders keep their messages; marks wait for a better moment."""
        for entry in batch.entries:
            entry.outcome = Outcome.PENDING
            entry.context.answer(error)
        for mark in batch.marks:
            self._merge(mark)
        if batch.marks:
            asyncio.get_running_loop().call_later(_RETRY_SECONDS, self._wake.set)
        return error

    async def _judge_again(self, batch: Batch, judge: Judge) -> None:
        """Entries that were judged by an old roster go first into the next commit."""
        stale = [entry for entry in batch.entries if entry.outcome is Outcome.STALE]
        again: list[Entry] = []
        for entry in stale:
            try:
                entry.outcome = Outcome.PENDING
                entry.context.roster = await self._chats.reload(entry.chat, entry.version)
                judge(entry, entry.context.roster)
                again.append(entry)
            except ChinwagError as error:
                entry.context.answer(error)
        if again:
            self._entries[:0] = again
            self._wake.set()

    # --- after a commit ----------------------------------------------------------------------

    def committed(self, batch: Batch) -> None:
        """The store's call, on the loop, in commit order."""
        self._tell(batch, own=True)
        for entry in batch.entries:
            if type(entry.context) is Post:
                self._answer(entry, entry.context)
        if self._courier is not None:
            self._courier.committed(batch, self._audiences(batch))

    def heard(self, batch: Batch) -> None:
        """Another node's commit. The rosters of its chats are at hand, no older than it is."""
        for entry in batch.entries:
            entry.context = self._chats.cached(entry.chat)
        self._tell(batch, own=False)

    def _tell(self, batch: Batch, *, own: bool) -> None:
        """Bring rosters up to date, and tell the sessions that are here."""
        self._delivery.begin()
        for entry in batch.entries:
            if entry.outcome is Outcome.APPENDED:
                try:
                    self._appended(entry, own=own)
                except Exception:  # noqa: BLE001 - the log has it, and so will every sync
                    log.exception("log.delivery_failed", chat=entry.chat, seq=entry.seq)
        named = self._mentioned(batch.entries)
        # Whoever goes is waited for no longer.
        touched = {entry.chat for entry in batch.entries if type(entry.context) is Roster}
        for mark in batch.marks:
            if self._marked(mark, named):
                touched.add(mark.chat)
        for (chat, user), seat in named.items():
            self._delivery.push((user,), pushes.Mine(seat.mine(chat)))
        for chat in touched:
            roster = self._chats.cached(chat)
            if roster is not None and roster.outstanding:
                self.tell_ticks(roster)

    def _audiences(self, batch: Batch) -> dict[str, Sequence[str] | None]:
        """Whom a commit concerns, by chat."""
        found: dict[str, Sequence[str] | None] = {}
        for entry in batch.entries:
            if entry.outcome is Outcome.APPENDED and entry.context is not None:
                roster = self._chats.cached(entry.chat)
                if roster is None or len(roster.active) > LARGE:
                    found[entry.chat] = None
                elif type(entry.context) is Post:
                    found.setdefault(entry.chat, roster.active)
                elif (before := found.get(entry.chat, ())) is not None:
                    # Whoever was removed is told of it, too.
                    found[entry.chat] = [*before, *roster.readers(entry.seq)]
        for mark in batch.marks:
            if mark.chat not in found:
                roster = self._chats.cached(mark.chat)
                few = roster is not None and len(roster.active) <= LARGE
                found[mark.chat] = roster.active if few and roster is not None else None
        return found

    def _appended(self, entry: Entry, *, own: bool) -> None:
        self.appended += own
        if entry.context is None:  # written in bulk, before anybody was there to see it
            self._chats.rosters.drop(entry.chat)
            return
        post = entry.context if type(entry.context) is Post else None
        roster = self._chats.current(post.roster if post else entry.context)
        roster.last = max(roster.last, entry.seq)
        roster.count = max(roster.count, entry.count)
        seat = roster.seats.get(entry.sender)
        if seat is not None:
            seat.read_count = max(seat.read_count, entry.read_count)
            if entry.counted or entry.hidden:  # service lines have no ticks
                seat.sent = max(seat.sent, entry.seq)
                roster.outstanding.add(entry.sender)
        if own and roster.kind == "direct" and roster.seats[roster.peer(entry.sender)].gone:
            self._delivery.gone.append((entry.chat, roster.peer(entry.sender), entry.seq))
        if roster.kind == "direct" and entry.counted and entry.count == 1:
            self._met(tuple(roster.seats))
        if entry.hidden:
            roster.withhold(entry.sender, entry.seq)
        self._deliver(entry, roster, post.session if post else None)
        if own and entry.counted and (entry.alert or self._wanted(entry, roster)):
            self._alerts.committed(entry.chat, entry.seq, noted=entry.alert)

    def _deliver(self, entry: Entry, roster: Roster, origin: Session | None) -> None:
        event = wire.of_entry(entry)
        others = [user for user in roster.readers(entry.seq) if user != entry.sender]
        frame = wire.event_frame(wire.void(entry) if entry.hidden else event)
        self._delivery.hand(others, entry.chat, frame)
        own = self._delivery.sessions.of(entry.sender)
        if own and entry.sender in roster.seats and (len(own) > 1 or own[0] is not origin):
            read_count = roster.seats[entry.sender].read_count if entry.counted else None
            frame = wire.event_frame(event, read_count)
            self._delivery.hand((entry.sender,), entry.chat, frame, besides=origin)

    def _mentioned(self, entries: list[Entry]) -> dict[tuple[str, str], Seat]:
        """Raise the mentioned marks in the rosters; whose they are. They are told once a commit,
        after the other marks: a client takes each version of them once.
        """
        named: dict[tuple[str, str], Seat] = {}
        for entry in entries:
            if not (entry.change and entry.outcome is Outcome.APPENDED and entry.context):
                continue
            post = entry.context if type(entry.context) is Post else None
            roster = self._chats.current(post.roster if post else entry.context)
            for user in entry.mentions:
                seat = roster.seats.get(user)
                if seat is not None and seat.sees(entry.seq):
                    seat.mentioned = max(seat.mentioned, entry.seq)
                    seat.change = max(seat.change, entry.change)
                    named[entry.chat, user] = seat
        return named

    def _answer(self, entry: Entry, post: Post) -> None:
        if entry.outcome is Outcome.APPENDED or entry.outcome is Outcome.REPEAT:
            seat = self._chats.current(post.roster).seats[entry.sender]
            post.answer(
                results.Accepted(entry.chat, entry.seq, entry.at, entry.count, seat.read_count)
            )
        elif entry.outcome is Outcome.REUSED:
            post.answer(ChinwagError(errors.CLIENT_ID_REUSED))

    def _marked(self, mark: Mark, named: dict[tuple[str, str], Seat]) -> bool:
        """Raise the marks in the cached roster; whether others' ticks may have moved. Who is told
        of the own ones need not be told of being ``named`` besides.
        """
        if mark.read:
            self._alerts.read(mark.user, mark.chat)
        roster = self._chats.cached(mark.chat)
        seat = roster.seats.get(mark.user) if roster is not None else None
        if seat is None:
            self._chats.touched(mark.chat)
            self.tell_again(mark.chat, mark.user)
            return False
        seat.delivered = max(seat.delivered, mark.delivered)
        again = mark.read and seat.unread and mark.change >= seat.change
        if mark.read > seat.read or again:  # which takes the dot of 'mark as unread' away
            seat.read = max(seat.read, mark.read)
            seat.read_count = max(seat.read_count, mark.read_count)
            seat.unread = False
            seat.change = max(seat.change, mark.change)
            if mark.settings is not None and seat.change == mark.change:
                seat.arranged(mark.settings)
            if mark.shown:
                seat.shown = max(seat.shown, mark.read)
            self._delivery.push((mark.user,), pushes.Mine(seat.mine(mark.chat)))
            named.pop((mark.chat, mark.user), None)
        self._delivery.reached(mark.chat, mark.user, seat.delivered)
        return True

    def tell_again(self, chat: str, user: str | None = None) -> None:
        """Something moved while the chat's roster was not at hand: read it, tell those who wait
        for ticks how far they are, and ``user`` of the own marks.
        """
        waiting = self._untold.get(chat)
        if waiting is None:
            users: set[str] = set()
            task = asyncio.get_running_loop().create_task(self._tell_anew(chat, users))
            waiting = self._untold[chat] = (task, users)
        if user is not None:
            waiting[1].add(user)

    async def _tell_anew(self, chat: str, users: set[str]) -> None:
        try:
            roster = await self._chats.roster(chat)
        except ChinwagError:
            return
        finally:
            del self._untold[chat]
        for user in users & roster.seats.keys():
            seat = roster.seats[user]
            self._delivery.push((user,), pushes.Mine(seat.mine(chat)))
            self._delivery.reached(chat, user, seat.delivered)
        self.tell_ticks(roster)

    def tell_ticks(self, roster: Roster) -> None:
        """Tell those who wait for ticks, as far as these have moved."""
        for user, ticks in list(roster.ticks_of(roster.outstanding & roster.seats.keys())):
            seat = roster.seats[user]
            if ticks > seat.told:
                seat.told = ticks
                if self._delivery.sessions.of(user):
                    self._delivery.push((user,), pushes.Ticks(roster.ticks_state(user)))
            if ticks[1] >= seat.sent:
                roster.outstanding.discard(user)

    def gauges(self) -> dict[str, float | Histogram]:
        """Figures for the metrics page."""
        return {
            "log_waiting_entries": len(self._entries),
            "log_waiting_marks": len(self._marks) + len(self._group_marks),
            "log_entries_total": self.appended,
            "log_batch_entries": self._sizes,
            "log_oldest_entry_seconds": self._wait,
        }
