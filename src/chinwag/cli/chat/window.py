"""Which part of a chat's log is on the table: one stretch without holes, that grows at both ends
as the person scrolls.
"""

import msgspec

from chinwag.protocol.events import Blank, Event, Message
from chinwag.protocol.results import Page
from chinwag.sdk import ChatState, Client

PAGE = 60
# A first unread message this far back is not loaded with all that came after it.
FAR = 400
# Beyond this, the end that is far from the person's eyes is let go.
MOST = 1_500


class Window:
    """See the module. ``events`` are in order; ``older`` / ``newer``: there is more on that side.

    All methods that ask raise what `Client.call` raises, and then leave the window as it was.
    """

    def __init__(self, client: Client, chat: ChatState) -> None:
        self._client = client
        self._chat = chat
        self.events: list[Event] = []
        self.older = True
        self.newer = False
        self._waiting = False

    @property
    def first(self) -> int:
        """The lowest seq that is here; 0 for none."""
        return self.events[0].seq if self.events else 0

    @property
    def last(self) -> int:
        """The highest seq that is here; 0 for none."""
        return self.events[-1].seq if self.events else 0

    @property
    def complete(self) -> bool:
        """Whether the end is here: nothing that this person may see comes after it."""
        newest = self._chat.log.newest
        held = newest is None or newest.seq <= self.last
        return held and not self.newer and self._chat.missing() is None

    def take_held(self, at_least: int = 0) -> bool:
        """Begin with what this device has of the newest, without asking anybody; False, and
        nothing, if it is not known down to ``at_least``.
        """
        bottom = self._chat.log.known_from(self._chat.last) or self._chat.last
        self.events = list(self._chat.log.between(max(bottom, 1), self._chat.last))[-PAGE * 2 :]
        self.older, self.newer = True, False
        self._waiting = bool(at_least and self.first > at_least)
        if self._waiting:
            self.events = []
        return not self._waiting

    def grow(self) -> bool:
        """Take in what has come at the end; False if nothing has."""
        if self.newer:
            return False
        fresh: list[Event] = []
        log = self._chat.log
        through = log.known_through(self.last + 1)
        if self._waiting:
            return False
        if not self.events:
            self.take_held()
            return bool(self.events)
        if through:
            fresh = list(log.between(self.last + 1, through))
        elif self.last < self._chat.last and self._skips():
            fresh = list(log.between(self.last + 1, self._chat.last))
        self.events += fresh
        return bool(fresh)

    def forget_deleted(self) -> None:
        """Of what its sender deleted, only the place stays."""
        deleted = self._chat.deleted
        for at, event in enumerate(self.events):
            if event.seq in deleted and isinstance(event.body, Message):
                self.events[at] = msgspec.structs.replace(event, body=Blank())

    async def newest(self, at_least: int = 0) -> None:
        """Show the end, with all from ``at_least`` on; or the stretch around it, if it is far."""
        if at_least and self._chat.last - at_least > FAR:
            await self.from_there(at_least)
            return
        self._set(await self._client.history(self._chat.id, limit=PAGE))
        while self.older and at_least and self.first > at_least:
            await self.more_older()

    async def from_there(self, seq: int) -> None:
        """Show what begins with ``seq``, and a little before it."""
        after = await self._client.history(self._chat.id, after=seq - 1, limit=PAGE * 2)
        before = await self._client.history(self._chat.id, before=seq, limit=PAGE // 2)
        self._waiting = False
        self.events = [*before.events, *after.events]
        self.older, self.newer = before.older, after.newer and self.last < self._chat.last

    async def around(self, seq: int) -> None:
        """Show the stretch around ``seq``."""
        if self.first <= seq <= self.last:
            return
        self._set(await self._client.history(self._chat.id, around=seq, limit=PAGE * 2))

    async def more_older(self) -> bool:
        """Grow upwards; False if there was nothing."""
        if not self.older:
            return False
        if not self.events:
            await self.newest()
            return bool(self.events)
        first = self.first
        page = await self._client.history(self._chat.id, before=first, limit=PAGE)
        if self.first != first:
            return False  # the window moved meanwhile
        self.older = page.older
        self.events = [*page.events, *self.events]
        if len(self.events) > MOST:
            del self.events[MOST:]
            self.newer = True
        return bool(page.events)

    async def more_newer(self) -> bool:
        """Grow downwards; False if there was nothing."""
        if not self.newer:
            return False
        last = self.last
        page = await self._client.history(self._chat.id, after=last, limit=PAGE)
        if self.last != last:
            return False
        self.newer = page.newer
        self.events += page.events
        if len(self.events) > MOST:
            del self.events[: len(self.events) - MOST]
            self.older = True
        return bool(page.events)

    def _set(self, page: Page) -> None:
        self._waiting = False
        self.events = list(page.events)
        self.older, self.newer = page.older, page.newer and self.last < self._chat.last

    def _skips(self) -> bool:
        """Whether what follows the window is nothing that this person may see."""
        return not any(self._chat.visible(it) for it in range(self.last + 1, self.last + 2))
