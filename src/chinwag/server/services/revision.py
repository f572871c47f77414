"""What another process did: `chinwag user disable` works on the database while the server runs.

Whoever changes accounts or devices from outside raises the ``revision`` in the same transaction.
Every node looks at it a few times a second (one row by its key, some 50 us) and on a change
forgets what it knows and closes the sockets whose devices are gone. So a revocation reaches all
nodes within a second, without a broker.
"""

import asyncio
from collections.abc import Callable

from chinwag.protocol.errors import ChinwagError
from chinwag.server.observe import log
from chinwag.server.ports.store import Reader, Store, Tx
from chinwag.server.services.devices import Devices
from chinwag.server.services.profiles import Profiles

_KEY = "revision"
_FLUSH_SECONDS = 30
_PURGE_SECONDS = 3600


async def raise_revision(tx: Tx) -> None:
    """Tell all running servers that accounts or devices changed."""
    if not await tx.execute(
        "UPDATE meta SET value = CAST(CAST(value AS BIGINT) + 1 AS TEXT) WHERE key = $1", _KEY
    ):
        await tx.execute("INSERT INTO meta (key, value) VALUES ($1, '1')", _KEY)


async def read_revision(reader: Reader) -> str:
    """The revision as it stands."""
    rows = await reader.fetch("SELECT value FROM meta WHERE key = $1", _KEY)
    return str(rows[0][0]) if rows else "0"


class Upkeep:
    """What is done for accounts in the background: watching the revision, writing down when
    devices were used, removing those that lapsed. ``forget`` drops what other parts cached of
    accounts.
    """

    def __init__(
        self,
        store: Store,
        devices: Devices,
        profiles: Profiles,
        *,
        forget: Callable[[], None] = lambda: None,
        seconds: float = 0.3,
    ) -> None:
        self._store = store
        self._devices = devices
        self._profiles = profiles
        self._forget = forget
        self._seconds = seconds
        self._revision: str | None = None

    async def run(self) -> None:
        """Go on until cancelled."""
        loop = asyncio.get_running_loop()
        flush_at, purge_at = loop.time() + _FLUSH_SECONDS, loop.time()
        while True:
            try:
                await self.look()
                if loop.time() >= flush_at:
                    flush_at = loop.time() + _FLUSH_SECONDS
                    await self._devices.flush()
                if loop.time() >= purge_at:
                    purge_at = loop.time() + _PURGE_SECONDS
                    await self._devices.purge()
            except ChinwagError as error:
                log.warning("upkeep.postponed", reason=error.kind.code)
            except Exception:  # noqa: BLE001 - revocations must go on being seen
                log.exception("upkeep.failed")
            await asyncio.sleep(self._seconds)

    async def look(self) -> None:
        """See whether another process changed something, and follow."""
        revision = await self._store.read(read_revision)
        if revision != self._revision:
            if self._revision is not None:
                self._profiles.clear()
                self._forget()
                await self._devices.recheck()
            self._revision = revision
