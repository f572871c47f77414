"""Revisions: what changed about accounts and devices, for every other node and process to follow.

Nodes cache who holds which token, how people see each other, and how they stand. Whoever changes
that notes it in the same transaction; every node looks a few times a second, by the order of
commits, and follows. So a revocation reaches all nodes within a second, whether it was made by
another node or by `chinwag user disable`, and also while broker and registry are away.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Literal

import uuid_utils

from chinwag.protocol.errors import ChinwagError
from chinwag.server.clock import now_ms
from chinwag.server.observe import log
from chinwag.server.ports.store import Reader, Row, Store, Tx

Kind = Literal["device", "profile", "people", "subscribed", "unsubscribed", "failed", "operator"]
"""A device was revoked; a profile is another; these people stand differently to others; a device
subscribed to alerts, or no longer; a delivery failed (chat, user); an operator did something.
"""
Follow = Callable[[Sequence[str]], Awaitable[None] | None]
"""Follow what another node did to these subjects."""

_NOTE = (
    "INSERT INTO revisions (id, kind, subject, node, at, change) VALUES ($1, $2, $3, $4, $5, $6)"
)
_NEWER = "SELECT id, kind, subject, node FROM revisions WHERE change > $1 ORDER BY change"
_FORGET = "DELETE FROM revisions WHERE at < $1"
_KEPT_MS = 24 * 3600 * 1000
_LOOK_SECONDS = 0.3


async def note(tx: Tx, kind: Kind, *subjects: str) -> None:
    """Let all nodes know. A subject of several words has them apart by spaces."""
    for subject in subjects:
        key = str(uuid_utils.uuid7())
        await tx.execute(_NOTE, key, kind, subject, tx.origin, tx.now, tx.change)


async def note_operator(tx: Tx) -> None:
    """An operator changed accounts or jobs: nobody's cache is to be trusted."""
    await note(tx, "operator", "")


class Revisions:
    """Follows what others did: ``follow`` says how, by kind."""

    def __init__(self, store: Store, follow: Mapping[Kind, Follow]) -> None:
        self._store = store
        self._follow = follow
        self._since: int | None = None
        self._seen: set[str] = set()
        """Those after ``_since`` that were followed already."""

    async def run(self) -> None:
        """Look, for ever."""
        postponed = False
        while True:
            try:
                await self.look()
                postponed = False
            except ChinwagError as error:
                if not postponed:  # said once: this is several times a second
                    log.info("revisions.postponed", reason=error.kind.code)
                postponed = True
            except Exception:  # noqa: BLE001 - revocations must go on being seen
                log.exception("revisions.failed")
            await asyncio.sleep(_LOOK_SECONDS)

    async def look(self) -> None:
        """See whether others changed something, and follow. The first look only takes the mark."""
        since = self._since

        async def work(reader: Reader) -> tuple[int, list[Row]]:
            rows = await reader.fetch(_NEWER, since or 0) if since is not None else []
            return reader.change, rows

        change, rows = await self._store.read(work)
        if since is not None:
            await self._follow_all([row for row in rows if row[0] not in self._seen])
        # Another process may have written what this one's mark has not reached yet: it is seen
        # again, and followed once.
        self._seen = {row[0] for row in rows}
        self._since = change

    async def _follow_all(self, rows: list[Row]) -> None:
        found: dict[Kind, list[str]] = {}
        for _, kind, subject, node in rows:
            if node != self._store.origin:
                found.setdefault(kind, []).append(subject)
        for kind, subjects in found.items():
            follow = self._follow.get(kind)
            if follow is not None:  # a newer node may know of more
                following = follow(subjects)
                if following is not None:
                    await following

    async def forget(self) -> None:
        """Drop what every node has long seen."""
        await self._store.transact(lambda tx: tx.execute(_FORGET, now_ms() - _KEPT_MS))
