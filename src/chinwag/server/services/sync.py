"""Sync: what changed since a client was last caught up. Cost follows what changed."""

import re
import time
from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

from chinwag.protocol import commands, pushes, results
from chinwag.server.clock import now_ms
from chinwag.server.ports.store import Reader, Store
from chinwag.server.services import heads
from chinwag.server.services.profiles import Profiles
from chinwag.server.sessions.session import Session

_PAGE = 50
TICKED = (
    "(c.kind = 'direct' AND EXISTS (SELECT 1 FROM members o"
    " WHERE o.chat = c.id AND o.account <> m.account AND o.change > $2))"
)
"""Whether the other one of a direct chat received or read more since $2. Such a receipt is noted in
that seat alone, so that it need not wait for what is just being sent in the chat.
"""
# A departed member's chat changes no more for it, whatever goes on there. A chat whose end nobody
# has acknowledged comes again, changed or not: a crash may have taken the acknowledgement along,
# and a client tells it anew for every head it gets. The newest is where something was written
# last: marks and settings change a chat too, but move it nowhere. Beside each chat stands the first
# seq that the user has not acknowledged, or 0.
_UNMARKED = "m.departed = 0 AND m.delivered < c.last AND m.sent < c.last"
_CHANGED = (
    f"SELECT m.chat, CASE WHEN NOT ({_UNMARKED}) THEN 0"
    " WHEN m.delivered < m.joined THEN m.joined ELSE m.delivered + 1 END"
    " FROM members m JOIN chats c ON c.id = m.chat WHERE m.account = $1"
    f" AND (m.change > $2 OR (m.departed = 0 AND (c.change > $2 OR {TICKED})) OR ({_UNMARKED}))"
    " ORDER BY (SELECT at FROM events e WHERE e.chat = c.id AND e.seq = c.last) DESC, c.change DESC"
)

_NUMBER = re.compile(r"[0-9]{1,16}").fullmatch


class _Begun(NamedTuple):
    """What the first look of a sync found."""

    change: int
    void: bool
    """The token given was of another life of this server."""
    chats: dict[str, int]
    """Each with its first unacknowledged seq, or 0."""
    first: tuple[results.Head, ...]


class Sync:
    """Brings a session up to date."""

    def __init__(self, store: Store, profiles: Profiles) -> None:
        self._store = store
        self._profiles = profiles
        self._generation = ""

    async def open(self) -> None:
        """Learn which life of the server this is: a restored backup begins a new one, in which
        the tokens of the old one are void.
        """
        rows = await self._store.read(
            lambda reader: reader.fetch("SELECT value FROM meta WHERE key = 'generation'")
        )
        self._generation = str(rows[0][0])

    async def sync(self, session: Session, command: commands.Sync) -> results.CaughtUp:
        """Push the heads that changed, newest first; then the token to go on from."""
        user = session.user
        since = self._change_of(command.since)

        async def begin(reader: Reader) -> _Begun:
            """What changed, and the first page of it: of nearly everybody, all there is."""
            void = command.since is not None and (since is None or since > reader.change)
            rows = await reader.fetch(_CHANGED, user, 0 if void or since is None else since)
            first = await self._heads(
                reader, user, [row[0] for row in rows[:_PAGE]], command.inline
            )
            return _Begun(reader.change, void, dict(rows), first)

        begun = await self._store.read(begin)
        if begun.first:
            _hand(session, begun.first, begun.chats)
        chats = list(begun.chats)
        for start in range(_PAGE, len(chats), _PAGE):
            page, inline = chats[start : start + _PAGE], max(0, command.inline - start)
            read = partial(self._heads, user=user, page=page, inline=inline)
            _hand(session, await self._store.read(read), begun.chats)
        return results.CaughtUp(
            since=f"{self._generation}.{begun.change}",
            now=now_ms(),
            chats=len(begun.chats),
            reset=begun.void,
        )

    async def _heads(
        self, reader: Reader, user: str, page: list[str], inline: int
    ) -> tuple[results.Head, ...]:
        if not page:
            return ()
        return await heads.read(reader, self._profiles, user, page, inline=inline)

    def _change_of(self, since: str | None) -> int | None:
        """The change that a token names; None for none, or one of another life of the server."""
        if since is None:
            return None
        generation, _, change = since.rpartition(".")
        return int(change) if generation == self._generation and _NUMBER(change) else None


def _hand(session: Session, page: tuple[results.Head, ...], unmarked: Mapping[str, int]) -> None:
    """Push heads. What comes along is handed over, and has to be acknowledged like any event; but
    not where it leaves a hole, which the client fills when somebody looks.
    """
    now = time.monotonic()
    for head in page:
        first = unmarked[head.chat]
        if first and head.events and head.events[0].seq <= first:
            session.unacknowledged.setdefault(head.chat, now)
    session.push(pushes.Heads(page))
