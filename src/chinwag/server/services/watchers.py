"""`Watchers`: which sessions look at what."""

from collections.abc import Iterable

from chinwag.server.sessions.session import Session


class Watchers:
    """Sessions by what they look at: a person, or an open chat."""

    def __init__(self) -> None:
        self._sessions: dict[str, set[Session]] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._sessions

    def of(self, key: str) -> Iterable[Session]:
        """Who looks at it. Do not keep it."""
        return self._sessions.get(key, ())

    def add(self, key: str, session: Session) -> bool:
        """A session looks at it; whether it is the first one."""
        sessions = self._sessions.setdefault(key, set())
        sessions.add(session)
        return len(sessions) == 1

    def drop(self, key: str, session: Session) -> bool:
        """It looks there no more; whether it was the last one."""
        sessions = self._sessions.get(key)
        if sessions is None or session not in sessions:
            return False
        sessions.discard(session)
        if sessions:
            return False
        del self._sessions[key]
        return True
