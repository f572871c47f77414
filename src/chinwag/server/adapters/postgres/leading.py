"""`Leadership`: which node does the chores is decided by a lock in the database, held by a
connection of its own: when that breaks, the lock is anybody's.
"""

import asyncio

from chinwag.server.adapters.postgres.link import Link, Session, farewell
from chinwag.server.observe import log

_LOCK = 0x63686E_0003
_SECONDS = 3.0
# Also asked while it is held: whether the server still knows of it.
_HELD = (
    "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted"
    " AND pid = pg_backend_pid() AND (classid::bigint << 32 | objid::bigint) = $1)"
    " OR pg_try_advisory_lock($1)"
)


class Leadership:
    """Held by at most one node at a time."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._session: Session | None = None
        self._asking = asyncio.Lock()
        self.held = False

    async def ask(self) -> bool:
        """Whether this node leads; it does from now on if nobody else did."""
        async with self._asking:
            try:
                async with asyncio.timeout(_SECONDS):
                    held = await self._ask()
            except Exception as error:  # noqa: BLE001 - whatever it is, it does not lead
                log.warning("store.no_leadership", error=type(error).__name__)
                held = False
            if held != self.held:
                log.info("store.leads" if held else "store.leads_no_more")
            self.held = held
            return held

    async def _ask(self) -> bool:
        try:
            if self._session is None or self._session.is_closed():
                self._session = await self._link.connect()
            return bool(await self._session.fetchval(_HELD, _LOCK))
        except BaseException:
            self._break()
            raise

    def _break(self) -> None:
        if self._session is not None:
            self._session.terminate()
            self._session = None

    async def leave(self) -> None:
        """Let go of it in good order."""
        session, self._session = self._session, None
        if session is not None:
            await farewell(session)
