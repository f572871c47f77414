"""`Elsewhere`: how people stand on all nodes together, of those whom somebody here watches.

The registry has the truth. A signal only says that it changed, so that none can be misunderstood;
one that was lost is made good when all are looked at again, every few seconds.
"""

import time
from collections.abc import Iterable

from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.scalars import Doing
from chinwag.server.ports.registry import Registry, Standing
from chinwag.server.ports.signals import Signals

_ALL_SECONDS = 15.0
_AT_ONCE = 1_000
# What was said so lately may not have been heard, when it turns out that there was no way.
_RECENT_SECONDS = 30.0
_MOST_RECENT = 50_000
_NOBODY = Standing()
_PRESENCE = "presence:"
_TYPING = "typing:"
_ENDS = b"-"
_DOES: dict[bytes, Doing] = {b"+": "typing", b"*": "recording"}
_SIGNS = {doing: sign for sign, doing in _DOES.items()}


class Elsewhere:
    """The other nodes, as far as presence goes."""

    def __init__(self, registry: Registry, signals: Signals) -> None:
        self._registry = registry
        self._signals = signals
        self._watched: set[str] = set()
        self._stands: dict[str, Standing] = {}
        self._doubtful: set[str] = set()
        self._recent: dict[str, float] = {}
        self._unheard: set[str] = set()
        self._all_at = time.monotonic() + _ALL_SECONDS

    def stands(self, user: str) -> Standing:
        """How somebody stands, as far as is known here."""
        return self._stands.get(user, _NOBODY)

    # --- whom and what to follow -------------------------------------------------------------

    def watch(self, user: str) -> None:
        """Follow somebody."""
        self._watched.add(user)
        self._signals.listen(_PRESENCE + user)
        self._doubtful.add(user)  # what changes before it is listened to is seen then

    def unwatch(self, user: str) -> None:
        """Follow them no more."""
        self._watched.discard(user)
        self._signals.unlisten(_PRESENCE + user)
        self._stands.pop(user, None)

    def open(self, chat: str) -> None:
        """Hear of typing in a chat."""
        self._signals.listen(_TYPING + chat)

    def shut(self, chat: str) -> None:
        """Hear of it no more."""
        self._signals.unlisten(_TYPING + chat)

    # --- saying and hearing ------------------------------------------------------------------

    def moved(self, user: str) -> None:
        """Somebody stands differently here: others look again."""
        self._signals.publish(_PRESENCE + user, b"")
        self._doubtful.add(user)
        self._recent.pop(user, None)
        self._recent[user] = time.monotonic()

    def types(self, chat: str, user: str, doing: Doing | None) -> None:
        """Somebody here types or records, or ceased to."""
        sign = _ENDS if doing is None else _SIGNS[doing]
        self._signals.publish(_TYPING + chat, sign + user.encode())

    def hear(self, topic: str, body: bytes) -> tuple[str, str, Doing | None] | None:
        """Take a signal in; if it is of typing: chat, user, what they do."""
        if topic.startswith(_PRESENCE):
            self._doubtful.add(topic[len(_PRESENCE) :])
        elif topic.startswith(_TYPING) and body[:1] in (*_DOES, _ENDS):
            return topic[len(_TYPING) :], body[1:].decode(), _DOES.get(body[:1])
        return None

    def doubt(self) -> None:
        """Signals may have been lost, or sessions: look at everybody again, and say again."""
        self._doubtful.update(self._watched)
        self._unheard.update(self._recent)

    # --- looking -----------------------------------------------------------------------------

    async def look(self) -> set[str]:
        """Look at all who may stand differently; who does."""
        now = time.monotonic()
        if now >= self._all_at:
            self._all_at = now + _ALL_SECONDS
            self._doubtful.update(self._watched)
        unheard, self._unheard = self._unheard, set()
        for user in unheard:
            self._signals.publish(_PRESENCE + user, b"")
        self._forget_recent(now)
        doubtful, self._doubtful = self._doubtful, set()
        return await self.look_at(doubtful)

    def _forget_recent(self, now: float) -> None:
        """While the registry is away all is kept that there is room for."""
        while self._recent:
            user, said_at = next(iter(self._recent.items()))
            late = now - said_at > _RECENT_SECONDS and self._registry.certain
            if not late and len(self._recent) <= _MOST_RECENT:
                break
            del self._recent[user]

    async def look_at(self, users: Iterable[str]) -> set[str]:
        """Look at these now; who stands differently. While nobody can be asked, what is known
        stays, until it is doubted anew.
        """
        wanted = sorted(self._watched.intersection(users))
        changed: set[str] = set()
        try:
            for start in range(0, len(wanted), _AT_ONCE):
                some = wanted[start : start + _AT_ONCE]
                found = await self._registry.standing(some)
                for user in some:
                    if user in self._watched and self._take(user, found.get(user, _NOBODY)):
                        changed.add(user)
        except ChinwagError:
            pass
        return changed

    def _take(self, user: str, standing: Standing) -> bool:
        if self.stands(user) == standing:
            return False
        self._stands[user] = standing
        return True
