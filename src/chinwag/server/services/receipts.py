"""Receipts: two marks a member, delivered and read, that only ever grow."""

from collections.abc import Callable, Sequence

from chinwag.protocol import commands, results
from chinwag.protocol.errors import ChinwagError
from chinwag.server.delivery.delivery import Delivery
from chinwag.server.services.chats import Chats
from chinwag.server.services.log import Log
from chinwag.server.sessions.session import Session


class Receipts:
    """What devices have stored and people have seen. Marks for chats that the caller has no seat
    in, beyond the log's end or below the present mark are passed over: they change nothing.
    """

    def __init__(self, chats: Chats, log: Log, delivery: Delivery) -> None:
        self._chats = chats
        self._log = log
        self._delivery = delivery

    def missing(self, marks: Sequence[commands.Mark]) -> list[str]:
        """Chats whose rosters must be loaded first."""
        return [mark.chat for mark in marks if self._chats.cached(mark.chat) is None]

    def received(self, session: Session, marks: Sequence[commands.Mark]) -> None:
        """A device has stored everything up to the marks."""
        for mark in marks:
            roster = self._chats.cached(mark.chat)
            seat = roster.seats.get(session.user) if roster is not None else None
            if roster is None or seat is None:
                continue
            last = seat.departed - 1 if seat.departed else roster.last
            seq = min(mark.seq, last)
            self._delivery.acknowledged(session, mark.chat, caught_up=seq >= last)
            if seq > seat.delivered and seat.active:
                self._log.mark(roster, session.user, delivered=seq)

    def read(self, session: Session, marks: Sequence[commands.Mark]) -> None:
        """The person has seen everything up to the marks."""
        for mark in marks:
            roster = self._chats.cached(mark.chat)
            seat = roster.seats.get(session.user) if roster is not None else None
            if roster is None or seat is None:
                continue
            seq = min(mark.seq, seat.departed - 1 if seat.departed else roster.last)
            if seq > seat.read:
                self._log.mark(roster, session.user, read=seq)

    async def arrange(self, session: Session, command: commands.Arrange) -> results.Mine:
        """As `Chats.arrange`. The dot of 'mark as unread' comes behind what was read before it:
        a mark that is stored later would take it away.
        """
        if command.unread is True:
            await self._log.marked()
        return await self._chats.arrange(session, command)

    def when_stored(self, then: Callable[[ChinwagError | None], None]) -> None:
        """Call ``then`` once all marks up to now are stored, or with the error when the store
        did not take them at the first try.
        """
        self._log.when_marked(then)
