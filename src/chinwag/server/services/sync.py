"""Sync: what changed since a client was last caught up. Cost follows what changed."""

import re
from functools import partial
from typing import NamedTuple

from chinwag.protocol import commands, pushes, results
from chinwag.server.clock import now_ms
from chinwag.server.ports.store import Reader, Store
from chinwag.server.services import heads
from chinwag.server.services.profiles import Profiles
from chinwag.server.sessions.session import Session

_PAGE = 50
# A departed member's chat changes no more for it, whatever goes on there. A chat whose end nobody
# has acknowledged comes again, changed or not: a crash may have taken the acknowledgement along,
# and a client tells it anew for every head it gets. The newest is where something was written
# last: marks and settings change a chat too, but move it nowhere.
_CHANGED = (
    "SELECT m.chat FROM members m JOIN chats c ON c.id = m.chat"
    " WHERE m.account = $1 AND (m.change > $2 OR (m.departed = 0"
    " AND (c.change > $2 OR (m.delivered < c.last AND m.sent < c.last))))"
    " ORDER BY (SELECT at FROM events e WHERE e.chat = c.id AND e.seq = c.last) DESC, c.change DESC"
)

_NUMBER = re.compile(r"[0-9]{1,16}").fullmatch


class _Begun(NamedTuple):
    """What the first look of a sync found."""

    change: int
    void: bool
    """The token given was of another life of this server."""
    chats: list[str]
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
            chats = [row[0] for row in rows]
            first = await self._heads(reader, user, chats[:_PAGE], command.inline)
            return _Begun(reader.change, void, chats, first)

        begun = await self._store.read(begin)
        if begun.first:
            session.push(pushes.Heads(begun.first))
        for start in range(_PAGE, len(begun.chats), _PAGE):
            page, inline = begun.chats[start : start + _PAGE], max(0, command.inline - start)
            read = partial(self._heads, user=user, page=page, inline=inline)
            session.push(pushes.Heads(await self._store.read(read)))
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
