"""`Delivery`: hands ready frames to the sessions of those who may see them, and watches that
they are acknowledged. What is not goes onto the ladder.
"""

import time
from collections.abc import Iterable, Sequence

from chinwag.protocol.pushes import Push
from chinwag.server.sessions.session import Session
from chinwag.server.sessions.sessions import Sessions


class Delivery:
    """From commits to sockets of this node."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions
        self.failed: set[tuple[str, str]] = set()
        """(chat, user) for which senders were told of a failure that has not ended."""
        self.recovered: set[tuple[str, str]] = set()
        """Those of them that have since received; the ladder tells the senders."""
        self.gone: list[tuple[str, str, int]] = []
        """(chat, user, seq) of messages to accounts that are no more; the ladder tells too."""
        self._now = time.monotonic()
        self.handed = 0

    def begin(self) -> None:
        """A commit is about to be handed out: take the time once for all of it."""
        self._now = time.monotonic()

    def hand(
        self, users: Iterable[str], chat: str, frame: bytes, *, besides: Session | None = None
    ) -> None:
        """Queue an event's frame for every session of the users, to be acknowledged."""
        now, of, handed = self._now, self.sessions.of, 0
        for user in users:
            for session in of(user):
                if session is not besides:
                    session.unacknowledged.setdefault(chat, now)
                    session.wire.send(frame)
                    handed += 1
        self.handed += handed

    def push(self, users: Iterable[str], push: Push) -> None:
        """Queue something that needs no acknowledgement for the users' sessions of this node."""
        self.sessions.push_here(users, push)

    def tell(self, users: Sequence[str], push: Push) -> None:
        """The same for their sessions on any node."""
        self.sessions.push(users, push)

    def acknowledged(self, session: Session, chat: str, *, caught_up: bool) -> None:
        """A device acknowledged some of a chat; ``caught_up``: all there is."""
        if chat in session.unacknowledged:
            if caught_up:
                del session.unacknowledged[chat]
            else:
                session.unacknowledged[chat] = time.monotonic()

    def reached(self, chat: str, user: str, seq: int) -> None:
        """A member's delivered mark is now ``seq``: a failure may have ended."""
        if self.failed and (chat, user) in self.failed:
            self.recovered.add((chat, user))

    def gauges(self) -> dict[str, float]:
        """Figures for the metrics page."""
        return {"delivery_handed_total": self.handed, "sessions": len(self.sessions)}
