"""`Link`: the way to one database. Opens connections, and is quick to say that it cannot."""

import asyncio
from typing import Any

import asyncpg

from chinwag.server.adapters.postgres import life
from chinwag.server.adapters.postgres.failures import Away, NotYet
from chinwag.server.observe import log
from chinwag.server.ports.store import Unusable

_CONNECT_SECONDS = 3.0
_FAREWELL_SECONDS = 1.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0
# The server gives up on us, and so lets go of what we hold locked, when we fall silent.
_SETTINGS = {
    "application_name": "chinwag",
    "jit": "off",  # it compiles for longer than our statements run
    "TimeZone": "UTC",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
}


class Session(asyncpg.Connection):
    """A connection. ``offset``: what its transaction ids are counted from (see `life`)."""

    __slots__ = ("offset", "statements")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offset = 0
        self.statements: dict[str, Any] = {}


async def farewell(session: Session) -> None:
    """Close a connection so that the server does not wonder; or at least at once."""
    try:
        await session.close(timeout=_FAREWELL_SECONDS)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        session.terminate()


class Link:
    """Opens connections to ``url``. After a failure it fails at once for a moment, which grows up
    to a second: whoever asks is told quickly, and a database that comes back is not stormed.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._pause = 0.0
        self._until = 0.0
        self.connects = 0
        self.failures = 0

    async def connect(self, **settings: str) -> Session:
        """A new connection.

        Raises:
            Away: not now.
        """
        loop = asyncio.get_running_loop()
        if loop.time() < self._until:
            raise NotYet("it was away a moment ago")
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                session = await self._open(settings)
        except Exception as error:
            self.failures += 1
            self._pause = min(_LONGEST_PAUSE, max(_FIRST_PAUSE, self._pause * 2))
            self._until = loop.time() + self._pause
            if isinstance(error, Away | asyncpg.PostgresError):
                raise
            raise Away(f"{type(error).__name__}: {error}") from error
        if self._pause:
            log.info("store.connected")
        self._pause = 0.0
        self.connects += 1
        return session

    async def bare(self) -> Session:
        """A connection that nothing is expected of but the server: for migrations.

        Raises:
            Unusable: the URL is none.
        """
        try:
            session: Session = await asyncpg.connect(
                self._url,
                timeout=_CONNECT_SECONDS,
                connection_class=Session,
                server_settings=_SETTINGS,
            )
        except (ValueError, asyncpg.ClientConfigurationError) as error:
            if "certificate" in str(error):
                raise Unusable(f"The PostgreSQL database cannot be reached: {error}.") from None
            # Not the error itself: it quotes the URL, which may hold a password.
            raise Unusable(
                "database_url is no address of a PostgreSQL database:"
                " write postgresql://user:password@host:5432/name."
            ) from None
        return session

    async def _open(self, settings: dict[str, str]) -> Session:
        session: Session = await asyncpg.connect(
            self._url,
            timeout=_CONNECT_SECONDS,
            connection_class=Session,
            statement_cache_size=400,
            max_cached_statement_lifetime=0,
            server_settings=_SETTINGS | settings,
        )
        try:
            session.offset = await life.offset(session)
        except BaseException:
            session.terminate()
            raise
        return session
